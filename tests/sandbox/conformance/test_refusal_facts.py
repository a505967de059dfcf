"""What refusals are called and how they are worded: facts of user-pools-errors.md sections 1 and 2, the rarer ones."""

from typing import Any

import pytest

from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.auth.second_factors import MAIL, PHONE, register_authenticator, respond, set_mfa
from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/moon"}
ELSEWHERE = {"CertificateArn": "arn:aws:acm:eu-west-1:210987654321:certificate/moon"}
TRACKED = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, DeviceConfiguration=TRACKED, AliasAttributes=["email"])
    made.add_user("ada", email=MAIL, email_verified="true", phone_number=PHONE)
    return made


def test_an_authenticator_needs_a_pool_that_offers_it(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: SoftwareTokenMFANotFoundException, with its text."""
    token = pool.tokens("ada")["AccessToken"]
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"):
        pool.public.associate_software_token(AccessToken=token)


def test_a_device_is_confirmed_once(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: DeviceKeyExistsException; ResourceNotFoundException of a device."""
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    with refused("DeviceKeyExistsException"):
        device.confirm(tokens["AccessToken"])
    with refused("ResourceNotFoundException"):
        pool.public.get_device(AccessToken=tokens["AccessToken"], DeviceKey=f"us-east-1_{'0' * 8}-{'0' * 4}")


def test_an_account_has_a_largest_rate(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 1: ServiceQuotaExceededException, UpdateProvisionedLimit above the account's maximum."""
    idp = sandbox.client("cognito-idp", region="ap-south-1")
    named = {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}}
    with refused("ServiceQuotaExceededException"):
        idp.update_provisioned_limit(**named, RequestedLimitValue=1_000_000)


def test_a_replica_cannot_do_everything(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 1: OperationNotEnabledException, not available in this Region or replica."""
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id, "RegionName": "eu-central-1"}
    pool.idp.create_user_pool_replica(**key)
    pool.idp.update_user_pool_replica(**key, Status="ACTIVE")
    with refused("OperationNotEnabledException"):
        sandbox.client("cognito-idp", region="eu-central-1").delete_user_pool_replica(**key)


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"])
def test_a_signature_that_does_not_hold(sandbox: RunningSandbox, code: str) -> None:
    """user-pools-errors.md 1: generic SigV4 errors surface, too."""
    keys: Any = [sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"]]
    if code == "UnrecognizedClientException":
        keys[0] = "AKIANOBODYATALL00000"
    elif code == "InvalidSignatureException":
        keys[1] = "not-the-secret"
    else:
        issued = sandbox.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
        keys = [issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]]
        sandbox.advance(901)
    text = "The security token included in the request is expired" if len(keys) == 3 else None
    try:
        with refused(code, text):
            sandbox.client("cognito-idp", keys=keys).list_user_pools(MaxResults=1)
    finally:
        sandbox.advance(-901 if len(keys) == 3 else 0)


def test_who_may_not_is_told_what_and_where(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: AccessDeniedException, `User: <arn> is not authorized to perform: … on resource: …`"""
    iam = sandbox.client("iam")
    arn = iam.create_user(UserName="refused")["User"]["Arn"]
    key = iam.create_access_key(UserName="refused")["AccessKey"]
    with pytest.raises(pool.idp.exceptions.ClientError) as caught:
        signed = sandbox.client("cognito-idp", keys=[key["AccessKeyId"], key["SecretAccessKey"]])
        signed.describe_user_pool(UserPoolId=pool.pool_id)
    error = caught.value.response["Error"]
    resource = f"arn:aws:cognito-idp:us-east-1:210987654321:userpool/{pool.pool_id}"
    start = f"User: {arn} is not authorized to perform: cognito-idp:DescribeUserPool on resource: {resource}"
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"].startswith(start)


def test_a_secret_hash_is_checked(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `Unable to verify secret hash for client <clientId>`."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)["ClientId"]
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": "d3Jvbmc="}
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}"):
        pool.public.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=client_id, AuthParameters=given)


def test_an_administrators_flow_may_be_off(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `Auth flow not enabled for this client`."""
    client_id = pool.add_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])["ClientId"]
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.idp.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )


def test_what_is_missing_of_the_parameters_is_named(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `Missing required parameter USERNAME` (the wording is our choice)."""
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        pool.public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId=pool.client_id, AuthParameters={"PASSWORD": PASSWORD}
        )


def test_codes_of_a_second_factor(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `Invalid code or auth state for the user.`, `Invalid code received for user`, replay."""
    pool = make_pool(sandbox)
    set_mfa(pool, "OPTIONAL", "TOTP", "SMS")
    pool.add_user("ada", phone_number=PHONE)
    secret = register_authenticator(pool, pool.tokens("ada")["AccessToken"])
    asked = pool.sign_in("ada")
    with refused("CodeMismatchException", "Invalid code received for user"):
        respond(pool, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=totp(secret, later_s=-3600))
    code = totp(secret)
    assert respond(pool, asked, "ada", SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        respond(pool, pool.sign_in("ada"), "ada", SOFTWARE_TOKEN_MFA_CODE=code)
    key = {"UserPoolId": pool.pool_id, "Username": "ada"}
    pool.idp.admin_set_user_mfa_preference(**key, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        respond(pool, pool.sign_in("ada"), "ada", SMS_MFA_CODE="no-code")


def test_a_verified_address_is_one_users(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1 and 2: AliasExistsException, `An account with the email already exists.`"""
    pool.add_user("copy")
    same = [{"Name": "email", "Value": MAIL}, {"Name": "email_verified", "Value": "true"}]
    with refused("AliasExistsException", "An account with the email already exists."):
        pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username="copy", UserAttributes=same)


def test_names_have_the_form_of_the_pool(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `Username should be an email.`; no address as a name beside aliases (our wording)."""
    addressed = make_pool(sandbox, UsernameAttributes=["email"])
    with refused("InvalidParameterException", "Username should be an email."):
        addressed.public.sign_up(ClientId=addressed.client_id, Username="ada", Password=PASSWORD)
    text = "Username cannot be of email format, since user pool is configured for email alias."
    with refused("InvalidParameterException", text):
        pool.public.sign_up(ClientId=pool.client_id, Username="new@moonletter.example", Password=PASSWORD)


def test_a_missing_attribute_is_named(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `Attributes did not conform to the schema: <attr>: The attribute is required`."""
    schema = [{"Name": "nickname", "AttributeDataType": "String", "Required": True}]
    pool = make_pool(sandbox, Schema=schema)
    text = "Attributes did not conform to the schema: nickname: The attribute is required"
    with pytest.raises(pool.idp.exceptions.InvalidParameterException) as caught:
        pool.public.sign_up(ClientId=pool.client_id, Username="ada", Password=PASSWORD)
    assert caught.value.response["Error"]["Message"].strip() == text


@pytest.mark.parametrize(
    ("password", "reason"), [("MOONLETTER-1", "lowercase"), ("Moonletter1", "symbol"), ("Moonletter-", "numeric")]
)
def test_each_rule_of_a_password_has_a_text(pool: PoolUnderTest, password: str, reason: str) -> None:
    """user-pools-errors.md 2: `Password must have … characters` (two of them of the same pattern)."""
    text = f"Password did not conform with policy: Password must have {reason} characters"
    with refused("InvalidPasswordException", text):
        pool.public.sign_up(ClientId=pool.client_id, Username="weak", Password=password)


def test_pools_are_administered_in_these_words(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `A group with the name already exists`, `Required custom attributes are not …`."""
    for _ in range(2):
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="other")
        with refused("GroupExistsException", "A group with the name already exists"):
            pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="other")
        pool.idp.delete_group(UserPoolId=pool.pool_id, GroupName="other")
    schema = [{"Name": "shoe", "AttributeDataType": "String", "Required": True}]
    with refused("InvalidParameterException", "Required custom attributes are not supported currently."):
        make_pool(sandbox, Schema=schema)


@pytest.mark.parametrize(
    ("domain", "certificate", "text"),
    [
        ("newsletter", CERTIFICATE, "Custom domain is not a valid subdomain: "),
        ("taken.moon.example", CERTIFICATE, "One or more of the CNAMEs you provided are already associated with a"),
        ("auth.moon.example", ELSEWHERE, "The specified SSL certificate doesn't exist, isn't in us-east-1 region, "),
    ],
)
def test_custom_domains_are_refused_in_cognitos_words(
    sandbox: RunningSandbox, domain: str, certificate: dict[str, str], text: str
) -> None:
    """user-pools-errors.md 2: messages of the troubleshooting page about custom domains."""
    pool = make_pool(sandbox)
    if "taken" in domain:
        elsewhere = sandbox.client("cognito-idp", region="eu-west-3")
        pool_id = elsewhere.create_user_pool(PoolName="first")["UserPool"]["Id"]
        elsewhere.create_user_pool_domain(UserPoolId=pool_id, Domain=domain, CustomDomainConfig=certificate)
    with pytest.raises(pool.idp.exceptions.InvalidParameterException) as caught:
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain, CustomDomainConfig=certificate)
    assert caught.value.response["Error"]["Message"].startswith(text)


def test_threat_protection_turns_away_in_these_words(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `Unable to login because of security reasons` (the wording is our choice)."""
    pool = make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
    pool.add_user("ada")
    blocked = {"BlockedIPRangeList": ["198.51.100.0/24"]}
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, RiskExceptionConfiguration=blocked)
    with refused("NotAuthorizedException", "Unable to login because of security reasons"):
        pool.public.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=pool.client_id,
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
            UserContextData={"IpAddress": "198.51.100.7"},
        )
