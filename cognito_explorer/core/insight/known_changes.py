"""When a user's groups and attributes were changed, as far as the journal knows: it has what went through this app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.auth.tokens import instant
from cognito_explorer.core.durations import in_words

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# AWS did these, even where something took them back later.
_DONE = ("accepted", "undone")
_MOST = 500


@dataclass(frozen=True, slots=True)
class KnownChange:
    """A fact of a user's that a write changed: an attribute's name or a group's, before and after, "" where unset."""

    at: datetime
    name: str
    before: str
    after: str


async def read_changes(aws: "Aws", pool_id: str, username: str, sub: str) -> tuple[KnownChange, ...]:
    """The changes of this user in the journal, newest first. Raises ExplorerError."""
    found = []
    for change in await aws.journal.search(f"{pool_id} user {username}", limit=_MOST):
        is_this_user = change.target_id == sub if change.target_id else change.target == f"user {username}"
        if change.scope == pool_id and is_this_user and change.outcome in _DONE:
            names = dict.fromkeys((*change.before, *change.after))
            found += [
                KnownChange(change.at, name, change.before.get(name, ""), change.after.get(name, "")) for name in names
            ]
    return tuple(found)


def since_issue(changes: Sequence[KnownChange], issued: Any, name: str, after: str | None = None) -> str:
    """How long after a token was issued something was changed: "3 minutes ", or "" where nobody knows.

    `after`: the last change must have led to this value. `issued` is the claim iat.
    """
    issued_at = instant(issued)
    last = next((each for each in changes if each.name == name and each.before != each.after), None)
    if issued_at is None or last is None or (after is not None and last.after != after):
        return ""
    apart = last.at - issued_at
    return f"{in_words(apart)} " if apart > timedelta() else ""
