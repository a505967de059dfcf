"""Tokens are read as far as they go, with where it stopped."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.json_reading import read_object
from cognito_explorer.core.auth.jwt_reading import read_jwt


def part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


HEADER = part(b'{"alg":"RS256","kid":"k1"}')
CLAIMS = {"sub": "s", "token_use": "access", "exp": 1}
WHOLE = f"{HEADER}.{part(json.dumps(CLAIMS).encode())}.AAAA"


def with_claims(raw: bytes) -> str:
    return f"{HEADER}.{part(raw)}.AAAA"


def test_a_whole_token_is_read_without_a_trouble() -> None:
    token = read_jwt(f'"Bearer {WHOLE}"')
    assert (token.form, token.kind, token.header["kid"], token.claims) == ("signed", "access", "k1", CLAIMS)
    assert (token.signature, token.signed_text, token.troubles) == (b"\0\0\0", WHOLE.rpartition(".")[0], ())
    assert token.is_whole
    assert WHOLE not in repr(token)
    assert token.decoded.claims == CLAIMS


@pytest.mark.parametrize(
    ("raw", "claims", "sentence"),
    [
        (b'{"a":1,"b":[1,2', {"a": 1}, "It stops making sense in b at character 12."),
        (b'{"a":1', {"a": 1}, "It stops making sense in a at character 7."),
        (b'{"a":1,"a":2}', {"a": 2}, "a stands in it twice; the last one counts."),
        (b'{"x":1,"a":' + b"[" * 100_000, {"x": 1}, "It stops making sense in a because it is nested too deeply."),
        (
            b'{"x":1,"a":' + b"[" * 90 + b"]" * 90 + b"}",
            {"x": 1},
            "a is nested more than 64 levels deep and was left out.",
        ),
        (
            b'{"a":-1e400}',
            {"a": float("-inf")},
            "a holds -1e400, more than a number can be here, shown as infinite.",
        ),
        (b'{"a":' + b"9" * 5_000 + b"}", {"a": float("inf")}, "a holds a number of 5,000 digits, shown as infinite."),
        (b'{"a":Infinity}', {"a": float("inf")}, "a holds Infinity, which is not JSON (RFC 8259, section 6)."),
        (b'{"a":"\xff"}', {"a": "�"}, "Byte 7 is not valid UTF-8; such bytes are shown as �."),
        (b'{"a":1} x', {"a": 1}, "After its end 1 more characters follow."),
        (b"[1]", {}, "It is not a JSON object."),
        (b"", {}, "It is empty."),
    ],
)
def test_what_can_be_read_of_claims_is_read_with_a_sentence(raw: bytes, claims: dict[str, Any], sentence: str) -> None:
    token = read_jwt(with_claims(raw))
    assert token.claims == claims
    assert [(each.part, each.sentence) for each in token.troubles] == [("claims", sentence)]


def test_nan_is_read_and_named() -> None:
    token = read_jwt(with_claims(b'{"exp":NaN}'))
    assert token.claims["exp"] != token.claims["exp"]
    assert token.troubles[0].sentence.startswith("exp holds NaN")


def test_half_a_character_is_made_whole() -> None:
    assert read_jwt(with_claims(b'{"a":"\\ud83d","b":["\\ude00"]}')).claims == {"a": "�", "b": ["�"]}


@pytest.mark.parametrize("length", range(1, len(WHOLE)))
def test_a_token_cut_off_anywhere_is_never_whole_before_its_signature(length: int) -> None:
    token = read_jwt(WHOLE[:length])
    assert token.is_whole == (length >= WHOLE.rindex(".") + 1 and length != WHOLE.rindex(".") + 2)
    if length > len(HEADER):
        assert token.header["alg"] == "RS256"


def test_what_is_cut_off_in_its_claims_shows_those_before() -> None:
    token = read_jwt(WHOLE[: len(HEADER) + 25])
    assert (token.form, token.claims) == ("part", {"sub": "s"})
    assert token.troubles[-1].sentence == "It ends within its claims; the signature is missing."


def test_an_encrypted_token_shows_its_header() -> None:
    token = read_jwt(part(b'{"alg":"RSA-OAEP","enc":"A256GCM"}') + ".a.b.c.d")
    assert (token.form, token.kind, token.header["enc"], token.claims) == ("encrypted", "refresh", "A256GCM", {})


def test_a_token_in_a_token_is_read_too() -> None:
    token = read_jwt(with_claims(WHOLE.encode()))
    assert token.inner is not None
    assert token.inner.claims == CLAIMS


def test_what_is_no_token_says_so() -> None:
    for text in ("", "hello", "a.b.c", "...."):
        assert read_jwt(text).form == "opaque"


def test_a_strange_character_is_named_with_its_place() -> None:
    token = read_jwt(f"{WHOLE[:-2]}!A")
    assert token.claims == CLAIMS
    assert token.troubles[0].sentence == "Character 3 is not base64url (RFC 7515, section 2)."


@given(st.binary(max_size=200))
def test_no_claims_make_it_fall_over(raw: bytes) -> None:
    token = read_jwt(with_claims(raw))
    json.dumps(token.claims, ensure_ascii=False).encode()


JSONISH = st.text(st.sampled_from('{}[]",:\\ud8x0NaInfity -+eE.1 \n'), max_size=80)


@given(st.one_of(JSONISH, JSONISH.map(lambda text: '{"a":1,' + text)))
def test_no_object_makes_it_fall_over(text: str) -> None:
    found = read_object(text.encode())
    json.dumps(found.members, ensure_ascii=False).encode()


@given(st.text(st.sampled_from("eyJ0iwK.-_=abAB01!é\n "), max_size=200))
def test_no_text_makes_it_fall_over(text: str) -> None:
    read_jwt(text)
