"""The status in plain words."""

from datetime import UTC, datetime, timedelta

import pytest

from cognito_explorer.core.user_pools.user_status import is_invitation_expired, status_meaning
from cognito_explorer.core.user_pools.users import User

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def user(status: str, *, days: float = 9, is_enabled: bool = True) -> User:
    return User("alan", "sub", status, is_enabled, None, NOW - timedelta(days=days), {})


def test_an_expired_invitation_says_since_when_and_what_to_do() -> None:
    meaning = status_meaning(user("FORCE_CHANGE_PASSWORD"), 7, now=NOW)
    assert (meaning.word, meaning.tone) == ("Invitation expired", "bad")
    assert meaning.sentence == (
        "Invited 9 days ago; the temporary password was valid for 7 days and has expired."
        " Resend the invitation or set a password."
    )
    assert is_invitation_expired(user("FORCE_CHANGE_PASSWORD"), 7, now=NOW)


def test_a_fresh_invitation_says_how_long_it_lasts() -> None:
    meaning = status_meaning(user("FORCE_CHANGE_PASSWORD", days=2), 7, now=NOW)
    assert meaning.word == "Must change password"
    assert meaning.sentence == "Invited 2 days ago. Must choose a password at the first sign-in, within 5 days."
    assert not is_invitation_expired(user("FORCE_CHANGE_PASSWORD", days=2), 7, now=NOW)


def test_disabled_comes_before_the_status() -> None:
    meaning = status_meaning(user("CONFIRMED", is_enabled=False), 7, now=NOW)
    assert (meaning.word, meaning.tone) == ("Disabled", "bad")
    assert "confirmed" in meaning.sentence


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("CONFIRMED", "Confirmed"),
        ("UNCONFIRMED", "Not confirmed"),
        ("RESET_REQUIRED", "Must reset password"),
        ("EXTERNAL_PROVIDER", "External provider"),
        ("SOMETHING_NEW", "Something new"),
    ],
)
def test_every_status_has_a_word_and_a_sentence(status: str, word: str) -> None:
    meaning = status_meaning(user(status), 7, now=NOW)
    assert meaning.word == word
    assert meaning.sentence.endswith(".")
