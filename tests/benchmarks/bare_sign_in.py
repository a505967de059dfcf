"""What a sign-in costs without any server: the arithmetic of SRP and two RS256 signatures, in one process."""

import hashlib
import secrets
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_explorer.sandbox.auth.srp import G, N

_CLAIMS = dict.fromkeys(("sub", "iss", "event_id", "origin_jti", "jti", "client_id", "username", "scope"), "x" * 36)


def password_ms(rounds: int) -> float:
    """Milliseconds for a password held against its verifier, and two tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    begun = time.perf_counter()
    for _ in range(rounds):
        pow(G, _hashed(b"password"), N)
        _sign_twice(key)
    return (time.perf_counter() - begun) / rounds * 1000


def srp_ms(rounds: int) -> float:
    """Milliseconds for both server steps of SRP, and two tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    verifier, theirs = pow(G, _hashed(b"password"), N), pow(G, secrets.randbits(256), N)
    begun = time.perf_counter()
    for _ in range(rounds):
        b = secrets.randbits(256)
        ours = (3 * verifier + pow(G, b, N)) % N
        u = _hashed(str(ours).encode())
        pow(theirs * pow(verifier, u, N), b, N)
        _sign_twice(key)
    return (time.perf_counter() - begun) / rounds * 1000


def _hashed(text: bytes) -> int:
    return int.from_bytes(hashlib.sha256(text).digest(), "big")


def _sign_twice(key: rsa.RSAPrivateKey) -> None:
    for _ in range(2):
        jwt.encode(_CLAIMS, key, algorithm="RS256")
