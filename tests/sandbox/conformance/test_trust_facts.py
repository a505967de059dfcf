"""Tags of a session, and whom its role trusts: facts of identity-pools.md sections 6 and 7."""

import json
import uuid
from typing import Any

import jwt
import pytest

from cognito_explorer.sandbox.identity_pools.open_id_tokens import TAGS_CLAIM
from tests.sandbox.hosted_ui.browser import WEB
from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, SamlProvider, issuer_of, sign_in_at
from tests.sandbox.identity_pools.test_access_control import allow, give_role, is_allowed
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, id_token, logins, trust_policy, visit
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

APP = "moonletter-app"
COGNITO = "cognito-identity.amazonaws.com"
SAML_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
SOCIAL = {
    "accounts.google.com": ("google", "id_token"),
    "graph.facebook.com": ("facebook", "access_token"),
    "www.amazon.com": ("amazon", "access_token"),
    "appleid.apple.com": ("apple", "id_token"),
}
REFUSALS = ("ValidationException", "InvalidParameterException", "LimitExceededException")
LIST = allow("s3:ListAllMyBuckets", "*")


@pytest.fixture(scope="module")
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


def tags_of(kit: PoolKit, pool_id: str, login: dict[str, str]) -> dict[str, str]:
    """The tags that a login gives its session."""
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    token = kit.public.get_open_id_token(IdentityId=identity_id, Logins=login)["Token"]
    carried = jwt.decode(token, options={"verify_signature": False}).get(TAGS_CLAIM, {})
    return {key: value[0] for key, value in carried.get("principal_tags", {}).items()}


def put_map(kit: PoolKit, pool_id: str, provider: str, **given: Any) -> None:
    kit.admin.set_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=provider, **given)


def test_the_default_tags_of_a_user_pool(kit: PoolKit) -> None:
    """identity-pools.md 6 and 3: username is sub and client is aud; the provider is named without a client."""
    pool_id = kit.pool(AllowClassicFlow=True)
    put_map(kit, pool_id, PROVIDER, UseDefaults=True)
    claims = jwt.decode(id_token(kit.sandbox, "ada"), options={"verify_signature": False})
    assert tags_of(kit, pool_id, logins(kit.sandbox, "ada")) == {"username": claims["sub"], "client": WEB}


@pytest.mark.parametrize("key", SOCIAL)
def test_the_default_tags_of_a_social_provider(kit: PoolKit, key: str) -> None:
    """identity-pools.md 6: Google and Apple sub and aud; Facebook user_id and app_id; Amazon user_id and client id."""
    pool_id = kit.pool(AllowClassicFlow=True, SupportedLoginProviders={key: APP})
    put_map(kit, pool_id, key, UseDefaults=True)
    player, kind = SOCIAL[key]
    token = sign_in_at(kit.sandbox, player, "luna", APP)[kind]
    tags = tags_of(kit, pool_id, {key: token})
    assert tags["client"] == APP
    assert tags["username"]
    if kind == "id_token":
        assert tags["username"] == jwt.decode(token, options={"verify_signature": False})["sub"]


def test_the_default_tags_of_an_openid_provider(kit: PoolKit) -> None:
    """identity-pools.md 6: OIDC sub and aud."""
    url = issuer_of(kit.sandbox, "moonbook")
    host = url.removeprefix("http://")
    arn = f"arn:aws:iam::210987654321:oidc-provider/{host}"
    kit.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    kit.iam.create_open_id_connect_provider(Url=url, ClientIDList=[MOONBOOK_CLIENT], ThumbprintList=["0" * 40])
    pool_id = kit.pool(AllowClassicFlow=True, OpenIdConnectProviderARNs=[arn])
    put_map(kit, pool_id, arn, UseDefaults=True)
    token = sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]
    subject = jwt.decode(token, options={"verify_signature": False})["sub"]
    assert tags_of(kit, pool_id, {host: token}) == {"username": subject, "client": MOONBOOK_CLIENT}


def test_the_default_tags_of_a_saml_provider(kit: PoolKit) -> None:
    """identity-pools.md 6: SAML nameidentifier and name."""
    provider = SamlProvider()
    arn = provider.register(kit.sandbox, f"Facts-{uuid.uuid4().hex[:8]}")
    pool_id = kit.pool(AllowClassicFlow=True, SamlProviderARNs=[arn])
    put_map(kit, pool_id, arn, UseDefaults=True)
    login = {arn: provider.respond("luna", {f"{SAML_CLAIMS}/name": "Luna"})}
    assert tags_of(kit, pool_id, login) == {"username": "luna", "client": "Luna"}


@pytest.mark.parametrize(
    ("fact", "tags", "is_taken"),
    [
        ("key of 128", {"k" * 128: "sub"}, True),
        ("key of 129", {"k" * 129: "sub"}, False),
        ("name of 256", {"k": "n" * 256}, True),
        ("name of 257", {"k": "n" * 257}, False),
    ],
)
def test_a_tag_map_has_these_limits(kit: PoolKit, fact: str, tags: dict[str, str], *, is_taken: bool) -> None:
    """identity-pools.md 6: tag key 128 characters, attribute name 256."""
    pool_id = kit.pool()
    if is_taken:
        put_map(kit, pool_id, PROVIDER, PrincipalTags=tags)
        return
    with pytest.raises(kit.admin.exceptions.ClientError) as caught:
        put_map(kit, pool_id, PROVIDER, PrincipalTags=tags)
    assert caught.value.response["Error"]["Code"] in REFUSALS, fact


def test_all_values_have_460_bytes_together(kit: PoolKit) -> None:
    """identity-pools.md 6: 460 bytes for all values together (a sub has 36: twelve fit, thirteen do not)."""
    login = logins(kit.sandbox, "ada")
    pool_id = kit.pool(AllowClassicFlow=True)
    put_map(kit, pool_id, PROVIDER, PrincipalTags={f"k{number}": "sub" for number in range(12)})
    assert len(tags_of(kit, pool_id, login)) == 12
    put_map(kit, pool_id, PROVIDER, PrincipalTags={f"k{number}": "sub" for number in range(13)})
    with refused("InvalidParameterException"):
        tags_of(kit, pool_id, login)


def test_a_claim_that_is_missing_gives_no_tag(kit: PoolKit) -> None:
    """identity-pools.md 6: tag absent when the claim is missing."""
    pool_id = kit.pool(AllowClassicFlow=True)
    put_map(kit, pool_id, PROVIDER, PrincipalTags={"client": "aud", "team": "custom:nothing"})
    assert tags_of(kit, pool_id, logins(kit.sandbox, "ada")) == {"client": WEB}


@pytest.mark.parametrize("may_tag", [True, False])
def test_tags_need_a_trust_that_lets_tag(kit: PoolKit, *, may_tag: bool) -> None:
    """identity-pools.md 6: sts:TagSession in the trust policy, and aws:PrincipalTag in a policy."""
    pool_id = kit.pool()
    tagged = allow("s3:ListAllMyBuckets", "*", StringEquals={"aws:PrincipalTag/app": WEB})
    give_role(kit, pool_id, tagged, tags=may_tag)
    put_map(kit, pool_id, PROVIDER, PrincipalTags={"app": "aud"})
    if may_tag:
        assert is_allowed(visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada")), "list_buckets")
        return
    with refused("InvalidIdentityPoolConfigurationException"):
        visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))


@pytest.mark.parametrize(
    ("key", "value", "is_there"),
    [
        ("amr", "authenticated", True),
        ("amr", PROVIDER, True),
        ("amr", f"{PROVIDER}:CognitoSignIn:*", True),
        ("amr", "unauthenticated", False),
        ("aud", "us-east-1:*", True),
        ("sub", "us-east-1:*", True),
        ("oaud", "*", False),
    ],
)
def test_a_permission_policy_sees_these_keys(kit: PoolKit, key: str, value: str, *, is_there: bool) -> None:
    """identity-pools.md 7: aud, amr and sub are available later, oaud is not."""
    pool_id = kit.pool()
    operator = "ForAnyValue:StringLike" if key == "amr" else "StringLike"
    give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*", **{operator: {f"{COGNITO}:{key}": value}}))
    assert is_allowed(visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada")), "list_buckets") is is_there


@pytest.mark.parametrize(("key", "is_trusted"), [("aud", True), ("sub", True), ("other", False)])
def test_a_trust_policy_sees_these_keys(kit: PoolKit, key: str, *, is_trusted: bool) -> None:
    """identity-pools.md 7: aud is the pool's id and sub the identity's."""
    pool_id = kit.pool()
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    trust = trust_policy(pool_id, "authenticated")
    wanted = {"aud": {"aud": pool_id}, "sub": {"aud": pool_id, "sub": identity_id}}
    other = {"aud": f"us-east-1:{uuid.uuid4()}"}
    keys = {f"{COGNITO}:{name}": value for name, value in wanted.get(key, other).items()}
    trust["Statement"][0]["Condition"]["StringEquals"] = keys
    kit.trust(give_role(kit, pool_id, LIST), trust)
    if is_trusted:
        assert is_allowed(visit(kit.sandbox, pool_id, login), "list_buckets")
        return
    with refused("InvalidIdentityPoolConfigurationException"):
        visit(kit.sandbox, pool_id, login)


def test_iam_saves_no_trust_without_the_audience(kit: PoolKit) -> None:
    """identity-pools.md 7: IAM refuses to save a Cognito trust policy without the aud condition."""
    trust = trust_policy(kit.pool(), "authenticated")
    del trust["Statement"][0]["Condition"]["StringEquals"]
    with refused("MalformedPolicyDocument"):
        kit.iam.create_role(RoleName=f"Loose-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust))


@pytest.mark.parametrize("key", ["sub", "aud"])
def test_a_policys_variables(kit: PoolKit, key: str) -> None:
    """identity-pools.md 7: the variables for the identity and for the pool."""
    pool_id = kit.pool()
    bucket = f"homes-{uuid.uuid4().hex[:8]}"
    kit.sandbox.client("s3").create_bucket(Bucket=bucket)
    give_role(kit, pool_id, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/${{{COGNITO}:{key}}}/*"))
    visitor = visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))
    folder = visitor.identity_id if key == "sub" else pool_id
    assert is_allowed(visitor, "put_object", Bucket=bucket, Key=f"{folder}/x", Body=b"")
    assert not is_allowed(visitor, "put_object", Bucket=bucket, Key="elsewhere/x", Body=b"")
