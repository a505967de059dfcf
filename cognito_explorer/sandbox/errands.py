"""Slow work for a request, done while nobody else has to wait.

Every operation runs in the one writer thread inside a transaction, so it must not wait there for a Lambda function,
which may take seconds and may itself call the sandbox. It asks for the work instead:

1. `Errands.ask` raises ErrandWanted; the transaction is rolled back and the writer turns to others;
2. the work is done in another thread;
3. the operation runs again from its beginning, in a new transaction, and `ask` returns what came out.

An operation with several errands runs once more for each. So what is asked for must not depend on chance: values drawn
at random that an errand gets to see come from `Errands.keep`, which returns the same value in every run. Everything
else is decided anew by what the store holds then, so that two requests that met in between cannot both succeed.
What is to happen once the change is on disk, and must not be undone by a failure, goes to `afterwards`.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[str, ...]

_MOST_ERRANDS = 100
_log = logging.getLogger(__name__)


class ErrandWanted(Exception):  # noqa: N818  # read as a sentence: an errand is wanted
    """Ends a run of an operation that has to wait for something; `run` it outside the transaction, then try again."""

    def __init__(self, errands: "Errands", key: Key, work: Callable[[], Any]) -> None:
        super().__init__("/".join(key))
        self._errands = errands
        self._key = key
        self._work = work

    def run(self) -> None:
        """Do the work and keep what comes out of it, an error included."""
        try:
            outcome = _Outcome(self._key, value=self._work())
        except Exception as problem:  # noqa: BLE001  # raised again where the operation asked
            outcome = _Outcome(self._key, problem=problem)
        self._errands.note(outcome)


@dataclass(frozen=True, slots=True)
class _Outcome:
    key: Key
    value: Any = None
    problem: Exception | None = None


@dataclass(slots=True)
class Errands:
    """The errands of one request. `params` are the parameters of its call, for whoever words an event."""

    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    started: float = field(default_factory=time.perf_counter)
    _outcomes: list[_Outcome] = field(default_factory=list, repr=False)
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)
    _afterwards: list[Callable[[], None]] = field(default_factory=list, repr=False)
    _aside: list[Callable[[], object]] = field(default_factory=list, repr=False)
    _position: int = 0
    has_begun: bool = False

    def begin(self, params: Mapping[str, Any]) -> None:
        """Start another run of the operation, with what is known so far."""
        self.params = params
        self.has_begun = True
        self._position = 0
        self._afterwards.clear()
        self._aside.clear()

    def ask(self, key: Key, work: Callable[[], T]) -> T:
        """What `work` came to. Raises ErrandWanted when it is not done yet, and what `work` itself raised."""
        if self._position < len(self._outcomes) and self._outcomes[self._position].key != key:
            # The store has changed since: what was asked for then has no place in this run.
            del self._outcomes[self._position :]
        if self._position == len(self._outcomes):
            if self._position >= _MOST_ERRANDS:
                raise RuntimeError(f"{key} is one errand too many")
            raise ErrandWanted(self, key, work)
        outcome = self._outcomes[self._position]
        self._position += 1
        if outcome.problem is not None:
            raise outcome.problem
        done: T = outcome.value
        return done

    def note(self, outcome: _Outcome) -> None:
        """Keep what an errand came to."""
        self._outcomes.append(outcome)

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """A value drawn by chance, the same in every run of the operation."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this once the change is on disk; a ServiceError it raises becomes the answer, and the change stays."""
        self._afterwards.append(work)

    def aside(self, work: Callable[[], object]) -> None:
        """Do this once the change is on disk; nobody waits for it."""
        self._aside.append(work)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do once the answer is there."""
        return not self._afterwards and not self._aside

    def finish(self) -> None:
        """Do what was put off, outside of any transaction. Raises the first ServiceError."""
        aside, self._aside = self._aside, []
        for work in aside:
            threading.Thread(target=_do_aside, args=(work,), name="aside", daemon=True).start()
        afterwards, self._afterwards = self._afterwards, []
        for work in afterwards:
            work()


def _do_aside(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001  # nobody waits who could be told
        _log.warning("work that nobody waits for failed", exc_info=True)
