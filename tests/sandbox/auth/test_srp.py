"""The server side of SRP against known numbers and against an independent client."""

import hashlib

from cognito_explorer.sandbox.auth import srp
from tests.sandbox.auth.srp_client import SrpClient

POOL, USER, PASSWORD, SALT = "Ab1Cd2Ef3", "alice", "Passw0rd!", "8f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"
A_SECRET = int(hashlib.sha512(b"client-a").hexdigest() * 2, 16)
B_SECRET = int(hashlib.sha512(b"server-b").hexdigest() * 2, 16)


def _text_hash(number: int) -> str:
    return hashlib.sha256(f"{number:x}".encode()).hexdigest()


def test_the_multiplier_is_the_known_one() -> None:
    assert f"{srp.K:x}" == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"


def test_a_private_key_is_derived_as_in_the_reference() -> None:
    x = srp.private_key(POOL, USER, PASSWORD, SALT)
    assert f"{x:x}" == "80959d56ce968d521b55c58fad66c64f0b8e9c2cf39ce583af2e5229b8d1132e"


def test_the_server_reaches_the_key_and_the_signature_of_the_reference() -> None:
    verifier = srp.verifier_of(POOL, USER, PASSWORD, SALT)
    public_a, public_b = pow(2, A_SECRET, srp.N), srp.public_value(verifier, B_SECRET)
    assert f"{public_a:x}".startswith("bcf31ca00980f3ea")
    assert f"{public_b:x}".startswith("4c141b67b6b29812")
    assert _text_hash(public_a) == "762138a8a3a12aafd9e6db263f72d40a6c7b8c1e8bf06023f5ba4bce24370507"
    assert _text_hash(public_b) == "7f204d5f60e6071b5f64772d6150d1f4b05a423f7ef1afad6e660c94872e132f"
    key = srp.session_key(public_a, verifier, B_SECRET)
    assert key is not None
    assert key.hex() == "bf24eeac67df84b66955c6307068e9c4"
    block, timestamp = b"secret-block-bytes", "Tue May 7 00:09:40 UTC 2024"
    assert srp.claim_signature(key, POOL + USER, block, timestamp) == "c2lI6WP6I3remuttMWhxTlK6w8LrIAFycRCMbBt/Exw="


def test_an_independent_client_reaches_the_same_key() -> None:
    client = SrpClient(f"us-east-1_{POOL}", PASSWORD, a=A_SECRET)
    verifier = srp.verifier_of(POOL, USER, PASSWORD, SALT)
    public_b = srp.public_value(verifier, B_SECRET)
    assert client.key(USER, SALT, f"{public_b:x}") == srp.session_key(client.public, verifier, B_SECRET)


def test_powers_by_table_are_the_powers() -> None:
    for exponent in (0, 1, 2, 31, 32, 2**255 + 12345, 2**256 - 1, 2**300 + 7):
        assert srp.power_of_g(exponent) == pow(2, exponent, srp.N)


def test_a_public_value_that_would_make_the_key_predictable_is_refused() -> None:
    assert srp.session_key(srp.N, 5, 7) is None
    assert srp.session_key(0, 5, 7) is None
