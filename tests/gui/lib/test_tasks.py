"""Every promise of the table in the design: latest wins, errors are told, nothing outlives its owner."""

import asyncio
import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.tasks import Activity, TaskScope, together


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    """A widget that owns tasks."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def crashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """What reached sys.excepthook."""
    caught: list[BaseException] = []

    def catch(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        caught.append(error)

    monkeypatch.setattr("sys.excepthook", catch)
    yield caught


async def wait_for(gate: asyncio.Event, done: list[str], word: str) -> None:
    await gate.wait()
    done.append(word)


async def test_the_latest_task_of_a_name_wins(owner: QWidget) -> None:
    scope, done = TaskScope(owner), list[str]()
    gate = asyncio.Event()
    scope.start("load", wait_for(gate, done, "first"))
    scope.start("load", wait_for(gate, done, "second"))
    gate.set()
    await scope.idle()
    assert done == ["second"]


async def test_tasks_of_different_names_run_side_by_side(owner: QWidget) -> None:
    scope, done = TaskScope(owner), list[str]()
    gate = asyncio.Event()
    scope.start("load", wait_for(gate, done, "load"))
    scope.start("save", wait_for(gate, done, "save"))
    gate.set()
    await scope.idle()
    assert sorted(done) == ["load", "save"]


async def test_an_expected_error_is_told_by_name(owner: QWidget, crashes: list[BaseException]) -> None:
    scope, told = TaskScope(owner), list[tuple[str, object]]()
    scope.failed.connect(lambda name, error: told.append((name, error)))
    error = ExplorerError("No such pool.", "Pick another one.")

    async def fail() -> None:
        raise error

    scope.start("load", fail())
    await scope.idle()
    assert told == [("load", error)]
    assert crashes == []


async def test_an_unexpected_error_reaches_the_exception_hook(owner: QWidget, crashes: list[BaseException]) -> None:
    scope, told = TaskScope(owner), list[object]()
    scope.failed.connect(lambda _name, error: told.append(error))

    async def break_down() -> None:
        raise ZeroDivisionError

    scope.start("load", break_down())
    await scope.idle()
    await asyncio.sleep(0)
    assert [type(error) for error in crashes] == [ZeroDivisionError]
    assert told == []


def delete_later(owner: QWidget) -> None:
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("destroy", [delete_later, shiboken6.delete], ids=["deleteLater", "shiboken6.delete"])
async def test_no_line_after_its_await_runs_once_the_owner_is_destroyed(destroy: object) -> None:
    owner, done = QWidget(), list[str]()
    scope, gate = TaskScope(owner), asyncio.Event()
    scope.start("load", wait_for(gate, done, "too late"))
    await asyncio.sleep(0)
    gate.set()  # its await is over already when the owner goes
    assert callable(destroy)
    destroy(owner)
    await scope.idle()
    assert done == []


async def test_tasks_end_when_the_owner_is_garbage() -> None:
    done, gate = list[str](), asyncio.Event()
    owner = QObject()
    scope = TaskScope(owner)
    scope.start("load", wait_for(gate, done, "too late"))
    await asyncio.sleep(0)
    gate.set()
    del owner
    gc.collect()
    await scope.idle()
    assert done == []


async def test_a_start_after_the_owner_is_gone_does_nothing() -> None:
    owner, done = QWidget(), list[str]()
    scope, gate = TaskScope(owner), asyncio.Event()
    gate.set()
    shiboken6.delete(owner)
    scope.start("load", wait_for(gate, done, "too late"))
    await scope.idle()
    assert done == []


async def test_hiding_the_owner_changes_nothing(owner: QWidget) -> None:
    scope, done, gate = TaskScope(owner), list[str](), asyncio.Event()
    owner.show()
    scope.start("load", wait_for(gate, done, "went on"))
    owner.hide()
    gate.set()
    await scope.idle()
    assert done == ["went on"]


async def test_busy_is_told_once_at_either_end(owner: QWidget) -> None:
    scope, told, gate = TaskScope(owner), list[bool](), asyncio.Event()
    scope.busy_changed.connect(told.append)
    scope.start("one", wait_for(gate, [], "one"))
    scope.start("two", wait_for(gate, [], "two"))
    assert told == [True]
    gate.set()
    await scope.idle()
    await asyncio.sleep(0)
    assert told == [True, False]


async def test_idle_waits_for_work_that_the_work_started(owner: QWidget) -> None:
    scope, done, gate = TaskScope(owner), list[str](), asyncio.Event()
    gate.set()

    async def start_another() -> None:
        scope.start("second", wait_for(gate, done, "second"))

    scope.start("first", start_another())
    await scope.idle()
    assert done == ["second"]


async def test_a_task_can_be_cancelled_by_name(owner: QWidget) -> None:
    scope, done, gate = TaskScope(owner), list[str](), asyncio.Event()
    scope.start("load", wait_for(gate, done, "load"))
    scope.cancel("load")
    gate.set()
    await scope.idle()
    assert done == []
    assert not scope.is_running("load")


async def test_an_error_of_a_superseded_task_is_not_shown(owner: QWidget) -> None:
    scope, told = TaskScope(owner), list[object]()
    scope.failed.connect(lambda name, error: told.append(error))

    async def complain_when_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ExplorerError("Gone.") from None

    scope.start("load", complain_when_cancelled())
    await asyncio.sleep(0)
    scope.start("load", asyncio.sleep(0))
    await scope.idle()
    assert told == []


async def test_what_is_running_can_be_seen_and_cancelled_from_outside(owner: QWidget) -> None:
    activity = Activity()
    scope, gate = TaskScope(owner, activity), asyncio.Event()
    scope.start("load", wait_for(gate, [], "load"), label="Loading users of moonletter")
    scope.describe("load", "120 of 500")
    (task,) = activity.running()
    assert (task.name, task.label, task.note) == ("load", "Loading users of moonletter", "120 of 500")
    task.cancel()
    await scope.idle()
    assert activity.running() == ()


async def test_the_activity_forgets_scopes_of_destroyed_owners() -> None:
    activity, owner = Activity(), QWidget()
    scope = TaskScope(owner)
    activity.watch_all(owner)
    scope.start("load", asyncio.Event().wait())
    assert len(activity.running()) == 1
    shiboken6.delete(owner)
    assert activity.running() == ()
    await scope.idle()


async def test_what_runs_side_by_side_has_ended_when_one_of_it_fails() -> None:
    ended: list[str] = []

    async def fail() -> None:
        raise ExplorerError("No such pool.")

    async def take_longer() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        ended.append("longer")

    with pytest.raises(ExplorerError):
        await together((fail(), take_longer()))
    assert ended == ["longer"]


async def test_the_results_side_by_side_are_in_order() -> None:
    async def answer(value: int) -> int:
        await asyncio.sleep(0 if value else 0.001)
        return value

    assert await together(answer(value) for value in range(3)) == [0, 1, 2]


async def test_work_that_waited_for_a_person_starts_when_it_has_the_answer(owner: QWidget) -> None:
    scope, activity, gate = TaskScope(owner), Activity(), asyncio.Event()
    activity.watch(scope)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        go_on = TaskScope.wait_for_person()
        asked.set()
        await answered.wait()
        go_on()
        await gate.wait()

    scope.start("forget", work())
    await asked.wait()
    assert activity.running() == ()
    moment = datetime.now(UTC)
    answered.set()
    while not activity.running():  # noqa: ASYNC110  # the task goes on with the loop's next round
        await asyncio.sleep(0)
    assert activity.running()[0].started_at >= moment
    gate.set()
    await scope.idle()
