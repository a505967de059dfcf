"""What a way to take one operation's changes back is made of."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.errors import WriteRefused
from cognito_explorer.core.journal import Change, Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# ListUsers may lag a second behind a write.
_LOOKS, _PAUSE_S = 3, 0.5

_AS_BEFORE = "No answer had come. Everything is as it was before."

Facts = Mapping[str, str]


def equals(now: str, then: str) -> bool:
    """Whether a value is as it was left."""
    return now == then


@dataclass(frozen=True, slots=True)
class Way:
    """How to take one operation's changes back.

    `action` is AWS's name of what is sent; `target` how the target of a change begins. `present` reads what is there
    now, by the names in the change, and raises WriteRefused where the thing is gone. `why_not` sees by the change
    alone that there is no way.
    """

    action: str
    target: str
    title: Callable[[Change], str]
    present: Callable[["Aws", Change], Coroutine[Any, Any, Facts]]
    write: Callable[["Aws", Change, Intent], Coroutine[Any, Any, None]]
    is_as_left: Callable[[str, str], bool] = equals
    why_not: Callable[[Change], str] = lambda _change: ""

    async def check(self, aws: "Aws", change: Change) -> None:
        """Raises WriteRefused where the world has moved on since the change."""
        for looks_left in reversed(range(_LOOKS)):
            now = await self.present(aws, change)
            moved = [name for name, value in change.after.items() if not self.is_as_left(now.get(name, ""), value)]
            if not moved:
                return
            is_as_before = all(now.get(name, "") == change.before.get(name, "") for name in moved)
            if is_as_before and not looks_left and change.outcome == "unknown":
                raise WriteRefused("Nothing was undone: it never was done.", _AS_BEFORE, code="NotDone")
            if not is_as_before or not looks_left:
                then, present = change.after[moved[0]], now.get(moved[0], "")
                what = f"Then: {moved[0]} was {then or 'not set'}. Now: {present or 'not set'}."
                raise moved_on(what, (moved[0], then), (moved[0], present))
            await asyncio.sleep(_PAUSE_S)


def moved_on(what: str, *tells: tuple[str, str]) -> WriteRefused:
    """The refusal, with what is otherwise now; `tells` are the attributes whose values stand in it."""
    refusal = WriteRefused("Nothing was undone: it was changed again since.", what, code="MovedOn")
    refusal.tells = tells
    return refusal
