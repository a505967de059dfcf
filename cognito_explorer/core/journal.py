"""Every write, with before and after, whether AWS accepted it or not: the intent is kept before it is sent."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol, TypeVar
from uuid import uuid4

from cognito_explorer.core.errors import ExplorerError, VaultUnavailable
from cognito_explorer.core.keyless import kept_in_memory, not_sent

Outcome = Literal["running", "accepted", "undone", "refused", "unknown", "not sent"]
Listener = Callable[["Change"], None]
TroubleListener = Callable[[ExplorerError], None]
R = TypeVar("R")

_KEPT = 1_000
_EXPORTED = 1_000_000
_LEFT = "The app did not wait for the answer."
_FUNCTION = "function "
_KINDS = ("user ", "group ", "app client ", "object ", "tokens of ", "API at ", _FUNCTION)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a write is about to do. `target` is for people ("user ada"), `scope` the pool's id; never a secret.

    `target_id` is what a name does not outlive: a user's sub.
    """

    target: str
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""
    undoes: str = ""
    target_id: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a write, and from where. `caller_arn` is "" until AWS was asked who we are.

    `is_sandbox`: nothing real is changed, so that a journal in memory is enough.
    """

    profile_id: str
    region: str = ""
    caller_arn: str = ""
    profile_name: str = ""
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `operation` is boto3's name (admin_enable_user), `action` AWS's (AdminEnableUser).

    The outcome "unknown" means that no answer came, "not sent" that no connection did: nothing was done. "undone" is
    what the accepted change `undone_by` took back. `caller_arn` is who AWS says we were, "" before it was asked;
    `undoes` the id of the change this one takes back.
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
    profile_name: str = ""
    target_id: str = ""
    undone_by: str = ""
    undone_at: datetime | None = None

    def words(self) -> str:
        """All that a search looks through, case folded."""
        pairs = (f"{name}: {value}" for side in (self.before, self.after) for name, value in side.items())
        texts = (self.operation, self.action, self.target, self.scope, self.outcome, self.trouble, *pairs)
        sender = (self.profile_id, self.profile_name, self.region, self.caller_arn, self.case_number, self.request_id)
        named = (self.id, self.undoes, self.target_id, self.undone_by)
        return "\n".join((*texts, *sender, *named)).casefold()

    def as_json(self) -> str:
        """One line of JSON for a file of many."""
        times = {"at": self.at.isoformat(), "undone_at": self.undone_at.isoformat() if self.undone_at else None}
        return json.dumps(asdict(self) | times, ensure_ascii=False)


class Store(Protocol):
    """Keeps changes beyond this run. Every method may block; all are called from one thread.

    `troubles` are what a person must be told, `unfinished` the changes of ended processes, whose outcome nobody knows
    and which nobody has looked at since.
    """

    troubles: list[ExplorerError]
    unfinished: list[Change]

    def put(self, change: Change, *, is_left: bool = False) -> None:
        """Keep a change, or what became of it, and of what it takes back: on the disk when this returns.

        One that `is_left` without an answer is among the next run's unfinished. Raises ExplorerError.
        """

    def search(self, text: str, *, limit: int, skip: int = 0, outcome: str = "") -> list[Change]:
        """The changes in which every word of `text` occurs, newest first; `outcome` is the only one, or "" for any.

        Raises ExplorerError.
        """

    def note_seen(self, change_ids: Sequence[str]) -> None:
        """Somebody has looked at these unfinished changes: the next run says nothing of them. Raises ExplorerError."""

    def close(self) -> None:
        """Let go of the files."""


class Journal:
    """Every write. With `open_store` it outlives the run: opened in a thread of its own, by the first who needs it.

    Listeners hear of a change once it has an outcome. The next writes are for `case_number`, a support case, until it
    is set to another. Where there is no keyring to keep the key in, the sandbox's changes stay in memory, `troubles`
    says so, and nothing else is changed; with the first write that finds a keyring, they are kept, too.
    """

    def __init__(self, open_store: Callable[[], Store] | None = None) -> None:
        self.case_number = ""
        self.troubles: list[ExplorerError] = []
        self._open_store = open_store
        self._store: Store | None = None
        self._absence: ExplorerError | None = None  # told, as long as there is no keyring
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal") if open_store is not None else None
        self._changes: deque[Change] = deque(maxlen=_KEPT)
        self._earlier: dict[str, Change] = {}
        self._unseen: set[str] = set()
        self._unseen_listeners: list[Callable[[], object]] = []
        self._listeners: list[Listener] = []
        self._trouble_listeners: list[TroubleListener] = []

    @property
    def is_kept(self) -> bool:
        """Whether changes outlive this run, as far as it was tried."""
        return self._absence is None

    async def open(self) -> None:
        """Look for what earlier runs left unfinished, and for the keyring again where there was none.

        Raises ExplorerError where the folder cannot be written.
        """
        await self._with_store(lambda _store: None, again=True)

    def stay_closed(self, error: VaultUnavailable) -> None:
        """The keyring was just asked for something else in vain: it is not asked again before a write needs it."""
        if self._store is None and self._open_store is not None:
            self._note_absence(error)

    async def begin(self, intent: Intent, sender: Sender, *, operation: str, action: str = "") -> Change:
        """Write down what is about to be sent. Raises ExplorerError when it cannot be: then it must not be sent.

        Without a keyring to keep the journal's key in, that is WriteRefused for everything but the sandbox.
        """
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
            profile_name=sender.profile_name,
            target_id=intent.target_id,
        )
        await self._with_store(lambda store: store.put(change), again=not sender.is_sandbox)
        if self._absence is not None and not sender.is_sandbox:
            raise not_sent(self._absence)
        self._changes.append(change)
        return change

    async def leave(self, change: Change) -> Change:
        """Write down that nobody waits for the answer any longer. The next run says so until it was looked at."""
        return await self._end(replace(change, outcome="unknown", trouble=_LEFT), is_left=True)

    async def finish(self, change: Change, outcome: Outcome, trouble: str = "", *, request_id: str = "") -> Change:
        """Write down how it went, and tell the listeners. What cannot be written is told as a trouble."""
        return await self._end(replace(change, outcome=outcome, trouble=trouble, request_id=request_id))

    def recent(self, limit: int = 100) -> tuple[Change, ...]:
        """The newest changes of this run, and what earlier ones left unfinished; newest first."""
        return tuple(reversed(self._changes))[:limit]

    def of_this_run(self, limit: int = 100) -> tuple[Change, ...]:
        """The newest changes of this run alone, newest first."""
        return tuple(each for each in self.recent(limit) if each.id not in self._earlier)

    @property
    def unseen(self) -> tuple[Change, ...]:
        """What earlier runs left unfinished and nobody has looked at yet, oldest first; empty before it is opened."""
        return tuple(change for change_id, change in self._earlier.items() if change_id in self._unseen)

    async def note_seen(self, changes: Iterable[Change]) -> None:
        """Somebody looks at these: those that were left unfinished are spoken of no more. Raises ExplorerError."""
        seen = [change.id for change in changes if change.id in self._unseen]
        if seen:
            self._unseen.difference_update(seen)
            await self._with_store(lambda store: store.note_seen(seen))
            self._tell_unseen()

    def subscribe_unseen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` when `unseen` is another. Returns how to stop it."""
        self._unseen_listeners.append(listener)
        return lambda: self._unseen_listeners.remove(listener) if listener in self._unseen_listeners else None

    def running(self) -> tuple[Change, ...]:
        """What this run has sent and not yet been answered, oldest first."""
        return tuple(each for each in self._changes if each.outcome == "running")

    async def search(self, text: str = "", *, limit: int = 200, skip: int = 0, outcome: str = "") -> tuple[Change, ...]:
        """The changes of every run in which each word of `text` occurs, newest first; of one outcome or any.

        Raises ExplorerError.
        """
        found = await self._with_store(lambda store: store.search(text, limit=limit, skip=skip, outcome=outcome))
        return tuple(islice(self._remembered(text, outcome), skip, skip + limit)) if found is None else tuple(found)

    async def export(
        self, path: Path, text: str = "", *, outcome: str = "", shown: Callable[[Change], Change] | None = None
    ) -> int:
        """Write what `search` finds into a file, a change a line, oldest last. Returns how many.

        `shown` makes of each change, in a thread, what may be seen of it. Raises ExplorerError and OSError.
        """
        found = await self.search(text, limit=_EXPORTED, outcome=outcome)
        await asyncio.to_thread(_write_lines, path, map(shown, found) if shown is not None else found)
        return len(found)

    async def close(self) -> None:
        """Let go of the file. Wait for the writes first."""
        if self._thread is None:
            return
        store, self._store, self._open_store = self._store, None, None
        if store is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, store.close)
        self._thread.shutdown(wait=False)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every finished change, in the thread of the event loop. Returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def subscribe_troubles(self, listener: TroubleListener) -> Callable[[], None]:
        """Call `listener` with what is wrong with the journal itself. Returns how to stop it."""
        self._trouble_listeners.append(listener)
        return lambda: self._trouble_listeners.remove(listener) if listener in self._trouble_listeners else None

    async def _end(self, finished: Change, *, is_left: bool = False) -> Change:
        self._remember(finished)
        for marked in marks_of(finished, self._remembered_by_id):
            self._remember(marked)
        try:
            await self._with_store(lambda store: store.put(finished, is_left=is_left))
        except ExplorerError as error:
            self._tell_trouble(_outcome_lost(finished, error))
        for listener in tuple(self._listeners):
            listener(finished)
        return finished

    async def _with_store(self, work: Callable[[Store], R], *, again: bool = False) -> R | None:
        """What `work` makes of the store, or None without one. `again`: look for the keyring even if it was absent."""
        if self._thread is None or (self._open_store is None and self._store is None):
            return None
        if self._absence is not None and not again:
            return None
        remembered = tuple(self._changes) if self._absence is not None else ()
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work, remembered)
        except VaultUnavailable as error:
            self._note_absence(error)
            return None
        finally:
            self._hear_store()
        self._end_absence()
        return found

    def _run(self, work: Callable[[Store], R], remembered: Iterable[Change]) -> R | None:
        """In the journal's thread, which is alone with the store. What was remembered is kept first."""
        if self._store is None and self._open_store is not None:
            store = self._open_store()
            for change in remembered:
                store.put(change)
            self._store = store
        return work(self._store) if self._store is not None else None

    def _note_absence(self, error: VaultUnavailable) -> None:
        if self._absence is None:
            self._absence = kept_in_memory(error)
            self._tell_trouble(self._absence)

    def _end_absence(self) -> None:
        if self._absence is not None:
            self.troubles.remove(self._absence)
            self._absence = None

    def _hear_store(self) -> None:
        store = self._store
        if store is None:
            return
        if store.unfinished:
            found, store.unfinished = store.unfinished, []
            # Older than what this run has done.
            self._changes.extendleft(reversed(found))
            self._earlier |= {change.id: change for change in found}
            self._unseen.update(change.id for change in found)
            self._tell_unseen()
        while store.troubles:
            self._tell_trouble(store.troubles.pop(0))

    def _tell_trouble(self, trouble: ExplorerError) -> None:
        self.troubles.append(trouble)
        for listener in tuple(self._trouble_listeners):
            listener(trouble)

    def _tell_unseen(self) -> None:
        for listener in tuple(self._unseen_listeners):
            listener()

    def _remember(self, change: Change) -> None:
        for position, kept in enumerate(self._changes):
            if kept.id == change.id:
                self._changes[position] = change

    def _remembered_by_id(self, change_id: str) -> Change | None:
        return next((each for each in self._changes if each.id == change_id), None)

    def _remembered(self, text: str, outcome: str) -> Iterator[Change]:
        wanted = text.casefold().split()
        fitting = (each for each in reversed(self._changes) if all(word in each.words() for word in wanted))
        return (each for each in fitting if outcome in ("", each.outcome))


def marks_of(change: Change, find: Callable[[str], Change | None]) -> Iterator[Change]:
    """What an accepted change does to others: what it takes back is undone, and what that took back holds again."""
    if change.outcome != "accepted":
        return
    last, is_undone = change, True
    while last.undoes and (target := find(last.undoes)) is not None:
        if is_undone:
            last = replace(target, outcome="undone", undone_by=last.id, undone_at=last.at)
        else:
            last = replace(target, outcome="accepted", undone_by="", undone_at=None)
        yield last
        is_undone = not is_undone


def name_in(target: str, scope: str = "") -> str:
    """What the thing itself is called: "ada" of "user ada", and the id of the pool that is the scope."""
    if target == f"user pool {scope}":
        return scope
    kind = next((kind for kind in _KINDS if target.startswith(kind) and target != kind), "")
    name = target.removeprefix(kind)
    return name.partition(", ")[0] if kind == _FUNCTION else name


def _write_lines(path: Path, changes: Iterable[Change]) -> None:
    """All or nothing: what a full disk cuts off does not take the place of what was there."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{each.as_json()}\n" for each in changes)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _outcome_lost(change: Change, error: ExplorerError) -> ExplorerError:
    title = f"The journal could not note how {change.action} of {change.target} ended: {change.outcome}."
    return ExplorerError(title, error.hint, code=error.code)
