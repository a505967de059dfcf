"""The ten-minute tokens of the classic flow, signed by the identity service itself."""

import json
from collections.abc import Sequence
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

ISSUER = "https://cognito-identity.amazonaws.com"
LIFETIME_S = 600
_KID = "cognito-identity-1"


def issue_open_id_token(world: World, pool_id: str, identity_id: str, methods: Sequence[str]) -> str:
    """A token for sts:AssumeRoleWithWebIdentity."""
    now = int(world.clock.now())
    claims = {
        "sub": identity_id,
        "aud": pool_id,
        "amr": list(methods),
        "iss": ISSUER,
        "iat": now,
        "exp": now + LIFETIME_S,
    }
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
    if world.clock.now() >= claims["exp"]:
        raise ServiceError("ExpiredTokenException", "Token must be issued within 10 minutes.")
    return claims


def jwks(world: World) -> dict[str, Any]:
    """The public key, as served at `/.well-known/jwks_uri`."""
    algorithm = jwt.algorithms.RSAAlgorithm
    public = json.loads(algorithm.to_jwk(_signing_key(world).public_key()))
    return {"keys": [public | {"kid": _KID, "use": "sig", "alg": "RS256"}]}


def _signing_key(world: World) -> RSAPrivateKey:
    row = world.store.one("SELECT private_key FROM identity_signing_keys WHERE kid = ?", (_KID,))
    if row is not None:
        key = load_pem_private_key(row["private_key"], None)
        assert isinstance(key, RSAPrivateKey)
        return key
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    world.store.execute("INSERT INTO identity_signing_keys (kid, private_key) VALUES (?, ?)", (_KID, pem))
    return key
