"""SRP-6a as Cognito computes it, server side.

The group is RFC 5054's of 3072 bits. Numbers are hashed as big-endian bytes with one zero byte in front when the top
bit is set; the shared secret goes through HKDF with Cognito's own label.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
_WINDOW_BITS = 5
_EXPONENT_BITS = 256
_LABEL = b"Caldera Derived Key\x01"


def pad(number: int) -> bytes:
    """Big-endian bytes, with a zero in front when the top bit is set, so that no reader sees a negative number."""
    length = (number.bit_length() + 7) // 8 or 1
    raw = number.to_bytes(length, "big")
    return b"\0" + raw if raw[0] & 0x80 else raw


def hash_to_int(*parts: bytes) -> int:
    """SHA-256 of the parts in a row, as a number."""
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = hash_to_int(pad(N), pad(G))


def new_salt() -> str:
    """Sixteen random bytes in hex, as SALT travels."""
    return f"{int.from_bytes(secrets.token_bytes(16), 'big'):x}"


def private_key(pool_name: str, username: str, password: str, salt: str) -> int:
    """x. `pool_name` is the part of the pool id after the underscore."""
    inner = hashlib.sha256(f"{pool_name}{username}:{password}".encode()).digest()
    return hash_to_int(pad(int(salt, 16)), inner)


def verifier_of(pool_name: str, username: str, password: str, salt: str) -> int:
    """v = g^x mod N: all that is kept of a password."""
    return power_of_g(private_key(pool_name, username, password, salt))


def power_of_g(exponent: int) -> int:
    """g^exponent mod N; up to 256 bits it takes one product per window instead of a squaring per bit."""
    if exponent.bit_length() > _EXPONENT_BITS:
        return pow(G, exponent, N)
    mask = (1 << _WINDOW_BITS) - 1
    result = 1
    for row in _windows():
        digit = exponent & mask
        if digit:
            result = result * row[digit] % N
        exponent >>= _WINDOW_BITS
    return result


@cache
def _windows() -> tuple[tuple[int, ...], ...]:
    rows = []
    base = G
    for _ in range(-(-_EXPONENT_BITS // _WINDOW_BITS)):
        row = [1]
        for _ in range((1 << _WINDOW_BITS) - 1):
            row.append(row[-1] * base % N)
        rows.append(tuple(row))
        base = row[-1] * base % N
    return tuple(rows)


def new_secret_exponent() -> int:
    """b, 256 random bits."""
    return secrets.randbits(_EXPONENT_BITS) | 1


def public_value(verifier: int, b: int) -> int:
    """B = k·v + g^b mod N."""
    return (K * verifier + power_of_g(b)) % N


def session_key(public_a: int, verifier: int, b: int, *, public_b: int | None = None) -> bytes | None:
    """The 16-byte key both sides share, or None when the client's number would make the secret predictable.

    `public_b` is `public_value`, for whoever kept it.
    """
    if public_a % N == 0:
        return None
    u = hash_to_int(pad(public_a), pad(public_b or public_value(verifier, b)))
    if u == 0:
        return None
    return derive_key(pow(public_a * pow(verifier, u, N), b, N), u)


def derive_key(shared: int, u: int) -> bytes:
    """HKDF with u as the salt, cut to 16 bytes."""
    extracted = hmac.new(pad(u), pad(shared), hashlib.sha256).digest()
    return hmac.new(extracted, _LABEL, hashlib.sha256).digest()[:16]


def claim_signature(key: bytes, user: str, secret_block: bytes, timestamp: str) -> str:
    """PASSWORD_CLAIM_SIGNATURE. `user` is pool name and username in a row."""
    message = user.encode() + secret_block + timestamp.encode()
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
