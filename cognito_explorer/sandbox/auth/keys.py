"""A pool's two signing keys, and the documents that publish them."""

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cognito_explorer.sandbox.user_pools.domains import address_of
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.world import World

TokenUse = Literal["id", "access"]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key of a pool; ID and access tokens are signed with different ones."""

    kid: str
    key: rsa.RSAPrivateKey = field(repr=False)


def signing_key(world: World, pool_id: str, token_use: TokenUse) -> SigningKey:
    """The key for one kind of token; made when first needed."""
    row = world.store.one(
        "SELECT kid, private_pem FROM signing_keys WHERE pool_id = ? AND token_use = ?", (pool_id, token_use)
    )
    if row is not None:
        return SigningKey(row["kid"], _load(row["private_pem"]))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = base64.b64encode(world.chance.token_bytes(32)).decode()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    world.store.execute(
        "INSERT INTO signing_keys (kid, pool_id, token_use, private_pem) VALUES (?, ?, ?, ?)",
        (kid, pool_id, token_use, pem),
    )
    return SigningKey(kid, key)


def find_key(world: World, kid: str) -> tuple[str, TokenUse, rsa.RSAPublicKey] | None:
    """Pool id, kind of token and public key of a key id, or None."""
    if not kid.isascii():
        return None  # ours are base64url, and half a surrogate pair could not even be looked for
    row = world.store.one("SELECT pool_id, token_use, private_pem FROM signing_keys WHERE kid = ?", (kid,))
    if row is None:
        return None
    return row["pool_id"], row["token_use"], _load(row["private_pem"]).public_key()


def issuer_of(world: World, pool: dict[str, Any]) -> str:
    """What stands in `iss`: AWS's own name of the pool, so that what is tried here is true there.

    In a world with a local issuer it is the address discovery is served at, as OpenID Connect Discovery 4.3 demands.
    """
    if world.has_local_issuer:
        return f"{world.endpoint}/{pool['Id']}"
    host = "cognito-idp"
    if pool.get("IssuerConfiguration", {}).get("Type") == "UPDATED":
        host = "issuer-cognito-idp"
    return f"https://{host}.{region_of(pool['Id'])}.amazonaws.com/{pool['Id']}"


def jwks(world: World, pool_id: str) -> dict[str, Any]:
    """The pool's public keys, ID tokens' first."""
    load_pool(world, pool_id)
    uses: tuple[TokenUse, TokenUse] = ("id", "access")
    return {"keys": [_public_entry(signing_key(world, pool_id, use)) for use in uses]}


def openid_configuration(world: World, pool_id: str) -> dict[str, Any]:
    """The discovery document: AWS's issuer, but endpoints of the sandbox so that they can be called."""
    pool = load_pool(world, pool_id)
    document: dict[str, Any] = {
        "issuer": issuer_of(world, pool),
        "jwks_uri": f"{world.endpoint}/{pool_id}/.well-known/jwks.json",
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    domain = address_of(world, pool_id)
    if domain is None:
        return document
    base = f"{world.endpoint.replace('127.0.0.1', 'localhost')}/_hosted/{domain}"
    return document | {
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "end_session_endpoint": f"{base}/logout",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "token_endpoint": f"{base}/oauth2/token",
        "userinfo_endpoint": f"{base}/oauth2/userInfo",
    }


@lru_cache(maxsize=64)
def _load(pem: str) -> rsa.RSAPrivateKey:
    # Made by ourselves and read from our own store: the slow check of the primes would prove nothing new.
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a signing key is not an RSA key")
    return key


def _public_entry(signing: SigningKey) -> dict[str, str]:
    numbers = signing.key.public_key().public_numbers()
    return {
        "alg": "RS256",
        "e": _base64url(numbers.e),
        "kid": signing.kid,
        "kty": "RSA",
        "n": _base64url(numbers.n),
        "use": "sig",
    }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
