"""Who does the work of a door's calls, how many at once, and what becomes of it when nobody waits any more."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from cognito_explorer.core.aws.threads import Threads

_PATIENCE_S = 20


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(2, "test")
    yield made
    made.close()


class Held:
    """Work that begins, and ends when it is let go."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.begun = asyncio.Event()
        self.let_go = threading.Event()
        self.is_done = False
        self.ended = asyncio.Event()

    def __call__(self) -> str:
        self._loop.call_soon_threadsafe(self.begun.set)
        assert self.let_go.wait(_PATIENCE_S)
        self.is_done = True
        self._loop.call_soon_threadsafe(self.ended.set)
        return "done"


def _fail() -> None:
    raise LookupError("nothing there")


async def test_what_the_work_returns_or_raises_is_handed_on(threads: Threads) -> None:
    assert await threads.run(lambda: 7) == 7
    with pytest.raises(LookupError, match="nothing there"):
        await threads.run(_fail)


async def test_who_asked_for_work_that_runs_out_of_things_hears_of_it(threads: Threads) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(threads.run(lambda: next(iter(()))), _PATIENCE_S)


async def test_one_call_after_the_other_stays_in_one_thread(threads: Threads) -> None:
    names = {await threads.run(lambda: threading.current_thread().name) for _ in range(20)}
    assert names == {"test_1"}


async def test_no_more_run_at_once_than_there_are_threads(threads: Threads) -> None:
    held = [Held() for _ in range(3)]
    asked = [asyncio.get_running_loop().create_task(threads.run(each)) for each in held]
    await held[0].begun.wait()
    await held[1].begun.wait()
    assert not held[2].begun.is_set()
    held[0].let_go.set()
    await held[2].begun.wait()
    for each in held:
        each.let_go.set()
    assert await asyncio.gather(*asked) == ["done"] * 3


async def test_work_that_nobody_waits_for_any_more_ends_by_itself(threads: Threads) -> None:
    held = Held()
    asked = asyncio.get_running_loop().create_task(threads.run(held))
    await held.begun.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    held.let_go.set()
    await asyncio.wait_for(held.ended.wait(), _PATIENCE_S)
    assert held.is_done
    assert await threads.run(lambda: 7) == 7


async def test_work_that_was_cancelled_before_it_began_is_not_done(threads: Threads) -> None:
    held = [Held() for _ in range(3)]
    asked = [asyncio.get_running_loop().create_task(threads.run(each)) for each in held]
    await held[0].begun.wait()
    await held[1].begun.wait()
    asked[2].cancel()
    held[0].let_go.set()
    await asked[0]
    assert await threads.run(lambda: 7) == 7
    held[1].let_go.set()
    await asked[1]
    assert not held[2].begun.is_set()


async def test_closing_cancels_what_has_not_begun_and_nothing_else(threads: Threads) -> None:
    held = [Held() for _ in range(3)]
    asked = [asyncio.get_running_loop().create_task(threads.run(each)) for each in held]
    await held[0].begun.wait()
    await held[1].begun.wait()
    threads.close()
    with pytest.raises(asyncio.CancelledError):
        await asked[2]
    held[0].let_go.set()
    held[1].let_go.set()
    assert await asyncio.gather(*asked[:2]) == ["done"] * 2
    with pytest.raises(RuntimeError, match="closed"):
        await threads.run(lambda: 7)


def test_an_answer_after_the_end_of_the_loop_is_dropped(threads: Threads) -> None:
    let_go, done = threading.Event(), threading.Event()

    def work() -> None:
        assert let_go.wait(_PATIENCE_S)
        done.set()

    async def ask_and_leave(work: Callable[[], None]) -> None:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work_here() -> None:
            loop.call_soon_threadsafe(begun.set)
            work()

        asked = loop.create_task(threads.run(work_here))
        await begun.wait()
        asked.cancel()

    asyncio.run(ask_and_leave(work))
    let_go.set()
    assert done.wait(_PATIENCE_S)
