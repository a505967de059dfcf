"""Settings of a pool that contradict each other, each with Cognito's own sentence."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import SES
from tests.sandbox.pools import SMS, add_sms_role, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

TRIGGER = "arn:aws:lambda:us-east-1:210987654321:function:letters"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"AutoVerifiedAttributes": ["phone_number"]},
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["phone_number"]}},
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            {"MfaConfiguration": "OPTIONAL"},
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            {"EmailConfiguration": SES | {"SourceArn": "arn:aws:ses:ap-south-1:210987654321:identity/a@b.example"}},
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Name": "admin_only", "Priority": 1},
                        {"Name": "verified_email", "Priority": 2},
                    ]
                }
            },
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Name": "verified_phone_number", "Priority": 1},
                        {"Name": "verified_email", "Priority": 1},
                    ]
                }
            },
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}},
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            {"LambdaConfig": {"CustomEmailSender": {"LambdaArn": TRIGGER, "LambdaVersion": "V1_0"}}},
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            {
                "LambdaConfig": {
                    "PreTokenGeneration": TRIGGER,
                    "PreTokenGenerationConfig": {"LambdaArn": TRIGGER + "2", "LambdaVersion": "V1_0"},
                }
            },
            None,
        ),
        (
            {
                "Policies": {"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 9},
            },
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            {
                "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}},
                "MfaConfiguration": "ON",
                "SmsConfiguration": SMS,
            },
            None,
        ),
    ],
)
def test_a_contradiction_is_refused(sandbox: RunningSandbox, settings: dict[str, Any], message: str | None) -> None:
    with refused("InvalidParameterException", message):
        make_pool(sandbox, **settings)


def test_an_update_is_held_to_the_same_rules(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    add_sms_role(sandbox)
    with refused("InvalidParameterException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, AutoVerifiedAttributes=["phone_number"])
    pool.idp.update_user_pool(
        UserPoolId=pool.pool_id, AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS, MfaConfiguration="ON"
    )


def test_an_update_may_keep_second_factors_that_need_no_telephone(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, MfaConfiguration="ON")
    assert pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)["MfaConfiguration"] == "ON"


def test_a_temporary_password_lives_seven_days_unless_said_otherwise(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 0}})
    described = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    assert described["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 7
    assert described["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == 7
