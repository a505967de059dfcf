"""Worker threads for calls that block: who was idle last goes first, as what it needs is still near the processor.

An executor of concurrent.futures wakes its threads in turn and locks more: a quarter of a millisecond for each call.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from typing_extensions import override

R = TypeVar("R")


class _Job(NamedTuple):
    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"

    @override
    def __repr__(self) -> str:
        """Of the work it tells nothing: a call's parameters are secrets."""
        return "_Job()"


class Threads:
    """At most so many threads, each started when no other is idle. None of them holds up the end of the program."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._count = 0
        self._is_closed = False
        self._idle: list[SimpleQueue[_Job | None]] = []
        self._waiting: deque[_Job] = deque()
        self._lock = threading.Lock()

    async def run(self, work: Callable[[], R]) -> R:
        """What `work` returns or raises. When this is cancelled the work goes on, unless it has not begun."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        with self._lock:
            if self._is_closed:
                raise RuntimeError("these threads were closed")
            if self._idle:
                self._idle.pop().put(job)
            elif self._count < self._most:
                self._count += 1
                name = f"{self._name}_{self._count}"
                threading.Thread(target=self._serve, args=(job,), name=name, daemon=True).start()
            else:
                self._waiting.append(job)
        found: R = await job.future
        return found

    def close(self) -> None:
        """Begin nothing more: who waits for work that has not begun is cancelled; what has begun ends by itself."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            waiting, self._waiting = self._waiting, deque()
        for inbox in idle:
            inbox.put(None)
        for job in waiting:
            _tell(job, job.future.cancel)

    def _serve(self, first: _Job) -> None:
        inbox: SimpleQueue[_Job | None] = SimpleQueue()
        job: _Job | None = first
        while job is not None:
            answer = _do(job)
            following = self._follow(inbox)
            # Told last: whoever hears it and asks again finds this thread idle.
            _tell(job, answer)
            # Nothing is kept of a call that is done while its thread waits for the next.
            del job, answer
            job = following or inbox.get()

    def _follow(self, inbox: "SimpleQueue[_Job | None]") -> _Job | None:
        """The next job that waits, or None: then the thread is idle, and told to end where all is closed."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_closed:
                inbox.put(None)
            else:
                self._idle.append(inbox)
            return None


def _do(job: _Job) -> Callable[[], object]:
    """Do the work. Returns what the loop's thread is to be told of it."""
    if job.future.cancelled():
        return job.future.cancel
    try:
        return partial(_settle, job.future, job.work(), None)
    except StopIteration as trouble:
        # A future takes none: whoever waits would wait for ever.
        bug = RuntimeError("the work ended in StopIteration")
        bug.__cause__ = trouble
        return partial(_settle, job.future, None, bug)
    except BaseException as trouble:  # noqa: BLE001  whoever asked for the work hears of it
        return partial(_settle, job.future, None, trouble)


def _tell(job: _Job, answer: Callable[[], object]) -> None:
    # A loop that was closed meanwhile has nobody left who waits.
    with suppress(RuntimeError):
        job.loop.call_soon_threadsafe(answer)


def _settle(future: "asyncio.Future[Any]", found: object, trouble: BaseException | None) -> None:
    if future.done():
        return  # abandoned
    if trouble is None:
        future.set_result(found)
    else:
        future.set_exception(trouble)
