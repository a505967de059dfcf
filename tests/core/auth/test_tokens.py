"""Tokens are read without being believed; signatures are checked for real."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.signatures import verify_signature
from cognito_explorer.core.auth.tokens import decode, issuer_of, jwks_url, token_set
from cognito_explorer.core.errors import InvalidInput

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_SET = {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k1", "alg": "RS256"}]}
CLAIMS = {"iss": issuer_of("us-east-1_abc"), "sub": "s", "aud": "c", "token_use": "id", "cognito:username": "ada"}


def signed(claims: dict[str, Any], *, kid: str = "k1") -> str:
    return jwt.encode(claims, KEY, "RS256", {"kid": kid})


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_is_taken_apart() -> None:
    token = decode(signed(CLAIMS))
    assert (token.kind, token.pool_id, token.client_id, token.username) == ("id", "us-east-1_abc", "c", "ada")
    assert token.header["kid"] == "k1"
    assert token.raw not in repr(token)


def test_bearer_and_line_breaks_from_pasting_are_forgiven() -> None:
    raw = signed(CLAIMS)
    pasted = f"  Bearer {raw[:20]}\n  {raw[20:]}\r\n"
    assert decode(pasted).claims == CLAIMS


def test_an_encrypted_refresh_token_is_recognised() -> None:
    token = decode(f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d")
    assert (token.kind, token.claims) == ("refresh", {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no token here"),
        ("hello", "not a token"),
        ("a.b", "has 2"),
        ("a.b.c", "damaged"),
        (f"{part({})}.{part([1])}.x", "not a JSON object"),
        (f"{part({})}.%%%.x", "second part"),
        ("x" * 200_000, "far too long"),
    ],
)
def test_garbage_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        decode(text)


@given(st.text(st.sampled_from('abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_=.{}"[]: \n'), max_size=200))
def test_no_text_makes_it_fall_over(text: str) -> None:
    try:
        decode(text)
    except InvalidInput as refused:
        assert refused.hint


def test_the_pools_signature_is_valid_and_a_changed_token_is_not() -> None:
    raw = signed(CLAIMS | {"exp": 1})
    assert verify_signature(raw, KEY_SET).state == "valid"
    header, _, signature = raw.split(".")
    assert verify_signature(f"{header}.{part(CLAIMS | {'sub': 'x'})}.{signature}", KEY_SET).state == "invalid"


def test_an_unknown_key_is_told_apart_from_a_wrong_signature() -> None:
    assert verify_signature(signed(CLAIMS, kid="other"), KEY_SET).state == "unknown key"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    secret = "public keys are no secrets, are they?" if algorithm == "HS256" else None
    forged = jwt.encode(CLAIMS, secret, algorithm, {"kid": "k1"})  # type: ignore[arg-type]  # None is right for "none"
    assert verify_signature(forged, KEY_SET).state == "invalid"


@pytest.mark.parametrize(
    ("pool_id", "endpoint", "url"),
    [
        ("us-east-1_a", "", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_a/.well-known/jwks.json"),
        ("cn-north-1_a", "", "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a/.well-known/jwks.json"),
        ("us-east-1_a", "http://127.0.0.1:9/", "http://127.0.0.1:9/us-east-1_a/.well-known/jwks.json"),
    ],
)
def test_the_keys_are_where_the_pool_is(pool_id: str, endpoint: str, url: str) -> None:
    assert jwks_url(pool_id, endpoint) == url


def test_a_token_set_hides_its_tokens_and_keeps_the_refresh_token() -> None:
    access = signed({"scope": "openid email", "token_use": "access"})
    answer = {"id_token": signed(CLAIMS), "access_token": access, "expires_in": 3600}
    tokens = token_set(answer, "p", "c", refresh_token="r3fresh")
    assert (tokens.scopes, tokens.refresh_token) == (("openid", "email"), "r3fresh")
    assert (tokens.expires_at - tokens.received_at).total_seconds() == 3600
    for secret in (tokens.id_token, tokens.access_token, tokens.refresh_token):
        assert secret not in repr(tokens)
