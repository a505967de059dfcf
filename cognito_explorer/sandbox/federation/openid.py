"""The relying party's side of OpenID Connect: where to send the browser, and what its code stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from jwt.types import Options

from cognito_explorer.sandbox.federation.addresses import current, is_loopback, provider_url
from cognito_explorer.sandbox.federation.brands import stand_in_for
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.world import World

_TIMEOUT_S = 5.0
_MAX_BYTES = 1_000_000
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
_STATED = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """A provider's addresses, by discovery or as the pool states them."""

    issuer: str
    authorize_url: str
    token_url: str
    attributes_url: str
    jwks_uri: str


def find_openid_provider(world: World, provider: Mapping[str, Any]) -> OpenIdProvider:
    """The addresses of a pool's provider; raises FederationProblem. Public providers are played by the sandbox."""
    details = provider["ProviderDetails"]
    brand = stand_in_for(provider["ProviderType"])
    issuer = provider_url(world, brand.key) if brand else current(world, details.get("oidc_issuer", "").rstrip("/"))
    found: dict[str, Any] = {}
    is_stated = all(details.get(name) for name in ("authorize_url", "token_url", "jwks_uri"))
    if brand or not is_stated:
        found = _fetch_json(f"{issuer}/.well-known/openid-configuration", f"{provider['ProviderName']} discovery")
    stated = {} if brand else {name: current(world, details.get(name, "")) for name in _STATED}
    urls = {name: stated.get(name) or str(found.get(key, "")) for name, key in _STATED.items()}
    return OpenIdProvider(issuer, **urls)


def authorization_url(found: OpenIdProvider, provider: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """Where the browser goes to sign in with the provider; `parameters` hold redirect_uri, state, nonce and hints."""
    details = provider["ProviderDetails"]
    scopes = details.get("authorize_scopes", "openid").replace(",", " ").split()
    query = {
        "client_id": details["client_id"],
        "response_type": "code",
        "scope": " ".join(dict.fromkeys(["openid", *scopes])),
        **{name: value for name, value in parameters.items() if value},
    }
    return f"{found.authorize_url}{'&' if '?' in found.authorize_url else '?'}{urlencode(query)}"


def claims_for_code(
    world: World, provider: Mapping[str, Any], code: str, *, redirect_uri: str, nonce: str
) -> dict[str, Any]:
    """What the provider says of the person who brought the code: ID token and userinfo together.

    Raises FederationProblem.
    """
    found = find_openid_provider(world, provider)
    tokens = _exchange(found, provider, code, redirect_uri)
    claims = _verify(world, found, provider, str(tokens.get("id_token", "")))
    if claims.get("nonce") != nonce:
        raise FederationProblem("Bad id_token nonce")
    if found.attributes_url and tokens.get("access_token"):
        claims |= _user_info(found, provider, str(tokens["access_token"]), claims["sub"])
    return claims


def _exchange(found: OpenIdProvider, provider: Mapping[str, Any], code: str, redirect_uri: str) -> dict[str, Any]:
    details, name = provider["ProviderDetails"], provider["ProviderName"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": details["client_id"],
    }
    if details.get("client_secret"):
        form["client_secret"] = details["client_secret"]
    try:
        answer = _client(found.token_url).post(found.token_url, data=form, headers={"Accept": "application/json"})
    except httpx.TimeoutException:
        raise FederationProblem("Timeout occurred in calling IdP token endpoint") from None
    except httpx.HTTPError:
        raise FederationProblem("Connection reset") from None
    if answer.status_code != 200:
        raise FederationProblem(f"{name} Error - {answer.status_code} error getting token")
    return _json_of(answer, f"{name} Error - {answer.status_code} error getting token")


def _verify(world: World, found: OpenIdProvider, provider: Mapping[str, Any], token: str) -> dict[str, Any]:
    keys = _fetch_json(found.jwks_uri, "jwks uri").get("keys", [])
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        fitting = [key for key in keys if kid is None or key.get("kid") == kid]
        if not fitting:
            raise FederationProblem("Bad id_token: no key of the provider fits")
        # Time is checked below: it is the sandbox's clock that counts, not this machine's.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(fitting[0]),
            algorithms=_ALGORITHMS,
            audience=provider["ProviderDetails"]["client_id"],
            issuer=found.issuer or None,
            options=unchecked,
        )
    except jwt.InvalidIssuerError:
        raise FederationProblem("Bad id_token issuer") from None
    except (jwt.InvalidTokenError, jwt.PyJWKError) as broken:
        raise FederationProblem(f"Bad id_token: {broken}") from None
    if not claims.get("sub") or world.clock.now() > float(claims.get("exp", 0)):
        raise FederationProblem("Bad id_token: expired or without a subject")
    return claims


def _user_info(found: OpenIdProvider, provider: Mapping[str, Any], token: str, subject: str) -> dict[str, Any]:
    method = provider["ProviderDetails"].get("attributes_request_method", "GET")
    name = provider["ProviderName"]
    try:
        answer = _client(found.attributes_url).request(
            method, found.attributes_url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"}
        )
    except httpx.TimeoutException:
        raise FederationProblem("Read timed out") from None
    except httpx.HTTPError:
        raise FederationProblem("Connection reset") from None
    if answer.status_code != 200:
        raise FederationProblem(f"{name} Error - {answer.status_code} error getting user info")
    told = _json_of(answer, f"{name} Error - {answer.status_code} error getting user info")
    if told.get("sub") not in (None, subject):
        raise FederationProblem("The userinfo is about somebody else")
    return told


def _fetch_json(url: str, what: str) -> dict[str, Any]:
    try:
        answer = _client(url).get(url, headers={"Accept": "application/json"})
    except httpx.TimeoutException:
        raise FederationProblem(f"Timeout in calling {what}") from None
    except httpx.HTTPError:
        raise FederationProblem(f"Error in calling {what}") from None
    if answer.status_code != 200:
        raise FederationProblem(f"Error in calling {what}")
    return _json_of(answer, f"Error in calling {what}")


def _json_of(answer: httpx.Response, problem: str) -> dict[str, Any]:
    try:
        document = answer.json() if len(answer.content) <= _MAX_BYTES else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise FederationProblem(problem)
    return document


def _client(url: str) -> httpx.Client:
    """A client for one call. Secrets go over the network encrypted, or not at all; a proxy is no way to ourselves."""
    if not is_loopback(url) and urlsplit(url).scheme != "https":
        raise FederationProblem("The provider's address is not an https URL")
    return httpx.Client(timeout=_TIMEOUT_S, trust_env=not is_loopback(url), verify=not is_loopback(url))
