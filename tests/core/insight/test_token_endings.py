"""What each way of ending a sign-in kills, and what lives on until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.insight.token_endings import Ending, endings_of
from cognito_explorer.core.user_pools.app_clients import parse_app_client

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLIENT = parse_app_client({"ClientId": "web", "EnableTokenRevocation": True, "RefreshTokenValidity": 30})


def token(kind: Any, minutes: float = 60, **claims: Any) -> DecodedToken:
    times = {"auth_time": NOW.timestamp(), "exp": (NOW + timedelta(minutes=minutes)).timestamp(), "origin_jti": "o"}
    return DecodedToken(kind, kind, {}, {} if kind == "refresh" else times | claims)


ALL: dict[TokenKind, DecodedToken] = {kind: token(kind) for kind in ("id", "access", "refresh")}


def named(name: str, **changes: Any) -> Ending:
    return next(each for each in endings_of(ALL, CLIENT, now=NOW, **changes) if each.name == name)


def test_revoking_ends_one_sign_in_and_no_offline_check() -> None:
    ending = named("revoke")
    assert "the access token at Cognito itself" in ending.ends
    lives = {each.what: each.until for each in ending.survivors}
    assert lives["the ID token, where nobody asks Cognito"] == NOW + timedelta(hours=1)
    assert lives["AWS credentials an identity pool gave for them, an hour at most"] == NOW + timedelta(hours=1)
    assert "the user's other sign-ins" in lives


def test_signing_out_everywhere_leaves_the_cookie() -> None:
    assert any("cookie" in each.what for each in named("sign_out").survivors)
    assert any("all of the user's sign-ins" in each for each in named("sign_out").ends)


def test_the_refresh_token_lives_as_long_as_its_client_says_after_the_sign_in() -> None:
    lives = {each.what: each.until for each in named("logout").survivors}
    assert lives["the refresh token"] == NOW + timedelta(days=30)
    unknown = next(each for each in endings_of(ALL, None, now=NOW) if each.name == "logout")
    assert {each.what: each.until for each in unknown.survivors}["the refresh token"] is None


def test_refreshing_with_rotation_ends_the_token_that_was_used() -> None:
    graceful = endings_of(ALL, replace(CLIENT, rotation_grace=timedelta(minutes=1)), now=NOW, rotates=True)[0]
    assert graceful.ends == ("the refresh token used, after 1 minute of grace",)
    assert named("refresh", rotates=True).ends == ("the refresh token used, at once: the client gives no grace",)
    assert named("refresh", rotates=False).ends == ()
    assert "stays the same" in named("refresh", rotates=False).note


def test_a_client_without_revocation_cannot_revoke() -> None:
    endings = endings_of(ALL, replace(CLIENT, is_revocation_enabled=False), now=NOW)
    assert "revocation is off" in next(each for each in endings if each.name == "revoke").note


def test_what_has_expired_is_over() -> None:
    endings = endings_of({"access": token("access", -5)}, CLIENT, now=NOW)
    assert all(each.is_over for each in next(each for each in endings if each.name == "wait").survivors)


@pytest.mark.parametrize(
    ("by", "did", "gone"),
    [
        ("revoked", "You revoked it at 12:01.", {"refresh", "revoke"}),
        ("signed out", "You signed the user out everywhere at 12:01.", {"refresh", "revoke", "sign_out"}),
        ("user disabled", "You disabled the user at 12:01.", {"refresh", "revoke", "sign_out", "disable"}),
        ("user deleted", "You deleted the user at 12:01.", {"refresh", "revoke", "sign_out", "disable"}),
    ],
)
def test_what_was_ended_already_ends_nothing_more(by: EndedBy, did: str, gone: set[str]) -> None:
    endings = {each.name: each for each in endings_of(ALL, CLIENT, now=NOW, ended=SignInEnd(by, NOW, "12:01"))}
    assert {name for name in ("refresh", "revoke", "sign_out", "disable") if not endings[name].ends} == gone
    assert did.lower() in endings["refresh"].note.lower()
    assert {endings[name].note for name in gone - {"refresh"}} <= {did, "Done at 12:01."}
    assert not any("refresh token" in each.what for ending in endings.values() for each in ending.survivors)
