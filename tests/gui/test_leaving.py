"""Quitting while a change is under way: it is waited for, or noted as unknown, and what went wrong is read first."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Change, Journal
from cognito_explorer.core.journal_file import JournalFile
from cognito_explorer.core.user_pools.users import NewUser, create_user, disable_user, find_user
from cognito_explorer.core.vault import MemoryVault
from cognito_explorer.gui.leaving import LeavingDialog
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.logs.journal_panel import JournalPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import MakeWindow, heard, page_of, within
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

_FOR_EVER_MS = 300_000


@pytest.fixture
def bad_day(demo_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The run's sandbox, whose faults are ended afterwards."""
    yield demo_sandbox
    demo_sandbox.control("faults", {"latency": [], "errors": []})


def held_back() -> dict[str, Any]:
    """Answers do not leave before `let_go`, however long a window takes to come."""
    operations = ("AdminDisableUser", "AdminUpdateUserAttributes")
    return {"latency": [{"operations": f"cognito-idp:{each}", "fixed_ms": _FOR_EVER_MS} for each in operations]}


def let_go(sandbox: RunningSandbox) -> None:
    sandbox.control("faults", {"latency": []})


async def begun(window: MainWindow) -> tuple[Aws, str, str]:
    """Somebody is being disabled, and there is no answer yet."""
    aws = window.session.aws
    assert aws is not None
    pool_id = page_of(window, PageKind.USERS).context.pool_id
    name = f"leaving-{uuid4().hex[:8]}"
    user = await create_user(aws, pool_id, NewUser(name, {"email": f"{name}@x.example"}, invitation="none"))
    window.tasks.start("write", disable_user(aws, pool_id, user), label="Disabling")
    async with asyncio.timeout(60):
        while not aws.journal.running():  # noqa: ASYNC110  # the intent is told to nobody before its outcome
            await asyncio.sleep(0.01)
    return aws, pool_id, name


async def edited(window: MainWindow) -> UsersPanel:
    """A user of one's own whose name was edited and not applied."""
    aws, page = window.session.aws, page_of(window, PageKind.USERS)
    assert aws is not None
    name = f"edited-{uuid4().hex[:8]}"
    await create_user(aws, page.context.pool_id, NewUser(name, {"email": f"{name}@x.example"}, invitation="none"))
    hand = Hand(window)
    window.open_page(replace(page, context=replace(page.context, username=name)))
    await hand.settle()
    panel = hand.page(UsersPanel)
    panel.list.select(name)
    await hand.settle()
    retype(panel, "Ada")
    return panel


def retype(panel: UsersPanel, text: str) -> None:
    editor = panel.user_inspector.attributes.row("name").editor
    assert isinstance(editor, QLineEdit)
    editor.setText(text)


async def apply(panel: UsersPanel) -> None:
    """Press Apply, and wait until it was sent."""
    aws = panel.user_inspector.subject().aws  # type: ignore[union-attr]
    panel.user_inspector.apply_edits()
    async with asyncio.timeout(60):
        while not aws.journal.running():  # noqa: ASYNC110  # the intent is told to nobody before its outcome
            await asyncio.sleep(0.01)


def told(dialog: LeavingDialog) -> str:
    return dialog.lines.text().replace("\u200b", "")


def newest(aws: Aws) -> Change:
    return aws.journal.recent(1)[0]


async def test_quitting_waits_for_the_answer_and_says_for_which(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    bad_day.control("faults", held_back())
    aws, pool_id, name = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    dialog = await hand.dialog(LeavingDialog)
    assert told(dialog) == f"• AdminDisableUser of user {name}: no answer yet"
    assert dialog.windowTitle() == "1 change still under way"
    let_go(bad_day)
    await within(closed)
    assert newest(aws).outcome == "accepted"
    user = await find_user(aws, pool_id, name)
    assert user is not None
    assert not user.is_enabled


async def test_who_does_not_want_to_wait_leaves_it_unknown(shared_window: MainWindow, bad_day: RunningSandbox) -> None:
    bad_day.control("faults", held_back())
    aws, _, _ = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    hand.click((await hand.dialog(LeavingDialog)).quit_button)
    await within(closed)
    assert (newest(aws).outcome, newest(aws).trouble) == ("unknown", "The app did not wait for the answer.")
    async with asyncio.timeout(5):
        await aws.drain()


async def test_what_was_not_waited_for_is_told_at_the_next_start_with_a_way_to_it(
    make_window: MakeWindow, bad_day: RunningSandbox, tmp_path: Path
) -> None:
    vault, path = MemoryVault(), tmp_path / "journal.db"
    bad_day.control("faults", held_back())
    window = make_window(bad_day.data, Journal(lambda: JournalFile(path, vault)))
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    await begun(window)
    closed = heard(window.closed)
    hand.control(Qt.Key.Key_Q)
    hand.click((await hand.dialog(LeavingDialog)).quit_button)
    await within(closed)
    await window.connections.close()
    later = make_window(bad_day.data, Journal(lambda: JournalFile(path, vault)))
    later.tasks.start("open_journal", later.connections.journal.open(), label="Opening the journal")
    await Hand(later).settle()
    notes = {note.text: note for note in later.findChildren(Toast)}
    note = notes["1 change of an earlier run ended without an answer."]
    assert later.activity_bar.unknown_button.text() == "1 change of an earlier run is unknown"
    note.action_button.click()
    await Hand(later).settle()
    assert [each.outcome for each in Hand(later).page(JournalPanel).view.table.records()] == ["unknown"]
    assert later.activity_bar.unknown_button.isHidden()


async def test_who_goes_back_goes_on_and_the_change_with_them(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    bad_day.control("faults", held_back())
    aws, _, _ = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    await hand.dialog(LeavingDialog)
    hand.press(Qt.Key.Key_Escape)
    let_go(bad_day)
    await hand.settle()
    assert not closed.done()
    assert newest(aws).outcome == "accepted"


async def test_a_refusal_that_comes_meanwhile_is_read_before_the_app_ends(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    error = {"operations": "cognito-idp:AdminDisableUser", "code": "NotAuthorizedException"}
    bad_day.control("faults", held_back() | {"errors": [error]})
    aws, _, name = await begun(shared_window)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    dialog = await hand.dialog(LeavingDialog)
    let_go(bad_day)
    await hand.settle(besides={"quit"})
    assert not closed.done()
    assert told(dialog) == f"• AdminDisableUser of user {name}: refused (NotAuthorizedException)"
    assert dialog.quit_button.text() == "Quit"
    assert any(button.text() == "Go back" for button in dialog.findChildren(QPushButton))
    hand.click(dialog.quit_button)
    await within(closed)
    assert newest(aws).outcome == "refused"


async def test_what_is_being_sent_is_not_asked_about_as_if_it_were_not_applied(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    panel = await edited(shared_window)
    bad_day.control("faults", held_back())
    await apply(panel)
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    dialog = await hand.dialog(Dialog)
    assert dialog.windowTitle() == "1 change still under way"
    let_go(bad_day)
    await within(closed)
    assert not panel.has_unsaved_edits()


async def test_what_was_typed_since_is_asked_about_and_the_question_goes_when_it_is_as_it_was(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    panel = await edited(shared_window)
    bad_day.control("faults", held_back())
    await apply(panel)
    retype(panel, "Ada King")
    closed, hand = heard(shared_window.closed), Hand(shared_window)
    hand.control(Qt.Key.Key_Q)
    assert (await hand.dialog(Dialog)).windowTitle() == "Discard what you have not applied?"
    retype(panel, "Ada")  # it is on its way
    assert (await hand.dialog(LeavingDialog)).windowTitle() == "1 change still under way"
    let_go(bad_day)
    await within(closed)


async def test_edits_that_were_refused_are_not_applied_and_stay(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    panel = await edited(shared_window)
    bad_day.control("faults", {"errors": [{"operations": "*AdminUpdateUserAttributes", "code": "TooLong"}]})
    panel.user_inspector.apply_edits()
    await Hand(shared_window).settle()
    assert panel.has_unsaved_edits()
    panel.user_inspector.discard_edits()


async def test_a_refusal_that_comes_when_the_tab_is_closed_is_told(
    shared_window: MainWindow, bad_day: RunningSandbox
) -> None:
    panel = await edited(shared_window)
    user, subject = panel.user_inspector.user, panel.user_inspector.subject()
    assert user is not None and subject is not None
    error = {"operations": "cognito-idp:AdminUpdateUserAttributes", "code": "NotAuthorizedException"}
    bad_day.control("faults", held_back() | {"errors": [error]})
    await apply(panel)
    answered: asyncio.Future[Change] = asyncio.get_running_loop().create_future()
    stop = subject.aws.journal.subscribe(answered.set_result)
    shared_window.closing.close(panel)
    let_go(bad_day)
    async with asyncio.timeout(60):
        assert (await answered).outcome == "refused"
    stop()
    texts = [note.text for note in shared_window.findChildren(Toast)]
    what = f"AdminUpdateUserAttributes of user {user.username}"
    assert f"{what}, whose page is closed: refused (NotAuthorizedException)" in texts
