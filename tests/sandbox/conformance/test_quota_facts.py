"""Rates, quotas and attempt limits: facts of api-quotas.md sections 1, 2 and 5."""

from collections.abc import Callable
from typing import Any

import pytest

from cognito_explorer.sandbox.quotas import CATEGORY_OF, RATES, Asked, Buckets
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import OIDC
from tests.sandbox.user_pools.test_imports import ROLE, make_import_role
from tests.sandbox_fixture import RunningSandbox

LIMIT = "Attempt limit exceeded, please try after some time."
# Category, default requests per second, operations: the table of the reference.
CATEGORIES = [
    ("UserAuthentication", 120, "InitiateAuth AdminInitiateAuth GetTokensFromRefreshToken"),
    ("UserCreation", 50, "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
    (
        "UserAccountRecovery",
        30,
        "ForgotPassword ConfirmForgotPassword ChangePassword AdminResetUserPassword AdminSetUserPassword",
    ),
    ("UserRead", 120, "AdminGetUser GetUser AdminGetUserAuthFactors"),
    (
        "UserUpdate",
        25,
        "AdminUpdateUserAttributes UpdateUserAttributes AdminDeleteUserAttributes DeleteUserAttributes AdminDeleteUser"
        " DeleteUser AdminEnableUser AdminDisableUser AdminAddUserToGroup AdminRemoveUserFromGroup"
        " AdminLinkProviderForUser AdminDisableProviderForUser VerifyUserAttribute AdminUserGlobalSignOut"
        " GlobalSignOut",
    ),
    ("UserToken", 120, "RevokeToken"),
    (
        "UserResourceRead",
        50,
        "AdminListGroupsForUser AdminListDevices AdminGetDevice ListDevices GetDevice"
        " GetUserAttributeVerificationCode ResendConfirmationCode AdminListUserAuthEvents",
    ),
    (
        "UserResourceUpdate",
        25,
        "AdminForgetDevice ForgetDevice ConfirmDevice AdminUpdateDeviceStatus UpdateDeviceStatus"
        " AdminUpdateAuthEventFeedback UpdateAuthEventFeedback AdminSetUserMFAPreference SetUserMFAPreference"
        " AdminSetUserSettings SetUserSettings AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken",
    ),
    ("UserList", 30, "ListUsers ListUsersInGroup"),
    ("UserPoolRead", 15, "ListUserPools DescribeUserPool"),
    ("UserPoolUpdate", 15, "CreateUserPool UpdateUserPool DeleteUserPool"),
    (
        "UserPoolResourceRead",
        20,
        "ListGroups GetGroup ListIdentityProviders DescribeIdentityProvider GetIdentityProviderByIdentifier"
        " ListResourceServers DescribeResourceServer DescribeUserPoolDomain DescribeRiskConfiguration"
        " GetUICustomization DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient GetUserPoolMfaConfig"
        " GetSigningCertificate GetCSVHeader ListUserImportJobs DescribeUserImportJob ListTagsForResource",
    ),
    (
        "UserPoolResourceUpdate",
        15,
        "AddCustomAttributes CreateGroup UpdateGroup DeleteGroup CreateIdentityProvider UpdateIdentityProvider"
        " DeleteIdentityProvider CreateResourceServer UpdateResourceServer DeleteResourceServer CreateUserPoolDomain"
        " UpdateUserPoolDomain DeleteUserPoolDomain CreateManagedLoginBranding UpdateManagedLoginBranding"
        " DeleteManagedLoginBranding CreateUserImportJob StartUserImportJob StopUserImportJob SetUserPoolMfaConfig"
        " SetRiskConfiguration SetUICustomization TagResource UntagResource",
    ),
    ("UserPoolClientRead", 15, "ListUserPoolClients DescribeUserPoolClient"),
    ("UserPoolClientUpdate", 15, "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient"),
    ("ClientAuthentication", 150, "GetClientToken"),
    ("UserFederation", 25, "ExternalProviderResponse"),
    ("LimitManagement", 1, "GetProvisionedLimit UpdateProvisionedLimit"),
]
OF_ONE_POOL = ("UserPoolResourceRead", "UserPoolResourceUpdate", "UserPoolClientRead", "UserPoolClientUpdate")


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


def admitted(operation: str, *, pools: int = 1000) -> int:
    """How many requests of one operation, each for the next of so many pools, have room in one second."""
    buckets = Buckets()
    answers = [
        buckets.admit(Asked("cognito-idp", operation, "r", f"pool-{number % pools}"), now=0.0) for number in range(600)
    ]
    return answers.index(False) if False in answers else len(answers)


@pytest.mark.parametrize(("category", "rate", "operations"), CATEGORIES)
def test_a_category_has_its_rate_and_its_operations(category: str, rate: int, operations: str) -> None:
    """api-quotas.md 2: categories, default RPS and operations of user pools."""
    assert RATES[category] == rate
    assert {name for name, its in CATEGORY_OF.items() if its == category} == set(operations.split())
    for operation in operations.split():
        assert admitted(operation) == rate


@pytest.mark.parametrize("operation", ["ListGroups", "CreateGroup", "DescribeUserPoolClient", "UpdateUserPoolClient"])
def test_one_operation_on_one_pool_has_five_a_second(operation: str) -> None:
    """api-quotas.md 1: in the categories marked ‡ one operation has 5 RPS per user pool."""
    assert CATEGORY_OF[operation] in OF_ONE_POOL
    assert admitted(operation, pools=1) == 5


@pytest.mark.parametrize("operation", ["ListUsers", "AdminGetUser", "DescribeUserPool"])
def test_other_categories_know_no_rate_of_a_pool(operation: str) -> None:
    """api-quotas.md 1: all user pools and all operations of a category share its rate."""
    assert admitted(operation, pools=1) == RATES[CATEGORY_OF[operation]]


@pytest.mark.parametrize("operation", ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"])
def test_answers_have_three_times_the_rate_of_their_own(operation: str) -> None:
    """api-quotas.md 2 †: three times the category's quota beside it; only the excess counts."""
    assert admitted(operation) == 3 * 120 + 120


def test_answers_beyond_their_allowance_count_as_sign_ins() -> None:
    """api-quotas.md 2 †: the example, with the default of 120: 70 sign-ins leave room for 50 answers more."""
    buckets = Buckets()

    def admit(operation: str) -> bool:
        return buckets.admit(Asked("cognito-idp", operation, "r"), now=0.0)

    assert all(admit("InitiateAuth") for _ in range(70))
    assert all(admit("RespondToAuthChallenge") for _ in range(360 + 50))
    assert not admit("RespondToAuthChallenge")
    assert not admit("InitiateAuth")


@pytest.mark.parametrize(
    ("side", "others"),
    [
        (("GetUser", "GetDevice", "InitiateAuth", "RespondToAuthChallenge"), ("UpdateUserAttributes",)),
        (("UpdateUserAttributes", "SetUserSettings"), ("GetUser",)),
    ],
)
def test_a_user_has_ten_reads_and_ten_writes_a_second(side: tuple[str, ...], others: tuple[str, ...]) -> None:
    """api-quotas.md 1: per-user cap of 10 reads and 10 writes a second, over these operations together."""
    buckets = Buckets()

    def admit(operation: str, user: str) -> bool:
        return buckets.admit(Asked("cognito-idp", operation, "r", user=user), now=0.0)

    assert all(admit(side[number % len(side)], "ada") for number in range(10))
    assert not any(admit(operation, "ada") for operation in side)
    assert all(admit(operation, "grace") for operation in side)
    assert all(admit(operation, "ada") for operation in others)


@pytest.mark.parametrize("name", ["source_ip", "client_id"])
def test_a_domain_has_300_a_second_for_a_visitor_and_500_in_all(name: str) -> None:
    """api-quotas.md 3: per domain, 300 RPS per source IP, 300 per app client, 500 in all."""
    buckets = Buckets()
    first, second, third = (Asked("hosted-ui", "moon", **{name: value}) for value in ("one", "two", "three"))
    assert sum(buckets.admit(first, now=0.0) for _ in range(400)) == 300
    assert sum(buckets.admit(second, now=0.0) for _ in range(400)) == 200
    assert not buckets.admit(third, now=0.0)
    assert buckets.admit(Asked("hosted-ui", "sun", **{name: "one"}), now=0.0)


def test_one_user_too_fast_is_held_by_name_and_by_token(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """api-quotas.md 1: signing in and GetUser of one user share the ten; another user's are not touched."""
    for username in ("hasty", "patient"):
        pool.add_user(username)
    tokens = {username: pool.tokens(username)["AccessToken"] for username in ("hasty", "patient")}
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    try:
        pool.tokens("hasty")
        for _ in range(9):
            pool.public.get_user(AccessToken=tokens["hasty"])
        with refused("TooManyRequestsException", "Rate exceeded"):
            pool.public.get_user(AccessToken=tokens["hasty"])
        pool.public.get_user(AccessToken=tokens["patient"])
    finally:
        sandbox.control("faults", {"is_throttled": False})
        sandbox.control("clock", {"is_frozen": False})


def test_a_provisioned_limit_is_the_rate_at_once(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """api-quotas.md 2: UpdateProvisionedLimit chooses the paid rate immediately."""
    limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserCreation"}}
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    try:
        pool.idp.update_provisioned_limit(LimitDefinition=limit, RequestedLimitValue=60)
        for number in range(60):
            pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=f"bought-{number}")
        with refused("TooManyRequestsException", "Rate exceeded"):
            pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="one-more")
    finally:
        sandbox.control("faults", {"is_throttled": False})
        pool.idp.update_provisioned_limit(LimitDefinition=limit, RequestedLimitValue=50)
        sandbox.control("clock", {"is_frozen": False})


def test_rates_are_per_region() -> None:
    """api-quotas.md 1: quotas are per account and Region."""
    buckets = Buckets()
    for region in ("us-east-1", "eu-west-1"):
        assert all(buckets.admit(Asked("cognito-idp", "ListUserPools", region), now=0.0) for _ in range(15))
        assert not buckets.admit(Asked("cognito-idp", "ListUserPools", region), now=0.0)


def test_who_is_too_fast_is_told_with_status_400(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """api-quotas.md 1: over the limit, TooManyRequestsException (HTTP 400), `Rate exceeded` (field)."""
    sandbox.control("clock", {"is_frozen": True})
    sandbox.control("faults", {"is_throttled": True})
    try:
        for _ in range(5):
            pool.idp.list_groups(UserPoolId=pool.pool_id)
        with pytest.raises(pool.idp.exceptions.TooManyRequestsException, match="Rate exceeded") as caught:
            pool.idp.list_groups(UserPoolId=pool.pool_id)
    finally:
        sandbox.control("faults", {"is_throttled": False})
        sandbox.control("clock", {"is_frozen": False})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def sign_up(pool: PoolUnderTest, username: str) -> str:
    email = [{"Name": "email", "Value": f"{username}@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username=username, Password=PASSWORD, UserAttributes=email)
    return pool.latest_code()


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_confirming_may_be_tried_fifteen_times_an_hour(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: ConfirmSignUp 15 per user and hour, then LimitExceededException."""
    code = sign_up(pool, "guessing")
    given = {"ClientId": pool.client_id, "Username": "guessing"}
    for _ in range(15):
        with refused("CodeMismatchException"):
            pool.public.confirm_sign_up(**given, ConfirmationCode=wrong(code))
    with refused("LimitExceededException", LIMIT):
        pool.public.confirm_sign_up(**given, ConfirmationCode=code)
    pool.sandbox.advance(3601)
    pool.public.confirm_sign_up(**given, ConfirmationCode=code)


def test_a_code_may_be_resent_five_times_an_hour(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: ResendConfirmationCode 5 per user and hour."""
    sign_up(pool, "resending")
    given = {"ClientId": pool.client_id, "Username": "resending"}
    for _ in range(5):
        pool.public.resend_confirmation_code(**given)
    with refused("LimitExceededException", LIMIT):
        pool.public.resend_confirmation_code(**given)
    pool.sandbox.advance(3601)
    pool.public.resend_confirmation_code(**given)


def test_recovery_may_be_asked_for_five_to_twenty_times_an_hour(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: ForgotPassword and ConfirmForgotPassword 5 to 20 per user and hour."""
    pool.add_user("forgetful", email="forgetful@moonletter.example", email_verified="true")
    asked = 0
    with refused("LimitExceededException", LIMIT):
        for _ in range(21):
            pool.public.forgot_password(ClientId=pool.client_id, Username="forgetful")
            asked += 1
    assert 5 <= asked <= 20


def test_a_password_may_be_changed_five_times_an_hour(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: ChangePassword 5 per user and hour."""
    pool.add_user("changing")
    token = pool.tokens("changing")["AccessToken"]
    given = {"AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD}
    for _ in range(5):
        pool.public.change_password(**given)
    with refused("LimitExceededException", LIMIT):
        pool.public.change_password(**given)


@pytest.mark.parametrize("operation", ["get_user_attribute_verification_code", "verify_user_attribute"])
def test_an_attribute_may_be_verified_so_many_times_an_hour(pool: PoolUnderTest, operation: str) -> None:
    """api-quotas.md 5: GetUserAttributeVerificationCode 5, VerifyUserAttribute 15 per user and hour."""
    username = operation.replace("_", "-")
    pool.add_user(username, email="verifying@moonletter.example")
    key = {"AccessToken": pool.tokens(username)["AccessToken"], "AttributeName": "email"}
    pool.public.get_user_attribute_verification_code(**key)
    code = pool.latest_code()
    if operation.startswith("get"):
        for _ in range(4):
            pool.public.get_user_attribute_verification_code(**key)
        with refused("LimitExceededException", LIMIT):
            pool.public.get_user_attribute_verification_code(**key)
        return
    for _ in range(15):
        with refused("CodeMismatchException"):
            pool.public.verify_user_attribute(**key, Code=wrong(code))
    with refused("LimitExceededException", LIMIT):
        pool.public.verify_user_attribute(**key, Code=code)


@pytest.mark.parametrize(
    "settings",
    [
        {"CallbackURLs": [f"https://app.example/{number}" for number in range(101)]},
        {"LogoutURLs": [f"https://app.example/{number}" for number in range(101)]},
        {"AllowedOAuthScopes": [f"api/scope{number}" for number in range(51)]},
    ],
)
def test_a_client_has_a_hundred_addresses_and_fifty_scopes_at_most(
    pool: PoolUnderTest, strict: Any, settings: dict[str, Any]
) -> None:
    """api-quotas.md 5 and hosted-ui.md 3: callback and logout URLs 100 each, scopes per client 50."""
    with refused("InvalidParameterException"):
        strict.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="many", **settings)


def test_a_resource_server_has_a_hundred_scopes_at_most(pool: PoolUnderTest, strict: Any) -> None:
    """api-quotas.md 5: scopes per server 100."""
    scopes = [{"ScopeName": f"s{number}", "ScopeDescription": "x"} for number in range(101)]
    given = {"UserPoolId": pool.pool_id, "Identifier": "many", "Name": "Many"}
    with refused("InvalidParameterException"):
        strict.create_resource_server(**given, Scopes=scopes)
    assert len(strict.create_resource_server(**given, Scopes=scopes[:100])["ResourceServer"]["Scopes"]) == 100


def test_a_pool_has_twenty_styles_and_forty_documents_at_most(sandbox: RunningSandbox) -> None:
    """api-quotas.md 5 and hosted-ui.md 9: branding styles 20 and terms documents 40 per pool."""
    pool = make_pool(sandbox)
    clients = [{"UserPoolId": pool.pool_id, "ClientId": pool.add_client()["ClientId"]} for _ in range(21)]
    terms = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://moonletter.example"}}
    for client in clients[:20]:
        pool.idp.create_managed_login_branding(**client, UseCognitoProvidedValues=True)
        for name in ("terms-of-use", "privacy-policy"):
            pool.idp.create_terms(**client, TermsName=name, **terms)
    with refused("LimitExceededException"):
        pool.idp.create_managed_login_branding(**clients[20], UseCognitoProvidedValues=True)
    with refused("LimitExceededException"):
        pool.idp.create_terms(**clients[20], TermsName="terms-of-use", **terms)


def _fill(make: Callable[[int], Any], number: int) -> None:
    for each in range(number):
        make(each)
    with refused("LimitExceededException"):
        make(number)


@pytest.mark.full
@pytest.mark.parametrize(
    ("operation", "params", "number"),
    [
        ("create_user_pool_client", {"ClientName": "c{}"}, 999),
        (
            "create_identity_provider",
            {"ProviderName": "provider{}", "ProviderType": "OIDC", "ProviderDetails": OIDC},
            300,
        ),
        ("create_user_import_job", {"JobName": "j{}", "CloudWatchLogsRoleArn": ROLE}, 1000),
    ],
)
def test_a_pool_has_so_many_of_each_at_most(
    sandbox: RunningSandbox, operation: str, params: dict[str, Any], number: int
) -> None:
    """api-quotas.md 5: clients 1,000 (one is there), identity providers 300, import jobs 1,000."""
    if "CloudWatchLogsRoleArn" in params:
        make_import_role(sandbox)
    pool = make_pool(sandbox)

    def make(each: int) -> None:
        given = {name: value.format(each) if isinstance(value, str) else value for name, value in params.items()}
        getattr(pool.idp, operation)(UserPoolId=pool.pool_id, **given)

    _fill(make, number)


@pytest.mark.full
def test_a_region_has_a_thousand_pools_at_most(sandbox: RunningSandbox) -> None:
    """api-quotas.md 5: user pools per Region 1,000."""
    idp = sandbox.client("cognito-idp", region="eu-north-1")
    _fill(lambda each: idp.create_user_pool(PoolName=f"pool {each}"), 1000)
