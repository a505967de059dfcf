"""What each feature plan refuses, in Cognito's words."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import SES
from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

TRIGGER = "arn:aws:lambda:us-east-1:210987654321:function:claims"
THREATS = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
PASSWORDLESS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
CLAIMS = {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": TRIGGER, "LambdaVersion": "V2_0"}}}


def _disable(tier: str, feature: str) -> str:
    return f"The following features need to be disabled for the {tier} pricing tier configured: {feature}"


@pytest.fixture(scope="module")
def lite(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTier="LITE")


@pytest.mark.parametrize(
    ("tier", "settings", "feature"),
    [
        ("ESSENTIALS", THREATS, "Threat Protection"),
        ("LITE", THREATS, "Threat Protection"),
        ("LITE", PASSWORDLESS, "Passwordless Sign-In"),
        ("LITE", CLAIMS, "Token Customization with Pre-Token Generation Lambda V2_0"),
        ("LITE", {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}, "Password History"),
    ],
)
def test_a_pool_cannot_use_what_its_plan_lacks(
    sandbox: RunningSandbox, tier: str, settings: dict[str, Any], feature: str
) -> None:
    with refused("FeatureUnavailableInTierException", _disable(tier, feature)):
        make_pool(sandbox, UserPoolTier=tier, **settings)


def test_the_first_version_of_claims_triggers_is_in_every_plan(sandbox: RunningSandbox) -> None:
    old = {"PreTokenGenerationConfig": {"LambdaArn": TRIGGER, "LambdaVersion": "V1_0"}}
    make_pool(sandbox, UserPoolTier="LITE", LambdaConfig=old)


@pytest.mark.parametrize(
    ("settings", "feature"),
    [
        ({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}, "Choice-Based Sign-In"),
        (
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}},
            "Refresh Token Rotation",
        ),
    ],
)
def test_a_client_cannot_use_what_the_pools_plan_lacks(
    lite: PoolUnderTest, settings: dict[str, Any], feature: str
) -> None:
    with refused("FeatureUnavailableInTierException", _disable("LITE", feature)):
        lite.add_client(**settings)


def test_managed_login_needs_more_than_lite(lite: PoolUnderTest) -> None:
    text = "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2"
    key = {"UserPoolId": lite.pool_id, "Domain": "lite-login"}
    with refused("FeatureUnavailableInTierException", text):
        lite.idp.create_user_pool_domain(**key, ManagedLoginVersion=2)
    lite.idp.create_user_pool_domain(**key)
    with refused("FeatureUnavailableInTierException", text):
        lite.idp.update_user_pool_domain(**key, ManagedLoginVersion=2)


def test_email_codes_as_second_factor_need_more_than_lite_and_a_sender_of_ones_own(sandbox: RunningSandbox) -> None:
    lite = make_pool(sandbox, UserPoolTier="LITE", EmailConfiguration=SES)
    factor = {"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}}
    with refused("FeatureUnavailableInTierException"):
        lite.idp.set_user_pool_mfa_config(UserPoolId=lite.pool_id, **factor)
    essentials = make_pool(sandbox)
    text = (
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount"
        " of COGNITO_DEFAULT."
    )
    with refused("InvalidParameterException", text):
        essentials.idp.set_user_pool_mfa_config(UserPoolId=essentials.pool_id, **factor)


def test_a_plan_is_lowered_only_once_its_features_are_off(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, UserPoolTier="PLUS", **THREATS)
    key = {"UserPoolId": pool.pool_id}
    with refused("TierChangeNotAllowedException", _disable("ESSENTIALS", "Threat Protection")):
        pool.idp.update_user_pool(**key, UserPoolTier="ESSENTIALS", **THREATS)
    pool.idp.create_user_pool_domain(**key, Domain="still-managed", ManagedLoginVersion=2)
    pool.add_client(ExplicitAuthFlows=["ALLOW_USER_AUTH"])
    used = "Managed Login Version 2, Choice-Based Sign-In"
    with refused("TierChangeNotAllowedException", _disable("LITE", used)):
        pool.idp.update_user_pool(**key, UserPoolTier="LITE")
    pool.idp.update_user_pool(**key, UserPoolTier="ESSENTIALS")
    pool.idp.update_user_pool(**key)
    assert pool.idp.describe_user_pool(**key)["UserPool"]["UserPoolTier"] == "ESSENTIALS"
    with refused("FeatureUnavailableInTierException", _disable("ESSENTIALS", "Threat Protection")):
        pool.idp.update_user_pool(**key, **THREATS)
