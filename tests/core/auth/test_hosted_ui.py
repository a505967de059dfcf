"""Building the authorize address and recognising the way back."""

import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.hosted_ui import (
    Redirect,
    SignInAttempt,
    Wishes,
    begin_sign_in,
    check_nonce,
    check_redirect,
    code_challenge,
    hosted_origin,
    match_redirect,
)
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.auth.sessions import logout_url
from cognito_explorer.core.errors import ExplorerError, InvalidInput

APP = HostedApp(
    "https://m.auth.us-east-1.amazoncognito.com", "c1", "http://localhost:8400/callback", ("openid", "email")
)


@pytest.fixture
def attempt() -> SignInAttempt:
    return begin_sign_in(APP)


@pytest.mark.parametrize(
    ("arguments", "origin"),
    [
        ({}, "https://m.auth.us-east-1.amazoncognito.com"),
        ({"is_custom": True}, "https://m"),
        ({"endpoint_url": "http://127.0.0.1:9229"}, "http://localhost:9229/_hosted/m.us-east-1"),
        ({"endpoint_url": "http://[::1]:9229"}, "http://localhost:9229/_hosted/m.us-east-1"),
    ],
)
def test_the_pages_are_where_the_domain_is(arguments: dict, origin: str) -> None:
    assert hosted_origin("m", "us-east-1", **arguments) == origin


def test_the_address_carries_pkce_state_and_nonce_but_no_verifier(attempt: SignInAttempt) -> None:
    query = {name: value[0] for name, value in parse_qs(urlsplit(attempt.authorize_url).query).items()}
    assert query == {
        "response_type": "code",
        "client_id": "c1",
        "redirect_uri": "http://localhost:8400/callback",
        "scope": "openid email",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    assert attempt.verifier not in attempt.authorize_url
    assert re.fullmatch(r"[\w-]{43,128}", attempt.verifier)


def test_the_challenge_is_the_one_of_the_rfc() -> None:
    # RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_wishes_are_added_and_two_attempts_share_no_secret(attempt: SignInAttempt) -> None:
    second = begin_sign_in(APP, Wishes(lang="de", prompt="login"))
    assert "lang=de" in second.authorize_url
    assert "prompt=login" in second.authorize_url
    assert len({attempt.state, attempt.nonce, attempt.verifier, second.state, second.nonce, second.verifier}) == 6


def test_a_client_without_a_callback_cannot_begin() -> None:
    with pytest.raises(InvalidInput, match="no callback URL"):
        begin_sign_in(HostedApp("https://x", "c1"))


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8400/callback/?code=x",
        "http://localhost:8401/callback?code=x",
        "https://localhost:8400/callback?code=x",
        "http://localhost:8400/Callback?code=x",
        "http://localhost.evil.example:8400/callback?code=x",
        "http://localhost:8400@evil.example/callback?code=x",
        "http://127.0.0.1:8400/callback?code=x",
        "about:blank",
        "",
    ],
)
def test_any_other_address_is_not_the_way_back(attempt: SignInAttempt, url: str) -> None:
    assert match_redirect(attempt, url) is None


def test_the_way_back_brings_code_and_state(attempt: SignInAttempt) -> None:
    redirect = match_redirect(attempt, f"{APP.redirect_uri}?code=abc&state={attempt.state}")
    assert redirect is not None
    assert check_redirect(attempt, redirect) == "abc"


@given(st.text(max_size=60))
def test_a_foreign_state_is_never_accepted(state: str) -> None:
    attempt = begin_sign_in(APP)
    with pytest.raises(InvalidInput, match="does not belong to this sign-in"):
        check_redirect(attempt, Redirect("code", state))


def test_a_parameter_sent_twice_counts_as_missing(attempt: SignInAttempt) -> None:
    redirect = match_redirect(attempt, f"{APP.redirect_uri}?code=a&code=b&state={attempt.state}")
    assert redirect is not None
    with pytest.raises(InvalidInput, match="no code back"):
        check_redirect(attempt, redirect)


def test_a_cancelled_sign_in_has_its_own_sentence(attempt: SignInAttempt) -> None:
    redirect = match_redirect(attempt, f"{APP.redirect_uri}?error=access_denied&state={attempt.state}")
    assert redirect is not None
    with pytest.raises(ExplorerError, match="was cancelled"):
        check_redirect(attempt, redirect)


@pytest.mark.parametrize("claims", [{}, {"nonce": "other"}, {"nonce": 7}])
def test_a_foreign_nonce_drops_the_tokens(attempt: SignInAttempt, claims: dict) -> None:
    token = jwt.encode(claims, "a secret that is long enough for this", "HS256")
    with pytest.raises(InvalidInput, match="ID token does not belong"):
        check_nonce(attempt, token)


def test_nothing_secret_shows_in_a_repr(attempt: SignInAttempt) -> None:
    shown = repr(attempt)
    assert not any(secret in shown for secret in (attempt.state, attempt.nonce, attempt.verifier))


def test_the_logout_address_names_client_and_goal() -> None:
    url = logout_url(APP, "http://localhost:8400/logout")
    assert url == f"{APP.origin}/logout?client_id=c1&logout_uri=http%3A%2F%2Flocalhost%3A8400%2Flogout"
