"""Good and bad tokens, signed with keys made here: what a careless verifier lets pass, one case each."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from cognito_explorer.core.auth.tokens import issuer_of

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _public(key: Any, kid: str, **more: str) -> dict[str, Any]:
    made = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    public = json.loads(made.to_jwk(key.public_key()))
    return {name: value for name, value in public.items() if name != "key_ops"} | {"kid": kid, **more}


KEY_SET: dict[str, Any] = {
    "keys": [
        _public(KEY, "k1", alg="RS256", use="sig"),
        _public(STRANGER, "k2", alg="RS256", use="sig"),
        _public(CURVE, "curve", alg="ES256", use="sig"),
        _public(KEY, "sealing", use="enc"),
        {"kty": "oct", "kid": "shared", "k": "c2hhcmVkLXNlY3JldC1zaGFyZWQtc2VjcmV0LXNoYXJlZA"},
    ]
}
# Of P-256 (FIPS 186-4, D.1.2.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEADER = {"alg": "RS256", "kid": "k1"}


def claims_at(now: int) -> dict[str, Any]:
    """Claims that are good at a time."""
    return {
        "iss": issuer_of("us-east-1_abc"), "sub": "s", "aud": "c1", "token_use": "id", "cognito:username": "ada",
        "exp": now + 3_000, "iat": now - 60, "auth_time": now - 60, "origin_jti": "o",
    }  # fmt: skip


CLAIMS = claims_at(1_800_000_000)


@dataclass(frozen=True, slots=True)
class Case:
    """A token and whether its signature must be taken for good."""

    name: str
    token: str = field(repr=False)
    is_good: bool = False


def encoded(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: dict[str, Any] | bytes, key: Any = KEY) -> str:
    """A token with exactly this header, signed RS256 (or with ES256 for a curve), whatever the header says."""
    return _raw(json.dumps(header).encode(), claims if isinstance(claims, bytes) else json.dumps(claims).encode(), key)


def _raw(header: bytes, payload: bytes, key: Any = KEY) -> str:
    text = f"{encoded(header)}.{encoded(payload)}"
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    signature = jwt.get_algorithm_by_name(algorithm).sign(text.encode(), key)
    return f"{text}.{encoded(signature)}"


def with_secret(header: dict[str, Any], secret: bytes) -> str:
    """A token whose HMAC was made with a text that is no secret."""
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(CLAIMS).encode())}"
    return f"{text}.{encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


@cache
def signature_cases() -> tuple[Case, ...]:
    """Cases about the signature and the header."""
    good = signed(HEADER, CLAIMS)
    head, body, mark = good.split(".")
    embedded = _public(STRANGER, "evil")
    return (
        Case("good", good, is_good=True),
        Case("signed by the pool's other key", signed(HEADER | {"kid": "k2"}, CLAIMS, STRANGER), is_good=True),
        Case("with typ", signed(HEADER | {"typ": "JWT"}, CLAIMS), is_good=True),
        Case("with an unknown header field", signed(HEADER | {"x": 1}, CLAIMS), is_good=True),
        Case("claims changed", f"{head}.{encoded(json.dumps(CLAIMS | {'sub': 'x'}).encode())}.{mark}"),
        Case("header changed", f"{encoded(json.dumps(HEADER | {'typ': 'JWT'}).encode())}.{body}.{mark}"),
        Case("signature of another token", f"{head}.{body}.{signed(HEADER, {}).rpartition('.')[2]}"),
        Case("one bit of the signature", f"{head}.{body}.{'B' if mark[0] == 'A' else 'A'}{mark[1:]}"),
        Case("signature cut off", f"{head}.{body}.{mark[:-4]}"),
        Case("signature too long", f"{head}.{body}.{mark}AAAA"),
        Case("signature of zeros", f"{head}.{body}.{'A' * 342}"),
        Case("empty signature", f"{head}.{body}."),
        Case("no signature", f"{head}.{body}"),
        Case("another's key, our kid", signed(HEADER, CLAIMS, STRANGER)),
        Case("our key, another's kid", signed(HEADER | {"kid": "k2"}, CLAIMS)),
        Case("unknown kid", signed(HEADER | {"kid": "gone"}, CLAIMS)),
        Case("kid with a path", signed(HEADER | {"kid": "../../dev/null"}, CLAIMS)),
        Case("kid with a query", signed(HEADER | {"kid": "k1' OR '1'='1"}, CLAIMS)),
        Case("kid a number", signed(HEADER | {"kid": 1}, CLAIMS)),
        _none("none", body),
        _none("None", body),
        _none("NONE", body),
        Case("alg none with a signature", f"{_none('none', body).token}{mark}"),
        Case("HS256 with the public key", with_secret({"alg": "HS256", "kid": "k1"}, PEM)),
        Case("HS256 with the modulus", with_secret({"alg": "HS256", "kid": "k1"}, KEY_SET["keys"][0]["n"].encode())),
        Case("HS256 with a shared key", with_secret({"alg": "HS256", "kid": "shared"}, b"shared-secret" * 3)),
        Case("RS256 at a shared key", signed(HEADER | {"kid": "shared"}, CLAIMS)),
        Case("RS256 at a curve's key", signed(HEADER | {"kid": "curve"}, CLAIMS)),
        Case("ES256 at an RSA key", signed(HEADER | {"alg": "ES256"}, CLAIMS, CURVE)),
        Case("ES256 where RS256 is wanted", signed({"alg": "ES256", "kid": "curve"}, CLAIMS, CURVE)),
        Case("RS512 named, RS256 made", signed(HEADER | {"alg": "RS512"}, CLAIMS)),
        Case("PS256 named", signed(HEADER | {"alg": "PS256"}, CLAIMS)),
        Case("alg in lower case", signed(HEADER | {"alg": "rs256"}, CLAIMS)),
        Case("alg a list", signed(HEADER | {"alg": ["RS256"]}, CLAIMS)),
        Case("alg missing", signed({"kid": "k1"}, CLAIMS)),
        Case("key of its own in jwk", signed({"alg": "RS256", "kid": "evil", "jwk": embedded}, CLAIMS, STRANGER)),
        Case("jku", signed({"alg": "RS256", "kid": "evil", "jku": "https://evil.example/"}, CLAIMS, STRANGER)),
        Case("x5u", signed({"alg": "RS256", "kid": "evil", "x5u": "https://evil.example/"}, CLAIMS, STRANGER)),
        Case("x5c", signed({"alg": "RS256", "kid": "evil", "x5c": ["AAAA"]}, CLAIMS, STRANGER)),
        Case("jwk with our kid", signed(HEADER | {"jwk": _public(STRANGER, "k1")}, CLAIMS, STRANGER)),
        Case("crit", signed(HEADER | {"crit": ["exp"], "exp": 1}, CLAIMS)),
        Case("crit empty", signed(HEADER | {"crit": []}, CLAIMS)),
        Case("crit a text", signed(HEADER | {"crit": "exp"}, CLAIMS)),
        Case("crit with b64", signed(HEADER | {"crit": ["b64"], "b64": False}, CLAIMS)),
        Case("b64 without crit", signed(HEADER | {"b64": False}, CLAIMS)),
        Case("typ of an access token", signed(HEADER | {"typ": "at+jwt"}, CLAIMS), is_good=True),
        Case("typ a number", signed(HEADER | {"typ": 5}, CLAIMS), is_good=True),
        Case("zip, which is for encrypted ones", signed(HEADER | {"zip": "DEF"}, CLAIMS), is_good=True),
        Case("kid missing", signed({"alg": "RS256"}, CLAIMS)),
        Case("kid null", signed(HEADER | {"kid": None}, CLAIMS)),
        Case("a key for encryption", signed(HEADER | {"kid": "sealing"}, CLAIMS)),
        Case("padding in the signature", f"{head}.{body}.{mark}=="),
        Case("a blank in the signature", f"{head}.{body}.{mark[:100]}!{mark[100:]}"),
        Case("standard base64", f"{head}.{body}.{mark.replace('-', '+').replace('_', '/')}+/"),
        Case("a header name twice", _raw(b'{"alg":"RS256","kid":"k2","kid":"k1"}', json.dumps(CLAIMS).encode())),
        Case("a claim twice", _raw(json.dumps(HEADER).encode(), b'{"sub":"x","sub":"s"}'), is_good=True),
        Case("claims with NaN", _raw(json.dumps(HEADER).encode(), b'{"exp":NaN}'), is_good=True),
        Case("four parts", f"{good}.AAAA"),
        Case("claims no object", signed(HEADER, b"[1]")),
        Case("claims no JSON", signed(HEADER, b"hello")),
    )


@cache
def curve_cases() -> tuple[Case, ...]:
    """Cases about ES256 (RFC 7518, section 3.4), for issuers that may sign with it."""
    header = {"alg": "ES256", "kid": "curve"}
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(CLAIMS).encode())}"
    der = CURVE.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    good = signed(header, CLAIMS, CURVE)
    raw = base64.urlsafe_b64decode(good.rpartition(".")[2] + "==")
    pairs = {
        "both numbers 0": bytes(64),
        "both numbers 1": (bytes(31) + b"\1") * 2,
        "r the order of the curve": _ORDER.to_bytes(32, "big") + bytes(31) + b"\1",
        "s the order of the curve": raw[:32] + _ORDER.to_bytes(32, "big"),
        "in DER": der,
        "a byte short": raw[:-1],
        "a byte long": raw + b"\0",
        "r and s exchanged": raw[32:] + raw[:32],
        "empty": b"",
    }
    return (
        Case("good", good, is_good=True),
        *(Case(name, f"{text}.{encoded(signature)}") for name, signature in pairs.items()),
        Case("another's key", signed(header, CLAIMS, ec.generate_private_key(ec.SECP256R1()))),
        Case("ES384 at a key of P-256", signed(header | {"alg": "ES384"}, CLAIMS, CURVE)),
        Case("ES256 at an RSA key", signed(header | {"kid": "k1"}, CLAIMS, CURVE)),
        Case("PS256 at a key for RS256", signed(HEADER | {"alg": "PS256"}, CLAIMS)),
        Case("EdDSA at a key of P-256", signed(header | {"alg": "EdDSA"}, CLAIMS, CURVE)),
    )


def _none(name: str, body: str) -> Case:
    header = encoded(json.dumps({"alg": name, "kid": "k1"}).encode())
    return Case(f"alg {name}", f"{header}.{body}.")


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """Changed claims at a time, and whether they pass then for the client c1 and the pool's issuer."""

    name: str
    changes: Callable[[int], dict[str, Any]]
    passes: bool


CLAIM_CASES = (
    ClaimCase("good", lambda _now: {}, passes=True),
    ClaimCase("exp now", lambda now: {"exp": now}, passes=False),
    ClaimCase("exp past", lambda now: {"exp": now - 1}, passes=False),
    ClaimCase("exp in a minute", lambda now: {"exp": now + 60}, passes=True),
    ClaimCase("exp missing", lambda _now: {"exp": None}, passes=False),
    ClaimCase("exp a text", lambda now: {"exp": str(now + 3_000)}, passes=False),
    ClaimCase("exp a word", lambda _now: {"exp": "soon"}, passes=False),
    ClaimCase("exp with a fraction", lambda now: {"exp": now + 60.5}, passes=True),
    ClaimCase("exp true", lambda _now: {"exp": True}, passes=False),
    ClaimCase("exp a list", lambda now: {"exp": [now + 3_000]}, passes=False),
    ClaimCase("exp infinite", lambda _now: {"exp": float("inf")}, passes=False),
    ClaimCase("exp huge", lambda _now: {"exp": 10**40}, passes=False),
    ClaimCase("exp in milliseconds", lambda now: {"exp": (now + 3_000) * 1_000}, passes=False),
    ClaimCase("nbf in milliseconds", lambda now: {"nbf": (now - 60) * 1_000}, passes=False),
    ClaimCase("iat in milliseconds", lambda now: {"iat": (now - 60) * 1_000}, passes=False),
    ClaimCase("iat in microseconds", lambda now: {"iat": (now - 60) * 1_000_000}, passes=False),
    ClaimCase("exp of 400 digits", lambda _now: {"exp": int("9" * 400)}, passes=False),
    ClaimCase("nbf of 400 digits", lambda _now: {"nbf": int("9" * 400)}, passes=False),
    ClaimCase("nbf a list", lambda now: {"nbf": [now]}, passes=False),
    ClaimCase("iat a list", lambda now: {"iat": [now]}, passes=False),
    ClaimCase("aud an empty list", lambda _now: {"aud": []}, passes=False),
    ClaimCase("aud an object", lambda _now: {"aud": {"c1": 1}}, passes=False),
    ClaimCase("iss a list", lambda _now: {"iss": [issuer_of("us-east-1_abc")]}, passes=False),
    ClaimCase("iss in upper case", lambda _now: {"iss": issuer_of("us-east-1_abc").upper()}, passes=False),
    ClaimCase("exp negative", lambda _now: {"exp": -1}, passes=False),
    ClaimCase("nbf future", lambda now: {"nbf": now + 600}, passes=False),
    ClaimCase("nbf within the clocks' difference", lambda now: {"nbf": now + 60}, passes=True),
    ClaimCase("nbf past", lambda now: {"nbf": now - 600}, passes=True),
    ClaimCase("nbf a text", lambda now: {"nbf": str(now - 600)}, passes=False),
    ClaimCase("iat future", lambda now: {"iat": now + 600}, passes=True),
    ClaimCase("iat a text", lambda now: {"iat": str(now - 60)}, passes=False),
    ClaimCase("iat with a fraction", lambda now: {"iat": now - 60.25}, passes=True),
    ClaimCase("aud another", lambda _now: {"aud": "c2"}, passes=False),
    ClaimCase("aud missing", lambda _now: {"aud": None}, passes=False),
    ClaimCase("aud a list", lambda _now: {"aud": ["x", "c1"]}, passes=True),
    ClaimCase("aud a list with a number", lambda _now: {"aud": ["c1", 5]}, passes=False),
    ClaimCase("aud a number", lambda _now: {"aud": 5}, passes=False),
    ClaimCase("iss another", lambda _now: {"iss": issuer_of("eu-west-1_x")}, passes=False),
    ClaimCase("iss with a slash", lambda _now: {"iss": issuer_of("us-east-1_abc") + "/"}, passes=False),
    ClaimCase("iss missing", lambda _now: {"iss": None}, passes=False),
    ClaimCase("sub a number", lambda _now: {"sub": 5}, passes=False),
    ClaimCase("jti a number", lambda _now: {"jti": 5}, passes=False),
)
