"""How many writes did what, in the same words wherever writes are counted."""

from collections import Counter
from collections.abc import Iterable

from cognito_explorer.core.journal import Change, Outcome
from cognito_explorer.gui.lib.times import counted

# What changed nothing, or nothing any more, or may not have.
_OTHERS: tuple[Outcome, ...] = ("undone", "refused", "not sent", "unknown", "running")


def count_changes(changes: Iterable[Change], *, none: str = "0 changes") -> str:
    """ "2 changes · 1 refused": a write that was refused or not sent changed nothing; `none` where nothing did."""
    found = Counter(change.outcome for change in changes)
    done = counted(found["accepted"], "change") if found["accepted"] else none
    return " · ".join([done, *(f"{found[outcome]} {outcome}" for outcome in _OTHERS if found[outcome])])
