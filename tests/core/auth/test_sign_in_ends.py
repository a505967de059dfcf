"""Whose tokens a write to a user ends: those from before it, of that user of that pool, and no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cognito_explorer.core.auth.sign_in_ends import SignInEnds
from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.journal import Change, Outcome

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
POOL = "us-east-1_Moonlettr"
DISABLED = Change(
    "1", AT, "p", "admin_disable_user", "user ada", {"enabled": "yes"}, {"enabled": "no"}, "accepted", POOL,
    target_id="sub-1",
)  # fmt: skip


def token(
    issued: datetime = AT - timedelta(minutes=5), pool: str = POOL, name: str = "ada", **claims: Any
) -> DecodedToken:
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool}"
    named = {"iss": issuer, "iat": int(issued.timestamp()), "sub": "sub-1", "cognito:username": name}
    return DecodedToken("id", "raw", {"alg": "RS256"}, named | claims)


def ends(*changes: Change) -> SignInEnds:
    found = SignInEnds()
    for change in changes:
        found.note_change(change)
    return found


@pytest.mark.parametrize(
    ("operation", "by"),
    [
        ("admin_disable_user", "user disabled"),
        ("admin_delete_user", "user deleted"),
        ("admin_user_global_sign_out", "signed out"),
        ("admin_enable_user", ""),
        ("admin_add_user_to_group", ""),
        ("global_sign_out", ""),
    ],
)
def test_some_writes_end_what_a_user_was_given_before(operation: str, by: str) -> None:
    found = ends(replace(DISABLED, operation=operation)).of(token())
    assert (found.by if found is not None else "") == by


@pytest.mark.parametrize(
    ("outcome", "is_ended"), [("accepted", True), ("undone", True), ("refused", False), ("unknown", False)]
)
def test_it_counts_what_aws_did_even_if_it_was_taken_back_since(outcome: Outcome, is_ended: bool) -> None:
    assert (ends(replace(DISABLED, outcome=outcome)).of(token()) is not None) == is_ended


def test_a_token_from_after_it_another_users_and_another_pools_go_on() -> None:
    found = ends(DISABLED)
    assert found.of(token(AT + timedelta(seconds=1))) is None
    assert found.of(token(sub="sub-2")) is None
    assert found.of(token(pool="us-east-1_Other1234")) is None


def test_times_are_held_against_the_issuers_clock() -> None:
    found, issued = ends(DISABLED), token(AT + timedelta(minutes=3))
    assert found.of(issued) is None
    ended = found.of(issued, timedelta(minutes=5))
    assert ended is not None
    assert ended.at == AT + timedelta(minutes=5)


def test_without_a_sub_the_username_tells() -> None:
    found = ends(replace(DISABLED, target_id=""))
    assert found.of(token(sub="another")) is not None
    assert found.of(token(sub="another", name="adam")) is None


def test_of_several_the_first_after_its_issue_ended_a_token() -> None:
    signed_out = replace(DISABLED, operation="admin_user_global_sign_out")
    found = ends(signed_out, replace(DISABLED, at=AT + timedelta(minutes=2)))
    first, second = found.of(token()), found.of(token(AT + timedelta(minutes=1)))
    assert (first and first.by, second and second.by) == ("signed out", "user disabled")
