"""The keyboard stays where one works; what stood there for want of an answer goes when the connection is back."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import Unreachable
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.user_pools.conftest import OpenPage
from tests.gui.user_pools.stage import OwnPool, UsersPage, click, make_pool, profile_of
from tests.gui.windows import page_of
from tests.hand import Hand
from tests.sandbox_fixture import start_sandbox


def keyboard() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None, "the keyboard is nowhere"
    return focused


async def press_apply(page: UsersPage) -> None:
    """Apply as the keyboard does it: go to the button and press the space bar."""
    page.window.activateWindow()
    page.inspector.changes.apply_button.setFocus()
    QTest.keyClick(keyboard(), Qt.Key.Key_Space)
    await asyncio.sleep(0)
    await page.settle()


async def test_after_apply_the_keyboard_is_in_what_was_edited(page: UsersPage) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    await press_apply(page)
    assert keyboard() is page.editor("name")
    assert not page.panel.has_unsaved_edits()
    QTest.keyClicks(keyboard(), "!")
    assert page.editor("name").text().count("!") == 1


async def test_a_key_undoes_from_wherever_the_keyboard_is(page: UsersPage, pool: OwnPool) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    await press_apply(page)
    (note,) = [note for note in page.window.findChildren(Toast) if note.isVisible()]
    assert note.action_button.text() == "Undo · Billable (Alt+Z)"
    QTest.keyClick(keyboard(), Qt.Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    await asyncio.sleep(0)
    await page.settle()
    assert pool.user("ada")["attributes"]["name"] == "Ada Lovelace"
    assert keyboard() is page.editor("name")


async def test_a_note_left_by_the_keyboard_gives_it_back(page: UsersPage) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    await press_apply(page)
    (note,) = [note for note in page.window.findChildren(Toast) if note.isVisible()]
    editor = page.editor("name")
    note.findChildren(QPushButton)[-1].setFocus()
    QTest.keyClick(keyboard(), Qt.Key.Key_Space)
    assert keyboard() is editor


async def test_adding_and_removing_a_group_leaves_the_keyboard_beside_the_groups(page: UsersPage) -> None:
    await page.choose("ada")
    membership = page.inspector.membership
    page.window.activateWindow()
    for is_added in (True, False):
        pressed = membership.add_button if is_added else next(iter(membership.remove_buttons.values()))
        pressed.setFocus()
        QTest.keyClick(keyboard(), Qt.Key.Key_Space)
        await asyncio.sleep(0)
        await page.settle()
        assert keyboard() is membership.chooser


async def test_a_cancelled_write_keeps_its_button_until_it_has_its_answer(
    page: UsersPage, pool: OwnPool, own_aws: Aws
) -> None:
    await page.choose("ada")
    page.retype("name", "Ada King")
    page.inspector.apply_edits()
    await asyncio.sleep(0)
    (task,) = page.inspector.tasks.running()
    task.cancel()
    await asyncio.sleep(0)
    assert own_aws.journal.recent()[0].outcome == "running"
    assert not page.inspector.changes.apply_button.isEnabled()
    await page.settle()
    assert own_aws.journal.recent()[0].outcome == "accepted"
    assert pool.user("ada")["attributes"]["name"] == "Ada King"
    assert not page.panel.has_unsaved_edits()


async def test_what_could_not_be_reached_comes_back_with_the_connection(open_page: OpenPage, tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "empty")
    pool = make_pool(running)
    pool.add("ada", name="Ada Lovelace")
    aws = await Aws.open(profile_of(running), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    await page.choose("ada")
    page.retype("name", "Ada King")
    port = running.endpoint.rpartition(":")[2]
    running.kill()
    click(page.inspector.changes.apply_button)
    await asyncio.sleep(0)
    page.inspector.load_groups()
    page.panel.reload()
    await page.settle()
    inspector = page.inspector
    assert isinstance(page.panel.banner.error, Unreachable)
    assert isinstance(inspector.banner.error, Unreachable)
    assert isinstance(inspector.membership.trouble.error, Unreachable)
    assert inspector.banner.retry_button.text() == "Apply again"
    assert [change.outcome for change in aws.journal.recent()] == ["not sent"]
    again = start_sandbox(tmp_path / "world", "--port", port)
    await aws.read(aws.idp.list_user_pools, MaxResults=1)
    await page.settle()
    assert [page.panel.banner.error, inspector.banner.error, inspector.membership.trouble.error] == [None] * 3
    assert page.names == ["ada"]
    assert page.editor("name").text() == "Ada King", "nothing was written by itself, and nothing typed was lost"
    assert pool.user("ada")["attributes"]["name"] == "Ada Lovelace"
    aws.close()
    again.stop()


async def test_a_failed_action_says_on_its_button_what_it_would_do(open_page: OpenPage, tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "empty")
    pool = make_pool(running)
    pool.add("ada")
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="ada")
    aws = await Aws.open(profile_of(running), journal=Journal())
    page = await open_page(aws, pool.pool_id)
    await page.choose("ada")
    running.kill()
    await page.run("user.enable")
    await page.settle()
    assert page.inspector.banner.retry_button.text() == "Enable again"
    aws.close()


async def test_what_is_typed_while_a_search_runs_stays(page: UsersPage) -> None:
    page.panel.search.line.setFocus()
    QTest.keyClicks(page.panel.search.line, "ada")
    QTest.keyClick(page.panel.search.line, Qt.Key.Key_Return)
    await asyncio.sleep(0)
    QTest.keyClicks(page.panel.search.line, "@acme")
    await page.settle()
    assert page.panel.search.line.text() == "ada@acme"
    assert page.names == ["ada"]


async def test_ctrl_s_in_the_window_applies_what_was_just_typed(own_window: MainWindow) -> None:
    hand = Hand(own_window)
    own_window.open_page(page_of(own_window, PageKind.USERS))
    await hand.settle()
    panel = hand.page(UsersPanel)
    panel.list.select("ada")
    await hand.settle()
    line = panel.user_inspector.attributes.row("name").editor
    line.setFocus()
    hand.write("!")
    hand.control(Qt.Key.Key_S)
    await hand.settle()
    assert not panel.has_unsaved_edits()
    assert panel.user_inspector.user is not None
    assert panel.user_inspector.user.name.startswith("!")
