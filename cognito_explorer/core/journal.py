"""Every write, with before and after, whether AWS accepted it or not. Kept in memory."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

Outcome = Literal["running", "accepted", "refused", "unknown", "not sent"]
Listener = Callable[["Change"], None]

_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Intent:
    """What a write is about to do. `target` is for people ("user ada"), `scope` the pool's id; never a secret."""

    target: str
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a write, and from where. `caller_arn` is "" until AWS was asked who we are."""

    profile_id: str
    region: str = ""
    caller_arn: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `operation` is boto3's name (admin_enable_user), `action` AWS's (AdminEnableUser).

    The outcome "unknown" means that no answer came, "not sent" that no connection did: nothing was done.
    `caller_arn` is who AWS says we were, "" before it was asked; `undoes` the id of the change this one takes back.
    """

    id: str
    at: datetime
    profile_id: str
    operation: str
    target: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    outcome: Outcome
    scope: str = ""
    trouble: str = ""
    action: str = ""
    region: str = ""
    caller_arn: str = ""
    case_number: str = ""
    request_id: str = ""
    undoes: str = ""


class Journal:
    """The writes of this run, newest last. Listeners hear of a change once it has an outcome.

    The next writes are for `case_number`, a support case, until it is set to another.
    """

    def __init__(self) -> None:
        self.case_number = ""
        self._changes: deque[Change] = deque(maxlen=_KEPT)
        self._listeners: list[Listener] = []

    async def begin(self, intent: Intent, sender: Sender, *, operation: str, action: str = "") -> Change:
        """Write down what is about to be sent."""
        change = Change(
            id=uuid4().hex,
            at=datetime.now(UTC),
            profile_id=sender.profile_id,
            operation=operation,
            target=intent.target,
            before=dict(intent.before),
            after=dict(intent.after),
            outcome="running",
            scope=intent.scope,
            action=action or operation,
            region=sender.region,
            caller_arn=sender.caller_arn,
            case_number=self.case_number,
            undoes=intent.undoes,
        )
        self._changes.append(change)
        return change

    async def finish(self, change: Change, outcome: Outcome, trouble: str = "", *, request_id: str = "") -> Change:
        """Write down how it went, and tell the listeners."""
        finished = replace(change, outcome=outcome, trouble=trouble, request_id=request_id)
        for position, kept in enumerate(self._changes):
            if kept.id == change.id:
                self._changes[position] = finished
        for listener in tuple(self._listeners):
            listener(finished)
        return finished

    def recent(self, limit: int = 100) -> tuple[Change, ...]:
        """The newest changes, newest first."""
        return tuple(reversed(self._changes))[:limit]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every finished change, in the thread of the event loop. Returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None
