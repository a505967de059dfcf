"""Tokens for a secret or for another token (operations: GetClientToken, GetDerivedToken)."""

from typing import Any

import jwt
import pytest

from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

EXCHANGE = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_REFRESH_TOKEN_AUTH"]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada", email="ada@moonletter.example")
    made.idp.create_resource_server(
        UserPoolId=made.pool_id,
        Identifier="moon",
        Name="moon",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")],
    )
    return made


@pytest.fixture(scope="module")
def machine(pool: PoolUnderTest) -> dict[str, Any]:
    return pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["moon/read", "moon/write"],
    )


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _machine_token(pool: PoolUnderTest, machine: dict[str, Any], *scopes: str) -> str:
    answer = pool.idp.get_client_token(
        ClientId=machine["ClientId"], Secret=machine["ClientSecret"], **({"Scopes": list(scopes)} if scopes else {})
    )
    return str(answer["ClientAuthenticationResult"]["AccessToken"])


def test_a_machine_gets_a_token_for_its_secret(pool: PoolUnderTest, machine: dict[str, Any]) -> None:
    """tokens 3: M2M access token, sub = client id, no username; default: every scope of the client."""
    claims = _claims(_machine_token(pool, machine))
    assert (claims["sub"], claims["scope"]) == (machine["ClientId"], "moon/read moon/write")
    assert "username" not in claims
    assert _claims(_machine_token(pool, machine, "moon/read"))["scope"] == "moon/read"
    with refused("InvalidParameterException"):
        _machine_token(pool, machine, "moon/other")
    with refused("NotAuthorizedException"):
        pool.idp.get_client_token(ClientId=machine["ClientId"], Secret="x" * 30)


def test_a_token_is_exchanged_for_one_with_an_audience(pool: PoolUnderTest) -> None:
    """GetDerivedToken: the user's identity, the requesting client, the audience; revoked with its sign-in."""
    tokens = pool.tokens("ada")
    client_id = pool.add_client(ExplicitAuthFlows=EXCHANGE)["ClientId"]
    request = {"ClientId": client_id, "SubjectToken": tokens["AccessToken"], "SubjectTokenType": "ACCESS_TOKEN"}
    answer = pool.idp.get_derived_token(**request, Audiences=["billing"])
    claims, original = _claims(answer["IssuedToken"]), _claims(tokens["AccessToken"])
    assert (claims["aud"], claims["client_id"], claims["username"]) == ("billing", client_id, "ada")
    assert claims["event_id"] == original["event_id"]
    assert answer["Scopes"] == ["aws.cognito.signin.user.admin"]
    assert pool.public.get_user(AccessToken=answer["IssuedToken"])["Username"] == "ada"
    with refused("InvalidParameterException"):
        pool.idp.get_derived_token(**request, Audiences=["billing"], Resources=["moon"])
    identity = pool.idp.get_derived_token(**request, RequestedTokenType="ID_TOKEN")
    assert _claims(identity["IssuedToken"])["aud"] == client_id
    pool.public.global_sign_out(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException"):
        pool.idp.get_derived_token(**request)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=answer["IssuedToken"])


def test_an_actor_is_named_in_the_derived_token(pool: PoolUnderTest, machine: dict[str, Any]) -> None:
    """GetDerivedToken with ActorToken: an act claim; each way needs its flow."""
    request = {
        "SubjectToken": pool.tokens("ada")["IdToken"],
        "SubjectTokenType": "ID_TOKEN",
        "ActorToken": _machine_token(pool, machine),
        "ActorTokenType": "ACCESS_TOKEN",
    }
    client_id = pool.add_client(ExplicitAuthFlows=EXCHANGE)["ClientId"]
    claims = _claims(pool.idp.get_derived_token(ClientId=client_id, **request)["IssuedToken"])
    assert claims["act"] == {"sub": machine["ClientId"]}
    only_alone = pool.add_client(ExplicitAuthFlows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", *FLOWS])["ClientId"]
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.idp.get_derived_token(ClientId=only_alone, **request)
