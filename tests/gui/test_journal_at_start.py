"""What the window says of a journal that is damaged, unfinished or without its key, and what it then lets through."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from cognito_explorer.app import open_journal_once_asked
from cognito_explorer.core.errors import VaultUnavailable, WriteRefused
from cognito_explorer.core.journal import Intent, Journal
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.vault import MemoryVault, Vault
from cognito_explorer.gui.connection import profile_book
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.logs.journal_panel import JournalPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.core.changes import change_of
from tests.gui.windows import MakeWindow, keys_profile, page_of
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def vault() -> MemoryVault:
    """A keyring with the journal's key."""
    kept = MemoryVault()
    kept.put(KEY_NAME, "0f" * 32)
    return kept


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal lies."""
    return tmp_path / "data" / "journal.db"


async def started(window: MainWindow) -> Hand:
    """The window at rest, its journal open as a moment after the start."""
    hand = Hand(window)
    await hand.be_active()
    window.tasks.start("open_journal", window.connections.journal.open(), label="Opening the journal")
    await hand.settle()
    return hand


def left_behind(path: Path, vault: MemoryVault) -> None:
    """A write that was sent by a process which died before the answer."""
    earlier = JournalFile(path, vault)
    earlier.put(change_of("user ada", scope="pool"))
    # As the system does when the process dies.
    earlier._let_go()
    earlier._alive.close()


def toasts(window: MainWindow) -> list[str]:
    return [note.text for note in window.findChildren(Toast)]


def told(widget: QWidget) -> str:
    labels = [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]
    return "\n".join(labels).replace("\u200b", "")


def overwrite(path: Path, _vault: MemoryVault) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 400)


def truncate(path: Path, vault: MemoryVault) -> None:
    whole = JournalFile(path, vault)
    for number in range(50):
        whole.put(change_of(f"user {number}"))
    whole.close()
    path.write_bytes(path.read_bytes()[:-5_000])


@pytest.mark.parametrize("damage", [overwrite, truncate])
async def test_a_damaged_journal_is_set_aside_and_the_page_says_where_it_is_kept(
    make_window: MakeWindow,
    demo_sandbox: RunningSandbox,
    path: Path,
    vault: MemoryVault,
    damage: Callable[[Path, MemoryVault], None],
) -> None:
    await asyncio.to_thread(damage, path, vault)
    window = make_window(demo_sandbox.data, Journal(lambda: JournalFile(path, vault)))
    hand = await started(window)
    assert "The journal of changes could not be read; a new one was begun." in toasts(window)
    window.commands.run("journal.show")
    await hand.settle()
    assert str(path.with_name("journal-unreadable-")) in told(hand.page(JournalPanel))


async def test_what_was_left_without_an_answer_is_said_and_stands_in_the_journal_as_unknown(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, path: Path, vault: MemoryVault
) -> None:
    left_behind(path, vault)
    window = make_window(demo_sandbox.data, Journal(lambda: JournalFile(path, vault)))
    hand = await started(window)
    assert "1 change of an earlier run ended without an answer." in toasts(window)
    window.commands.run("journal.show")
    await hand.settle()
    page = hand.page(JournalPanel)
    page.view.selectRow(0)
    await hand.settle()
    assert "Unknown: no answer" in told(page.details)
    assert "Look whether it was done before you try again. The app ended meanwhile." in told(page.details)


async def test_what_an_earlier_run_left_unknown_stays_on_the_bar_until_the_journal_was_opened_on_it(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, path: Path, vault: MemoryVault
) -> None:
    left_behind(path, vault)
    # A run in which nobody looks, then the one that is looked at, then one with nothing to tell.
    JournalFile(path, vault).close()
    window = make_window(demo_sandbox.data, Journal(lambda: JournalFile(path, vault)))
    assert window.activity_bar.unknown_button.isHidden()
    hand = await started(window)
    bar = window.activity_bar
    assert bar.unknown_button.text() == "1 change of an earlier run is unknown"
    bar._show()
    assert bar.changes_button.text() == "No changes in this run"
    hand.click(bar.unknown_button)
    await hand.settle()
    page = hand.page(JournalPanel)
    assert page.outcome_box.currentData() == "unknown"
    assert [each.target for each in page.view.table.records()] == ["user ada"]
    assert bar.unknown_button.isHidden()
    await window.connections.journal.close()
    later = JournalFile(path, vault)
    assert later.unfinished == []
    assert [each.outcome for each in later.search("", limit=9)] == ["unknown"]
    later.close()


async def test_while_the_keyring_is_locked_a_write_elsewhere_than_in_the_sandbox_says_what_to_do(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    def open_store() -> JournalFile:
        raise VaultUnavailable("The keyring is locked.", code="KeyringLocked")

    window = make_window(demo_sandbox.data, Journal(open_store))
    hand = await started(window)
    assert "Only the sandbox can be changed: the keyring is locked, and the journal's key is in it." in toasts(window)
    place = {"UserPoolId": page_of(window, PageKind.USERS).context.pool_id, "Username": "ada"}
    own = window.session.aws
    assert own is not None
    await own.write(Intent("user ada", {"enabled": "yes"}, {"enabled": "yes"}), own.idp.admin_enable_user, **place)
    assert own.journal.recent()[0].outcome == "accepted"
    profile = replace(keys_profile(demo_sandbox, "no-keyring", "cognito-idp:*"), chosen_mode="admin")
    other = await window.connections.open(profile)
    window.tasks.start("write", other.write(Intent("user ada"), other.idp.admin_enable_user, **place))
    await hand.settle()
    assert window.banner.error is not None
    assert window.banner.error.title == "Nothing was changed: the keyring is locked, and the journal's key is in it."
    assert "Unlock your keyring" in window.banner.error.hint
    assert [call for call in other.calls.recent() if call.operation == "AdminEnableUser"] == []


async def test_in_production_the_door_asks_by_itself_where_no_page_has(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    window = make_window(demo_sandbox.data)
    hand = await started(window)
    keys = keys_profile(demo_sandbox, "production-net", "cognito-idp:ListUsers")
    door = await window.connections.open(replace(keys, is_production=True, chosen_mode="admin"))
    place = {"UserPoolId": page_of(window, PageKind.USERS).context.pool_id, "Username": "ada"}
    for answer in ("Leave it", "Do it"):
        window.tasks.start("write", door.write(Intent("user ada"), door.idp.admin_delete_user, **place))
        dialog = await hand.dialog(Dialog)
        assert dialog.windowTitle() == "AdminDeleteUser: user ada?"
        assert f"“{keys.name}” is a production profile" in told(dialog)
        hand.write("ada" if answer == "Do it" else "")
        hand.click(next(each for each in dialog.findChildren(QPushButton) if each.text() == answer))
        await hand.settle()
        await hand.be_active()
        assert window.banner.error is not None
        assert isinstance(window.banner.error, WriteRefused) is (answer == "Leave it")
    assert [call.outcome for call in door.calls.recent()] == ["AccessDeniedException"]


async def test_whoever_dismissed_the_keyrings_prompt_is_not_asked_again_for_the_journal(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []

    def dismissed() -> Vault:
        prompts.append("profiles")
        raise VaultUnavailable("The keyring is locked.", code="KeyringLocked")

    def open_store() -> JournalFile:
        prompts.append("journal")
        raise VaultUnavailable("The keyring is locked.", code="KeyringLocked")

    monkeypatch.setattr(profile_book, "open_keyring", dismissed)
    window = make_window(demo_sandbox.data, Journal(open_store))
    hand = Hand(window)
    await hand.settle()
    window.tasks.start("open_journal", open_journal_once_asked(window), label="Opening the journal")
    window.tasks.start("load_profiles", window.book.load(), label="Reading the keyring")
    await hand.settle()
    assert "profiles" in prompts
    assert "journal" not in prompts
    assert any(text.startswith("Only the sandbox can be changed: the keyring is locked") for text in toasts(window))
    await window.connections.journal.open()
    assert "journal" in prompts, "when somebody asks for it, it is"
