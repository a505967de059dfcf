"""Claims and the functions that change them: facts of tokens.md sections 1 to 4."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import MAIL, PHONE
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, answer_of
from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

ROLE = "arn:aws:iam::210987654321:role/"
ADMIN = "aws.cognito.signin.user.admin"
SCOPES = ["openid", "email", "phone", "profile", ADMIN]
OAUTH: dict[str, Any] = {
    "ExplicitAuthFlows": FLOWS,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": SCOPES,
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
PROFILE = {
    "email": MAIL,
    "email_verified": "true",
    "phone_number": PHONE,
    "phone_number_verified": "false",
    "name": "Ada",
}
FIXED = ["sub", "iss", "aud", "cognito:username", "token_use", "exp", "iat", "auth_time", "jti", "event_id", "nbf"]
FIXED += ["client_id", "username", "origin_jti", "version", "nonce", "at_hash", "azp", "acr", "amr", "device_key"]
FIXED += ["identities", "cognito:moon", "cognito:mfa_enabled", "dev:new"]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    custom = [{"Name": "plan", "AttributeDataType": "String"}, {"Name": "age", "AttributeDataType": "Number"}]
    made = make_pool(sandbox, client=OAUTH, Schema=custom)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="claim-facts")
    made.add_user("ada", **PROFILE, custom__plan="true", custom__age="36")
    made.add_user("alone")
    yield made
    made.idp.delete_user_pool_domain(UserPoolId=made.pool_id, Domain="claim-facts")


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def identity(pool: PoolUnderTest, username: str = "ada") -> dict[str, Any]:
    return claims(pool.tokens(username)["IdToken"])


def join(pool: PoolUnderTest, username: str, **groups: tuple[int, str]) -> None:
    """Put a user into groups, each with a precedence and a role."""
    for name, (precedence, role) in groups.items():
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName=name, Precedence=precedence, RoleArn=ROLE + role)
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName=name, Username=username)


def hosted(pool: PoolUnderTest, scope: str, **changed: str) -> dict[str, Any]:
    """The token endpoint's answer to a sign-in at the pages."""
    attempt = SignIn(**{"client_id": pool.client_id, "scope": scope} | changed)
    with Browser(pool.sandbox, "claim-facts") as browser:
        page = browser.go("oauth2/authorize", **attempt.query)
        answer = browser.submit(page, username="ada", password=PASSWORD)
        tokens: dict[str, Any] = attempt.exchange(browser, answer_of(answer)["code"]).json()
    return tokens


def test_both_headers_have_a_key_id_and_rs256(pool: PoolUnderTest) -> None:
    """tokens.md 1: JWT, RS256; the ID token's kid differs from the access token's."""
    tokens = pool.tokens("ada")
    headers = [jwt.get_unverified_header(tokens[name]) for name in ("IdToken", "AccessToken")]
    assert [header.keys() >= {"kid", "alg"} and header["alg"] for header in headers] == ["RS256", "RS256"]
    assert headers[0]["kid"] != headers[1]["kid"]


def test_a_token_lives_an_hour_by_default(pool: PoolUnderTest) -> None:
    """tokens.md 1 and 8: default 1 h; exp − iat is the configured validity."""
    for name in ("IdToken", "AccessToken"):
        found = claims(pool.tokens("ada")[name])
        assert found["exp"] - found["iat"] == 3600


def test_who_and_for_whom(pool: PoolUnderTest) -> None:
    """tokens.md 2: sub, aud the app client id, iss, token_use, cognito:username, numbers of seconds."""
    own = identity(pool)
    assert (own["aud"], own["token_use"], own["cognito:username"]) == (pool.client_id, "id", "ada")
    assert own["iss"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    assert all(isinstance(own[name], int) for name in ("auth_time", "iat", "exp"))
    assert own["sub"] == identity(pool)["sub"]


def test_in_a_pool_of_addresses_the_username_is_the_sub(sandbox: RunningSandbox) -> None:
    """tokens.md 2: cognito:username is the UUID, the sub, in e-mail-username pools."""
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    pool.add_user(MAIL)
    own = identity(pool, MAIL)
    assert own["cognito:username"] == own["sub"]


def test_groups_and_roles_are_lists_and_absent_without_a_group(pool: PoolUnderTest) -> None:
    """tokens.md 2 and 3: cognito:groups, cognito:roles arrays; absent when the user has none; groups in both."""
    pool.add_user("member")
    join(pool, "member", second=(20, "Second"), first=(10, "First"))
    own, access = identity(pool, "member"), claims(pool.tokens("member")["AccessToken"])
    assert own["cognito:groups"] == access["cognito:groups"] == ["first", "second"]
    assert set(own["cognito:roles"]) == {ROLE + "First", ROLE + "Second"}
    assert own["cognito:preferred_role"] == ROLE + "First"
    assert not [name for name in identity(pool, "alone") if "groups" in name or "role" in name]


@pytest.mark.parametrize(("role", "is_there"), [("Other", False), ("Same", True)])
def test_a_tie_of_different_roles_prefers_none(pool: PoolUnderTest, role: str, *, is_there: bool) -> None:
    """tokens.md 2 and 8: equal best precedence with different roles, no cognito:preferred_role."""
    user = f"tied-{role}"
    pool.add_user(user)
    join(pool, user, **{f"{user}-a": (5, "Same"), f"{user}-b": (5, role)})
    assert ("cognito:preferred_role" in identity(pool, user)) is is_there


def test_values_have_their_types(pool: PoolUnderTest) -> None:
    """tokens.md 2 and 8: *_verified are booleans, custom attributes always strings."""
    own = identity(pool)
    assert (own["email_verified"], own["phone_number_verified"]) == (True, False)
    assert (own["custom:plan"], own["custom:age"]) == ("true", "36")


def test_only_what_the_client_may_read_is_told(pool: PoolUnderTest) -> None:
    """tokens.md 2 and 8: only attributes the client may read."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, ReadAttributes=["name"])["ClientId"]
    own = claims(pool.tokens("ada", client_id=client_id)["IdToken"])
    assert own.keys() & {*PROFILE, "custom:plan"} == {"name"}


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {*PROFILE, "custom:plan", "custom:age"}),
        ("openid email", {"email", "email_verified"}),
        ("openid phone", {"phone_number", "phone_number_verified"}),
        ("openid profile", {"name", "custom:plan", "custom:age"}),
        ("openid email phone", {"email", "email_verified", "phone_number", "phone_number_verified"}),
    ],
)
def test_scopes_choose_the_attributes(pool: PoolUnderTest, scope: str, told: set[str]) -> None:
    """tokens.md 3: openid alone is every readable attribute, email, phone and profile only those groups."""
    own = claims(hosted(pool, scope)["id_token"])
    assert own.keys() & {*PROFILE, "custom:plan", "custom:age"} == told


def test_without_openid_there_is_no_id_token(pool: PoolUnderTest) -> None:
    """tokens.md 3: openid, the ID token."""
    assert "id_token" not in hosted(pool, ADMIN)


def test_a_hosted_sign_in_has_nonce_and_hash_and_its_scopes(pool: PoolUnderTest) -> None:
    """tokens.md 2 and 3: nonce if sent, at_hash in hosted flows, scope those that were granted."""
    tokens = hosted(pool, "openid email", nonce="n-1")
    own, access = claims(tokens["id_token"]), claims(tokens["access_token"])
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert (own["nonce"], own["at_hash"]) == ("n-1", urlsafe_b64encode(digest).rstrip(b"=").decode())
    assert (access["scope"], access["version"], "aud" in access) == ("openid email", 2, False)
    assert not identity(pool).keys() & {"nonce", "at_hash"}


def test_a_resource_alone_is_an_access_tokens_audience(pool: PoolUnderTest) -> None:
    """tokens.md 3: aud only when the request carried `resource`."""
    tokens = hosted(pool, "openid", resource="https://api.moonletter.example")
    assert claims(tokens["access_token"])["aud"] == "https://api.moonletter.example"
    assert claims(tokens["id_token"])["aud"] == pool.client_id


def test_without_the_scope_for_it_nobody_serves_themselves(pool: PoolUnderTest) -> None:
    """tokens.md 3 and 8: without aws.cognito.signin.user.admin, `Access Token does not have required scopes`."""
    token = hosted(pool, "openid")["access_token"]
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        pool.public.get_user(AccessToken=token)
    assert pool.public.get_user(AccessToken=hosted(pool, f"openid {ADMIN}")["access_token"])


def test_a_machines_token_is_about_the_client(pool: PoolUnderTest) -> None:
    """tokens.md 1, 3 and 8: client_credentials, access token alone; sub the client id; no user, groups or event."""
    scope = [{"ScopeName": "read", "ScopeDescription": "read"}]
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="shop", Name="shop", Scopes=scope)
    client = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["shop/read"],
    )
    secret = {"client_id": client["ClientId"], "client_secret": client["ClientSecret"]}
    with Browser(pool.sandbox, "claim-facts") as browser:
        tokens = browser.token(grant_type="client_credentials", **secret).json()
    assert tokens.keys() == {"access_token", "expires_in", "token_type"}
    found = claims(tokens["access_token"])
    assert (found["sub"], found["client_id"], found["scope"]) == (client["ClientId"], client["ClientId"], "shop/read")
    assert not found.keys() & {"username", "cognito:groups", "event_id", "origin_jti"}


def make_trigger(sandbox: RunningSandbox, name: str, version: str, body: str) -> Scene:
    scene = make_scene(sandbox, name, [], body)
    config = {"PreTokenGenerationConfig": {"LambdaArn": scene.function_arn, "LambdaVersion": version}}
    scene.pool.idp.update_user_pool(UserPoolId=scene.pool.pool_id, LambdaConfig=config)
    scene.pool.add_user("ada", email=MAIL)
    join(scene.pool, "ada", readers=(1, "Reader"))
    return scene


V2_BODY = """
change = {"claimsToAddOrOverride": {"number": 1, "list": [1], "object": {"a": True}, "both": 1, "dev:x": 1,
    **dict.fromkeys(%r, "forged")}, "claimsToSuppress": ["both", "sub"]}
event["response"]["claimsAndScopeOverrideDetails"] = {"idTokenGeneration": change, "accessTokenGeneration": change |
    {"scopesToAdd": ["more"], "scopesToSuppress": ["aws.cognito.signin.user.admin"]}}
""".strip()


@pytest.fixture(scope="module")
def changed(sandbox: RunningSandbox) -> tuple[Scene, dict[str, Any], dict[str, Any]]:
    """A scene of version 2, and the claims of its ID and its access token."""
    scene = make_trigger(sandbox, "claim-facts-2", "V2_0", V2_BODY % sorted(FIXED))
    tokens = scene.pool.tokens("ada")
    return scene, claims(tokens["IdToken"]), claims(tokens["AccessToken"])


def test_version_two_takes_every_json_value_for_both_tokens(changed: Any) -> None:
    """tokens.md 4: V2 numbers, arrays, objects, in ID and access tokens; scopes; suppress beats override."""
    for found in changed[1:]:
        assert (found["number"], found["list"], found["object"]) == (1, [1], {"a": True})
        assert not found.keys() & {"both", "dev:x"}
    assert changed[2]["scope"] == "more"


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("name", FIXED)
def test_some_claims_are_nobodys_to_change(changed: Any, which: int, name: str) -> None:
    """tokens.md 4: not changeable."""
    assert changed[which].get(name) != "forged"


def test_version_two_sees_attributes_groups_and_scopes(changed: Any) -> None:
    """tokens.md 4: request userAttributes, groupConfiguration and, in V2, scopes; TokenGeneration_Authentication."""
    event = changed[0].events()[0]
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert event["request"]["userAttributes"]["email"] == MAIL
    assert event["request"]["groupConfiguration"]["groupsToOverride"] == ["readers"]
    assert event["request"]["scopes"] == [ADMIN]
    assert event["request"]["groupConfiguration"]["iamRolesToOverride"] == [ROLE + "Reader"]
    assert event["request"]["groupConfiguration"]["preferredRole"] == ROLE + "Reader"


@pytest.mark.parametrize(
    ("name", "details", "has_groups", "has_roles"),
    [
        ("kept", '{"claimsToAddOrOverride": {"a": "b"}}', True, True),
        ("emptied", '{"groupOverrideDetails": {}}', False, False),
        ("nulled", '{"groupOverrideDetails": None}', False, False),
        ("copied", '{"groupOverrideDetails": event["request"]["groupConfiguration"]}', True, True),
        ("suppressed", '{"claimsToSuppress": ["cognito:groups"]}', False, False),
        ("roleless", '{"claimsToSuppress": ["cognito:roles"]}', True, False),
    ],
)
def test_groups_are_kept_overridden_or_taken(
    sandbox: RunningSandbox, name: str, details: str, *, has_groups: bool, has_roles: bool
) -> None:
    """tokens.md 4: empty or null removes groups, a copy keeps them, suppressing groups drops roles, too.

    What is overridden is so in both tokens; V1 suppresses in the ID token alone.
    """
    body = f'event["response"]["claimsOverrideDetails"] = {details}'
    tokens = make_trigger(sandbox, f"claim-facts-{name}", "V1_0", body).pool.tokens("ada")
    own, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert ("cognito:groups" in own, "cognito:roles" in own) == (has_groups, has_roles)
    assert ("cognito:groups" in access) is (has_groups or "groupOverrideDetails" not in details)


@pytest.mark.parametrize(
    ("name", "version", "claim"),
    [
        ("number", "V1_0", '{"a": 1}'),
        ("verified", "V2_0", '{"email_verified": {}}'),
        ("updated", "V2_0", '{"updated_at": []}'),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_invalid_response(
    sandbox: RunningSandbox, name: str, version: str, claim: str
) -> None:
    """tokens.md 4: V1 values are strings; some claims of the ID token must stay simple."""
    details = f'{{"claimsToAddOrOverride": {claim}}}'
    if version == "V1_0":
        body = f'event["response"]["claimsOverrideDetails"] = {details}'
    else:
        body = f'event["response"]["claimsAndScopeOverrideDetails"] = {{"idTokenGeneration": {details}}}'
    scene = make_trigger(sandbox, f"claim-facts-wrong-{name}", version, body)
    with refused("InvalidLambdaResponseException"):
        scene.pool.sign_in("ada")


def test_a_preferred_role_is_a_text(sandbox: RunningSandbox) -> None:
    """tokens.md 4: groupConfiguration's preferredRole is one role's ARN."""
    body = 'event["response"]["claimsOverrideDetails"] = {"groupOverrideDetails": {"preferredRole": ["r"]}}'
    with refused("InvalidLambdaResponseException"):
        make_trigger(sandbox, "claim-facts-role", "V1_0", body).pool.sign_in("ada")
