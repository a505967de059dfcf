"""Forget everything, from the command to the empty folder."""

import asyncio
import gc
import sys
from pathlib import Path
from threading import Event

import keyring
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLabel

from cognito_explorer.core.belongings import QT_SETTINGS
from cognito_explorer.gui.forget_question import ForgetQuestion
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.settings import Settings, keep_qt_settings_here
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


async def asked(hand: Hand, window: MainWindow) -> Dialog:
    """The question, once it says what would go."""
    window.forgetting.start()
    dialog = await hand.dialog(Dialog)
    await hand.settle(besides=["forget_everything"])
    return dialog


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
    dialog = await asked(hand, window)
    words = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "1 profile: with all secrets, in the keyring: soon-forgotten" in words
    assert "Settings: " in words
    assert "The sandbox stays: another window of the app runs it." in words
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    assert vault.get("profile/soon-forgotten/facts"), "who calls it off keeps everything"
    assert not closed.done()

    await asked(hand, window)
    agree(hand)
    await within(closed)
    assert not await asyncio.to_thread(vault.get, "profile/soon-forgotten/facts")
    await window.connections.close()
    await asyncio.to_thread(window.forgetting.remove_files)
    assert files_below(home) == []
    assert not window.book.ids_file.exists()
    assert not Settings().text("profile")
    await is_as_on_a_fresh_machine(make_window(demo_sandbox.data))


async def test_the_question_stands_at_once_and_takes_what_is_typed_while_the_keyring_is_slow(
    home: Path, make_window: MakeWindow, demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    held = Event()
    opened = window.book.open_vault
    monkeypatch.setattr(window.book, "open_vault", lambda: held.wait() and opened())
    try:
        window.forgetting.start()
        await asyncio.sleep(0)
        question = await hand.dialog(ForgetQuestion)
        hand.write("forget")
        assert question.words.text().startswith("Looking")
        assert not question.action_button.isEnabled()
    finally:
        held.set()
    await hand.settle(besides=["forget_everything"])
    assert question.words.text().startswith("This leaves this computer")
    assert question.form.values()["name"] == "forget"
    assert question.action_button.isEnabled()
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()


def test_what_file_dialogs_remember_lies_beside_our_settings(home: Path) -> None:
    usual = Path(QSettings(QSettings.Scope.UserScope, "QtProject").fileName()).parent
    try:
        keep_qt_settings_here()
        file = Path(QSettings(QSettings.Scope.UserScope, "QtProject").fileName())
    finally:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(usual))
    if sys.platform == "linux":
        assert file == Settings().file.with_name(QT_SETTINGS)


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
    await asked(hand, window)
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
    await asked(hand, window)
    agree(hand)
    await within(closed)
    await window.connections.close()
    await asyncio.to_thread(window.forgetting.remove_files)
    assert files_below(home) == []
    await is_as_on_a_fresh_machine(make_window(demo_sandbox.data))
    gc.collect()
