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
            outcome = _Outcome(self._work())
        except Exception as problem:  # noqa: BLE001  # raised again where the operation asked
            outcome = _Outcome(problem=problem)
        self._errands.note(self._key, outcome)


@dataclass(frozen=True, slots=True)
class _Outcome:
    value: Any = None
    problem: Exception | None = None


@dataclass(slots=True)
class Errands:
    """The errands of one request. `params` are the parameters of its call, for whoever words an event."""

    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    started: float = field(default_factory=time.perf_counter)
    _outcomes: dict[Key, list[_Outcome]] = field(default_factory=dict, repr=False)
    _asked: dict[Key, int] = field(default_factory=dict, repr=False)
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)
    _afterwards: list[Callable[[], None]] = field(default_factory=list, repr=False)
    _aside: list[Callable[[], object]] = field(default_factory=list, repr=False)
    _settled: list[Callable[[], None]] = field(default_factory=list, repr=False)
    _settled_aside: list[Callable[[], object]] = field(default_factory=list, repr=False)
    has_begun: bool = False

    def begin(self, params: Mapping[str, Any]) -> None:
        """Start another run of the operation, with what is known so far."""
        self.params = params
        self.has_begun = True
        self._asked.clear()
        self._afterwards.clear()
        self._aside.clear()

    def ask(self, key: Key, work: Callable[[], T]) -> T:
        """What `work` came to. Raises ErrandWanted when it is not done yet, and what `work` itself raised.

        `key` names the errand; one that is asked for several times in a run is done as often.
        """
        done = self._outcomes.setdefault(key, [])
        position = self._asked.get(key, 0)
        if position == len(done):
            if sum(map(len, self._outcomes.values())) >= _MOST_ERRANDS:
                raise RuntimeError(f"{key} is one errand too many")
            raise ErrandWanted(self, key, work)
        self._asked[key] = position + 1
        outcome = done[position]
        if outcome.problem is not None:
            raise outcome.problem
        value: T = outcome.value
        return value

    def note(self, key: Key, outcome: "_Outcome") -> None:
        """Keep what an errand came to."""
        self._outcomes.setdefault(key, []).append(outcome)

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """A value drawn by chance, or what a part with a transaction of its own came to: the same in every run.

        What such a part put off until it is on disk stays put off, however often the rest runs.
        """
        if name not in self._kept:
            afterwards, aside = len(self._afterwards), len(self._aside)
            try:
                self._kept[name] = make()
            except Exception as problem:
                self._forget(afterwards, aside, problem)
                raise
            self._settled += self._afterwards[afterwards:]
            self._settled_aside += self._aside[aside:]
            del self._afterwards[afterwards:], self._aside[aside:]
        kept: T = self._kept[name]
        return kept

    def refuse(self, refusal: Exception) -> None:
        """The run ended like this: what it put off until its change is on disk is not done without that change."""
        self._forget(0, 0, refusal)

    def _forget(self, afterwards: int, aside: int, problem: Exception) -> None:
        if not getattr(problem, "keeps_writes", False):
            del self._afterwards[afterwards:], self._aside[aside:]

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this once the change is on disk; a ServiceError it raises becomes the answer, and the change stays."""
        self._afterwards.append(work)

    def aside(self, work: Callable[[], object]) -> None:
        """Do this once the change is on disk; nobody waits for it."""
        self._aside.append(work)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do once the answer is there."""
        return not (self._afterwards or self._aside or self._settled or self._settled_aside)

    def finish(self) -> None:
        """Do what was put off, outside of any transaction. Raises the first ServiceError."""
        aside, afterwards = [*self._settled_aside, *self._aside], [*self._settled, *self._afterwards]
        for waiting in (self._settled_aside, self._aside, self._settled, self._afterwards):
            waiting.clear()
        for work in aside:
            threading.Thread(target=_do_aside, args=(work,), name="aside", daemon=True).start()
        for do in afterwards:
            do()


def _do_aside(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001  # nobody waits who could be told
        _log.warning("work that nobody waits for failed", exc_info=True)
