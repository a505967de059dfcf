"""What became of a change, as a word with an icon, and its table's columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cognito_explorer.core.journal import Change, Outcome
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.privacy import Privacy, privacy
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.tokens import Tone


@dataclass(frozen=True, slots=True)
class Look:
    """How an outcome is shown; `advice` is what to do about it."""

    words: str
    icon: str
    tone: Tone
    advice: str = ""


LOOKS: dict[Outcome, Look] = {
    "accepted": Look("Done", "check-circle", Tone.GOOD),
    "undone": Look("Undone", "undo", Tone.MUTED),
    "refused": Look("Refused", "denied", Tone.BAD, "Nothing was changed."),
    "unknown": Look("Unknown: no answer", "warning", Tone.WARN, "Look whether it was done before you try again."),
    "not sent": Look("Not sent: no connection", "minus", Tone.MUTED, "Nothing was changed."),
    "running": Look("Running", "clock", Tone.INFO),
}


def look_of(change: Change) -> Look:
    """How the change's outcome is shown."""
    return LOOKS[change.outcome]


def explain_outcome(change: Change) -> str:
    """The outcome, what to do about it, and what AWS said."""
    look = look_of(change)
    words = f"{look.words}. {look.advice}" if look.advice else look.words
    if change.undone_at is not None:
        words = f"{look.words} {clock().exact(change.undone_at)}"
    return f"{words}\n{privacy().in_text(change.trouble)}" if change.trouble else words


def change_columns(*, is_narrow: bool = False) -> tuple[Column[Change], ...]:
    """The journal's columns; `is_narrow` is beside the details, which say the rest."""
    return (
        Column("Time", lambda change: change.at, width=120),
        Column(
            "Outcome",
            lambda change: look_of(change).words,
            icon=lambda change: look_of(change).icon,
            tone=lambda change: look_of(change).tone,
            tooltip=explain_outcome,
            width=110 if is_narrow else 172,
        ),
        Column("Operation", lambda change: change.action, width=188),
        Column("Of", target_of, width=102 if is_narrow else 130),
        Column("Change", lambda change: in_short(change), width=260, is_hidden=is_narrow),
        Column("Case", lambda change: change.case_number, width=90, is_hidden=is_narrow),
        Column("Profile", lambda change: change.profile_name or change.profile_id, width=86 if is_narrow else 130),
        Column("Who", _who, width=220, is_identifier=True, is_hidden=True),
        Column("Request id", lambda change: change.request_id, width=220, is_identifier=True, is_hidden=True),
    )


def target_of(change: Change) -> str:
    """What was changed, as it may be seen: somebody's username is one wherever it stands from now on."""
    kind, _, username = change.target.partition(" ")
    if kind == "user" and username and " " not in username:
        privacy().know([(username, change.target_id)])
    return privacy().in_text(change.target)


def as_shown(hidden: Privacy, change: Change) -> Change:
    """A change as it may be seen: people's data is masked while the switch is on."""
    before, after = ({k: hidden.of_claim(k, v) for k, v in side.items()} for side in (change.before, change.after))
    target = target_of(change)
    trouble, who = (hidden.in_text(text) for text in (change.trouble, change.caller_arn))
    return replace(change, before=before, after=after, target=target, trouble=trouble, caller_arn=who)


def in_short(change: Change) -> str:
    """Before and after in a line: "enabled: no → yes"."""
    names = list(dict.fromkeys((*change.before, *change.after)))
    return ", ".join(_step(name, change.before, change.after) for name in names)


def _who(change: Change) -> str:
    return privacy().in_text(change.caller_arn)


def _step(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    then, now = (privacy().of_claim(name, side.get(name, "")) for side in (before, after))
    return f"{name}: {then or '–'} → {now or '–'}"
