"""Keys out of files as people have them, and tokens held against keys without an id."""

import datetime
import json
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.key_files import key_set_in
from cognito_explorer.core.auth.signatures import KeySet, KeySource, verify

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()
FILE = KeySource("file", "keys.json")


def pem(key: Any) -> bytes:
    return bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "moon")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, RSA_KEY.public_key(), 7, day, day + datetime.timedelta(days=9))
    return made.sign(RSA_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def jwk(key: Any = RSA_KEY, **more: Any) -> dict[str, Any]:
    return dict(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)) | more


def token(algorithm: str = "RS256", key: Any = RSA_KEY, **header: Any) -> str:
    return jwt.encode({"sub": "s"}, key, algorithm, header)


def check(raw: bytes, text: str) -> tuple[str, str]:
    found = verify(read_jwt(text), KeySet(key_set_in(raw), FILE))
    return found.state, found.detail


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({"keys": [jwk(kid="k1")]}).encode(),
        json.dumps(jwk(kid="k1")).encode(),
        json.dumps([jwk(OTHER, kid="k2"), jwk(kid="k1")]).encode("utf-16"),
        json.dumps([jwk()]).encode("utf-8-sig"),
        json.dumps({"k1": certificate().decode(), "k2": pem(OTHER).decode()}).encode(),
        pem(RSA_KEY),
        pem(CURVE) + b"\n" + pem(OTHER) + pem(RSA_KEY),
        b"subject=CN = moon\n" + certificate(),
    ],
)
def test_a_key_is_taken_in_every_form_that_it_is_published_in(raw: bytes) -> None:
    assert check(raw, token(kid="k1"))[0] == "valid"
    assert check(raw, token(kid="k1", key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"))[0] != "valid"


def test_curves_are_taken_from_pem_too() -> None:
    raw = pem(CURVE) + pem(EDWARDS)
    assert check(raw, token("ES256", CURVE, kid="a"))[0] == "valid"
    assert check(raw, token("EdDSA", EDWARDS))[0] == "valid"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no JSON Web Key Set"),
        (b"{keys", "no JSON Web Key Set"),
        (b"[" * 100_000, "no JSON Web Key Set"),
        (b'"text"', "no JSON Web Key Set"),
        (b'{"a": 1}', "no JSON Web Key Set"),
        (b'{"keys": []}', "has no keys in it"),
        (b"[]", "has no keys in it"),
        (b"[1, {}]", "has no keys in it"),
        (pem(RSA_KEY)[:-30], "cut off"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no public key"),
        (
            RSA_KEY.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            "private key: give the public one",
        ),
    ],
)
def test_what_has_no_public_keys_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        key_set_in(raw)


def test_of_a_wrong_file_it_is_told_what_was_tried_and_what_is_in_it() -> None:
    state, said = check(json.dumps([jwk(OTHER), jwk(OTHER, kid="k2")]).encode(), token(kid="k1"))
    assert (state, said) == (
        "unknown key",
        "None of its keys that RS256 can use and that may be meant (1) made the signature."
        " Its keys: k2 and 1 without an id.",
    )
    assert check(pem(CURVE), token(kid="k1"))[1].endswith("Its keys: 1 without an id.")
    assert check(pem(CURVE), token())[1] == "The file has no key that RS256 can use. Its keys: 1 without an id."


def test_a_token_without_an_id_is_tried_with_a_files_keys_alone() -> None:
    keys = key_set_in(json.dumps([jwk(OTHER, kid="k2"), jwk(kid="k1")]).encode())
    read = read_jwt(token())
    assert verify(read, KeySet(keys, FILE)).state == "valid"
    assert verify(read, KeySet(keys)).state == "unknown key"


def test_an_id_that_is_known_decides_alone() -> None:
    assert check(json.dumps([jwk(OTHER, kid="k1"), jwk()]).encode(), token(kid="k1"))[0] == "invalid"


@pytest.mark.parametrize("curve", [ec.SECP224R1(), ec.BrainpoolP256R1()])
def test_a_curve_of_which_no_jwt_has_heard_is_told(curve: ec.EllipticCurve) -> None:
    with pytest.raises(ValueError, match="no JWT is signed with"):
        key_set_in(pem(ec.generate_private_key(curve)))


def test_the_last_key_of_a_long_file_is_tried_too() -> None:
    others = [jwk(OTHER) for _ in range(20)]
    assert check(json.dumps([*others, jwk()]).encode(), token())[0] == "valid"
