"""OpenID tokens signed by the identity service itself: for sts:AssumeRoleWithWebIdentity, and developers' users."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.world import World

PROVIDER = "cognito-identity.amazonaws.com"
ISSUER = f"https://{PROVIDER}"
LIFETIME_S = 600
# Where a web identity's token carries session tags. Source: IAM user guide, "Passing session tags in AWS STS".
TAGS_CLAIM = "https://aws.amazon.com/tags"
_KID = "cognito-identity-1"


@dataclass(frozen=True, slots=True)
class OpenIdToken:
    """What a token says: the identity of a pool, how it authenticated, and its session's tags."""

    pool_id: str
    identity_id: str
    methods: Sequence[str]
    principal_tags: Mapping[str, str] = field(default_factory=dict)


def issue_open_id_token(world: World, said: OpenIdToken, *, lifetime_s: int = LIFETIME_S) -> str:
    """A signed token."""
    now = int(world.clock.now())
    claims: dict[str, Any] = {
        "sub": said.identity_id,
        "aud": said.pool_id,
        "amr": list(said.methods),
        "iss": ISSUER,
        "iat": now,
        "exp": now + lifetime_s,
    }
    if said.principal_tags:
        claims[TAGS_CLAIM] = {"principal_tags": {key: [value] for key, value in said.principal_tags.items()}}
    return jwt.encode(claims, _signing_key(world), "RS256", headers={"kid": _KID})


def verify_open_id_token(world: World, token: str) -> dict[str, Any]:
    """The claims of such a token; raises InvalidIdentityToken or ExpiredTokenException, as STS words them."""
    try:
        options: Any = {f"verify_{name}": False for name in ("exp", "iat", "aud")}
        claims: dict[str, Any] = jwt.decode(
            token, _signing_key(world).public_key(), ["RS256"], options=options, issuer=ISSUER
        )
    except jwt.PyJWTError:
        raise ServiceError(
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        ) from None
    now, expires_at = int(world.clock.now()), claims["exp"]
    if now >= expires_at:
        text = f"Token expired: current date/time {now} must be before the expiration date/time {expires_at}"
        raise ServiceError("ExpiredTokenException", text)
    return claims


def principal_tags_of(claims: Mapping[str, Any]) -> dict[str, str]:
    """The session tags a web identity's token carries."""
    carried = claims.get(TAGS_CLAIM)
    tags = carried.get("principal_tags") if isinstance(carried, dict) else None
    if not isinstance(tags, dict):
        return {}
    return {key: _first(value) for key, value in tags.items()}


def transitive_tags_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of a web identity's session tags that go on to roles assumed from its session."""
    carried = claims.get(TAGS_CLAIM)
    keys = carried.get("transitive_tag_keys") if isinstance(carried, dict) else None
    return tuple(str(key) for key in keys) if isinstance(keys, list) else ()


def jwks(world: World) -> dict[str, Any]:
    """The public key, as served at `/.well-known/jwks_uri`."""
    algorithm = jwt.algorithms.RSAAlgorithm
    public = json.loads(algorithm.to_jwk(_signing_key(world).public_key()))
    return {"keys": [public | {"kid": _KID, "use": "sig", "alg": "RS256"}]}


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _signing_key(world: World) -> RSAPrivateKey:
    row = world.store.one("SELECT private_key FROM identity_signing_keys WHERE kid = ?", (_KID,))
    if row is not None:
        return _load(bytes(row["private_key"]))
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    world.store.execute("INSERT INTO identity_signing_keys (kid, private_key) VALUES (?, ?)", (_KID, pem))
    return key


@lru_cache(maxsize=4)
def _load(pem: bytes) -> RSAPrivateKey:
    # Made by ourselves and read from our own store: the slow check of the primes would prove nothing new.
    key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("a signing key is not an RSA key")
    return key
