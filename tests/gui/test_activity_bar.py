"""The list of changes says what became of each, and counts only what was changed."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.journal import Intent, Journal, Outcome, Sender
from cognito_explorer.gui.activity_bar import ActivityBar
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.tasks import Activity
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.logs.counting import count_changes


async def journal_of(*outcomes: Outcome) -> Journal:
    journal = Journal()
    for outcome in outcomes:
        names = {"operation": "admin_enable_user", "action": "AdminEnableUser"}
        change = await journal.begin(Intent("user ada"), Sender("p"), **names)
        await journal.finish(change, outcome, "" if outcome == "accepted" else "SomeCode")
    return journal


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ((), "No changes in this run"),
        (("refused",), "No changes in this run · 1 refused"),
        (("accepted", "refused", "accepted"), "2 changes · 1 refused"),
        (("accepted", "unknown"), "1 change · 1 unknown"),
        (("not sent", "accepted"), "1 change · 1 not sent"),
        (("unknown",), "No changes in this run · 1 unknown"),
    ],
)
async def test_what_was_changed_is_counted_apart_from_what_was_not(outcomes: tuple[Outcome, ...], words: str) -> None:
    assert count_changes((await journal_of(*outcomes)).recent(), none="No changes in this run") == words


async def test_the_list_names_operations_as_aws_does_and_tells_no_answer_from_a_refusal(
    qtbot: QtBot, theme_app: Theme
) -> None:
    bar = ActivityBar(Activity(), await journal_of("refused", "unknown", "not sent"))
    qtbot.addWidget(bar)
    bar.show()
    bar.toggle(1)
    shown = bar.drawer.currentWidget()
    assert shown is not None
    view = shown.findChild(RecordView)
    assert isinstance(view, RecordView)
    columns = {column.label: column for column in view.table.columns}
    records = view.table.records()
    assert [columns["Operation"].text(each) for each in records] == ["AdminEnableUser"] * 3
    assert [columns["Outcome"].text(each) for each in records] == [
        "Not sent: no connection",
        "Unknown: no answer",
        "Refused",
    ]
    assert "Look whether it was done" in columns["Outcome"].tip(records[1])


async def test_each_list_of_the_drawer_leads_to_its_page(qtbot: QtBot, theme_app: Theme) -> None:
    bar = ActivityBar(Activity(), await journal_of("accepted"))
    qtbot.addWidget(bar)
    bar.show()
    for page, signal in ((0, bar.calls_wanted), (1, bar.journal_wanted)):
        bar.toggle(page)
        shown = bar.drawer.currentWidget()
        assert shown is not None
        with qtbot.waitSignal(signal):
            shown.findChildren(QPushButton)[-1].click()
        assert bar.drawer.isHidden(), "the page says all that the drawer does"
