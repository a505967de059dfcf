"""An address as it is shown leads where it seems to lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.addresses import has_other_letters, plain_address, plain_host, plain_place

LOOKALIKE = "https://cognito-idp.us-east-1.\u0430mazonaws.com:8443/x"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://cognito.example/a?b=c#d", "https://cognito.example/a?b=c#d"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        ("http://[::1]:4566/x", "http://[::1]:4566/x"),
        ("http://[::1]", "http://[::1]"),
        (LOOKALIKE, "https://cognito-idp.us-east-1.xn--mazonaws-06g.com:8443/x"),
        ("https://cognito-idp.us-east-1.amazonaws.com@evil.example", "https://evil.example"),
        ("https://evil.example/\u202emoc", "https://evil.example/%E2%80%AEmoc"),
        ("https://evil.example\\@localhost", "https://evil.example\\@localhost"),
        ("https://[broken\u202e", "https://[broken%E2%80%AE"),
        ("https://\uff41mazonaws.com", "https://amazonaws.com"),
        ("", ""),
    ],
)
def test_a_host_is_shown_as_it_is_looked_up(url: str, shown: str) -> None:
    assert plain_address(url) == shown


@pytest.mark.parametrize(
    ("url", "has"),
    [
        (LOOKALIKE, True),
        ("https://xn--mazonaws-06g.com", True),
        ("https://amazonaws.com", False),
        ("https://evil.example/\u0430", False),
        ("", False),
    ],
)
def test_letters_of_another_alphabet_are_told(url: str, has: bool) -> None:
    assert has_other_letters(url) is has


def test_a_long_path_hides_no_host_in_a_short_place() -> None:
    assert plain_place("https://amazonaws.com.evil.example:1/cognito-idp.us-east-1.amazonaws.com") == (
        "https://amazonaws.com.evil.example:1"
    )
    assert plain_place(LOOKALIKE) == "https://cognito-idp.us-east-1.xn--mazonaws-06g.com:8443"


@given(st.text())
def test_whatever_it_is_it_is_shown_in_ascii(text: str) -> None:
    for shown in (plain_address(f"https://{text}"), plain_place(text), plain_host(text)):
        assert shown.isascii()
        assert shown.isprintable()
