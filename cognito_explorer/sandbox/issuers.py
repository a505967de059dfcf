"""OpenID tokens of every issuer this machine knows, verified by the world's clock.

User pools are issuers like any other: whoever registers one as an OIDC provider in IAM can assume roles with its
tokens. So are programs that listen on this machine and publish their keys.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import jwt

from cognito_explorer.sandbox.auth.keys import find_key, issuer_of
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import current, provider_url
from cognito_explorer.sandbox.federation.brands import openid_brand
from cognito_explorer.sandbox.federation.provider_keys import provider_key
from cognito_explorer.sandbox.federation.published_keys import KeysMissing, published_key
from cognito_explorer.sandbox.plain_json import check_texts
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.world import World

Fault = Literal["malformed", "issuer", "unreachable", "keyless", "signature", "expired"]
# A key source gives the public key an issuer has under a key id, None where it does not know the issuer.
KeySource = Callable[[World, str, str], Any]

_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
SKEW_S = 300

_sources: list[KeySource] = []


class TokenProblem(Exception):  # noqa: N818  # the callers word it as their services do
    """A token that proves nothing. `expires_at` is in epoch seconds, for expired ones alone."""

    def __init__(self, fault: Fault, expires_at: int = 0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.expires_at = expires_at


def key_source(source: KeySource) -> KeySource:
    """Register where the keys of some issuers come from."""
    _sources.append(source)
    return source


def unverified_issuer(token: str) -> str:
    """The `iss` a token claims; raises TokenProblem for what is no token."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        check_texts(claims)
    except (jwt.PyJWTError, ValueError):
        raise TokenProblem("malformed") from None
    return str(claims.get("iss", ""))


def verify_token(world: World, token: str, issuer: str, *, skew_s: int = SKEW_S) -> dict[str, Any]:
    """The claims of a token of this issuer ("https://…"); raises TokenProblem."""
    try:
        header = jwt.get_unverified_header(token)
        if unverified_issuer(token) != issuer:
            raise TokenProblem("issuer")
        key = _public_key(world, issuer, str(header.get("kid", "")))
        # Times are checked against the sandbox's own clock, not the machine's; the audience by the caller.
        options: Any = {f"verify_{name}": False for name in ("exp", "iat", "nbf", "aud")}
        claims: dict[str, Any] = jwt.decode(token, key, _ALGORITHMS, options=options | {"require": ["exp", "sub"]})
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError, TypeError):
        # The last two: a key of another kind than the algorithm that the token names.
        raise TokenProblem("signature") from None
    except jwt.PyJWTError:
        raise TokenProblem("malformed") from None
    _check_expiry(world, claims, skew_s)
    return claims


def client_of(claims: Mapping[str, Any]) -> str:
    """Whom a token was issued to: `azp` if it is there, else `aud`."""
    audience = claims.get("azp") or claims.get("aud", "")
    return str(audience[0] if isinstance(audience, list) and audience else audience)


def registered_host(world: World, host: str) -> str:
    """A provider's host and path as they are now: the built-in ones move with the sandbox's port."""
    return current(world, f"http://{host}").removeprefix("http://")


def _check_expiry(world: World, claims: Mapping[str, Any], skew_s: int) -> None:
    try:
        expires_at = int(claims["exp"])
    except (TypeError, ValueError, OverflowError):
        raise TokenProblem("malformed") from None
    if world.clock.now() >= expires_at + skew_s:
        raise TokenProblem("expired", expires_at)


def _public_key(world: World, issuer: str, kid: str) -> Any:
    for source in _sources:
        key = source(world, issuer, kid)
        if key is not None:
            return key
    raise TokenProblem("unreachable")


@key_source
def _user_pool_key(world: World, issuer: str, kid: str) -> Any:
    pool_id = issuer.rpartition("/")[2]
    try:
        if issuer_of(world, load_pool(world, pool_id)) != issuer:
            return None
    except ServiceError:
        return None
    found = find_key(world, kid)
    if found is None or found[0] != pool_id:
        raise TokenProblem("signature")
    return found[2]


@key_source
def _built_in_key(world: World, issuer: str, kid: str) -> Any:
    brand = openid_brand(issuer.rpartition("/")[2])
    if brand is None or issuer != provider_url(world, brand.key):
        return None
    key = provider_key(world, brand.key)
    if key.kid != kid:
        raise TokenProblem("signature")
    return key.key.public_key()


@key_source
def _published_key(world: World, issuer: str, kid: str) -> Any:
    """Asked last: the sandbox knows the keys of its own issuers without asking."""
    try:
        key = published_key(world, issuer, kid)
    except KeysMissing as missing:
        raise TokenProblem(missing.fault) from None
    if key is None:
        raise TokenProblem("keyless")
    return key
