"""The relying party's side of OpenID Connect: where to send the browser, and what its code stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlencode

import jwt
from jwt.types import Options

from cognito_explorer.sandbox.federation.addresses import current, is_safe, provider_url
from cognito_explorer.sandbox.federation.brands import stand_in_for
from cognito_explorer.sandbox.federation.outbound import Reply, TimedOut, Unreachable, call
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.plain_json import check_texts
from cognito_explorer.sandbox.world import World

# RFC 7519 section 4.1.4 allows some minutes for clocks that differ.
_SKEW_S = 300.0
_JSON = {"Accept": "application/json"}
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
_STATED = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}
_NEEDED = ("authorize_url", "token_url", "jwks_uri")


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """A provider's addresses, by discovery or as the pool states them."""

    issuer: str
    authorize_url: str
    token_url: str
    attributes_url: str
    jwks_uri: str


def find_openid_provider(world: World, provider: Mapping[str, Any]) -> OpenIdProvider:
    """The addresses of a pool's provider; raises FederationProblem. Public providers are played by the sandbox.

    What the pool states counts where discovery finds nothing.
    """
    details = provider["ProviderDetails"]
    brand = stand_in_for(provider["ProviderType"])
    issuer = provider_url(world, brand.key) if brand else current(world, details.get("oidc_issuer", "").rstrip("/"))
    stated = {} if brand else {name: current(world, details.get(name, "")) for name in _STATED}
    try:
        found = _fetch_json(f"{issuer}/.well-known/openid-configuration", f"{provider['ProviderName']} discovery")
    except FederationProblem:
        if not all(stated.get(name) for name in _NEEDED):
            raise
        found = {}
    urls = {name: str(found.get(key) or "") or stated.get(name, "") for name, key in _STATED.items()}
    if not is_safe(urls["authorize_url"]):
        raise FederationProblem("The provider's address is not an https URL")
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
    world: World, provider: Mapping[str, Any], code: str, *, redirect_uri: str, nonce: str, issuer: str = ""
) -> dict[str, Any]:
    """What the provider says of the person who brought the code: ID token and userinfo together.

    `issuer` is what the answer itself says it comes from, if it does (RFC 9207): a code of one provider is not to be
    carried to another. Raises FederationProblem.
    """
    found = find_openid_provider(world, provider)
    if issuer and issuer.rstrip("/") != found.issuer:
        raise FederationProblem("The answer comes from another issuer")
    tokens = _exchange(found, provider, code, redirect_uri)
    claims = _verify(world, found, provider, str(tokens.get("id_token", "")))
    if claims.get("nonce") != nonce:
        raise FederationProblem("Bad id_token nonce")
    if found.attributes_url and tokens.get("access_token"):
        told = _user_info(found, provider, str(tokens["access_token"]), claims["sub"])
        # Who says it, and of whom, is for the signed token to say.
        claims = claims | told | {name: claims[name] for name in ("iss", "sub") if name in claims}
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
        reply = call(found.token_url, method="POST", form=form, headers=_JSON)
    except TimedOut:
        raise FederationProblem("Timeout occurred in calling IdP token endpoint") from None
    except Unreachable:
        raise FederationProblem("Connection reset") from None
    return _document(reply, f"{name} Error - {reply.status} error getting token")


def _verify(world: World, found: OpenIdProvider, provider: Mapping[str, Any], token: str) -> dict[str, Any]:
    keys = _fetch_json(found.jwks_uri, "jwks uri").get("keys")
    # A provider may end its name with a slash, which a pool's oidc_issuer need not have.
    issuers = [found.issuer, f"{found.issuer}/"] if found.issuer else None
    try:
        key = _fitting_key(keys, jwt.get_unverified_header(token).get("kid"))
        # Time is checked below: it is the sandbox's clock that counts, not this machine's.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=provider["ProviderDetails"]["client_id"],
            issuer=issuers,
            options=unchecked,
        )
        check_texts(claims)
    except jwt.InvalidIssuerError:
        raise FederationProblem("Bad id_token issuer") from None
    except UnicodeEncodeError:
        raise FederationProblem("Bad id_token: a claim is no text") from None
    except jwt.PyJWTError as broken:
        raise FederationProblem(f"Bad id_token: {broken}") from None
    check_claims(claims, provider["ProviderDetails"]["client_id"], world.clock.now())
    return claims


def _fitting_key(keys: object, kid: object) -> jwt.PyJWK:
    """The key an ID token names; a provider may publish whatever it likes."""
    entries = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    fitting = next((key for key in entries if kid is None or key.get("kid") == kid), None)
    if fitting is None:
        raise FederationProblem("Bad id_token: no key of the provider fits")
    try:
        return jwt.PyJWK(fitting)
    except (ValueError, TypeError):
        raise FederationProblem("Bad id_token: the key of the provider is none") from None


def check_claims(claims: Mapping[str, Any], client_id: str, now: float) -> None:
    """Raise FederationProblem unless times and parties hold (OpenID Connect Core 1.0, section 3.1.3.7)."""
    if not claims.get("sub") or not isinstance(claims["sub"], str):
        raise FederationProblem("Bad id_token: without a subject")
    if now > _moment(claims, "exp") or _moment(claims, "nbf", now) > now + _SKEW_S:
        raise FederationProblem("Bad id_token: expired, or not valid yet")
    if _moment(claims, "iat", now) > now + _SKEW_S:
        raise FederationProblem("Bad id_token: issued in the future")
    is_for_many = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
    if claims.get("azp", None if is_for_many else client_id) != client_id:
        raise FederationProblem("Bad id_token: issued to another party")


def _moment(claims: Mapping[str, Any], name: str, missing: float = 0.0) -> float:
    value = claims.get(name, missing)
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise FederationProblem(f"Bad id_token: {name} is no time")
    return value


def _user_info(found: OpenIdProvider, provider: Mapping[str, Any], token: str, subject: str) -> dict[str, Any]:
    method = provider["ProviderDetails"].get("attributes_request_method", "GET")
    name = provider["ProviderName"]
    try:
        reply = call(found.attributes_url, method=method, headers=_JSON | {"Authorization": f"Bearer {token}"})
    except TimedOut:
        raise FederationProblem("Read timed out") from None
    except Unreachable:
        raise FederationProblem("Connection reset") from None
    told = _document(reply, f"{name} Error - {reply.status} error getting user info")
    if told.get("sub", subject) != subject:
        raise FederationProblem("The userinfo is about somebody else")
    return told


def _fetch_json(url: str, what: str) -> dict[str, Any]:
    try:
        return _document(call(url, headers=_JSON), f"Error in calling {what}")
    except TimedOut:
        raise FederationProblem(f"Timeout in calling {what}") from None
    except Unreachable:
        raise FederationProblem(f"Error in calling {what}") from None


def _document(reply: Reply, problem: str) -> dict[str, Any]:
    document = reply.json() if reply.status == 200 else None
    if document is None:
        raise FederationProblem(problem)
    return document
