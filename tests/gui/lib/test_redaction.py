"""No secret gets through: by name, by its looks, however it is written, in whatever words stand around it."""

import base64
import json
import random
import string
import time
from urllib.parse import quote, urlencode

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cognito_explorer.gui.lib.crash import CrashReporter
from cognito_explorer.gui.lib.redaction import holds_secret, redact
from cognito_explorer.gui.lib.secret_text import secret_in

NAMES = (
    "password", "PASSWORD", "TemporaryPassword", "PreviousPassword", "client_secret", "ClientSecret", "SecretKey",
    "SECRET_HASH", "aws_secret_access_key", "SessionToken", "x-amz-security-token", "refresh_token", "Session",
    "code_verifier", "SRP_A", "SRP_B", "SALT", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "Signature",
    "_csrf", "SAMLAssertion", "ConfirmationCode", "api-key", "PasswordVerifier",
)  # fmt: skip
slow = settings(deadline=None, max_examples=40)
LETTERS = string.ascii_letters + string.digits
# The beginning tells it from the words around it.
PLAIN = st.text(LETTERS + "!$*?^~", min_size=6, max_size=40).map("Z9{}".format)
AROUND = st.text(string.ascii_lowercase + " .\n", max_size=20)


def ways(name: str, value: str) -> list[str]:
    """How a name and its value come to stand in a traceback."""
    return [
        f"{name}={value}",
        f"{name}: {value}",
        f"{name} = {value!r}",
        json.dumps({name: value}),
        json.dumps(json.dumps({name: value})),
        repr({name: value}),
        repr({name: value.encode()}),
        repr([(name, value)]),
        urlencode({name: value}),
        quote(f"{name}={value}", safe=""),
        f"https://auth.example/cb?{urlencode({'a': 'b', name: value, 'c': 'd'})}",
    ]


@slow
@given(name=st.sampled_from(NAMES), value=PLAIN, before=AROUND, after=AROUND)
def test_what_is_called_a_secret_is_taken_out_however_it_is_written(
    name: str, value: str, before: str, after: str
) -> None:
    for written in ways(name, value):
        shown = redact(f"{before} {written} {after}")
        assert value not in shown, (written, shown)
        assert quote(value, safe="") not in shown, (written, shown)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@slow
@given(head=st.binary(min_size=12, max_size=30), body=st.binary(min_size=20, max_size=200), before=AROUND)
def test_a_signed_token_is_taken_out_wherever_it_stands(head: bytes, body: bytes, before: str) -> None:
    token = f"eyJ{encoded(head)}.eyJ{encoded(body)}.{encoded(body[::-1])}"
    for written in (
        token,
        f"Authorization: Bearer {token}",
        f"[{token!r}]",
        f"https://x.example/#id_token={token}&a=b",
    ):
        shown = redact(f"{before} {written}")
        assert encoded(body) not in shown
        assert encoded(body[::-1]) not in shown


@slow
@given(raw=st.binary(min_size=30, max_size=30))
def test_a_secret_access_key_is_taken_out_without_its_name(raw: bytes) -> None:
    key = base64.b64encode(raw).decode()
    has_signs = (
        any(c.islower() for c in key) and any(c.isupper() for c in key) and any(c in "0123456789+/" for c in key)
    )
    assert len(key) == 40
    assert not has_signs or key not in redact(f"signed with {key} today")


@slow
@example(seed=345, size=48)  # with four strokes among its letters
@given(seed=st.integers(0, 2**32), size=st.integers(48, 600))
def test_long_random_words_are_taken_out_without_their_name(seed: int, size: int) -> None:
    # As sessions are: without a digit among 64 letters is one in five thousand, and it reads like a class's name.
    raw = random.Random(seed).randbytes(size)
    session = base64.b64encode(raw).decode()
    assume(any(letter.isdigit() for letter in session))
    for word in (raw.hex(), session, encoded(raw), str(int.from_bytes(raw, "big"))):
        assert word.rstrip("=") not in redact(f"then ({word}) came"), word


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261130, Signature=fe5f80f77d5fa3beca",
            "fe5f8",
        ),
        ("Cookie: cognito=abc123; lang=de; other=seven", "seven"),
        ("Set-Cookie: cognito=abc123; Path=/", "abc123"),
        ("headers {'Cookie': 'cognito=abc123; other=seven'}", "seven"),
        ('{"password": "with \\" a mark"}', "a mark"),
        ("password='two words'", "two words"),
        ("http://ada:hunter2@localhost/x", "hunter2"),
        ("login_hint=ada%40moonletter.example", "moonletter"),
        ("1moonletterclientsecretofthewebapp23456789abcdefghijk", "moonletterclient"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ\nabc\n-----END PRIVATE KEY-----", "MIIEvQ"),
        ("seed JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPABCD", "JBSWY3DP"),
    ],
)
def test_a_secret_of_its_own_kind_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        'File "/usr/lib/python3.11/site-packages/cognito_explorer/core/aws/door.py", line 12, in read',
        "AttributeError: 'NoneType' object has no attribute 'records'",
        "test_a_secretless_name_that_is_very_long_indeed_and_has_no_digits at all",
        "----------------------------------------------------------------",
        "request 80395e23-822f-413d-ba44-540c32269487 in us-east-1_Moonlettr",
    ],
)
def test_what_helps_to_find_the_error_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Moonlettr", False),
        ("3moonletterweb7k2q9v5d1h8s openid moonletter/articles.read", False),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln", True),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", True),
        ("AKIAIOSFODNN7EXAMPLE", True),
    ],
)
def test_what_may_be_kept_in_a_plain_file_is_told_from_a_secret(text: str, is_secret: bool) -> None:
    assert holds_secret(text) is is_secret


@slow
@given(value=PLAIN)
def test_a_crash_report_tells_no_secret_of_an_errors_words_and_causes(value: str) -> None:
    try:
        try:
            raise KeyError({"password": value})
        except KeyError as error:
            raise ValueError(f"Authorization: Bearer {value}") from error
    except ValueError as error:
        assert value not in CrashReporter(lambda: "1").report(error)


@pytest.mark.parametrize("text", ["eyJ" * 30_000, "eyJa." * 20_000, "eyJhbGciOiJ-" * 9_000, "." * 90_000])
def test_what_only_begins_like_tokens_is_looked_through_once(text: str) -> None:
    assert redact(text) == text
    assert redact(f"{text}eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln").endswith("[token]")


def test_no_long_text_takes_long_to_be_told_from_a_name() -> None:
    begun_s = time.process_time()
    assert {secret_in(word * 10_000) for word in ("A", "eyJA", "eyJ.", "a.", "token:")} <= {"secret", "token"}
    assert time.process_time() - begun_s < 2


def _basic(credentials: str) -> str:
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2aae6c35c94fcfb415dbe95f408b9ce91ee846ed", ""),
        ("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", ""),
        ("0123456789abcdef" * 8, ""),
        ("0123456789abcdef" * 8 + "0", "secret"),
        ("2aae6c35c94fcfb415dbe95f408b9ce91ee846e9 2aae6c35c94fcfb415dbe95f408b9ce91ee846e9", "secret"),
        ("1f3l9qk2m8v5x7c0z4b6n1a3s5d7g9h2j4k6l8q0w2e4r6t8y0u1", "secret"),
        ("token=2aae6c35c94fcfb415dbe95f408b9ce91ee846ed", "secret"),
        ("Basic Williamson", ""),
        ("basic training-2026", ""),
        (_basic("3moonletterweb:s3cr3t"), "secret"),
        (_basic("a:b\u00ff\u00fe?>"), "secret"),
        ("Authorization: Basic Williamson", "secret"),
        ("Bearer Williamson", "secret"),
    ],
)
def test_a_hash_and_a_plain_word_may_be_names(text: str, kind: str) -> None:
    assert secret_in(text) == kind
