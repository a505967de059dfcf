"""The drawer's queue and the case number beside the changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.pace import Pace, in_bulk
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.work import called, current_work
from cognito_explorer.gui.activity_bar import ActivityBar
from cognito_explorer.gui.case_number import CaseNumber
from cognito_explorer.gui.lib.billable import BILLABLE, WORD
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import Activity, TaskScope
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.queue_view import QueueView


@pytest.fixture
async def crowd() -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Has calls wait in a pace, by the name of their work; lets them go at the end."""
    tasks: list[asyncio.Task[None]] = []

    async def wait(pace: Pace, count: int, work: str, call: tuple[str, str, str], *, is_bulk: bool = False) -> None:
        operation, pool_id, connection = call
        with called(work), in_bulk() if is_bulk else nullcontext():
            turns = (pace.turn("cognito-idp", operation, pool_id, connection) for _ in range(count))
            tasks.extend([asyncio.get_running_loop().create_task(turn) for turn in turns])
        await asyncio.sleep(0)

    yield wait
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_queue_shows_who_waits_for_what(
    theme_app: Theme, settings: Settings, crowd: Callable[..., Awaitable[None]]
) -> None:
    pace, view = Pace(is_strict=True), QueueView({"p1": "moonletter"}.__getitem__)
    view.follow(pace)
    assert view.faces.currentWidget() is view.empty
    assert view.rate_view.isHidden()
    await crowd(pace, 14, "Loading all pools", ("DescribeUserPool", "p1", "Support"), is_bulk=True)
    await crowd(pace, 2, "Reading the pool", ("DescribeUserPool", "p1", "Support"))
    await crowd(pace, 1, "", ("ListUserPools", "", "Other"))
    view.look()
    assert view.faces.currentWidget() is view.view
    cells = [[column.text(each) for column in view.table.columns[:5]] for each in view.table.records()]
    assert cells == [
        ["Reading the pool", "2 × DescribeUserPool", "moonletter, Support", "0 seconds", "First"],
        ["ListUserPools", "1 × ListUserPools", "Other", "0 seconds", "First"],
        ["Loading all pools", "2 × DescribeUserPool", "moonletter, Support", "0 seconds", "Bulk"],
    ]
    whole = view.table.columns[0].tip(view.table.records()[0])
    assert whole.startswith("Reading the pool in moonletter, Support: DescribeUserPool, 2 waiting for UserPoolRead.")
    view.view.selectRow(1)
    view.look()
    assert view.view.currentIndex().row() == 1
    view.deleteLater()


async def test_a_call_that_was_throttled_is_shown_until_it_is_through(theme_app: Theme, settings: Settings) -> None:
    pace, view = Pace(is_strict=False), QueueView({"p1": "moonletter"}.__getitem__)
    view.follow(pace)
    with called("Loading users"), pace.repeating("ListUsers", "p1", "Support") as tell:
        view.look()
        assert view.faces.currentWidget() is view.empty, "it is merely under way"
        await asyncio.to_thread(tell)
        view.look()
        (row,) = view.table.records()
        cells = [column.text(row) for column in view.table.columns[:5]]
        assert cells == ["Loading users", "1 × ListUsers", "moonletter, Support", "0 seconds", "Again"]
        assert "too fast" in view.table.columns[0].tip(row)
    tell()
    view.look()
    assert view.faces.currentWidget() is view.empty


async def test_what_makes_a_user_billable_carries_the_badge_while_it_waits(
    theme_app: Theme, settings: Settings, crowd: Callable[..., Awaitable[None]]
) -> None:
    pace, view = Pace(is_strict=True), QueueView({"p1": "moonletter"}.__getitem__)
    view.follow(pace)
    await crowd(pace, 200, "Adding to paid", ("AdminAddUserToGroup", "p1", "Support"))
    await crowd(pace, 200, "Searching users", ("ListUsers", "p1", "Support"))
    view.look()
    (badge,) = (column for column in view.table.columns if column.label == "Bill")
    shown = {each.operation: (badge.text(each), badge.tip(each)) for each in view.table.records()}
    assert shown == {"AdminAddUserToGroup": (WORD, BILLABLE), "ListUsers": ("", "")}
    view.deleteLater()


async def test_the_queue_says_where_each_rate_comes_from(
    theme_app: Theme, settings: Settings, crowd: Callable[..., Awaitable[None]]
) -> None:
    pace, view = Pace(is_strict=True), QueueView()
    for operation in ("ListUsers", "AdminGetUser", "DescribeUserPool"):
        await crowd(pace, 1, "", (operation, "", ""))
    pace.adopt("UserRead", 480)
    pace.throttled("cognito-idp", "ListUsers")
    view.follow(pace)
    cells = [[column.text(each) for column in view.rates.columns] for each in view.rates.records()]
    assert cells == [
        ["UserList", "15", "Slowed down"],
        ["UserRead", "480", "This account's own"],
        ["UserPoolRead", "15", "AWS's default"],
    ]
    assert "Usually 30 a second" in view.rates.columns[2].tip(view.rates.records()[0])
    assert "own rates are not told" not in view.note.text()
    pace.why_published = "You may not do this."
    view.look()
    assert "You may not do this." in view.note.text()
    view.follow(sandbox := Pace(is_strict=False))
    await crowd(sandbox, 1, "", ("ListUsers", "", ""))
    view.look()
    assert [column.text(view.rates.records()[0]) for column in view.rates.columns] == ["UserList", "–", "No limit"]
    view.deleteLater()


async def test_how_many_wait_stands_in_the_bar(
    theme_app: Theme, settings: Settings, crowd: Callable[..., Awaitable[None]]
) -> None:
    pace, calls, bar = Pace(is_strict=True), CallLog(), ActivityBar(Activity(), Journal())
    bar.follow(calls, pace)
    assert bar.queue_button.text() == "Queue"
    await crowd(pace, 15, "", ("DescribeUserPool", "", ""))
    bar.follow(calls, pace)
    assert bar.queue_button.text() == "Queue · 3 waiting"
    bar.deleteLater()


async def test_the_keyboard_stays_on_cancel_while_work_comes_further(
    theme_app: Theme, settings: Settings, qtbot: QtBot
) -> None:
    activity, pace = Activity(), Pace(is_strict=True)
    bar, scope = ActivityBar(activity, Journal()), TaskScope(activity, activity)
    qtbot.addWidget(bar)
    bar.show()
    bar.follow(CallLog(), pace)
    scope.start("load", _ask_often(pace), label="Loading all pools")
    await until(lambda: bar.queue_button.text().endswith(" waiting"))
    (cancel,) = [each for each in bar.findChildren(QPushButton) if each.accessibleName() == "Cancel: Loading all pools"]
    cancel.setFocus()
    scope.describe("load", "12 of 40")
    assert bar.focusWidget() is cancel
    assert any(label.text() == "Loading all pools… 12 of 40" for label in bar.findChildren(ElidedLabel))
    cancel.click()
    await scope.idle()
    await until(lambda: bar.queue_button.text() == "Queue")


async def until(is_so: Callable[[], bool]) -> None:
    """What the bar shows comes a moment later."""
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def _ask_often(pace: Pace) -> None:
    await asyncio.gather(*(pace.turn("cognito-idp", "DescribeUserPool", "", "") for _ in range(400)))


async def test_tasks_are_known_by_what_people_call_them(theme_app: Theme) -> None:
    owner, heard = QObject(), []

    async def work() -> None:
        heard.append(current_work())

    scope = TaskScope(owner)
    scope.start("load_all", work(), label="Loading all users")
    scope.start("read_again", work())
    await scope.idle()
    assert heard == ["Loading all users", "Read again"]
    assert current_work() == ""


def test_a_case_number_goes_with_the_next_writes(theme_app: Theme) -> None:
    journal = Journal()
    line = CaseNumber(journal)
    line.setText(" CS-4711 ")
    assert journal.case_number == "CS-4711"
    line.clear()
    assert journal.case_number == ""
    line.deleteLater()
