"""A call that was sent, and what it tells while it is under way."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class UnderWay(Generic[T]):
    """What `with` gives puts `known` among `again`, from any thread, until the call is over.

    A class of its own: every call passes here, and a generator costs several times as much.
    """

    __slots__ = ("_again", "_is_over", "_known")

    def __init__(self, again: dict[int, T], known: T) -> None:
        self._again, self._known, self._is_over = again, known, False

    def __enter__(self) -> Callable[[], None]:
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._again.pop(id(self), None)

    def _tell(self) -> None:
        if not self._is_over:  # an abandoned read goes on in its thread
            self._again[id(self)] = self._known
