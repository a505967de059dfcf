"""What the work under way is called by people, so that whatever it waits for can say who waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_work: ContextVar[str] = ContextVar("work", default="")


@contextmanager
def called(words: str) -> Iterator[None]:
    """Tasks that are made in here, and those they make, are known by these words."""
    before = _work.set(words)
    try:
        yield
    finally:
        _work.reset(before)


def current_work() -> str:
    """The words of the task that runs, or ""."""
    return _work.get()
