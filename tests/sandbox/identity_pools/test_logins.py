"""Logins of every kind of provider, and the identities they lead to."""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.identity_pools.providers import (
    AUDIENCE,
    MOONBOOK_CLIENT,
    SamlProvider,
    issuer_of,
    sign_in_at,
    statement_for,
)
from tests.sandbox.identity_pools.test_identities import refusal
from tests.sandbox.identity_pools.visitors import PoolKit, logins
from tests.sandbox.test_sts import ACCOUNT, refused
from tests.sandbox_fixture import RunningSandbox

APP = "moonletter-app"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
PUBLIC = {
    "accounts.google.com": ("google", "id_token"),
    "appleid.apple.com": ("apple", "id_token"),
    "graph.facebook.com": ("facebook", "access_token"),
    "www.amazon.com": ("amazon", "access_token"),
}


@pytest.fixture
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


@pytest.fixture(scope="module")
def moonrise(demo_sandbox: RunningSandbox) -> tuple[SamlProvider, str]:
    """A SAML provider and its ARN."""
    provider = SamlProvider()
    return provider, provider.register(demo_sandbox, f"Moonrise-{uuid.uuid4().hex[:8]}")


@pytest.fixture(scope="module")
def moonbook(demo_sandbox: RunningSandbox) -> tuple[str, str]:
    """The built-in OpenID provider, registered in IAM: its name in Logins, and its ARN."""
    url = issuer_of(demo_sandbox, "moonbook")
    host = url.removeprefix("http://")
    return host, register(demo_sandbox, f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}", MOONBOOK_CLIENT)


def register(sandbox: RunningSandbox, arn: str, client_id: str) -> str:
    """Register an OpenID provider in IAM with one client, whatever clients it had before."""
    iam = sandbox.client("iam")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    url = f"http://{arn.partition('oidc-provider/')[2]}"
    answer = iam.create_open_id_connect_provider(Url=url, ClientIDList=[client_id], ThumbprintList=["0" * 40])
    return str(answer["OpenIDConnectProviderArn"])


@pytest.mark.parametrize("provider", PUBLIC)
def test_a_public_providers_login_leads_to_one_identity(kit: PoolKit, provider: str) -> None:
    player, kind = PUBLIC[provider]
    pool_id = kit.pool(SupportedLoginProviders={provider: f"other-app;{APP}"})
    login = {provider: sign_in_at(kit.sandbox, player, "luna", APP)[kind]}
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    again = {provider: sign_in_at(kit.sandbox, player, "luna", APP)[kind]}
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=again)["IdentityId"] == identity_id
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [provider]
    other = {provider: sign_in_at(kit.sandbox, player, "mina", APP)[kind]}
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=other)["IdentityId"] != identity_id


@pytest.mark.parametrize("provider", PUBLIC)
def test_a_token_of_another_app_is_not_supported(kit: PoolKit, provider: str) -> None:
    player, kind = PUBLIC[provider]
    pool_id = kit.pool(SupportedLoginProviders={provider: APP})
    login = {provider: sign_in_at(kit.sandbox, player, "luna", "somebody-elses-app")[kind]}
    refused_ = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins=login)
    assert refused_.endswith("Token is not from a supported provider of this identity pool.")


@pytest.mark.parametrize("provider", PUBLIC)
def test_a_garbled_token_is_invalid(kit: PoolKit, provider: str) -> None:
    pool_id = kit.pool(SupportedLoginProviders={provider: APP})
    refused_ = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={provider: "garbled"})
    assert refused_.startswith("NotAuthorizedException: Invalid login token.")


def test_one_stand_ins_token_is_not_anothers(kit: PoolKit) -> None:
    pool_id = kit.pool(SupportedLoginProviders={"accounts.google.com": APP})
    login = {"accounts.google.com": sign_in_at(kit.sandbox, "apple", "luna", APP)["id_token"]}
    refused_ = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins=login)
    assert refused_ == "NotAuthorizedException: Invalid login token. Issuer doesn't match providerName"


def test_a_second_login_of_one_public_provider_conflicts(kit: PoolKit) -> None:
    pool_id = kit.pool(SupportedLoginProviders={"accounts.google.com": APP})
    luna, mina = (
        {"accounts.google.com": sign_in_at(kit.sandbox, "google", each, APP)["id_token"]} for each in ("luna", "mina")
    )
    ada = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=ada | luna)["IdentityId"]
    refused_ = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=ada | mina)
    assert refused_.startswith("ResourceConflictException")


def test_an_openid_provider_of_iam_is_named_by_its_host(kit: PoolKit, moonbook: tuple[str, str]) -> None:
    host, arn = moonbook
    pool_id = kit.pool(OpenIdConnectProviderARNs=[arn])
    login = {host: sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]}
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [host]
    without = refusal(kit.public.get_id, IdentityPoolId=kit.pool(), Logins=login)
    assert without.endswith("Token is not from a supported provider of this identity pool.")


def test_the_client_of_an_openid_token_must_be_in_iams_list(kit: PoolKit, moonbook: tuple[str, str]) -> None:
    host, arn = moonbook
    pool_id = kit.pool(OpenIdConnectProviderARNs=[arn])
    login = {host: sign_in_at(kit.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]}
    register(kit.sandbox, arn, "another-client")
    try:
        refused_ = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins=login)
    finally:
        register(kit.sandbox, arn, MOONBOOK_CLIENT)
    assert refused_.endswith("Token is not from a supported provider of this identity pool.")


def test_a_saml_assertion_is_a_login_under_the_providers_arn(kit: PoolKit, moonrise: tuple[SamlProvider, str]) -> None:
    provider, arn = moonrise
    pool_id = kit.pool(SamlProviderARNs=[arn])
    login = {arn: provider.respond("MR-1", {"department": "Craters"})}
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    assert kit.admin.describe_identity(IdentityId=identity_id)["Logins"] == [arn]
    again = {arn: provider.respond("MR-1", {})}
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=again)["IdentityId"] == identity_id


@pytest.mark.parametrize("flaw", ["other key", "other audience", "expired", "no success", "no base64"])
def test_an_assertion_that_proves_nothing_is_refused(
    kit: PoolKit, moonrise: tuple[SamlProvider, str], flaw: str
) -> None:
    provider, arn = moonrise
    pool_id = kit.pool(SamlProviderARNs=[arn])
    assertion = "<Response/>"
    if flaw == "other key":
        assertion = SamlProvider().respond("MR-1", {})
    elif flaw == "other audience":
        assertion = provider.respond("MR-1", {}, audience="https://elsewhere.example")
    elif flaw == "expired":
        assertion = provider.respond("MR-1", {}, lasts_s=-301)
    elif flaw == "no success":
        assertion = provider.respond("MR-1", {}, status="Responder")
    refused_ = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={arn: assertion})
    assert refused_.startswith("NotAuthorizedException: Invalid login token.")


def test_rules_map_claims_of_an_openid_provider_by_its_arn(kit: PoolKit, moonbook: tuple[str, str]) -> None:
    host, arn = moonbook
    pool_id = kit.pool(OpenIdConnectProviderARNs=[arn])
    role = kit.role(f"verified-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    rule = {"Claim": "email_verified", "MatchType": "Equals", "Value": "true", "RoleARN": role}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={}, RoleMappings={arn: mapping})

    def credentials(person: str) -> Any:
        login = {host: sign_in_at(kit.sandbox, "moonbook", person, MOONBOOK_CLIENT)["id_token"]}
        identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
        return {"IdentityId": identity_id, "Logins": login}

    assert kit.public.get_credentials_for_identity(**credentials("luna"))["Credentials"]
    denied = refusal(kit.public.get_credentials_for_identity, **credentials("mina"))
    assert denied.startswith("NotAuthorizedException")


def test_sts_takes_tokens_of_a_provider_that_iam_knows(kit: PoolKit, moonbook: tuple[str, str]) -> None:
    host, arn = moonbook
    sts = kit.sandbox.public_client("sts")
    name = f"Moonbook-{uuid.uuid4().hex[:8]}"
    condition = {"StringEquals": {f"{host}:aud": MOONBOOK_CLIENT, f"{host}:sub": "104771900016512340001"}}
    trust = statement_for(arn, "sts:AssumeRoleWithWebIdentity", condition)
    role = kit.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    luna, mina = (sign_in_at(kit.sandbox, "moonbook", each, MOONBOOK_CLIENT)["id_token"] for each in ("luna", "mina"))
    params = {"RoleArn": role, "RoleSessionName": "web"}
    answer = sts.assume_role_with_web_identity(**params, WebIdentityToken=luna)
    assert (answer["Provider"], answer["Audience"]) == (arn, MOONBOOK_CLIENT)
    assert refused(sts.assume_role_with_web_identity, **params, WebIdentityToken=mina) == (
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )


def test_sts_refuses_tokens_of_providers_that_iam_does_not_know(kit: PoolKit) -> None:
    token = next(iter(logins(kit.sandbox, "ada").values()))
    params = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/Any", "RoleSessionName": "web", "WebIdentityToken": token}
    code, message = refused(kit.sandbox.public_client("sts").assume_role_with_web_identity, **params)
    assert code == "InvalidIdentityToken"
    assert message.startswith("No OpenIDConnect provider found in your account for https://cognito-idp.")


@pytest.mark.parametrize("provider", ["graph.facebook.com", "www.amazon.com"])
def test_sts_takes_access_tokens_of_the_provider_named_beside_them(kit: PoolKit, provider: str) -> None:
    name = f"App-{uuid.uuid4().hex[:8]}"
    condition = {"StringEquals": {f"{provider}:app_id": APP}}
    trust = statement_for(provider, "sts:AssumeRoleWithWebIdentity", condition)
    role = kit.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    params = {"RoleArn": role, "RoleSessionName": "web", "ProviderId": provider}
    sts = kit.sandbox.public_client("sts")
    token = sign_in_at(kit.sandbox, PUBLIC[provider][0], "luna", APP)["access_token"]
    assert sts.assume_role_with_web_identity(**params, WebIdentityToken=token)["Provider"] == provider
    assert refused(sts.assume_role_with_web_identity, **params, WebIdentityToken="unknown")[0] == "IDPRejectedClaim"


def test_sts_takes_saml_assertions_that_offer_the_role(kit: PoolKit, moonrise: tuple[SamlProvider, str]) -> None:
    provider, arn = moonrise
    name = f"Saml-{uuid.uuid4().hex[:8]}"
    actions = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    trust = statement_for(arn, actions, {"StringEquals": {"SAML:aud": AUDIENCE}})
    role = kit.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = {
        "Effect": "Allow",
        "Action": "s3:ListAllMyBuckets",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "craters", "saml:sub_type": "persistent"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": policy})
    kit.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    aws = "https://aws.amazon.com/SAML/Attributes"
    attributes = {
        f"{aws}/Role": f"{role},{arn}",
        f"{aws}/RoleSessionName": "selene",
        f"{aws}/SessionDuration": "1800",
        f"{aws}/PrincipalTag:team": "craters",
    }
    sts = kit.sandbox.public_client("sts")
    ask = {"RoleArn": role, "PrincipalArn": arn}
    answer = sts.assume_role_with_saml(**ask, SAMLAssertion=provider.respond("MR-1", attributes))
    assert answer["AssumedRoleUser"]["Arn"].endswith(f"/{name}/selene")
    assert (answer["Subject"], answer["SubjectType"], answer["Audience"]) == ("MR-1", "persistent", AUDIENCE)
    assert answer["Issuer"] == provider.entity_id
    issued = answer["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    assert kit.sandbox.client("s3", keys=keys).list_buckets()
    bare = provider.respond("MR-1", {f"{aws}/RoleSessionName": "selene"})
    assert refused(sts.assume_role_with_saml, **ask, SAMLAssertion=bare)[0] == "AccessDenied"
    forged = SamlProvider().respond("MR-1", attributes)
    assert refused(sts.assume_role_with_saml, **ask, SAMLAssertion=forged)[0] == "InvalidIdentityToken"
    late = provider.respond("MR-1", attributes, lasts_s=-301)
    assert refused(sts.assume_role_with_saml, **ask, SAMLAssertion=late)[0] == "ExpiredTokenException"
    unknown = {**ask, "PrincipalArn": arn + "-gone"}
    code, _ = refused(sts.assume_role_with_saml, **unknown, SAMLAssertion=provider.respond("MR-1", attributes))
    assert code == "InvalidIdentityToken"
