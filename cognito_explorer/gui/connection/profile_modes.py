"""The modes in words: what each lets through, for the form and the switch."""

from collections.abc import Mapping
from dataclasses import dataclass

from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.gui.lib.tokens import Tone


@dataclass(frozen=True, slots=True)
class ModeWords:
    """A mode as people read it. `reach` says in a sentence what it lets through."""

    name: str
    reach: str
    icon: str
    tone: Tone


MODES: Mapping[Mode, ModeWords] = {
    "read-only": ModeWords("Read-only", "Nothing is changed. A sign-in is asked about once.", "lock", Tone.INFO),
    "support": ModeWords(
        "Support",
        "Helps one user at a time: reset, confirm, resend, enable, disable, sign out, MFA, harmless attributes and"
        " groups without a role.",
        "user",
        Tone.WARN,
    ),
    "admin": ModeWords("Admin", "Lets through everything the credentials allow.", "unlock", Tone.BAD),
}
# From the least to the most.
ORDER: tuple[Mode, ...] = ("read-only", "support", "admin")


def mode_words(profile: Profile) -> str:
    """A profile's mode in a list, and whether it is production."""
    name = MODES[profile.mode].name
    return f"{name} · production" if profile.is_production else name
