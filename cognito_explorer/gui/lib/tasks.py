"""A widget starts work by name; the scope keeps it alive, watches it, and ends it with its owner."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.work import called

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RunningTask:
    """One piece of work under way: what it is, how far it has come, and how to end it.

    `place` is which connection it is done for, "" for none. What waited for a person's answer starts when it has it.
    """

    name: str
    label: str
    started_at: datetime
    cancel: Callable[[], None] = field(repr=False, compare=False)
    note: str = ""
    place: str = ""
    is_waiting: bool = False  # for a person's answer to a question


class Activity(QObject):
    """All running tasks of the scopes it watches; the line "what is running" is drawn from it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scopes: list[TaskScope] = []

    def watch(self, scope: "TaskScope") -> None:
        """Show this scope's tasks from now on, until its owner is destroyed."""
        if scope in self._scopes:
            return
        self._scopes.append(scope)
        scope.tasks_changed.connect(self.changed)
        scope.destroyed.connect(self.changed)
        self.changed.emit()

    def watch_all(self, widget: QObject, place: str = "") -> None:
        """Watch every scope owned by a widget or by anything inside it; `place` is the connection they work for."""
        for scope in widget.findChildren(TaskScope):
            scope.place = place
            self.watch(scope)

    def running(self) -> tuple[RunningTask, ...]:
        """What is running now, oldest first."""
        self._scopes = [scope for scope in self._scopes if shiboken6.isValid(scope)]
        tasks = [task for scope in self._scopes for task in scope.running() if not task.is_waiting]
        return tuple(sorted(tasks, key=lambda task: task.started_at))


class TaskScope(QObject):
    """The tasks of one owner. Latest wins per name; all end when the owner is destroyed.

    `failed` carries the task's name and its ExplorerError, `stopped` the name of a task that a person ended. Any other
    exception goes to `sys.excepthook`.
    """

    started = Signal(str)
    failed = Signal(str, object)
    stopped = Signal(str)
    busy_changed = Signal(bool)
    tasks_changed = Signal()
    _owners: ClassVar["WeakKeyDictionary[asyncio.Task[Any], TaskScope]"] = WeakKeyDictionary()

    def __init__(self, owner: QObject, activity: Activity | None = None) -> None:
        super().__init__(owner)
        self.place = ""  # which connection all its work is done for
        self._alive: set[asyncio.Task[Any]] = set()
        self._named: dict[str, asyncio.Task[Any]] = {}
        self._records: dict[asyncio.Task[Any], RunningTask] = {}
        # A plain function that holds the tasks, not the scope: it runs while the owner is being taken apart.
        owner.destroyed.connect(partial(_cancel_all, self._alive))
        if activity is not None:
            activity.watch(self)

    @property
    def is_busy(self) -> bool:
        """Whether any task is at work. One that waits for a person's answer is not."""
        return any(not record.is_waiting for record in self._records.values())

    @classmethod
    def wait_for_person(cls) -> Callable[[], None]:
        """The running task waits for a person's answer from now on, until what this returns is called."""
        task = asyncio.current_task()
        scope = cls._owners.get(task) if task is not None else None
        if task is None or scope is None:
            return _nothing
        scope._set_waiting(task, is_waiting=True)
        return partial(scope._set_waiting, task, is_waiting=False)

    def start(self, name: str, work: Coroutine[Any, Any, object], *, label: str = "", place: str = "") -> None:
        """Run `work` on the running loop; a task of the same name is cancelled first. `label` is shown to people.

        So is `place`, the connection it is done for, where several are open.
        """
        if not shiboken6.isValid(self):
            work.close()
            return
        self.cancel(name)
        was_busy = self.is_busy
        words = label or name.replace("_", " ").capitalize()
        with called(words):
            task = asyncio.get_running_loop().create_task(work, name=name)
        self._alive.add(task)
        self._named[name] = task
        self._owners[task] = self
        cancel = partial(_cancel, task)
        self._records[task] = RunningTask(name, words, _now(), cancel, place=place or self.place)
        task.add_done_callback(self._done)
        self.started.emit(name)
        self.tasks_changed.emit()
        if not was_busy:
            self.busy_changed.emit(True)

    def cancel(self, name: str) -> None:
        """End the task of that name, if there is one."""
        task = self._named.pop(name, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """End every task."""
        self._named.clear()
        _cancel_all(self._alive)

    def is_running(self, name: str) -> bool:
        """Whether the latest task of that name is still at work."""
        return name in self._named

    def describe(self, name: str, note: str) -> None:
        """Say how far a task has come ("120 of 500")."""
        task = self._named.get(name)
        if task is not None:
            self._records[task] = replace(self._records[task], note=note)
            self.tasks_changed.emit()

    def running(self) -> tuple[RunningTask, ...]:
        """What is running now, cancelled tasks excluded, oldest first."""
        return tuple(self._records[task] for task in self._records if task in self._named.values())

    async def idle(self) -> None:
        """Return when no task is running, those included that the awaited ones started."""
        while self._alive:
            await asyncio.wait(self._alive)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._alive.discard(task)
        self._records.pop(task, None)
        is_latest = self._named.get(task.get_name()) is task
        if is_latest:
            del self._named[task.get_name()]
        error = None if task.cancelled() else task.exception()
        if shiboken6.isValid(self):
            if is_latest and task.cancelled():
                self.stopped.emit(task.get_name())
            self._tell(task.get_name(), error if is_latest else None)
        if error is not None and not isinstance(error, ExplorerError):
            sys.excepthook(type(error), error, error.__traceback__)

    def _tell(self, name: str, error: BaseException | None) -> None:
        if isinstance(error, ExplorerError):
            self.failed.emit(name, error)
        self.tasks_changed.emit()
        if not self.is_busy:
            self.busy_changed.emit(False)

    def _set_waiting(self, task: "asyncio.Task[Any]", *, is_waiting: bool) -> None:
        if not shiboken6.isValid(self) or task not in self._records:
            return
        was_busy = self.is_busy
        record = self._records[task]
        begun_at = _now() if record.is_waiting and not is_waiting else record.started_at
        self._records[task] = replace(record, is_waiting=is_waiting, started_at=begun_at)
        self.tasks_changed.emit()
        if was_busy != self.is_busy:
            self.busy_changed.emit(self.is_busy)


async def together(works: Iterable[Awaitable[R]]) -> list[R]:
    """The results of works that run side by side, in order. All have ended when this returns or raises the first error.

    `asyncio.gather` by itself leaves the others running, with nobody to own them.
    """
    results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def is_loop_running() -> bool:
    """Whether work can be started: Qt delivers timers even while the loop is being wound down."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _nothing() -> None:
    """There is no task that could wait."""


def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()


def _cancel_all(tasks: "set[asyncio.Task[Any]]", _destroyed: object = None) -> None:
    for task in tuple(tasks):
        task.cancel()


def _now() -> datetime:
    return datetime.now(UTC)
