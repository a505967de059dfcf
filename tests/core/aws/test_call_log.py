"""The call log: bounded, and without secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.aws.call_log import HIDDEN, CallLog, redact, redact_url
from tests.core.aws.sample_calls import logged_call

SECRETS = [
    "Password",
    "AccessToken",
    "RefreshToken",
    "client_secret",
    "Logins",
    "SessionToken",
    "AuthParameters",
    "code",
]


@pytest.mark.parametrize("name", SECRETS)
@given(value=st.text(min_size=12))
def test_a_secret_is_hidden_however_deep_it_lies(name: str, value: str) -> None:
    shown = repr(redact({"Outer": [{name: value}]}))
    assert HIDDEN in shown
    assert repr(value) not in shown


def test_what_is_no_secret_stays() -> None:
    assert redact({"UserPoolId": "a_b", "Limit": 60}) == {"UserPoolId": "a_b", "Limit": 60}


def test_long_text_and_bytes_are_cut() -> None:
    shown = redact({"Text": "x" * 5_000, "Image": b"\x00" * 5_000})
    assert len(shown["Text"]) == 301
    assert shown["Image"] == HIDDEN


def test_an_address_loses_its_query() -> None:
    assert redact_url("https://user:pw@host/path?code=abc#id_token=x") == f"https://host/path?{HIDDEN}"


def test_the_log_keeps_the_newest_five_hundred() -> None:
    log = CallLog()
    for number in range(600):
        log.add(logged_call(number))
    assert len(log.recent(1_000)) == 500
    assert log.recent(1)[0].id == 599
