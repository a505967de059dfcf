"""Exceptions and their words: facts of user-pools-errors.md sections 1 to 4."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import OIDC
from tests.sandbox_fixture import RunningSandbox

MAIL = {"email": "ada@moonletter.example", "email_verified": "true"}
WRONG = "Incorrect username or password."
WRONG_CODE = "Invalid verification code provided, please try again."
OLD_CODE = "Invalid code provided, please request a code again."
LIMIT = "Attempt limit exceeded, please try after some time."
NOBODY = "Username/client id combination not found."
NOWHERE = "us-east-1_000000000"
Call = Callable[[PoolUnderTest], Any]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", **MAIL)
    made.idp.create_group(UserPoolId=made.pool_id, GroupName="readers")
    return made


def sign_up(pool: PoolUnderTest, username: str, *, password: str = PASSWORD, **attributes: str) -> Any:
    entries = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return pool.public.sign_up(ClientId=pool.client_id, Username=username, Password=password, UserAttributes=entries)


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


ADMIN_CALLS = [
    "admin_get_user",
    "admin_delete_user",
    "admin_disable_user",
    "admin_enable_user",
    "admin_confirm_sign_up",
    "admin_reset_user_password",
    "admin_user_global_sign_out",
    "admin_list_groups_for_user",
    "admin_get_user_auth_factors",
]


@pytest.mark.parametrize("operation", ADMIN_CALLS)
def test_an_administrator_is_told_of_unknown_users(pool: PoolUnderTest, operation: str) -> None:
    """user-pools-errors.md 1 and 2: UserNotFoundException `User does not exist.` for all admin calls."""
    with refused("UserNotFoundException", "User does not exist."):
        getattr(pool.idp, operation)(UserPoolId=pool.pool_id, Username="nobody")


@pytest.mark.parametrize("operation", ADMIN_CALLS)
def test_an_unknown_pool_is_named(pool: PoolUnderTest, operation: str) -> None:
    """user-pools-errors.md 2: ResourceNotFoundException `User pool <id> does not exist.`"""
    with refused("ResourceNotFoundException", f"User pool {NOWHERE} does not exist."):
        getattr(pool.idp, operation)(UserPoolId=NOWHERE, Username="ada")


def test_a_pool_of_another_region_does_not_exist(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: ResourceNotFoundException when missing or in the wrong Region."""
    with refused("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist."):
        pool.sandbox.client("cognito-idp", region="eu-west-1").describe_user_pool(UserPoolId=pool.pool_id)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("describe_user_pool_client", {}),
        ("update_user_pool_client", {}),
        ("delete_user_pool_client", {}),
        ("admin_initiate_auth", {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ada"}}),
    ],
)
def test_an_unknown_client_is_named(pool: PoolUnderTest, operation: str, params: dict[str, Any]) -> None:
    """user-pools-errors.md 2: ResourceNotFoundException `User pool client <id> does not exist.` (field)."""
    unknown = "0" * 26
    with refused("ResourceNotFoundException", f"User pool client {unknown} does not exist."):
        getattr(pool.idp, operation)(UserPoolId=pool.pool_id, ClientId=unknown, **params)


@pytest.mark.parametrize("operation", ["get_group", "update_group", "delete_group", "list_users_in_group"])
def test_an_unknown_group_is_not_found(pool: PoolUnderTest, operation: str) -> None:
    """user-pools-errors.md 2: ResourceNotFoundException `Group not found.` (sandbox)."""
    with refused("ResourceNotFoundException", "Group not found."):
        getattr(pool.idp, operation)(UserPoolId=pool.pool_id, GroupName="nobodys")


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("describe_identity_provider", {"ProviderName": "Nobody"}),
        ("describe_resource_server", {"Identifier": "nothing"}),
        ("describe_user_import_job", {"JobId": "import-nothing"}),
        ("describe_managed_login_branding", {"ManagedLoginBrandingId": "00000000-0000-4000-8000-000000000000"}),
        ("describe_terms", {"TermsId": "00000000-0000-4000-8000-000000000000"}),
    ],
)
def test_whatever_is_missing_is_not_found(pool: PoolUnderTest, operation: str, params: dict[str, str]) -> None:
    """user-pools-errors.md 1: ResourceNotFoundException for what is missing."""
    with refused("ResourceNotFoundException"):
        getattr(pool.idp, operation)(UserPoolId=pool.pool_id, **params)


def test_what_is_there_already_has_an_exception_of_its_own(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: GroupExists-, DuplicateProvider-, ManagedLoginBrandingExists-, TermsExistsException."""
    key = {"UserPoolId": pool.pool_id}
    client = {**key, "ClientId": pool.client_id}
    provider = {**key, "ProviderName": "Moonbook", "ProviderType": "OIDC", "ProviderDetails": OIDC}
    terms: dict[str, Any] = {**client, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE"}
    terms["Links"] = {"cognito:default": "https://moonletter.example/terms"}
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("create_group", {**key, "GroupName": "twice"}, "GroupExistsException"),
        ("create_identity_provider", provider, "DuplicateProviderException"),
        (
            "create_managed_login_branding",
            {**client, "UseCognitoProvidedValues": True},
            "ManagedLoginBrandingExistsException",
        ),
        ("create_terms", terms, "TermsExistsException"),
    ]
    for operation, params, code in calls:
        getattr(pool.idp, operation)(**params)
        with refused(code):
            getattr(pool.idp, operation)(**params)


def test_a_taken_name_is_refused(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: UsernameExistsException `User already exists`."""
    with refused("UsernameExistsException", "User already exists"):
        sign_up(pool, "ada")
    with refused("UsernameExistsException", "User already exists"):
        pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="ada")


def test_a_taken_address_is_named_where_it_is_the_name(sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: `An account with the given email already exists.` (field); wrong forms of names."""
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    sign_up(pool, "ada@moonletter.example")
    with refused("UsernameExistsException", "An account with the given email already exists."):
        sign_up(pool, "ada@moonletter.example")
    with refused("InvalidParameterException"):
        sign_up(pool, "ada")


def test_a_weak_password_is_told_the_first_rule_it_breaks(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `Password did not conform with policy: <reason>`, only the first failing rule."""
    start = "Password did not conform with"
    with refused("InvalidPasswordException", f"{start} policy: Password not long enough"):
        sign_up(pool, "weak", password="short")
    with refused("InvalidPasswordException", f"{start} policy: Password must have uppercase characters"):
        sign_up(pool, "weak", password="lowercase")
    with refused("InvalidPasswordException", f"{start} policy: Password must have numeric characters"):
        sign_up(pool, "weak", password="Lowercase")
    with refused("InvalidPasswordException", f"{start} password policy: Password not long enough"):
        pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="weak", TemporaryPassword="short")


def test_a_malformed_value_is_named_with_its_constraint(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `1 validation error detected: Value … at '<member>' failed to satisfy constraint: …`"""
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    with pytest.raises(ClientError) as caught:
        strict.describe_user_pool(UserPoolId="a b")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"].startswith(
        "1 validation error detected: Value 'a b' at 'userPoolId' failed to satisfy constraint: "
    )


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        (
            {"custom:shoe": "42"},
            "Attributes did not conform to the schema: custom:shoe: Attribute does not exist in the schema.",
        ),
        ({"phone_number": "123"}, "Invalid phone number format."),
        ({"email": "ada"}, "Invalid email address format."),
    ],
)
def test_an_attribute_that_does_not_fit_is_named(pool: PoolUnderTest, attributes: dict[str, str], text: str) -> None:
    """user-pools-errors.md 2: `Attributes did not conform to the schema: …`, formats of phone number and e-mail."""
    with refused("InvalidParameterException", text):
        sign_up(pool, "misfit", **attributes)


def test_a_wrong_code_and_an_old_one_differ(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1 and 2: CodeMismatchException for a wrong code, ExpiredCodeException if never requested."""
    sign_up(pool, "coded", email="coded@moonletter.example")
    code = pool.latest_code()
    given = {"ClientId": pool.client_id, "Username": "coded"}
    with refused("CodeMismatchException", WRONG_CODE):
        pool.public.confirm_sign_up(ConfirmationCode=wrong(code), **given)
    with refused("ExpiredCodeException", OLD_CODE):
        pool.public.confirm_forgot_password(ConfirmationCode="123456", Password=PASSWORD, **given)


def test_a_confirmed_user_is_not_confirmed_again(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: `User cannot be confirmed. Current status is CONFIRMED`; `User is already confirmed.`"""
    given = {"ClientId": pool.client_id, "Username": "ada"}
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.public.confirm_sign_up(ConfirmationCode="123456", **given)
    with refused("InvalidParameterException", "User is already confirmed."):
        pool.public.resend_confirmation_code(**given)


@pytest.mark.parametrize("operation", ["forgot_password", "resend_confirmation_code"])
def test_an_unhidden_unknown_user_is_told_in_recovery(pool: PoolUnderTest, operation: str) -> None:
    """user-pools-errors.md 2: UserNotFoundException `Username/client id combination not found.` (field; LEGACY)."""
    with refused("UserNotFoundException", NOBODY):
        getattr(pool.public, operation)(ClientId=pool.client_id, Username="nobody")


def test_a_sign_in_says_what_is_wrong(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: wrong password, unconfirmed, waiting for a reset, disabled flow."""
    with refused("NotAuthorizedException", WRONG):
        pool.sign_in("ada", "Wrong-Password-1")
    sign_up(pool, "unconfirmed")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        pool.sign_in("unconfirmed")
    pool.add_user("resetting", **MAIL)
    pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="resetting")
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.sign_in("resetting")
    narrow = pool.add_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])["ClientId"]
    for flow in ("USER_PASSWORD_AUTH", "USER_SRP_AUTH"):
        with refused("InvalidParameterException", f"{flow} flow not enabled for this client"):
            pool.public.initiate_auth(
                AuthFlow=flow, ClientId=narrow, AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD, "SRP_A": "2"}
            )


def test_tokens_that_do_not_fit_are_told_apart(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: Invalid, expired and revoked access tokens."""
    pool.add_user("tokens")
    tokens = pool.tokens("tokens")
    for token in ("garbage", tokens["IdToken"]):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            pool.public.get_user(AccessToken=token)
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="tokens")
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=tokens["AccessToken"])
    fresh = pool.tokens("tokens")["AccessToken"]
    pool.sandbox.advance(3601)
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.public.get_user(AccessToken=fresh)


def test_refresh_tokens_that_do_not_fit_are_told_apart(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2: malformed, foreign, revoked and expired refresh tokens."""

    def refresh(token: str, client_id: str = pool.client_id) -> Any:
        return pool.public.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH", ClientId=client_id, AuthParameters={"REFRESH_TOKEN": token}
        )

    pool.add_user("refresher")
    token = pool.tokens("refresher")["RefreshToken"]
    other = pool.add_client(ExplicitAuthFlows=FLOWS)["ClientId"]
    for bad, client_id in (("garbage", pool.client_id), (token, other)):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            refresh(bad, client_id)
    pool.public.revoke_token(Token=token, ClientId=pool.client_id)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(token)
    later = pool.tokens("refresher")["RefreshToken"]
    pool.sandbox.advance(30 * 86400 + 1)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refresh(later)


def test_revoking_says_what_is_wrong(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: UnsupportedTokenType-, UnsupportedOperation- and UnauthorizedException of RevokeToken."""
    tokens = pool.tokens("ada")
    with refused("UnsupportedTokenTypeException"):
        pool.public.revoke_token(Token=tokens["AccessToken"], ClientId=pool.client_id)
    lasting = pool.add_client(ExplicitAuthFlows=FLOWS, EnableTokenRevocation=False)["ClientId"]
    with refused("UnsupportedOperationException"):
        pool.public.revoke_token(Token=pool.tokens("ada", client_id=lasting)["RefreshToken"], ClientId=lasting)
    secret = pool.add_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)["ClientId"]
    with refused("UnauthorizedException"):
        pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=secret, ClientSecret="wrong" * 6)


def test_domains_that_cannot_be_are_refused_in_cognitos_words(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    """user-pools-errors.md 2: messages of the troubleshooting page about domains."""
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="fact-errors")
    other = make_pool(sandbox)
    with refused("InvalidParameterException", "Domain already associated with another user pool."):
        other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="fact-errors")


def test_threat_protection_must_be_on_for_its_calls(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: UserPoolAddOnNotEnabledException for threat-protection calls without it."""
    with refused("UserPoolAddOnNotEnabledException"):
        pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)
    with refused("UserPoolAddOnNotEnabledException"):
        pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")


def test_too_many_attempts_have_their_own_words(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 2 and 4: LimitExceededException `Attempt limit exceeded, please try after some time.`"""
    sign_up(pool, "eager", email="eager@moonletter.example")
    for _ in range(5):
        pool.public.resend_confirmation_code(ClientId=pool.client_id, Username="eager")
    with refused("LimitExceededException", LIMIT):
        pool.public.resend_confirmation_code(ClientId=pool.client_id, Username="eager")


def test_tags_that_cannot_be_have_an_exception_of_their_own(pool: PoolUnderTest) -> None:
    """user-pools-errors.md 1: UserPoolTaggingException, tags invalid."""
    tags = {"aws:mine": "x"}
    with refused("UserPoolTaggingException"):
        make_pool(pool.sandbox, UserPoolTags=tags)
    with refused("UserPoolTaggingException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, UserPoolTags=tags)
