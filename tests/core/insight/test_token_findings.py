"""Findings about a token."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenKind, issuer_of
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.token_findings import examine, is_expired

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
T = int(NOW.timestamp())
POOL = "us-east-1_abc"
CONTEXT = TokenContext(POOL, "c1", {"c1": "web"}, SignatureCheck("valid", "Signed by the pool.", "k1"), NOW)
ID: dict[str, Any] = {
    "iss": issuer_of(POOL), "sub": "s", "aud": "c1", "token_use": "id", "exp": T + 3492, "iat": T - 108,
    "auth_time": T - 108, "origin_jti": "o", "cognito:username": "ada",
}  # fmt: skip
ACCESS = {name: value for name, value in ID.items() if name not in ("aud", "cognito:username")} | {
    "token_use": "access", "client_id": "c1", "username": "ada", "scope": "openid aws.cognito.signin.user.admin",
}  # fmt: skip


def titles(kind: TokenKind, claims: dict[str, Any], context: TokenContext = CONTEXT) -> dict[str, str]:
    return {finding.title: finding.level for finding in examine(DecodedToken(kind, "raw", {}, claims), context)}


def test_a_good_id_token_has_only_good_findings() -> None:
    assert titles("id", ID) == {
        "The signature is valid.": "ok",
        "This is an ID token.": "ok",
        "The issuer is right.": "ok",
        "For the app client “web” (c1).": "ok",
        "Valid for 58 minutes more.": "ok",
        "Issued 1 minute 48 seconds ago.": "info",
    }


@pytest.mark.parametrize(
    ("changes", "title", "level"),
    [
        ({"exp": T - 3600}, "Expired 1 hour ago.", "bad"),
        ({"exp": None}, "The token does not say when it expires.", "bad"),
        ({"exp": "soon"}, "The token does not say when it expires.", "bad"),
        ({"nbf": T + 600}, "Not valid for another 10 minutes.", "bad"),
        ({"iat": T + 600}, "Issued 10 minutes in the future.", "warn"),
        ({"auth_time": T - 90_000}, "Refreshed 1 day after the sign-in.", "info"),
        ({"iss": issuer_of("eu-west-1_xyz")}, "Another pool issued this token.", "bad"),
        (
            {"iss": f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}"},
            "The issuer is in the updated form.",
            "warn",
        ),
        ({"iss": "https://accounts.google.com"}, "The issuer is not a user pool.", "warn"),
        ({"iss": None}, "The token names no issuer.", "bad"),
        ({"aud": "c2"}, "The token is for another app client.", "bad"),
        ({"aud": None}, "There is no aud claim.", "bad"),
        ({"cognito:roles": ["a", "b"]}, "No preferred role.", "warn"),
        ({"origin_jti": None}, "", ""),
    ],
)
def test_what_is_wrong_with_a_token_is_found(changes: dict[str, Any], title: str, level: str) -> None:
    found = titles("id", ID | changes)
    assert not title or found[title] == level


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "No aud claim, as usual."),
        ({"scope": "aws.cognito.signin.user.admin"}, "It holds no OAuth scopes."),
        ({"scope": "openid"}, "Not for self-service."),
        ({"sub": "c1", "username": None}, "A machine's token."),
    ],
)
def test_what_an_access_token_is_good_for(changes: dict[str, Any], title: str) -> None:
    assert title in titles("access", ACCESS | changes)


def test_a_client_that_the_pool_does_not_have_is_named_with_the_reason() -> None:
    found = next(each for each in findings_of({"aud": "c9"}, {"c1": "web"}) if "no such app client" in each.title)
    assert found.level == "warn"
    assert "aud is c9, which is not among the app clients of us-east-1_abc (1 read)" in found.detail


def test_a_client_of_a_pool_that_could_not_be_read_is_said_to_be_unknown_and_why() -> None:
    found = findings_of({"aud": "c9"}, {}, "No connection is open.")
    unknown = next(each for each in found if each.title == "It is not known which app client this is.")
    assert unknown.detail == "aud is c9. No connection is open."


def findings_of(changes: dict[str, Any], names: dict[str, str], clients_unread: str = "") -> tuple[Finding, ...]:
    context = TokenContext(client_names=names, clients_unread=clients_unread, now=NOW)
    return examine(DecodedToken("id", "raw", {}, ID | changes), context)


def test_a_wrong_signature_is_the_first_thing_said() -> None:
    context = TokenContext(signature=SignatureCheck("invalid", "The signature does not fit.", "k1"), now=NOW)
    first = examine(DecodedToken("id", "raw", {}, ID), context)[0]
    assert first == Finding(
        "bad", "The signature is wrong.", "The signature does not fit. Trust nothing in this token."
    )


def test_a_refresh_token_is_left_alone() -> None:
    assert list(titles("refresh", {})) == ["This is an encrypted refresh token."]


def test_a_token_without_an_end_counts_as_expired() -> None:
    assert is_expired(DecodedToken("id", "raw"))
    assert is_expired(DecodedToken("id", "raw", {}, ID), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert not is_expired(DecodedToken("id", "raw", {}, ID), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@given(claims=st.dictionaries(st.sampled_from([*ID, *ACCESS, "nbf", "identities", "cognito:roles"]), JSON))
@pytest.mark.parametrize("kind", ["id", "access", "other"])
def test_no_claims_make_it_fall_over(kind: TokenKind, claims: dict[str, Any]) -> None:
    assert all(finding.title for finding in examine(DecodedToken(kind, "raw", {}, claims), CONTEXT))
