"""App clients and resource servers: facts of user-pools.md section 2 and user-pools-config.md sections 1 and 7."""

from typing import Any

import jwt
import pytest

from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import OIDC
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    made.add_user("ada", name="Ada", custom__plan="paid")
    return made


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def own_attributes(pool: PoolUnderTest, client_id: str) -> dict[str, str]:
    token = pool.tokens("ada", client_id=client_id)["AccessToken"]
    return {entry["Name"]: entry["Value"] for entry in pool.public.get_user(AccessToken=token)["UserAttributes"]}


def test_a_listed_client_has_ids_and_a_name_alone(pool: PoolUnderTest) -> None:
    """user-pools.md 2: ListUserPoolClients gives ids and names; details are DescribeUserPoolClient's."""
    for entry in pool.idp.list_user_pool_clients(UserPoolId=pool.pool_id, MaxResults=60)["UserPoolClients"]:
        assert entry.keys() == {"ClientId", "UserPoolId", "ClientName"}


@pytest.mark.parametrize("size", [0, 61])
def test_a_page_of_clients_has_1_to_60(pool: PoolUnderTest, strict: Any, size: int) -> None:
    """user-pools.md 2: ListUserPoolClients MaxResults 1 to 60."""
    with refused("InvalidParameterException"):
        strict.list_user_pool_clients(UserPoolId=pool.pool_id, MaxResults=size)


def test_a_description_shows_the_secret_in_clear(pool: PoolUnderTest) -> None:
    """user-pools.md 2: DescribeUserPoolClient returns the secret in clear."""
    made = pool.add_client(GenerateSecret=True)
    shown = pool.idp.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=made["ClientId"])["UserPoolClient"]
    assert shown["ClientSecret"] == made["ClientSecret"]


@pytest.mark.parametrize(("length", "is_taken"), [(23, False), (24, True), (64, True), (65, False)])
def test_a_secret_of_ones_own_has_24_to_64_characters(
    pool: PoolUnderTest, strict: Any, length: int, *, is_taken: bool
) -> None:
    """user-pools.md 2: CreateUserPoolClient takes an own ClientSecret of 24 to 64 characters."""
    given = {"UserPoolId": pool.pool_id, "ClientName": "own", "ClientSecret": "s" * length}
    if is_taken:
        assert strict.create_user_pool_client(**given)["UserPoolClient"]["ClientSecret"] == "s" * length
        return
    with refused("InvalidParameterException"):
        strict.create_user_pool_client(**given)


def test_a_machines_client_is_another_kind_of_flow(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7: AllowedOAuthFlows client_credentials stands alone and needs a secret."""
    for settings in (
        {"AllowedOAuthFlows": ["client_credentials"]},
        {"AllowedOAuthFlows": ["client_credentials", "code"]},
    ):
        with refused("InvalidOAuthFlowException"):
            pool.add_client(**settings)


def test_tokens_live_an_hour_unless_said_otherwise(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7, tokens.md 1: AccessTokenValidity and IdTokenValidity default to 60 minutes."""
    tokens = pool.tokens("ada")
    for token in (claims(tokens["AccessToken"]), claims(tokens["IdToken"])):
        assert token["exp"] - token["iat"] == 3600


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({"AccessTokenValidity": 2}, 7200),
        ({"AccessTokenValidity": 300, "TokenValidityUnits": {"AccessToken": "seconds"}}, 300),
        ({"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}}, 300),
        ({"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}}, 86400),
    ],
)
def test_validity_is_counted_in_hours_or_the_unit_that_is_given(
    pool: PoolUnderTest, settings: dict[str, Any], seconds: int
) -> None:
    """user-pools-config.md 7: access and ID tokens 5 min to 24 h, unit default hours; TokenValidityUnits."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, **settings)["ClientId"]
    token = claims(pool.tokens("ada", client_id=client_id)["AccessToken"])
    assert token["exp"] - token["iat"] == seconds


@pytest.mark.parametrize(
    "settings",
    [
        {"AccessTokenValidity": 299, "TokenValidityUnits": {"AccessToken": "seconds"}},
        {"AccessTokenValidity": 25},
        {"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}},
        {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        {"RefreshTokenValidity": 3651},
        {"AuthSessionValidity": 2},
        {"AuthSessionValidity": 16},
        {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 61}},
    ],
)
def test_a_time_beyond_its_bounds_is_refused(pool: PoolUnderTest, strict: Any, settings: dict[str, Any]) -> None:
    """user-pools-config.md 7, tokens.md 1: 5 min to 24 h, refresh 1 h to 10 years, sessions 3 to 15 min, grace 60 s."""
    with refused("InvalidParameterException"):
        strict.create_user_pool_client(
            UserPoolId=pool.pool_id, ClientName="times", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], **settings
        )


def test_a_refresh_token_lives_thirty_days_and_zero_means_that_too(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7, tokens.md 1: RefreshTokenValidity default 30 days, unit default days; 0 means default."""
    assert pool.add_client()["RefreshTokenValidity"] == 30
    assert pool.add_client(RefreshTokenValidity=0)["RefreshTokenValidity"] == 30
    assert pool.add_client(RefreshTokenValidity=3650)["RefreshTokenValidity"] == 3650


def test_a_session_lives_three_minutes_unless_said_otherwise(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7: AuthSessionValidity 3 to 15 minutes, default 3."""
    assert pool.add_client()["AuthSessionValidity"] == 3
    assert pool.add_client(AuthSessionValidity=15)["AuthSessionValidity"] == 15


def test_flows_left_out_are_refresh_srp_and_custom(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7, auth-flows.md 2: ExplicitAuthFlows omitted means REFRESH, SRP and CUSTOM."""
    flows = set(pool.add_client()["ExplicitAuthFlows"])
    assert flows == {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}


@pytest.mark.parametrize(
    ("legacy", "flow"),
    [("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"), ("ADMIN_NO_SRP_AUTH", "ADMIN_NO_SRP_AUTH")],
)
def test_a_legacy_flow_name_allows_its_flow(pool: PoolUnderTest, legacy: str, flow: str) -> None:
    """user-pools-config.md 7: legacy values ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH; no mixing with ALLOW_ values."""
    client_id = pool.add_client(ExplicitAuthFlows=[legacy])["ClientId"]
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    call: dict[str, Any] = {"AuthFlow": flow, "ClientId": client_id, "AuthParameters": parameters}
    if flow.startswith("ADMIN"):
        answer = pool.idp.admin_initiate_auth(UserPoolId=pool.pool_id, **call)
    else:
        answer = pool.public.initiate_auth(**call)
    assert answer["AuthenticationResult"]
    with refused("InvalidParameterException"):
        pool.add_client(ExplicitAuthFlows=[legacy, "ALLOW_USER_SRP_AUTH"])


def test_oauth_flows_are_ignored_until_the_client_is_allowed_them(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7: AllowedOAuthFlows is ignored unless AllowedOAuthFlowsUserPoolClient is true."""
    client = pool.add_client(AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"])
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    assert client["AllowedOAuthFlows"] == ["code"]


@pytest.mark.parametrize("scope", ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"])
def test_standard_scopes_exist_in_every_pool(pool: PoolUnderTest, scope: str) -> None:
    """user-pools-config.md 7: AllowedOAuthScopes openid, email, phone, profile, aws.cognito.signin.user.admin."""
    assert pool.add_client(AllowedOAuthScopes=[scope])["AllowedOAuthScopes"] == [scope]


def test_users_are_not_hidden_and_tokens_revocable_unless_said_otherwise(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7: PreventUserExistenceErrors LEGACY, EnableTokenRevocation true, ClientType REGULAR."""
    client = pool.add_client()
    assert client["PreventUserExistenceErrors"] == "LEGACY"
    assert client["EnableTokenRevocation"] is True
    assert client["ClientType"] == "REGULAR"


def test_rotation_and_the_refresh_flow_exclude_each_other(pool: PoolUnderTest) -> None:
    """user-pools-config.md 7: RefreshTokenRotation is incompatible with ALLOW_REFRESH_TOKEN_AUTH."""
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    with refused("InvalidParameterException"):
        pool.add_client(ExplicitAuthFlows=FLOWS, RefreshTokenRotation=rotation)
    kept = pool.add_client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], RefreshTokenRotation=rotation)
    assert kept["RefreshTokenRotation"] == rotation


def test_lists_of_attributes_are_shown_only_when_given(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: Read- and WriteAttributes are described only when non-default."""
    assert not {"ReadAttributes", "WriteAttributes"} & pool.add_client().keys()
    client = pool.add_client(ReadAttributes=["email"], WriteAttributes=["name"])
    assert (client["ReadAttributes"], client["WriteAttributes"]) == (["email"], ["name"])


def test_reading_permission_filters_tokens_and_the_own_profile_alone(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: tokens and GetUser are filtered by read permission, ListUsers and AdminGetUser not."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, ReadAttributes=["name"])["ClientId"]
    assert own_attributes(pool, client_id).keys() == {"sub", "name"}
    assert "custom:plan" not in claims(pool.tokens("ada", client_id=client_id)["IdToken"])
    listed = pool.idp.list_users(UserPoolId=pool.pool_id, Filter='username = "ada"')["Users"][0]["Attributes"]
    shown = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")["UserAttributes"]
    for attributes in (listed, shown):
        assert {"Name": "custom:plan", "Value": "paid"} in attributes


def test_a_new_custom_attribute_is_none_for_clients_with_lists(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 1: a new custom attribute is not readable or writable for clients with explicit lists."""
    pool = make_pool(sandbox)
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, ReadAttributes=["name"], WriteAttributes=["name"])["ClientId"]
    pool.idp.add_custom_attributes(
        UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "late", "AttributeDataType": "String"}]
    )
    pool.add_user("ada", custom__late="yes")
    assert "custom:late" not in own_attributes(pool, client_id)
    assert own_attributes(pool, pool.client_id)["custom:late"] == "yes"
    token = pool.tokens("ada", client_id=client_id)["AccessToken"]
    with refused("NotAuthorizedException"):
        pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "custom:late", "Value": "no"}])


def test_required_attributes_are_always_writable(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 1: required attributes are always writable."""
    pool = make_pool(sandbox, Schema=[{"Name": "email", "Required": True, "Mutable": True}])
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, WriteAttributes=["name"])["ClientId"]
    email = [{"Name": "email", "Value": "ada@moonletter.example"}]
    pool.public.sign_up(ClientId=client_id, Username="ada", Password=PASSWORD, UserAttributes=email)
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ada")
    assert pool.tokens("ada", client_id=client_id)


def test_a_client_offers_a_provider_only_when_it_names_it(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 11: SupportedIdentityProviders; deleting a provider does not delete its users."""
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id}
    with refused("InvalidParameterException"):
        pool.add_client(SupportedIdentityProviders=["Moonbook"])
    pool.idp.create_identity_provider(**key, ProviderName="Moonbook", ProviderType="OIDC", ProviderDetails=OIDC)
    offered = pool.add_client(SupportedIdentityProviders=["COGNITO", "Moonbook"])["SupportedIdentityProviders"]
    assert offered == ["COGNITO", "Moonbook"]


def test_a_scope_is_spelled_identifier_slash_name(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: a scope's string is `identifier/scopeName`; Identifier and Name are required."""
    pool = make_pool(sandbox)
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="letters", Name="Letters", Scopes=scopes)
    assert pool.add_client(AllowedOAuthScopes=["letters/read"])["AllowedOAuthScopes"] == ["letters/read"]
    for wrong in ("read", "letters.read", "letters/write"):
        with refused("ScopeDoesNotExistException"):
            pool.add_client(AllowedOAuthScopes=[wrong])
