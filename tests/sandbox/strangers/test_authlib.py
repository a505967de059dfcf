"""Authlib's OAuth client, which knows nothing of Cognito, finds everything by discovery and signs in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sandbox.hosted_ui.browser import CALLBACK, MACHINE, PASSWORD, POOL, WEB, Browser
from tests.sandbox_fixture import RunningSandbox

SCOPES = "openid email profile aws.cognito.signin.user.admin"


@pytest.fixture
def discovered(local_issuer: RunningSandbox) -> dict[str, Any]:
    """What the issuer says of itself."""
    issuer = f"{local_issuer.endpoint}/{POOL}"
    found: dict[str, Any] = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).json()
    assert found["issuer"] == issuer
    return found


@pytest.fixture
def web() -> Iterator[OAuth2Session]:
    """The public client of the demo, with PKCE."""
    session = OAuth2Session(
        WEB, scope=SCOPES, redirect_uri=CALLBACK, code_challenge_method="S256", token_endpoint_auth_method="none"
    )
    session.trust_env = False
    yield session
    session.close()


def test_a_stranger_signs_in_by_code_and_pkce_and_verifies_the_id_token(
    local_issuer: RunningSandbox, discovered: dict[str, Any], web: OAuth2Session
) -> None:
    """hosted UI: authorize, token, discovery, key set, nonce, userInfo."""
    tokens, nonce = sign_in(local_issuer, discovered, web)
    keys = KeySet.import_key_set(httpx.get(discovered["jwks_uri"], trust_env=False).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=discovered["id_token_signing_alg_values_supported"])
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"essential": True, "value": discovered["issuer"]}, "aud": {"essential": True, "value": WEB}},
        params={"nonce": nonce, "client_id": WEB, "access_token": tokens["access_token"]},
    )
    claims.validate()
    person = web.get(discovered["userinfo_endpoint"]).json()
    assert (person["sub"], person["email"]) == (claims["sub"], "ada@moonletter.example")


def test_a_stranger_refreshes_and_revokes(
    local_issuer: RunningSandbox, discovered: dict[str, Any], web: OAuth2Session
) -> None:
    """token endpoint: refresh_token; revocation endpoint: what it gave is worth nothing afterwards."""
    tokens, _ = sign_in(local_issuer, discovered, web)
    fresh = web.refresh_token(discovered["token_endpoint"], refresh_token=tokens["refresh_token"])
    assert fresh["access_token"] != tokens["access_token"]
    answer = web.revoke_token(
        discovered["revocation_endpoint"], token=tokens["refresh_token"], token_type_hint="refresh_token"
    )
    assert answer.status_code == 200
    assert web.get(discovered["userinfo_endpoint"]).status_code == 401


def test_a_machine_gets_a_token_for_its_scopes(local_issuer: RunningSandbox, discovered: dict[str, Any]) -> None:
    """token endpoint: client_credentials with the secret in the Authorization header."""
    idp = local_issuer.client("cognito-idp")
    client = idp.describe_user_pool_client(UserPoolId=POOL, ClientId=MACHINE)["UserPoolClient"]
    with OAuth2Session(MACHINE, client["ClientSecret"], scope=" ".join(client["AllowedOAuthScopes"])) as session:
        session.trust_env = False
        token = session.fetch_token(discovered["token_endpoint"], grant_type="client_credentials")
    assert token["token_type"] == "Bearer"
    keys = KeySet.import_key_set(httpx.get(discovered["jwks_uri"], trust_env=False).json())
    claims = jwt.decode(token["access_token"], keys, algorithms=["RS256"]).claims
    assert (claims["client_id"], claims["token_use"]) == (MACHINE, "access")
    assert set(claims["scope"].split()) == set(client["AllowedOAuthScopes"])


def sign_in(running: RunningSandbox, discovered: dict[str, Any], session: OAuth2Session) -> tuple[dict[str, Any], str]:
    """The tokens and the nonce of a sign-in as ada."""
    verifier, nonce = generate_token(48), generate_token(20)
    address, state = session.create_authorization_url(
        discovered["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    with Browser(running) as browser:
        page = browser.go("oauth2/authorize", **dict(parse_qsl(urlsplit(address).query)))
        returned = browser.submit(page, username="ada", password=PASSWORD).headers["location"]
    tokens: dict[str, Any] = session.fetch_token(
        discovered["token_endpoint"], authorization_response=returned, state=state, code_verifier=verifier
    )
    return tokens, nonce
