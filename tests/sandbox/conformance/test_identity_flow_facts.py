"""More of identity pools' operations, flows and errors: facts of identity-pools.md sections 1 to 3, 5 and 7 to 9."""

import uuid
from typing import Any

import jwt
import pytest

from cognito_explorer.sandbox.trust import Context, trusts_federated
from tests.sandbox.hosted_ui.browser import WEB
from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, SamlProvider, issuer_of, sign_in_at
from tests.sandbox.identity_pools.test_access_control import allow, give_role
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, Visitor, logins, trust_policy, visit
from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
COGNITO = "cognito-identity.amazonaws.com"
DEVELOPER = "login.moonletter"
GOOGLE = "accounts.google.com"
APP = "moonletter-app"
REFUSALS = ("ValidationException", "InvalidParameterException")
MISMATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."


@pytest.fixture(scope="module")
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


def developers(kit: PoolKit, pool_id: str, user: str, **more: Any) -> Any:
    """The token and the identity of a developer's user."""
    return kit.admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: user}, **more)


@pytest.mark.parametrize("given", ["us-east-1", "us-east-1:moon", f"us-east-1:{'a' * 46}", "us east:abc"])
def test_an_id_has_this_form(kit: PoolKit, given: str) -> None:
    """identity-pools.md introduction: ids have at most 55 characters, [word characters and -]+:[0-9a-f-]+."""
    strict = kit.sandbox.client("cognito-identity", parameter_validation=False)
    for operation, name in (("describe_identity_pool", "IdentityPoolId"), ("describe_identity", "IdentityId")):
        with pytest.raises(strict.exceptions.ClientError) as caught:
            getattr(strict, operation)(**{name: given})
        assert caught.value.response["Error"]["Code"] in REFUSALS


def test_one_operation_has_a_paginator(kit: PoolKit) -> None:
    """identity-pools.md 1: only ListIdentityPools has a boto3 paginator."""
    names = kit.admin.meta.method_to_api_mapping
    assert [name for name in names if kit.admin.can_paginate(name)] == ["list_identity_pools"]


def test_identities_are_listed_in_pages(kit: PoolKit) -> None:
    """identity-pools.md 1: ListIdentities, MaxResults and NextToken."""
    pool_id = kit.pool()
    made = [kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(3)]
    first = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=2)
    rest = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
    assert [each["IdentityId"] for page in (first, rest) for each in page["Identities"]] == made
    assert "NextToken" not in rest


def test_developers_users_are_looked_up_in_pages(kit: PoolKit) -> None:
    """identity-pools.md 1: LookupDeveloperIdentity, MaxResults and its token."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER)
    identity_id = developers(kit, pool_id, "ada")["IdentityId"]
    developers(kit, pool_id, "countess", IdentityId=identity_id)
    given = {"IdentityPoolId": pool_id, "IdentityId": identity_id, "MaxResults": 1}
    first = kit.admin.lookup_developer_identity(**given)
    rest = kit.admin.lookup_developer_identity(**given, NextToken=first["NextToken"])
    found = first["DeveloperUserIdentifierList"] + rest["DeveloperUserIdentifierList"]
    assert (found, "NextToken" in rest) == (["ada", "countess"], False)


@pytest.mark.parametrize(("account", "is_owner"), [(ACCOUNT, True), ("111122223333", False)])
def test_an_account_may_be_named(kit: PoolKit, account: str, *, is_owner: bool) -> None:
    """identity-pools.md 1: GetId takes AccountId."""
    given = {"IdentityPoolId": kit.pool(), "AccountId": account}
    if is_owner:
        assert kit.public.get_id(**given)["IdentityId"]
        return
    with refused("NotAuthorizedException"):
        kit.public.get_id(**given)


def test_a_map_of_tags_is_read_back(kit: PoolKit) -> None:
    """identity-pools.md 1: GetPrincipalTagAttributeMap answers UseDefaults and PrincipalTags; set replaces."""
    key = {"IdentityPoolId": kit.pool(), "IdentityProviderName": PROVIDER}
    for given in ({"UseDefaults": False, "PrincipalTags": {"app": "aud"}}, {"UseDefaults": True}):
        kit.admin.set_principal_tag_attribute_map(**key, **given)
        found = kit.admin.get_principal_tag_attribute_map(**key)
        assert {name: found[name] for name in given} == given
    assert found["PrincipalTags"] == {}


@pytest.mark.parametrize("is_classic", [True, False])
def test_a_developers_token_reaches_sts_by_the_classic_flow(kit: PoolKit, *, is_classic: bool) -> None:
    """identity-pools.md 2: the developer flow needs AllowClassicFlow for the STS path, and for that alone."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER, AllowClassicFlow=is_classic)
    role = kit.role(f"Dev-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    made = developers(kit, pool_id, "ada")
    login = {COGNITO: made["Token"]}
    assert kit.public.get_credentials_for_identity(IdentityId=made["IdentityId"], Logins=login)["Credentials"]
    given = {"RoleArn": role, "RoleSessionName": "facts", "WebIdentityToken": made["Token"]}
    sts = kit.sandbox.public_client("sts")
    if is_classic:
        assert sts.assume_role_with_web_identity(**given)["Credentials"]
        return
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        sts.assume_role_with_web_identity(**given)


def test_keys_may_be_kept_for_a_month(kit: PoolKit) -> None:
    """identity-pools.md 2: JWKS cacheable 30 days."""
    url = f"{kit.sandbox.endpoint}/.well-known/jwks_uri"
    before = call(url).text
    kit.sandbox.advance(30 * 86400)
    after = call(url).text
    kit.sandbox.advance(-30 * 86400)
    assert before == after


class Login:
    """A login of one kind of provider: its Logins map, what the pool lists, and the key of its role mapping."""

    def __init__(self, kit: PoolKit, kind: str) -> None:
        self.settings: dict[str, Any] = {}
        if kind == "social":
            self.key = GOOGLE
            self.logins = {GOOGLE: sign_in_at(kit.sandbox, "google", "luna", APP)["id_token"]}
            self.settings["SupportedLoginProviders"] = {GOOGLE: APP}
        elif kind == "SAML":
            provider = SamlProvider()
            self.key = provider.register(kit.sandbox, f"Facts-{uuid.uuid4().hex[:8]}")
            self.logins = {self.key: provider.respond("luna", {})}
            self.settings["SamlProviderARNs"] = [self.key]
        else:
            url = issuer_of(kit.sandbox, "moonbook")
            host = url.removeprefix("http://")
            self.key = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"
            kit.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=self.key)
            kit.iam.create_open_id_connect_provider(Url=url, ClientIDList=[MOONBOOK_CLIENT], ThumbprintList=["0" * 40])
            self.logins = {host: sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]}
            self.settings["OpenIdConnectProviderARNs"] = [self.key]


@pytest.mark.parametrize("kind", ["social", "SAML", "OIDC"])
def test_a_mapping_of_another_provider_has_this_key(kit: PoolKit, kind: str) -> None:
    """identity-pools.md 3: RoleMappings key: social key, SAML or OIDC ARN."""
    login = Login(kit, kind)
    pool_id = kit.pool(**login.settings)
    role = kit.role(f"Plain-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    rule = {"Claim": "nothing", "MatchType": "Equals", "Value": "x", "RoleARN": role}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    assert visit(kit.sandbox, pool_id, login.logins)
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={"authenticated": role}, RoleMappings={login.key: mapping}
    )
    with refused("NotAuthorizedException"):
        visit(kit.sandbox, pool_id, login.logins)


def test_a_developers_identity_is_mapped_to_roles_too(kit: PoolKit) -> None:
    """identity-pools.md 2: role mappings in the developer flow; the key is the developer provider's name (a choice)."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER)
    plain, mapped = (kit.role(f"{kind}-{uuid.uuid4().hex[:8]}", pool_id, "authenticated") for kind in ("Plain", "Own"))
    made = developers(kit, pool_id, "ada")
    rule = {"Claim": "sub", "MatchType": "Equals", "Value": made["IdentityId"], "RoleARN": mapped}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={"authenticated": plain}, RoleMappings={DEVELOPER: mapping}
    )
    answer = kit.public.get_credentials_for_identity(IdentityId=made["IdentityId"], Logins={COGNITO: made["Token"]})
    issued = answer["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"])
    assert Visitor(kit.sandbox, made["IdentityId"], keys).role() == mapped.rpartition("/")[2]


def test_guests_and_others_have_roles_of_their_own(kit: PoolKit) -> None:
    """identity-pools.md 5: unauthenticated gets Roles.unauthenticated, without a mapping Roles.authenticated."""
    pool_id = kit.pool()
    roles = {
        amr: kit.role(f"{amr}-{uuid.uuid4().hex[:8]}", pool_id, amr) for amr in ("authenticated", "unauthenticated")
    }
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles)
    assert visit(kit.sandbox, pool_id).role() == roles["unauthenticated"].rpartition("/")[2]
    signed_in = visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))
    assert signed_in.role() == roles["authenticated"].rpartition("/")[2]


def test_older_roles_without_an_audience_keep_working(kit: PoolKit) -> None:
    """identity-pools.md 7: IAM refuses to save such a trust, by an update as well; what was saved before is good."""
    pool_id = kit.pool()
    loose = trust_policy(pool_id, "authenticated")
    del loose["Statement"][0]["Condition"]["StringEquals"]
    name = f"Loose-{uuid.uuid4().hex[:8]}"
    kit.role(name, pool_id, "authenticated")
    with refused("MalformedPolicyDocument"):
        kit.trust(name, loose)
    claims: Context = {f"{COGNITO}:aud": pool_id, f"{COGNITO}:amr": ("authenticated",)}
    assert trusts_federated(loose, COGNITO, claims, ["sts:AssumeRoleWithWebIdentity"])


@pytest.mark.parametrize("is_enhanced", [True, False])
def test_a_trust_in_an_address_fits_the_basic_flow_alone(kit: PoolKit, *, is_enhanced: bool) -> None:
    """identity-pools.md 7: no aws:SourceIp with the enhanced flow, where the caller is Cognito."""
    pool_id = kit.pool(AllowClassicFlow=True)
    name = f"Here-{uuid.uuid4().hex[:8]}"
    role = kit.role(name, pool_id, "authenticated")
    trust = trust_policy(pool_id, "authenticated")
    trust["Statement"][0]["Condition"]["IpAddress"] = {"aws:SourceIp": "127.0.0.0/8"}
    kit.trust(name, trust)
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    login = logins(kit.sandbox, "ada")
    if is_enhanced:
        with refused("InvalidIdentityPoolConfigurationException"):
            visit(kit.sandbox, pool_id, login)
        return
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    token = kit.public.get_open_id_token(IdentityId=identity_id, Logins=login)["Token"]
    assert kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="facts", WebIdentityToken=token
    )["Credentials"]


def test_people_of_a_pool_do_not_administer_pools(kit: PoolKit) -> None:
    """identity-pools.md 8: Cognito prevents identity-pool users from identity-pool administration."""
    pool_id = kit.pool()
    give_role(kit, pool_id, allow("*", "*"))
    visitor = visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))
    theirs = visitor.client("cognito-identity")
    key = {"IdentityPoolId": pool_id}
    asked: list[tuple[str, dict[str, Any]]] = [("list_identity_pools", {"MaxResults": 1})]
    for operation, given in [*asked, ("describe_identity_pool", key), ("delete_identity_pool", key)]:
        with refused("AccessDeniedException"):
            getattr(theirs, operation)(**given)
    assert visitor.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"]


@pytest.mark.parametrize("kind", ["user pool", "social", "OIDC"])
def test_a_provider_that_was_removed(kit: PoolKit, kind: str) -> None:
    """identity-pools.md 9: Logins don't match, where the provider was removed; a login must be a supported one."""
    login = None if kind == "user pool" else Login(kit, kind)
    given = login.logins if login else logins(kit.sandbox, "ada")
    pool_id = kit.pool(**({"AllowClassicFlow": True} | (login.settings if login else {})))
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=given)["IdentityId"]
    kit.admin.update_identity_pool(
        IdentityPoolId=pool_id,
        IdentityPoolName="facts",
        AllowUnauthenticatedIdentities=True,
        AllowClassicFlow=True,
        CognitoIdentityProviders=[{"ProviderName": f"{PROVIDER}x", "ClientId": WEB}],
    )
    with refused("NotAuthorizedException", MISMATCH):
        kit.public.get_credentials_for_identity(IdentityId=identity_id, Logins=given)
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        kit.public.get_id(IdentityPoolId=pool_id, Logins=given)


def test_a_guests_id_is_anothers_nowhere(kit: PoolKit) -> None:
    """identity-pools.md 9: ResourceNotFoundException for an identity nobody knows."""
    unknown = f"us-east-1:{uuid.uuid4()}"
    with refused("ResourceNotFoundException", f"Identity '{unknown}' not found."):
        kit.public.get_credentials_for_identity(IdentityId=unknown)


def test_a_token_of_the_user_pool_is_one_of_three_parts(kit: PoolKit) -> None:
    """identity-pools.md 2: a pool's own OpenID token is a JWT of RS256 with a key id, and its times are numbers."""
    pool_id = kit.pool(DeveloperProviderName=DEVELOPER)
    token = developers(kit, pool_id, "ada")["Token"]
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (header["alg"], bool(header["kid"])) == ("RS256", True)
    assert {type(claims[name]) for name in ("iat", "exp")} == {int}
    assert claims["amr"][:2] == ["authenticated", DEVELOPER]


@pytest.mark.parametrize("error", ["ConcurrentModification", "InternalError", "TooManyRequests"])
def test_what_only_chance_brings_can_be_asked_for(kit: PoolKit, error: str) -> None:
    """identity-pools.md 9: races, trouble within and throttling; a knob of the sandbox brings them."""
    code = f"{error}Exception"
    rule = {"operations": "cognito-identity:UpdateIdentityPool", "code": code}
    pool_id = kit.pool()
    kit.sandbox.control("faults", {"errors": [rule]})
    try:
        with pytest.raises(getattr(kit.admin.exceptions, code)):
            kit.admin.update_identity_pool(
                IdentityPoolId=pool_id, IdentityPoolName="facts", AllowUnauthenticatedIdentities=True
            )
    finally:
        kit.sandbox.control("faults", {"errors": []})
