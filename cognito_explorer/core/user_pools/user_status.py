"""Cognito's user status in plain words: what it means for this person, today."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from cognito_explorer.core.durations import in_words
from cognito_explorer.core.user_pools.users import User

Tone = Literal["good", "warn", "bad", "info"]


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """A short word for a table, a sentence for the inspector, and a tone (never shown by colour alone)."""

    word: str
    sentence: str
    tone: Tone


_PLAIN = {
    "CONFIRMED": StatusMeaning("Confirmed", "Can sign in.", "good"),
    "UNCONFIRMED": StatusMeaning(
        "Not confirmed",
        "Signed up, but never entered the confirmation code. Confirm the account or let them ask for a new code.",
        "warn",
    ),
    "RESET_REQUIRED": StatusMeaning(
        "Must reset password",
        "Reset by an administrator or imported: they choose a new password with a code, through “Forgot password”.",
        "warn",
    ),
    "EXTERNAL_PROVIDER": StatusMeaning(
        "External provider", "Signs in through another identity provider and has no password here.", "info"
    ),
    "COMPROMISED": StatusMeaning("Compromised", "Cognito suspects that somebody else uses this account.", "bad"),
    "ARCHIVED": StatusMeaning("Archived", "No longer in use.", "info"),
}


def status_meaning(user: User, temporary_password_days: int, *, now: datetime | None = None) -> StatusMeaning:
    """What the status means. `temporary_password_days` is the pool's password policy's (7 unless set)."""
    if not user.is_enabled:
        plain = _meaning(user, temporary_password_days, now or datetime.now(UTC))
        sentence = f"Disabled by an administrator: nobody can sign in with it. Otherwise: {plain.word.lower()}."
        return StatusMeaning("Disabled", sentence, "bad")
    return _meaning(user, temporary_password_days, now or datetime.now(UTC))


def is_invitation_expired(user: User, temporary_password_days: int, *, now: datetime | None = None) -> bool:
    """Whether a temporary password has run out. It counts from the last change that ListUsers shows."""
    if user.status != "FORCE_CHANGE_PASSWORD" or user.modified_at is None:
        return False
    return (now or datetime.now(UTC)) - user.modified_at > timedelta(days=temporary_password_days)


def _meaning(user: User, days: int, now: datetime) -> StatusMeaning:
    if user.status == "FORCE_CHANGE_PASSWORD":
        return _invited(user, days, now)
    unknown = StatusMeaning(user.status.replace("_", " ").capitalize(), "A status this version does not know.", "info")
    return _PLAIN.get(user.status, unknown)


def _invited(user: User, days: int, now: datetime) -> StatusMeaning:
    if user.modified_at is None:
        return StatusMeaning("Must change password", "Has a temporary password and must choose an own one.", "warn")
    ago = in_words(now - user.modified_at)
    if is_invitation_expired(user, days, now=now):
        sentence = f"Invited {ago} ago; the temporary password was valid for {days} days and has expired."
        return StatusMeaning("Invitation expired", f"{sentence} Resend the invitation or set a password.", "bad")
    left = in_words(user.modified_at + timedelta(days=days) - now)
    sentence = f"Invited {ago} ago. Must choose a password at the first sign-in, within {left}."
    return StatusMeaning("Must change password", sentence, "warn")
