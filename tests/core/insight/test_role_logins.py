"""Logins of every kind of provider: where the trace ends, and where the sandbox's credentials do."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_explorer.core.auth.tokens import DecodedToken, decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.identity_pools.identity_pools import (
    IdentityPoolDetail,
    OtherProvider,
    Roles,
    describe_identity_pool,
)
from cognito_explorer.core.identity_pools.principal_tags import TagMap, get_tag_map
from cognito_explorer.core.insight.role_logins import RoleLogin, accept, login_as, login_of_token
from cognito_explorer.core.insight.role_trace import RoleTrace, trace_role
from cognito_explorer.core.insight.session_tags import session_tags
from tests.sandbox.hosted_ui.browser import WEB
from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, SamlProvider, issuer_of, sign_in_at
from tests.sandbox.identity_pools.test_developer_identities import DEVELOPER, tagging, token_for
from tests.sandbox.identity_pools.test_logins import APP, register
from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, id_token
from tests.sandbox.test_sts import ACCOUNT

COGNITO = "cognito-identity.amazonaws.com"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"


@dataclass(frozen=True)
class Case:
    """Somebody of one provider: what a pool must list, what is sent, what it says, and a claim to ask about."""

    pool: dict[str, Any]
    logins: dict[str, str] = field(repr=False)
    login: RoleLogin = field(repr=False)
    mapping_key: str
    claim: str
    value: str
    identity_id: str = ""


def user_pool(kit: PoolKit) -> Case:
    raw = id_token(kit.sandbox, "ada")
    pool = {"CognitoIdentityProviders": [{"ProviderName": PROVIDER, "ClientId": WEB}]}
    return Case(pool, {PROVIDER: raw}, login_of_token(decode(raw)), f"{PROVIDER}:{WEB}", "email_verified", "true")


def by_id_token(provider: str, player: str) -> Callable[[PoolKit], Case]:
    def make(kit: PoolKit) -> Case:
        raw = sign_in_at(kit.sandbox, player, "luna", APP)["id_token"]
        login = login_as(provider, decode(raw).claims)
        pool = {"SupportedLoginProviders": {provider: f"other;{APP}"}}
        return Case(pool, {provider: raw}, login, provider, "sub", str(login.claims["sub"]))

    return make


def by_access_token(provider: str, player: str, app: str) -> Callable[[PoolKit], Case]:
    def make(kit: PoolKit) -> Case:
        tokens = sign_in_at(kit.sandbox, player, "luna", APP)
        subject = decode(tokens["id_token"]).claims["sub"] if "id_token" in tokens else "luna"
        login = login_as(provider, {app: APP, "user_id": subject})
        pool = {"SupportedLoginProviders": {provider: APP}}
        return Case(pool, {provider: tokens["access_token"]}, login, provider, app, APP)

    return make


def open_id(kit: PoolKit) -> Case:
    host = issuer_of(kit.sandbox, "moonbook").removeprefix("http://")
    arn = register(kit.sandbox, f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}", MOONBOOK_CLIENT)
    raw = sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]
    pool = {"OpenIdConnectProviderARNs": [arn]}
    return Case(pool, {host: raw}, login_of_token(decode(raw)), arn, "email_verified", "true")


def saml(kit: PoolKit) -> Case:
    provider = SamlProvider()
    arn = provider.register(kit.sandbox, f"Moonrise-{uuid.uuid4().hex[:8]}")
    sent = provider.respond("MR-1", {"department": "Craters"})
    login = login_as(arn, {"department": "Craters", f"{CLAIMS}/nameidentifier": "MR-1"})
    return Case({"SamlProviderARNs": [arn]}, {arn: sent}, login, arn, "department", "Craters")


def developer(kit: PoolKit) -> Case:
    return Case({"DeveloperProviderName": DEVELOPER}, {}, RoleLogin(COGNITO), DEVELOPER, "iss", f"https://{COGNITO}")


KINDS: dict[str, Callable[[PoolKit], Case]] = {
    "user pool": user_pool,
    "Google": by_id_token("accounts.google.com", "google"),
    "Apple": by_id_token("appleid.apple.com", "apple"),
    "Facebook": by_access_token("graph.facebook.com", "facebook", "app_id"),
    "Amazon": by_access_token("www.amazon.com", "amazon", "client_id"),
    "OpenID Connect": open_id,
    "SAML": saml,
    "developer": developer,
}


@pytest.fixture
def kit(demo_sandbox: Any) -> PoolKit:
    return PoolKit(demo_sandbox)


def opened(kit: PoolKit, kind: str, *, takes_it: bool = True, **settings: Any) -> tuple[str, Case]:
    """A pool that takes this kind of login, or does not, and somebody who comes to it."""
    case = KINDS[kind](kit)
    pool_id = kit.pool(**{"CognitoIdentityProviders": []} | (case.pool if takes_it else {}) | settings)
    if kind == "developer" and takes_it:
        given = token_for(kit, pool_id, "ada")
        login = login_of_token(decode(given["Token"]))
        case = replace(case, logins={COGNITO: given["Token"]}, login=login, identity_id=given["IdentityId"])
    return pool_id, case


def roles_of(kit: PoolKit, pool_id: str) -> tuple[str, str]:
    """A role for everybody, and one for whom a rule fits."""
    mark = uuid.uuid4().hex[:8]
    found = [kit.role(f"{name}-{mark}", pool_id, "authenticated") for name in ("everybody", "ruled")]
    for each in found:
        kit.trust(each.rpartition("/")[2], tagging(pool_id))
    return found[0], found[1]


def role_given(kit: PoolKit, pool_id: str, case: Case, custom: str = "") -> str:
    """The role that GetId and GetCredentialsForIdentity lead to; "" where they refuse."""
    wanted = {"CustomRoleArn": custom} if custom else {}
    try:
        who = case.identity_id or kit.public.get_id(IdentityPoolId=pool_id, Logins=case.logins)["IdentityId"]
        issued = kit.public.get_credentials_for_identity(IdentityId=who, Logins=case.logins, **wanted)["Credentials"]
    except ClientError:
        return ""
    keys = (issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"])
    return str(kit.sandbox.client("sts", keys=keys).get_caller_identity()["Arn"]).split("/")[1]


def name_of(trace: RoleTrace) -> str:
    return trace.role_arn.rpartition("/")[2]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_trace_gives_the_role_that_the_sandbox_gives(aws: Aws, kit: PoolKit, kind: str) -> None:
    pool_id, case = opened(kit, kind)
    everybody, ruled = roles_of(kit, pool_id)

    def rule(match: str, value: str, **more: str) -> dict[str, Any]:
        rules = [{"Claim": case.claim, "MatchType": match, "Value": value, "RoleARN": ruled}]
        return {"Type": "Rules", "RulesConfiguration": {"Rules": rules}, "AmbiguousRoleResolution": "Deny"} | more

    ends = set()
    by_token = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    for roles, mapping, custom in (
        ({}, None, ""),
        ({"authenticated": everybody}, None, ""),
        ({"authenticated": everybody}, None, ruled),
        ({"authenticated": everybody}, rule("Equals", case.value), ""),
        ({"authenticated": everybody}, rule("Equals", case.value), ruled),
        ({"authenticated": everybody}, rule("NotEqual", case.value), ""),
        ({"authenticated": everybody}, rule("NotEqual", case.value), ruled),
        ({"authenticated": everybody}, rule("StartsWith", case.value[:2]), everybody),
        (
            {"authenticated": everybody},
            rule("Contains", "\u2603", AmbiguousRoleResolution="AuthenticatedRole"),
            "",
        ),
        ({}, rule("Contains", "\u2603", AmbiguousRoleResolution="AuthenticatedRole"), ""),
        ({"authenticated": everybody}, None if kind == "user pool" else by_token, ""),
        ({"authenticated": everybody}, by_token, ruled),
    ):
        mappings = {case.mapping_key: mapping} if mapping else {}
        kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles, RoleMappings=mappings)
        trace = trace_role(await describe_identity_pool(aws, pool_id), case.login, custom_role_arn=custom)
        assert name_of(trace) == role_given(kit, pool_id, case, custom), trace.steps
        assert trace.is_known
        ends.add(trace.role_arn)
    assert ends == {"", everybody, ruled}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "developer"])
async def test_a_pool_that_does_not_list_the_provider_gives_no_role(aws: Aws, kit: PoolKit, kind: str) -> None:
    pool_id, case = opened(kit, kind, takes_it=False)
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": roles_of(kit, pool_id)[0]})
    trace = trace_role(await describe_identity_pool(aws, pool_id), case.login)
    assert (trace.role_arn, role_given(kit, pool_id, case)) == ("", "")
    assert trace.steps[0].answer.startswith("No: ")
    assert "is not among its" in trace.steps[0].answer


@pytest.mark.parametrize("kind", ["Google", "Apple", "Facebook", "Amazon"])
async def test_another_app_of_a_public_provider_gives_no_role(aws: Aws, kit: PoolKit, kind: str) -> None:
    pool_id, case = opened(kit, kind, SupportedLoginProviders={KINDS[kind](kit).mapping_key: "other;another"})
    trace = trace_role(await describe_identity_pool(aws, pool_id), case.login)
    assert f"it is for the app {APP}" in trace.steps[0].answer
    assert role_given(kit, pool_id, case) == ""


@pytest.mark.parametrize("kind", KINDS)
async def test_the_tags_of_a_session_are_those_that_its_policies_see(aws: Aws, kit: PoolKit, kind: str) -> None:
    pool_id, case = opened(kit, kind)
    role, _ = roles_of(kit, pool_id)
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    provider = accept(await describe_identity_pool(aws, pool_id), case.login).tag_provider
    assert await get_tag_map(aws, pool_id, provider) == TagMap()
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id,
        IdentityProviderName=provider,
        UseDefaults=False,
        PrincipalTags={"ours": case.claim, "missing": "nobody:has"},
    )
    tag_map = await get_tag_map(aws, pool_id, provider)
    tags = session_tags(tag_map, case.login)
    assert tags == {"ours": case.value}
    assert may_by_tags(kit, pool_id, case, role, tags)
    assert not may_by_tags(kit, pool_id, case, role, {"ours": "something else"})
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id, IdentityProviderName=provider, UseDefaults=True, PrincipalTags={}
    )
    tag_map = await get_tag_map(aws, pool_id, provider)
    tags = session_tags(tag_map, case.login)
    assert may_by_tags(kit, pool_id, case, role, tags)
    trace = trace_role(await describe_identity_pool(aws, pool_id), case.login, tag_map=tag_map)
    assert all(f"{key} = {value}" in trace.steps[-1].answer for key, value in tags.items())
    assert "sts:TagSession" in trace.steps[-1].answer


def may_by_tags(kit: PoolKit, pool_id: str, case: Case, role: str, tags: dict[str, str]) -> bool:
    """Whether a policy that wants these tags lets the holder of the login through."""
    wanted = {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}
    statement = {
        "Effect": "Allow",
        "Action": "s3:ListAllMyBuckets",
        "Resource": "*",
        "Condition": {"StringEquals": wanted},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    kit.iam.put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="allowed", PolicyDocument=document)
    who = case.identity_id or kit.public.get_id(IdentityPoolId=pool_id, Logins=case.logins)["IdentityId"]
    issued = kit.public.get_credentials_for_identity(IdentityId=who, Logins=case.logins)["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"])
    try:
        kit.sandbox.client("s3", keys=keys).list_buckets()
    except ClientError:
        return False
    return True


@pytest.mark.parametrize(("is_allowed", "is_mapped"), [(True, False), (False, False), (True, True)])
async def test_the_classic_flow_is_open_where_the_sandbox_opens_it(
    aws: Aws, kit: PoolKit, is_allowed: bool, is_mapped: bool
) -> None:
    pool_id, case = opened(kit, "Google", AllowClassicFlow=is_allowed)
    role, _ = roles_of(kit, pool_id)
    mapping = {case.mapping_key: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}} if is_mapped else {}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role}, RoleMappings=mapping)
    detail = await describe_identity_pool(aws, pool_id)
    who = kit.public.get_id(IdentityPoolId=pool_id, Logins=case.logins)["IdentityId"]
    try:
        kit.public.get_open_id_token(IdentityId=who, Logins=case.logins)
        is_open = True
    except ClientError:
        is_open = False
    named = trace_role(detail, case.login, flow="classic", custom_role_arn=role)
    anyone = trace_role(detail, case.login, flow="classic")
    assert named.role_arn == (role if is_open else "")
    assert (anyone.role_arn, anyone.is_known) == ("", not is_open)
    assert is_open is (is_allowed and not is_mapped)


def test_values_of_tags_that_are_too_long_together_give_no_credentials() -> None:
    providers = (OtherProvider("Google", "accounts.google.com", "app"),)
    detail = IdentityPoolDetail("us-east-1:1", "p", False, False, (), providers, Roles("arn:x:role/In", "", ()))
    login = login_as("accounts.google.com", {"aud": "app", "name": "x" * 461})
    assert trace_role(detail, login, tag_map=TagMap({"n": "aud"})).role_arn == "arn:x:role/In"
    trace = trace_role(detail, login, tag_map=TagMap({"n": "name"}))
    assert (trace.role_arn, trace.steps[-1].verdict) == ("", "no")
    assert "461 bytes" in trace.steps[-1].answer


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"iss": f"https://{COGNITO}", "aud": "us-east-1:2"}, "of the identity pool us-east-1:2"),
        ({"iss": f"https://{COGNITO}", "aud": "us-east-1:1", "amr": ["unauthenticated"]}, "a guest's own token"),
        ({"iss": f"https://{COGNITO}", "aud": "us-east-1:1", "amr": 7}, "a guest's own token"),
        ({"iss": "accounts.google.com"}, "is not among its public providers"),
        ({}, "a token without an issuer"),
        ({"iss": ["x"]}, "a token without an issuer"),
    ],
)
def test_a_token_that_is_no_login_here_is_told(claims: dict[str, Any], words: str) -> None:
    detail = IdentityPoolDetail("us-east-1:1", "p", False, False, (), (), Roles("arn:x:role/In", "", ()))
    assert words in trace_role(detail, DecodedToken("other", "raw", {}, claims)).steps[0].answer
