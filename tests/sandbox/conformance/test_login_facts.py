"""Flows, logins and identities: facts of identity-pools.md sections 2, 3 and 4."""

import time
import uuid
from typing import Any

import jwt
import pytest

from tests.sandbox.hosted_ui.browser import WEB
from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, SamlProvider, issuer_of, sign_in_at
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, Visitor, id_token, logins, visit
from tests.sandbox.pools import PASSWORD, refused
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox_fixture import RunningSandbox

APP = "moonletter-app"
COGNITO = "cognito-identity.amazonaws.com"
DEVELOPER = "login.moonletter"
SOCIAL = {
    "accounts.google.com": ("google", "id_token"),
    "graph.facebook.com": ("facebook", "access_token"),
    "www.amazon.com": ("amazon", "access_token"),
    "appleid.apple.com": ("apple", "id_token"),
}


@pytest.fixture(scope="module")
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


def with_roles(kit: PoolKit, **changed: Any) -> tuple[str, dict[str, str]]:
    """A pool with a role for guests and one for signed-in people, and those roles."""
    pool_id = kit.pool(**changed)
    suffix = uuid.uuid4().hex[:8]
    roles = {amr: kit.role(f"{amr}-{suffix}", pool_id, amr) for amr in ("authenticated", "unauthenticated")}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles)
    return pool_id, roles


def open_id_token(kit: PoolKit, pool_id: str, login: dict[str, str]) -> str:
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    return str(kit.public.get_open_id_token(IdentityId=identity_id, Logins=login)["Token"])


def assume(kit: PoolKit, role: str, token: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="facts", WebIdentityToken=token, **more
    )
    return answer


def lasts_s(issued: dict[str, Any]) -> float:
    return float(issued["Expiration"].timestamp() - time.time())


def test_the_enhanced_flow_lasts_an_hour_under_one_name(kit: PoolKit) -> None:
    """identity-pools.md 2: 1 h fixed, the pool's role, no AllowClassicFlow, CognitoIdentityCredentials."""
    pool_id, roles = with_roles(kit)
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    issued = kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=login)["Credentials"]
    assert lasts_s(issued) == pytest.approx(3600, abs=30)
    caller = visit(kit.sandbox, pool_id, login).client("sts").get_caller_identity()
    role = roles["authenticated"].rpartition("/")[2]
    assert caller["Arn"] == f"arn:aws:sts::210987654321:assumed-role/{role}/CognitoIdentityCredentials"
    role_id = kit.iam.get_role(RoleName=role)["Role"]["RoleId"]
    assert caller["UserId"] == f"{role_id}:CognitoIdentityCredentials"


@pytest.mark.parametrize("seconds", [900, 7200])
def test_the_basic_flow_lasts_as_the_caller_says(kit: PoolKit, seconds: int) -> None:
    """identity-pools.md 2: the role is chosen by the caller, for 15 min up to the role's maximum."""
    pool_id, roles = with_roles(kit, AllowClassicFlow=True)
    role = roles["authenticated"]
    kit.iam.update_role(RoleName=role.rpartition("/")[2], MaxSessionDuration=7200)
    token = open_id_token(kit, pool_id, logins(kit.sandbox, "ada"))
    answer = assume(kit, role, token, DurationSeconds=seconds)
    assert lasts_s(answer["Credentials"]) == pytest.approx(seconds, abs=30)
    with refused("ValidationError"):
        assume(kit, role, token, DurationSeconds=7201)


def test_the_basic_flow_must_be_allowed(kit: PoolKit) -> None:
    """identity-pools.md 2: basic needs AllowClassicFlow."""
    pool_id, _ = with_roles(kit)
    with refused("InvalidParameterException"):
        open_id_token(kit, pool_id, logins(kit.sandbox, "ada"))


def test_the_basic_flow_has_no_mappings(kit: PoolKit) -> None:
    """identity-pools.md 2: the refusal where a pool has role mappings."""
    pool_id, roles = with_roles(kit, AllowClassicFlow=True)
    mappings = {f"{PROVIDER}:{WEB}": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles, RoleMappings=mappings)
    with pytest.raises(kit.public.exceptions.InvalidParameterException) as caught:
        open_id_token(kit, pool_id, logins(kit.sandbox, "ada"))
    sentence = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
    assert caught.value.response["Error"]["Message"] == sentence


def test_a_developers_token_leads_to_credentials_and_to_sts(kit: PoolKit) -> None:
    """identity-pools.md 2 and 3: the developer flow, with the token under cognito-identity.amazonaws.com."""
    pool_id, roles = with_roles(kit, DeveloperProviderName=DEVELOPER, AllowClassicFlow=True)
    made = kit.admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: "ada"})
    answer = kit.public.get_credentials_for_identity(IdentityId=made["IdentityId"], Logins={COGNITO: made["Token"]})
    assert answer["Credentials"].keys() == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert assume(kit, roles["authenticated"], made["Token"])["SubjectFromWebIdentityToken"] == made["IdentityId"]


def test_a_developers_user_is_no_login_elsewhere(kit: PoolKit) -> None:
    """identity-pools.md 3: DeveloperProviderName is a key in GetOpenIdTokenForDeveloperIdentity only."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER)
    unsupported = "Token is not from a supported provider of this identity pool."
    with refused("NotAuthorizedException", unsupported):
        kit.public.get_id(IdentityPoolId=pool_id, Logins={DEVELOPER: "ada"})
    made = kit.admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: "ada"})
    with refused("NotAuthorizedException", unsupported):
        kit.public.get_credentials_for_identity(IdentityId=made["IdentityId"], Logins={DEVELOPER: "ada"})


def test_an_open_id_token_names_whose_it_is(kit: PoolKit) -> None:
    """identity-pools.md 2: iss, aud the pool, sub the identity, and amr a list."""
    pool_id, _ = with_roles(kit, AllowClassicFlow=True)
    login = logins(kit.sandbox, "ada")
    claims = jwt.decode(open_id_token(kit, pool_id, login), options={"verify_signature": False})
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    assert (claims["iss"], claims["aud"], claims["sub"]) == (f"https://{COGNITO}", pool_id, identity_id)
    assert isinstance(claims["amr"], list)


def test_the_key_of_open_id_tokens_is_public(kit: PoolKit) -> None:
    """identity-pools.md 2: JWKS at /.well-known/jwks_uri."""
    pool_id, _ = with_roles(kit, AllowClassicFlow=True)
    token = open_id_token(kit, pool_id, logins(kit.sandbox, "ada"))
    answer = call(f"{kit.sandbox.endpoint}/.well-known/jwks_uri")
    keys = jwt.PyJWKSet.from_json(answer.text)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, ["RS256"], audience=pool_id)["aud"] == pool_id


@pytest.mark.parametrize(("is_basic", "may"), [(False, False), (True, True)])
def test_guests_of_the_basic_flow_are_not_scoped_down(kit: PoolKit, *, is_basic: bool, may: bool) -> None:
    """identity-pools.md 2 and 8: guest scope-down in the enhanced flow, none in the basic one."""
    pool_id = kit.pool(AllowClassicFlow=True)
    role = kit.role(f"Guest-{uuid.uuid4().hex[:8]}", pool_id, "unauthenticated", "iam:ListRoles")
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"unauthenticated": role})
    guest = visit(kit.sandbox, pool_id)
    if is_basic:
        token = kit.public.get_open_id_token(IdentityId=guest.identity_id)["Token"]
        issued = assume(kit, role, token)["Credentials"]
        keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
        guest = Visitor(kit.sandbox, guest.identity_id, keys)
    if may:
        assert guest.client("iam").list_roles()["Roles"]
        return
    with refused("AccessDenied"):
        guest.client("iam").list_roles()


@pytest.mark.parametrize("key", SOCIAL)
def test_a_social_login_has_this_key_and_token(kit: PoolKit, key: str) -> None:
    """identity-pools.md 3: keys of social providers; several app ids are joined with a semicolon."""
    pool_id = kit.pool(SupportedLoginProviders={key: f"other-app;{APP}"})
    player, kind = SOCIAL[key]
    login = {key: sign_in_at(kit.sandbox, player, "luna", APP)[kind]}
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [key]


@pytest.mark.parametrize("key", ["api.twitter.com", "www.digits.com"])
def test_a_legacy_login_has_this_key(kit: PoolKit, key: str) -> None:
    """identity-pools.md 3 and 9: Twitter and Digits are known keys, and unreachable from here."""
    pool_id = kit.pool(SupportedLoginProviders={key: APP})
    with refused("ExternalServiceException"):
        kit.public.get_id(IdentityPoolId=pool_id, Logins={key: "token;secret"})


@pytest.mark.parametrize(("kind", "is_taken"), [("IdToken", True), ("AccessToken", False)])
def test_a_user_pools_login_is_an_id_token(kit: PoolKit, kind: str, *, is_taken: bool) -> None:
    """identity-pools.md 3: the user pool's key takes the ID token."""
    login = {PROVIDER: id_token(kit.sandbox, "ada", kind=kind)}
    pool_id = kit.pool()
    if is_taken:
        assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
        return
    with refused("NotAuthorizedException"):
        kit.public.get_id(IdentityPoolId=pool_id, Logins=login)


def test_a_saml_login_has_the_providers_arn_for_key(kit: PoolKit) -> None:
    """identity-pools.md 3: SAML, IAM provider ARN and base64 assertion."""
    provider = SamlProvider()
    arn = provider.register(kit.sandbox, f"Facts-{uuid.uuid4().hex[:8]}")
    pool_id = kit.pool(SamlProviderARNs=[arn])
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins={arn: provider.respond("luna", {})})["IdentityId"]
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [arn]


@pytest.mark.parametrize(("client", "is_taken"), [(MOONBOOK_CLIENT, True), ("another-client", False)])
def test_an_openid_login_has_the_host_for_key(kit: PoolKit, client: str, *, is_taken: bool) -> None:
    """identity-pools.md 3: the pool names the ARN, Logins the host; aud must be in IAM's client list."""
    url = issuer_of(kit.sandbox, "moonbook")
    host = url.removeprefix("http://")
    arn = f"arn:aws:iam::210987654321:oidc-provider/{host}"
    kit.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    kit.iam.create_open_id_connect_provider(Url=url, ClientIDList=[client], ThumbprintList=["0" * 40])
    pool_id = kit.pool(OpenIdConnectProviderARNs=[arn])
    login = {host: sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]}
    if is_taken:
        identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
        assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [host]
        return
    with refused("NotAuthorizedException"):
        kit.public.get_id(IdentityPoolId=pool_id, Logins=login)


@pytest.mark.parametrize(("late_s", "is_taken"), [(240, True), (360, False)])
def test_an_openid_login_may_be_five_minutes_late(kit: PoolKit, late_s: int, *, is_taken: bool) -> None:
    """identity-pools.md 3: five minutes of clock skew are allowed."""
    url = issuer_of(kit.sandbox, "moonbook")
    host = url.removeprefix("http://")
    arn = f"arn:aws:iam::210987654321:oidc-provider/{host}"
    kit.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    kit.iam.create_open_id_connect_provider(Url=url, ClientIDList=[MOONBOOK_CLIENT], ThumbprintList=["0" * 40])
    pool_id = kit.pool(OpenIdConnectProviderARNs=[arn])
    token = sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    ahead_s = claims["exp"] - claims["iat"] + late_s
    kit.sandbox.advance(ahead_s)
    try:
        if is_taken:
            assert kit.public.get_id(IdentityPoolId=pool_id, Logins={host: token})["IdentityId"]
            return
        with refused("NotAuthorizedException"):
            kit.public.get_id(IdentityPoolId=pool_id, Logins={host: token})
    finally:
        kit.sandbox.advance(-ahead_s)


@pytest.mark.parametrize(("client_id", "is_used"), [(WEB, True), ("anotherclientofthepool", False)])
def test_a_mapping_of_a_user_pool_names_its_client(kit: PoolKit, client_id: str, *, is_used: bool) -> None:
    """identity-pools.md 2 and 3: the enhanced flow maps roles; the key is provider, colon, client."""
    pool_id, roles = with_roles(kit)
    rule = {"Claim": "email", "MatchType": "Equals", "Value": "nobody", "RoleARN": roles["authenticated"]}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles=roles, RoleMappings={f"{PROVIDER}:{client_id}": mapping}
    )
    login = logins(kit.sandbox, "ada")
    if not is_used:
        assert visit(kit.sandbox, pool_id, login)
        return
    with refused("NotAuthorizedException"):
        visit(kit.sandbox, pool_id, login)


def test_the_last_login_leaves_an_identity_to_nobody(kit: PoolKit) -> None:
    """identity-pools.md 1: UnlinkIdentity of the last login makes the identity inaccessible."""
    pool_id, _ = with_roles(kit)
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    kit.public.unlink_identity(IdentityId=identity_id, Logins=login, LoginsToRemove=[PROVIDER])
    with refused("NotAuthorizedException"):
        kit.public.get_credentials_for_identity(IdentityId=identity_id)
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] != identity_id


def test_every_guest_is_another(kit: PoolKit) -> None:
    """identity-pools.md 4: GetId without Logins makes a new identity each time."""
    pool_id = kit.pool()
    assert len({kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(2)}) == 2
    closed = kit.pool(AllowUnauthenticatedIdentities=False)
    with refused("NotAuthorizedException"):
        kit.public.get_id(IdentityPoolId=closed)


@pytest.mark.parametrize("operation", ["get_credentials_for_identity", "get_open_id_token"])
@pytest.mark.parametrize("is_known", [False, True])
def test_a_guest_who_signs_in(kit: PoolKit, operation: str, *, is_known: bool) -> None:
    """identity-pools.md 4: the id is kept when the login is new; else they merge and one is disabled."""
    pool_id, _ = with_roles(kit, AllowClassicFlow=True)
    login = logins(kit.sandbox, "ada")
    known = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] if is_known else ""
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    returned = getattr(kit.public, operation)(IdentityId=guest, Logins=login)["IdentityId"]
    assert returned == (known or guest)
    enabled = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=60, HideDisabled=True)["Identities"]
    assert [each["IdentityId"] for each in enabled] == [returned]


def test_the_same_login_leads_to_the_same_identity(kit: PoolKit) -> None:
    """identity-pools.md 4: same login later, same id, which has nothing to do with the user's sub."""
    pool_id = kit.pool()
    first, second = (
        kit.public.get_id(IdentityPoolId=pool_id, Logins=logins(kit.sandbox, "ada"))["IdentityId"] for _ in range(2)
    )
    claims = jwt.decode(id_token(kit.sandbox, "ada"), options={"verify_signature": False})
    assert first == second
    assert claims["sub"] not in first


def test_logins_of_one_call_are_linked_and_a_second_conflicts(kit: PoolKit) -> None:
    """identity-pools.md 4: several Logins link implicitly; one login per public provider and identity."""
    google = "accounts.google.com"
    pool_id, _ = with_roles(kit, SupportedLoginProviders={google: APP})
    luna, mina = ({google: sign_in_at(kit.sandbox, "google", each, APP)["id_token"]} for each in ("luna", "mina"))
    ada = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=ada | luna)["IdentityId"]
    for alone in (ada, luna):
        assert kit.public.get_id(IdentityPoolId=pool_id, Logins=alone)["IdentityId"] == identity_id
    with refused("ResourceConflictException"):
        kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=ada | mina)


@pytest.mark.parametrize("ending", ["sign-out", "deletion"])
@pytest.mark.parametrize("is_checked", [True, False])
def test_a_user_who_is_gone(kit: PoolKit, ending: str, *, is_checked: bool) -> None:
    """identity-pools.md 4: the identity stays; ServerSideTokenCheck refuses the signed-out and the deleted."""
    idp = kit.sandbox.client("cognito-idp")
    user = {"UserPoolId": PROVIDER.rpartition("/")[2], "Username": f"gone-{uuid.uuid4().hex[:8]}"}
    email = [{"Name": "email", "Value": f"{user['Username']}@mail.example"}]
    idp.admin_create_user(**user, UserAttributes=email, MessageAction="SUPPRESS")
    idp.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    entry = {"ProviderName": PROVIDER, "ClientId": WEB, "ServerSideTokenCheck": is_checked}
    pool_id, _ = with_roles(kit, CognitoIdentityProviders=[entry])
    login = logins(kit.sandbox, user["Username"])
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    if ending == "sign-out":
        idp.admin_user_global_sign_out(**user)
    else:
        idp.admin_delete_user(**user)
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [PROVIDER]
    if not is_checked:
        assert kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=login)["Credentials"]
        return
    with refused("NotAuthorizedException"):
        kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=login)
