"""Operations on pools and their people that stand alone: facts of user-pools.md sections 2, 5, 6 and 7."""

import base64
from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import PHONE, register_authenticator, set_mfa
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox.user_pools.test_imports import KMS, ROLE, make_import_role
from tests.sandbox_fixture import RunningSandbox

OIDC = {
    "client_id": "x",
    "client_secret": "y",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://idp.moonrise.example",
}
TRACKING = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
LOGS = {"LogGroupArn": "arn:aws:logs:us-east-1:210987654321:log-group:moon"}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, DeviceConfiguration=TRACKING)


@pytest.fixture(scope="module")
def plus(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})


def test_a_pool_has_a_certificate_for_saml(pool: PoolUnderTest) -> None:
    """user-pools.md 2: GetSigningCertificate, the SAML signing certificate."""
    certificate = pool.idp.get_signing_certificate(UserPoolId=pool.pool_id)["Certificate"]
    assert base64.b64decode(certificate)[:1] == b"\x30"
    assert pool.idp.get_signing_certificate(UserPoolId=pool.pool_id)["Certificate"] == certificate


def test_a_limit_is_shown_by_category(pool: PoolUnderTest) -> None:
    """user-pools.md 2: GetProvisionedLimit, LimitClass API_CATEGORY and a Category."""
    definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}
    limit = pool.idp.get_provisioned_limit(LimitDefinition=definition)["Limit"]
    assert (limit["FreeLimitValue"], limit["ProvisionedLimitValue"]) == (120, 120)


def test_a_client_has_two_secrets_at_most(pool: PoolUnderTest) -> None:
    """user-pools.md 2: Add, Delete and ListUserPoolClientSecrets; up to 2 secrets per client (rotation)."""
    client_id = pool.add_client(GenerateSecret=True)["ClientId"]
    key = {"UserPoolId": pool.pool_id, "ClientId": client_id}
    added = pool.idp.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    with refused("LimitExceededException"):
        pool.idp.add_user_pool_client_secret(**key)
    listed = pool.idp.list_user_pool_client_secrets(**key)["ClientSecrets"]
    assert (len(listed), added["ClientSecretId"] in {each["ClientSecretId"] for each in listed}) == (2, True)
    pool.idp.delete_user_pool_client_secret(**key, ClientSecretId=added["ClientSecretId"])
    assert len(pool.idp.list_user_pool_client_secrets(**key)["ClientSecrets"]) == 1


def test_a_provider_is_found_by_an_identifier(pool: PoolUnderTest) -> None:
    """user-pools.md 2: GetIdentityProviderByIdentifier; AdminDisableProviderForUser frees a linked identity."""
    key = {"UserPoolId": pool.pool_id}
    pool.idp.create_identity_provider(
        **key, ProviderName="Moonrise", ProviderType="OIDC", ProviderDetails=OIDC, IdpIdentifiers=["moon.example"]
    )
    found = pool.idp.get_identity_provider_by_identifier(**key, IdpIdentifier="moon.example")["IdentityProvider"]
    assert found["ProviderName"] == "Moonrise"
    pool.add_user("linked")
    source = {"ProviderName": "Moonrise", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "l1"}
    local = {"ProviderName": "Cognito", "ProviderAttributeValue": "linked"}
    pool.idp.admin_link_provider_for_user(**key, DestinationUser=local, SourceUser=source)
    assert "Moonrise" in str(pool.idp.admin_get_user(**key, Username="linked")["UserAttributes"])
    pool.idp.admin_disable_provider_for_user(**key, User=source)
    assert "Moonrise" not in str(pool.idp.admin_get_user(**key, Username="linked")["UserAttributes"])


def test_documents_of_a_client_are_managed(pool: PoolUnderTest) -> None:
    """user-pools.md 2: Create, Update, Describe, Delete and ListTerms, DescribeTermsByClient."""
    key = {"UserPoolId": pool.pool_id}
    links = {"cognito:default": "https://moonletter.example/terms"}
    given = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
    made = pool.idp.create_terms(**key, ClientId=pool.client_id, **given)["Terms"]
    named = {**key, "TermsId": made["TermsId"]}
    by_client = {"ClientId": pool.client_id, "TermsName": "terms-of-use"}
    assert pool.idp.describe_terms_by_client(**key, **by_client)["Terms"] == pool.idp.describe_terms(**named)["Terms"]
    pool.idp.update_terms(**named, **given | {"Links": {"cognito:default": "https://moonletter.example/new"}})
    assert pool.idp.describe_terms(**named)["Terms"]["Links"]["cognito:default"].endswith("/new")
    assert [each["TermsId"] for each in pool.idp.list_terms(**key)["Terms"]] == [made["TermsId"]]
    pool.idp.delete_terms(**named)
    with refused("ResourceNotFoundException"):
        pool.idp.describe_terms(**named)


def test_a_replica_is_active_or_not(pool: PoolUnderTest) -> None:
    """user-pools.md 2: Create, Update, Delete and ListUserPoolReplicas; RegionName, Status ACTIVE or INACTIVE."""
    key = {"UserPoolId": pool.pool_id, "RegionName": "us-west-2"}
    made = pool.idp.create_user_pool_replica(**key)["UserPoolReplica"]
    assert (made["RegionName"], made["Role"]) == ("us-west-2", "SECONDARY")
    for status in ("ACTIVE", "INACTIVE"):
        pool.idp.update_user_pool_replica(**key, Status=status)
        listed = pool.idp.list_user_pool_replicas(UserPoolId=pool.pool_id)["UserPoolReplicas"]
        assert {each["RegionName"]: each["Status"] for each in listed}["us-west-2"] == status
    pool.idp.delete_user_pool_replica(**key)


def test_a_session_of_single_sign_on_lasts_an_hour(pool: PoolUnderTest) -> None:
    """user-pools.md 6 and 2: SSO session default 60 min; Get/SetUserPoolClientSessionConfiguration."""
    key = {"UserPoolId": pool.pool_id, "ClientId": pool.client_id}
    assert pool.idp.get_user_pool_client_session_configuration(**key)["SSOSession"] == {"MaxValidityMinutes": 60}
    pool.idp.set_user_pool_session_configuration(
        UserPoolId=pool.pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    pool.idp.set_user_pool_client_session_configuration(**key, SSOSession={"MaxValidityMinutes": 90})
    assert pool.idp.get_user_pool_client_session_configuration(**key)["SSOSession"] == {"MaxValidityMinutes": 90}


@pytest.mark.parametrize(
    ("source", "level", "target"),
    [
        ("userNotification", "ERROR", {"CloudWatchLogsConfiguration": LOGS}),
        ("userAuthEvents", "INFO", {"CloudWatchLogsConfiguration": LOGS}),
        ("userAuthEvents", "INFO", {"S3Configuration": {"BucketArn": "arn:aws:s3:::moon"}}),
        (
            "userAuthEvents",
            "INFO",
            {"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:210987654321:deliverystream/moon"}},
        ),
    ],
)
def test_logs_are_delivered_like_this(
    pool: PoolUnderTest, plus: PoolUnderTest, source: str, level: str, target: dict[str, Any]
) -> None:
    """user-pools.md 2: userNotification/ERROR to CloudWatch; userAuthEvents/INFO to three targets, Plus alone."""
    given = {"LogConfigurations": [{"EventSource": source, "LogLevel": level, **target}]}
    kept = plus.idp.set_log_delivery_configuration(UserPoolId=plus.pool_id, **given)["LogDeliveryConfiguration"]
    assert kept["LogConfigurations"] == given["LogConfigurations"]
    found = plus.idp.get_log_delivery_configuration(UserPoolId=plus.pool_id)["LogDeliveryConfiguration"]
    assert found["LogConfigurations"] == given["LogConfigurations"]
    if source == "userAuthEvents":
        with refused("FeatureUnavailableInTierException"):
            pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, **given)


def test_an_authenticator_is_taken_away(pool: PoolUnderTest) -> None:
    """user-pools.md 2: AdminDeleteSoftwareToken removes a registered TOTP; AdminSetUserSettings is SMS-only MFA."""
    set_mfa(pool, "OPTIONAL", "TOTP", "SMS")
    pool.add_user("secured", phone_number=PHONE, phone_number_verified="true")
    register_authenticator(pool, pool.tokens("secured")["AccessToken"])
    key = {"UserPoolId": pool.pool_id, "Username": "secured"}
    assert pool.idp.admin_get_user(**key)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    pool.idp.admin_delete_software_token(**key)
    assert not pool.idp.admin_get_user(**key).get("UserMFASettingList")
    option = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    pool.idp.admin_set_user_settings(**key, MFAOptions=[option])
    assert pool.idp.admin_get_user(**key)["MFAOptions"] == [option]


def test_a_device_is_remembered_or_not(pool: PoolUnderTest) -> None:
    """user-pools.md 2 and 6: AdminUpdateDeviceStatus remembered or not_remembered; a record has three dates."""
    pool.add_user("owns-one")
    tokens = pool.tokens("owns-one")
    device_key = tokens["NewDeviceMetadata"]["DeviceKey"]
    verifier = {"PasswordVerifier": base64.b64encode(b"v" * 384).decode(), "Salt": base64.b64encode(b"s" * 16).decode()}
    pool.public.confirm_device(
        AccessToken=tokens["AccessToken"], DeviceKey=device_key, DeviceSecretVerifierConfig=verifier
    )
    key = {"UserPoolId": pool.pool_id, "Username": "owns-one", "DeviceKey": device_key}
    for status in ("remembered", "not_remembered"):
        pool.idp.admin_update_device_status(**key, DeviceRememberedStatus=status)
    dates = {"DeviceCreateDate", "DeviceLastModifiedDate", "DeviceLastAuthenticatedDate"}
    assert dates <= pool.idp.admin_get_device(**key)["Device"].keys()
    pool.idp.admin_forget_device(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.admin_get_device(**key)


def test_an_event_has_the_tokens_id_and_takes_feedback(pool: PoolUnderTest, plus: PoolUnderTest) -> None:
    """user-pools.md 6 and 2: EventId is event_id; type, response, risk, challenges, context; feedback; Plus alone."""
    plus.add_user("watched")
    answer = plus.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=plus.client_id,
        AuthParameters={"USERNAME": "watched", "PASSWORD": PASSWORD},
        UserContextData={"IpAddress": "198.51.100.7"},
    )
    token = answer["AuthenticationResult"]["AccessToken"]
    claims = jwt.decode(token, options={"verify_signature": False})
    key = {"UserPoolId": plus.pool_id, "Username": "watched"}
    (event,) = plus.idp.admin_list_user_auth_events(**key)["AuthEvents"]
    assert (event["EventId"], event["EventType"], event["EventResponse"]) == (claims["event_id"], "SignIn", "Pass")
    assert event["EventRisk"]["RiskDecision"] == "NoRisk"
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    assert event["EventContextData"]["IpAddress"] == "198.51.100.7"
    plus.idp.admin_update_auth_event_feedback(**key, EventId=event["EventId"], FeedbackValue="Valid")
    (judged,) = plus.idp.admin_list_user_auth_events(**key)["AuthEvents"]
    assert judged["EventFeedback"]["FeedbackValue"] == "Valid"
    pool.add_user("unwatched")
    with refused("UserPoolAddOnNotEnabledException"):
        pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="unwatched")


def test_a_temporary_password_runs_out(pool: PoolUnderTest) -> None:
    """user-pools.md 5: Temporary password has expired and must be reset by an administrator; RESEND mends it."""
    invited = {"UserPoolId": pool.pool_id, "Username": "invited", "TemporaryPassword": PASSWORD}
    pool.idp.admin_create_user(**invited, MessageAction="SUPPRESS")
    pool.sandbox.advance(8 * 86_400)
    try:
        text = "Temporary password has expired and must be reset by an administrator."
        with refused("NotAuthorizedException", text):
            pool.sign_in("invited")
        pool.idp.admin_create_user(**invited, MessageAction="RESEND")
        assert pool.sign_in("invited")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    finally:
        pool.sandbox.advance(-8 * 86_400)


@pytest.mark.parametrize("flaw", ["", "header", "late"])
def test_a_file_is_put_with_a_header_and_in_time(pool: PoolUnderTest, flaw: str) -> None:
    """user-pools.md 7: PUT to PreSignedUrl with x-amz-server-side-encryption aws:kms; the URL lives 15 min."""
    if not flaw:
        make_import_role(pool.sandbox)
    job = pool.idp.create_user_import_job(UserPoolId=pool.pool_id, JobName="facts", CloudWatchLogsRoleArn=ROLE)
    late_s = 901 if flaw == "late" else 0
    pool.sandbox.advance(late_s)
    answer = call(job["UserImportJob"]["PreSignedUrl"], "PUT", {} if flaw == "header" else KMS, b"cognito:username\n")
    pool.sandbox.advance(-late_s)
    assert (answer.status == 200) is (not flaw)
