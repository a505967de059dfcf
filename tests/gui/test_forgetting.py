"""Forget everything, from the command to the empty folder."""

import asyncio
import gc
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.windows import MakeWindow, heard, keys_profile, within
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox
from tests.secret_service_fixture import lock, unlock


@pytest.fixture
def home(secret_service: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for all that this test's app keeps; keyring talks to the test's own Secret Service."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    monkeypatch.setenv("COGNITO_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def agree(hand: Hand) -> None:
    """Type the word, and press the button."""
    hand.write("forget")
    hand.press(Qt.Key.Key_Tab, times=2)
    hand.press(Qt.Key.Key_Space)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_everything_is_named_asked_about_and_gone(
    home: Path, make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    await window.book.save(keys_profile(demo_sandbox, "soon-forgotten", "cognito-idp:ListUserPools"))
    vault = window.book.open_vault()
    assert vault.get("profile/soon-forgotten/facts")
    closed = heard(window.closed)
    window.forgetting.start()
    dialog = await hand.dialog(Dialog)
    words = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "1 profile: with all secrets, in the keyring: soon-forgotten" in words
    assert "Settings: " in words
    assert "The sandbox stays: another window of the app runs it." in words
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert vault.get("profile/soon-forgotten/facts"), "who calls it off keeps everything"
    assert not closed.done()

    window.forgetting.start()
    await hand.dialog(Dialog)
    agree(hand)
    await within(closed)
    assert not await asyncio.to_thread(vault.get, "profile/soon-forgotten/facts")
    await window.connections.close()
    await asyncio.to_thread(window.forgetting.remove_files)
    assert files_below(home) == []
    assert not window.book.ids_file.exists()
    assert not Settings().text("profile")
    await is_as_on_a_fresh_machine(make_window(demo_sandbox.data))


async def is_as_on_a_fresh_machine(window: MainWindow) -> None:
    """The next start knows nobody."""
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    await window.book.load()
    assert [profile.name for profile in window.book.all()] == ["Moonletter sandbox"]
    assert window.book.trouble is None
    assert await window.connections.journal.search() == ()
    assert not Settings().flag("privacy")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_keyring_that_is_locked_meanwhile_keeps_the_app_open_and_the_rest_in_place(
    home: Path, make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    await window.book.save(keys_profile(demo_sandbox, "stays-locked", "cognito-idp:ListUserPools"))
    Settings().put("privacy", True)
    closed = heard(window.closed)
    window.forgetting.start()
    await hand.dialog(Dialog)
    await asyncio.to_thread(lock)
    agree(hand)
    await hand.settle()
    assert window.banner.error is not None
    assert window.banner.error.title == "Not everything is forgotten. The keyring is locked."
    assert not closed.done()
    await asyncio.to_thread(window.forgetting.remove_files)
    assert Settings().flag("privacy"), "nothing is removed before the keyring is empty"
    assert window.book.ids_file.exists()

    await asyncio.to_thread(unlock)
    window.forgetting.start()
    await hand.dialog(Dialog)
    agree(hand)
    await within(closed)
    await window.connections.close()
    await asyncio.to_thread(window.forgetting.remove_files)
    assert files_below(home) == []
    await is_as_on_a_fresh_machine(make_window(demo_sandbox.data))
    gc.collect()
