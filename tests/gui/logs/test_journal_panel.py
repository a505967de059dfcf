"""The journal's page on the real window: found, looked at, taken back, exported."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, VaultUnavailable
from cognito_explorer.core.journal import Intent, Journal, Sender
from cognito_explorer.core.journal_file import JournalFile
from cognito_explorer.core.user_pools import groups, users
from cognito_explorer.core.user_pools.groups import NewGroup
from cognito_explorer.core.user_pools.users import NewUser, User
from cognito_explorer.core.vault import MemoryVault
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.logs.journal_panel import JournalPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import keys_profile, page_of
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


async def changed_user(window: MainWindow) -> tuple[Aws, str, User]:
    """A user who was created, disabled and put into a group."""
    aws = window.session.aws
    assert aws is not None
    pool_id = page_of(window, PageKind.USERS).context.pool_id
    aws.journal.case_number = "case 4711"
    name = f"journal-{uuid4().hex[:8]}"
    user = await users.create_user(aws, pool_id, NewUser(name, {"email": f"{name}@x.example"}, invitation="none"))
    await groups.add_to_group(aws, pool_id, user.username, "free")
    await users.disable_user(aws, pool_id, user)
    return aws, pool_id, user


async def opened(window: MainWindow) -> tuple[Hand, JournalPanel]:
    hand = Hand(window)
    window.commands.run("journal.show")
    await hand.settle()
    return hand, hand.page(JournalPanel)


def shown(page: JournalPanel, label: str) -> list[str]:
    table = page.view.table
    column: Column = next(each for each in table.columns if each.label == label)
    return [column.text(record) for record in table.records()]


async def search(hand: Hand, page: JournalPanel, text: str) -> None:
    page.line.setText(text)
    page.reload()
    await hand.settle()


async def test_every_write_is_found_by_any_of_its_words(shared_window: MainWindow) -> None:
    _, _, user = await changed_user(shared_window)
    hand, page = await opened(shared_window)
    await search(hand, page, f"4711 {user.username.upper()}")
    assert shown(page, "Operation") == ["AdminDisableUser", "AdminAddUserToGroup", "AdminCreateUser"]
    assert shown(page, "Outcome") == ["Done"] * 3
    assert shown(page, "Change")[:2] == ["enabled: yes → no", "free: not a member → member"]
    request_id = page.view.table.record(1).request_id
    await search(hand, page, request_id)
    assert shown(page, "Operation") == ["AdminAddUserToGroup"]
    assert page.view.table.record(0).caller_arn.startswith("arn:aws:")
    await search(hand, page, "nothing is called so")
    assert page.status.text() == "0 changes"


async def test_a_change_is_taken_back_once(shared_window: MainWindow) -> None:
    aws, pool_id, user = await changed_user(shared_window)
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDisableUser")
    assert page.details.empty.isVisibleTo(page.details)
    page.view.selectRow(0)
    await hand.settle()
    assert not page.details.empty.isVisibleTo(page.details)
    assert "Enable user" in page.details.undo_note.text().replace("\u200b", "")
    hand.click(page.details.undo_button)
    await hand.settle()
    found = await users.find_user(aws, pool_id, user.username)
    assert found is not None
    assert found.is_enabled
    assert any(note.text.startswith("Undone") for note in shared_window.findChildren(Toast))
    page.view.clearSelection()
    await search(hand, page, f"{user.username} AdminDisableUser")
    page.view.selectRow(0)
    await hand.settle()
    assert not page.details.undo_button.isEnabled()
    assert "was undone" in page.details.undo_note.text()


async def exported(hand: Hand, page: JournalPanel, path: Path) -> list[tuple[str, str]]:
    hand.click(page.export_button)
    await asyncio.sleep(0)
    dialog = page.findChildren(QFileDialog)[-1]
    dialog.selectFile(str(path))
    dialog.accept()
    await hand.settle()
    lines = (await asyncio.to_thread(path.read_text, "utf-8")).splitlines()
    return [(each["action"], each["outcome"]) for each in map(json.loads, lines)]


async def test_what_was_undone_reads_so_and_leads_to_what_undid_it(shared_window: MainWindow, tmp_path: Path) -> None:
    _, _, user = await changed_user(shared_window)
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDisableUser")
    page.view.selectRow(0)
    await hand.settle()
    hand.click(page.details.undo_button)
    await hand.settle()
    page.reload()
    await hand.settle()
    assert shown(page, "Outcome") == ["Undone"]
    told = "\n".join(label.text() for label in page.details.findChildren(QLabel) if not label.isHidden())
    assert "Undone 20" in told.replace("\u200b", "")
    assert not page.details.undo_button.isVisibleTo(page.details)
    hand.click(page.details.undone_by_button)
    await hand.settle()
    now = page.details.change
    assert now is not None
    assert (now.action, now.outcome) == ("AdminEnableUser", "accepted")
    hand.click(page.details.undoes_button)
    await hand.settle()
    assert page.details.change is not None
    assert (page.details.change.action, page.details.change.outcome) == ("AdminDisableUser", "undone")
    page.outcome_box.setCurrentIndex(page.outcome_box.findData("undone"))
    await search(hand, page, user.username)
    assert shown(page, "Operation") == ["AdminDisableUser"]
    assert await exported(hand, page, tmp_path / "undone.jsonl") == [("AdminDisableUser", "undone")]
    page.outcome_box.setCurrentIndex(page.outcome_box.findData("accepted"))
    await hand.settle()
    assert shown(page, "Operation") == ["AdminEnableUser", "AdminAddUserToGroup", "AdminCreateUser"]


async def test_a_mode_that_lets_nobody_take_it_back_is_named_instead(shared_window: MainWindow) -> None:
    aws, _, user = await changed_user(shared_window)
    aws.permit.switch("read-only")
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDisableUser")
    page.view.selectRow(0)
    await hand.settle()
    assert not page.details.undo_button.isEnabled()
    assert "Switch its mode to Support" in page.details.undo_button.toolTip()
    command = next(each for each in page.commands() if each.id == "journal.undo")
    assert "Switch its mode to Support" in command.disabled_reason
    aws.permit.switch("admin")
    page.reload()
    await hand.settle()
    assert page.details.undo_button.isEnabled()


async def test_in_production_an_undo_that_takes_something_away_asks_for_the_name(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    name = f"undo-{uuid4().hex[:8]}"
    profile = replace(keys_profile(demo_sandbox, name, "cognito-idp:*"), is_production=True, chosen_mode="admin")
    await shared_window.book.go_on_without_keyring()
    await shared_window.book.save(profile)
    aws = await shared_window.connections.open(profile)
    await groups.create_group(aws, page_of(shared_window, PageKind.USERS).context.pool_id, NewGroup(name))
    hand, page = await opened(shared_window)
    await search(hand, page, f"{name} CreateGroup")
    page.view.selectRow(0)
    await hand.settle()
    hand.click(page.details.undo_button)
    dialog = await hand.dialog(Dialog)
    action = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Undo the change")
    assert not action.isEnabled()
    hand.write(name)
    action.click()
    await hand.settle()
    assert any(note.text == f"Undone: CreateGroup of group {name}." for note in shared_window.findChildren(Toast))


async def test_what_moved_on_since_stays_and_it_is_said(shared_window: MainWindow) -> None:
    aws, pool_id, user = await changed_user(shared_window)
    await users.enable_user(aws, pool_id, user)
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDisableUser")
    page.view.selectRow(0)
    await hand.settle()
    hand.click(page.details.undo_button)
    await hand.settle()
    assert page.banner.error is not None
    assert "changed again since" in page.banner.error.title
    await users.disable_user(aws, pool_id, user)
    hand.click(page.banner.retry_button)
    await hand.settle()
    assert not page.banner.isVisible()
    found = await users.find_user(aws, pool_id, user.username)
    assert found is not None
    assert found.is_enabled, "it was undone again"


async def test_with_the_privacy_switch_on_an_undo_that_is_refused_names_nobody(shared_window: MainWindow) -> None:
    aws, pool_id, user = await changed_user(shared_window)
    before = user.attributes
    await users.update_attributes(aws, pool_id, user, before | {"family_name": "Hopper-Murray"})
    changed = await users.find_user(aws, pool_id, user.username)
    assert changed is not None
    await users.update_attributes(aws, pool_id, changed, changed.attributes | {"family_name": "Somebody-Else"})
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminUpdateUserAttributes Hopper-Murray")
    page.view.selectRow(page.view.table.rowCount() - 1)
    await hand.settle()
    hand.click(page.details.undo_button)
    await hand.settle()
    assert "family_name was Hopper-Murray. Now: Somebody-Else." in page.banner.details()
    privacy().switch(on=True)
    try:
        assert "family_name was H•••. Now: S•••." in page.banner.details()
    finally:
        privacy().switch(on=False)


async def test_why_an_undo_failed_stays_when_the_journal_is_read_anew(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    _, _, user = await changed_user(shared_window)
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDisableUser")
    page.view.selectRow(0)
    await hand.settle()
    fault = {"operations": "cognito-idp:AdminEnableUser", "code": "InternalErrorException", "status": 500, "rate": 1}
    demo_sandbox.control("faults", {"errors": [fault]})
    try:
        hand.click(page.details.undo_button)
        await hand.settle()
    finally:
        demo_sandbox.control("faults", {"errors": []})
    failed = page.banner.error
    assert failed is not None
    page._follow()
    await hand.settle()
    assert page.banner.error is failed


async def test_deleting_a_user_offers_no_undo_and_says_why(shared_window: MainWindow) -> None:
    aws, pool_id, user = await changed_user(shared_window)
    await users.delete_user(aws, pool_id, user)
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminDeleteUser")
    page.view.selectRow(0)
    await hand.settle()
    assert not page.details.undo_button.isEnabled()
    assert "cannot be brought back" in page.details.undo_note.text()


async def test_what_is_found_is_exported(shared_window: MainWindow, tmp_path: Path) -> None:
    _, _, user = await changed_user(shared_window)
    hand, page = await opened(shared_window)
    await search(hand, page, user.username)
    hand.click(page.export_button)
    await asyncio.sleep(0)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.selectFile(str(tmp_path / "out.jsonl"))
    dialog.accept()
    await hand.settle()
    lines = await asyncio.to_thread((tmp_path / "out.jsonl").read_text, "utf-8")
    assert [json.loads(line)["case_number"] for line in lines.splitlines()] == ["case 4711"] * 3


async def test_with_the_privacy_switch_on_nobody_is_named_on_the_page_or_in_the_file(
    shared_window: MainWindow, tmp_path: Path
) -> None:
    aws, pool_id, user = await changed_user(shared_window)
    await users.update_attributes(aws, pool_id, user, user.attributes | {"email": "new@x.example", "name": "Ada L"})
    hand, page = await opened(shared_window)
    await search(hand, page, f"{user.username} AdminUpdateUserAttributes")
    page.view.selectRow(0)
    await hand.settle()
    privacy().switch(on=True)
    try:
        assert shown(page, "Of")[0] == "user j•••"
        told = [label.text() for label in page.details.findChildren(QLabel) if not label.isHidden()]
        assert not [text for text in told if "@x.example" in text or "Ada L" in text or user.username in text]
        await exported(hand, page, tmp_path / "out.jsonl")
        notes = [note.text for note in shared_window.findChildren(Toast)]
        assert any("written into out.jsonl. Names and addresses of people are masked in it." in each for each in notes)
    finally:
        privacy().switch(on=False)
    written = (tmp_path / "out.jsonl").read_text("utf-8")
    assert user.username not in written
    assert shown(page, "Of")[0] == f"user {user.username}", "and the table names them again"
    assert "@x.example" not in written
    assert "Ada L" not in written


async def test_what_is_wrong_with_the_journal_stands_above_it(shared_window: MainWindow) -> None:
    journal = shared_window.connections.journal
    journal.troubles.append(ExplorerError("The journal of changes is kept for this run only.", "No keyring."))
    hand, page = await opened(shared_window)
    assert "kept for this run only. No keyring." in "\n".join(label.text() for label in page.empty.findChildren(QLabel))
    await changed_user(shared_window)
    page.reload()
    await hand.settle()
    assert page.note.isVisibleTo(page)
    assert page.note.text() == "The journal of changes is kept for this run only. No keyring."


async def test_without_a_keyring_the_page_says_so_until_one_is_found(
    qtbot: QtBot, theme_app: Theme, tmp_path: Path
) -> None:
    keyrings: list[MemoryVault] = []

    def open_store() -> JournalFile:
        if not keyrings:
            raise VaultUnavailable("The keyring is locked.", code="KeyringLocked")
        return JournalFile(tmp_path / "data" / "journal.db", keyrings[0])

    connections = Connections(tmp_path, Journal(open_store))
    panel = JournalPanel(connections, ProfileBook(tmp_path / "profiles.json"))
    qtbot.addWidget(panel)
    panel.show()
    panel.reload()
    await panel.tasks.idle()
    assert "Only the sandbox can be changed" in "\n".join(label.text() for label in panel.empty.findChildren(QLabel))
    change = await connections.journal.begin(Intent("user ada"), Sender("p", is_sandbox=True), operation="o")
    await connections.journal.finish(change, "accepted")
    panel.reload()
    await panel.tasks.idle()
    assert panel.keyring_button.isVisible()
    assert panel.note.text().startswith("Only the sandbox can be changed: the keyring is locked, and")
    keyrings.append(MemoryVault())
    panel.keyring_button.click()
    await panel.tasks.idle()
    assert not panel.keyring_button.isVisible()
    assert not panel.note.isVisible()
    assert [each.target for each in panel.view.table.records()] == ["user ada"]
    await connections.close()
