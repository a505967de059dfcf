"""How identity pools refuse, and groups that tie: facts of identity-pools.md sections 5 and 9."""

import json
import uuid
from typing import Any

import jwt
import pytest

from tests.sandbox.hosted_ui.browser import POOL, SERVER, WEB
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, id_token, logins, trust_policy
from tests.sandbox.pools import make_pool, refused
from tests.sandbox_fixture import RunningSandbox

DEVELOPER = "login.moonletter"
ROLE = "arn:aws:iam::210987654321:role/"
MISMATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."
UNSUPPORTED = "Token is not from a supported provider of this identity pool."
CONFIGURATION = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


@pytest.fixture(scope="module")
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


def get_credentials(kit: PoolKit, pool_id: str, login: dict[str, str], **more: Any) -> Any:
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    return kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=login, **more)


@pytest.mark.parametrize("given", [{}, {"Logins": {}}])
def test_no_guests_here(kit: PoolKit, given: dict[str, Any]) -> None:
    """identity-pools.md 9: no Logins, or empty ones, with guests off."""
    pool_id = kit.pool(AllowUnauthenticatedIdentities=False)
    with refused("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool."):
        kit.public.get_id(IdentityPoolId=pool_id, **given)


def test_an_identity_of_other_logins(kit: PoolKit) -> None:
    """identity-pools.md 9: the identity belongs to other logins."""
    pool_id = kit.pool()
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=logins(kit.sandbox, "ada"))["IdentityId"]
    with refused("NotAuthorizedException", MISMATCH):
        kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=logins(kit.sandbox, "grace"))


@pytest.mark.parametrize("case", ["pool", "client", "access token"])
def test_a_token_of_no_supported_provider(kit: PoolKit, case: str) -> None:
    """identity-pools.md 9: user pool or client not listed, or an access token."""
    provider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_MoonStage" if case == "pool" else PROVIDER
    client_id = SERVER if case == "client" else WEB
    pool_id = kit.pool(CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client_id}])
    token = id_token(kit.sandbox, "ada", kind="AccessToken" if case == "access token" else "IdToken")
    with refused("NotAuthorizedException", UNSUPPORTED):
        kit.public.get_id(IdentityPoolId=pool_id, Logins={PROVIDER: token})


def test_an_expired_token_names_both_times(kit: PoolKit) -> None:
    """identity-pools.md 9: Token expired: <now> >= <exp>."""
    login = logins(kit.sandbox, "ada")
    pool_id = kit.pool()
    end = jwt.decode(login[PROVIDER], options={"verify_signature": False})["exp"]
    kit.sandbox.advance(4000)
    try:
        with pytest.raises(kit.public.exceptions.NotAuthorizedException) as caught:
            kit.public.get_id(IdentityPoolId=pool_id, Logins=login)
    finally:
        kit.sandbox.advance(-4000)
    said = caught.value.response["Error"]["Message"]
    assert said.startswith("Invalid login token. Token expired: ")
    assert said.endswith(f" >= {end}")


@pytest.mark.parametrize("token", ["no-jwt", "signature"])
def test_an_invalid_token(kit: PoolKit, token: str) -> None:
    """identity-pools.md 9: Invalid login token, with other endings."""
    genuine = id_token(kit.sandbox, "ada")
    given = f"{genuine.rpartition('.')[0]}.{'A' * 342}" if token == "signature" else token
    with pytest.raises(kit.public.exceptions.NotAuthorizedException) as caught:
        kit.public.get_id(IdentityPoolId=kit.pool(), Logins={PROVIDER: given})
    assert caught.value.response["Error"]["Message"].startswith("Invalid login token. ")


def test_an_inactive_token(kit: PoolKit) -> None:
    """identity-pools.md 9: ServerSideTokenCheck and a user signed out everywhere."""
    idp = kit.sandbox.client("cognito-idp")
    user = {"UserPoolId": POOL, "Username": f"inactive-{uuid.uuid4().hex[:8]}"}
    email = [{"Name": "email", "Value": f"{user['Username']}@mail.example"}]
    idp.admin_create_user(**user, UserAttributes=email, MessageAction="SUPPRESS")
    idp.admin_set_user_password(**user, Password="Moonletter-2026", Permanent=True)
    login = logins(kit.sandbox, user["Username"])
    checked = {"ProviderName": PROVIDER, "ClientId": WEB, "ServerSideTokenCheck": True}
    pool_id = kit.pool(CognitoIdentityProviders=[checked])
    idp.admin_user_global_sign_out(**user)
    with refused("NotAuthorizedException", "Token is inactive"):
        kit.public.get_id(IdentityPoolId=pool_id, Logins=login)
    idp.admin_delete_user(**user)


def test_an_identity_with_logins_is_no_guests(kit: PoolKit) -> None:
    """identity-pools.md 9: the identity has logins but the call carried none."""
    identity_id = kit.public.get_id(IdentityPoolId=kit.pool(), Logins=logins(kit.sandbox, "ada"))["IdentityId"]
    with refused("NotAuthorizedException", f"Access to Identity '{identity_id}' is forbidden."):
        kit.public.get_credentials_for_identity(IdentityId=identity_id)


@pytest.mark.parametrize("flaw", ["none set", "deleted", "action", "aud", "amr", "no TagSession", "account"])
def test_a_configuration_that_cannot_work(kit: PoolKit, flaw: str) -> None:
    """identity-pools.md 9 and 2: no role, role deleted or of another account, and what its trust policy lacks."""
    pool_id = kit.pool()
    name = f"Flawed-{uuid.uuid4().hex[:8]}"
    arn = kit.role(name, pool_id, "authenticated")
    trust = trust_policy(kit.pool() if flaw == "aud" else pool_id, "x" if flaw == "amr" else "authenticated")
    if flaw == "action":
        trust["Statement"][0]["Action"] = "sts:TagSession"
    kit.iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
    if flaw == "no TagSession":
        kit.admin.set_principal_tag_attribute_map(
            IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags={"app": "aud"}
        )
    shown = arn.replace("210987654321", "111122223333") if flaw == "account" else arn
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={} if flaw == "none set" else {"authenticated": shown}
    )
    if flaw == "deleted":
        kit.iam.delete_role_policy(RoleName=name, PolicyName="allowed")
        kit.iam.delete_role(RoleName=name)
    with refused("InvalidIdentityPoolConfigurationException", CONFIGURATION):
        get_credentials(kit, pool_id, logins(kit.sandbox, "ada"))


@pytest.mark.parametrize("case", ["custom role", "deny"])
def test_a_role_that_is_not_to_be_had(kit: PoolKit, case: str) -> None:
    """identity-pools.md 9: CustomRoleArn not in cognito:roles; Deny resolution."""
    pool_id = kit.pool()
    rule = {"Claim": "email", "MatchType": "Equals", "Value": "nobody", "RoleARN": f"{ROLE}nobody"}
    rules = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    token = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    mapping, custom = (token, {"CustomRoleArn": f"{ROLE}nobody"}) if case == "custom role" else (rules, {})
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={}, RoleMappings={f"{PROVIDER}:{WEB}": mapping})
    with refused("NotAuthorizedException"):
        get_credentials(kit, pool_id, logins(kit.sandbox, "ada"), **custom)


def test_an_unknown_pool(kit: PoolKit) -> None:
    """identity-pools.md 9: wrong id, or another Region's."""
    unknown, known = f"us-east-1:{uuid.uuid4()}", kit.pool()
    with refused("ResourceNotFoundException", f"IdentityPool '{unknown}' not found."):
        kit.public.get_id(IdentityPoolId=unknown)
    elsewhere = kit.sandbox.client("cognito-identity", region="eu-central-1")
    with refused("ResourceNotFoundException", f"IdentityPool '{known}' not found."):
        elsewhere.describe_identity_pool(IdentityPoolId=known)


def developers_token(kit: PoolKit, pool_id: str, user: str, **more: Any) -> str:
    """The identity of a developer's user; other logins go into `Logins`."""
    given = {DEVELOPER: user} | more.pop("Logins", {})
    answer = kit.admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins=given, **more)
    return str(answer["IdentityId"])


def test_what_belongs_to_another_identity_conflicts(kit: PoolKit) -> None:
    """identity-pools.md 9: ResourceConflictException and DeveloperUserAlreadyRegisteredException."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER)
    login = logins(kit.sandbox, "ada")
    kit.public.get_id(IdentityPoolId=pool_id, Logins=login)
    developers_token(kit, pool_id, "ada")
    with refused("ResourceConflictException"):
        developers_token(kit, pool_id, "ada", Logins=login)
    other = developers_token(kit, pool_id, "grace")
    with refused("DeveloperUserAlreadyRegisteredException"):
        developers_token(kit, pool_id, "ada", IdentityId=other)


@pytest.mark.parametrize("operation", ["GetId", "GetCredentialsForIdentity", "CreateIdentityPool", "DescribeIdentity"])
def test_a_missing_key(kit: PoolKit, operation: str) -> None:
    """identity-pools.md 9: InvalidParameterException for a missing key."""
    admin = kit.sandbox.client("cognito-identity", parameter_validation=False)
    with refused("InvalidParameterException"):
        admin._make_api_call(operation, {})


@pytest.mark.parametrize("name", ["cognito-idp.us-east-1.amazonaws.com", "us-east-1_Moon12345"])
def test_a_malformed_provider_name(kit: PoolKit, name: str) -> None:
    """identity-pools.md 9: InvalidParameterException for a malformed provider name."""
    with refused("InvalidParameterException"):
        kit.pool(CognitoIdentityProviders=[{"ProviderName": name, "ClientId": WEB}])


@pytest.mark.parametrize(
    "given",
    [
        {"OpenIdConnectProviderARNs": ["https://idp.moonrise.example/realm"]},
        {"OpenIdConnectProviderARNs": ["arn:aws:iam::210987654321:saml-provider/Moonrise"]},
        {"SamlProviderARNs": ["arn:aws:iam::210987654321:oidc-provider/idp.moonrise.example"]},
        {"IdentityPoolTags": {"aws:team": "moon"}},
    ],
)
def test_a_provider_without_an_arn_and_a_tag_of_aws(kit: PoolKit, given: dict[str, Any]) -> None:
    """identity-pools.md 9 and 3: InvalidParameterException; OIDC and SAML providers are listed by ARN."""
    with refused("InvalidParameterException"):
        kit.pool(**given)


@pytest.mark.parametrize(("other", "preferred"), [("Other", None), ("Same", f"{ROLE}Same")])
def test_groups_that_tie(kit: PoolKit, other: str, preferred: str | None) -> None:
    """identity-pools.md 5: ties of precedence with different roles leave preferred_role unset."""
    pool = make_pool(kit.sandbox)
    pool.add_user("torn")
    groups = [("first", 5, "Same"), ("second", 5, other), ("last", 9, "Last")]
    for name, precedence, role in groups:
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName=name, Precedence=precedence, RoleArn=f"{ROLE}{role}")
        pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName=name, Username="torn")
    claims = jwt.decode(pool.tokens("torn")["IdToken"], options={"verify_signature": False})
    assert claims.get("cognito:preferred_role") == preferred
