"""How a user looks at a glance: the word, the icon and the tone of status and switch."""

from dataclasses import dataclass, replace

from cognito_explorer.core.user_pools.user_status import StatusMeaning, status_meaning
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.lib.tokens import Tone

_ICONS = {
    "Confirmed": "check-circle",
    "Not confirmed": "help",
    "Must change password": "key",
    "Invitation expired": "clock",
    "Must reset password": "key",
    "External provider": "external-link",
    "Compromised": "shield",
    "Disabled": "denied",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A word with its icon and tone."""

    word: str
    icon: str
    tone: Tone


def status_look(user: User, temporary_password_days: int) -> Look:
    """The status alone, as if the user were enabled: the switch has a place of its own."""
    return look_of(status_meaning(replace(user, is_enabled=True), temporary_password_days))


def look_of(meaning: StatusMeaning) -> Look:
    """How a status looks."""
    return Look(meaning.word, _ICONS.get(meaning.word, "info"), Tone(meaning.tone))


def enabled_look(user: User) -> Look:
    """Enabled or disabled."""
    return Look("Enabled", "check", Tone.MUTED) if user.is_enabled else Look("Disabled", "denied", Tone.BAD)
