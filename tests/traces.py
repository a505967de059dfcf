"""What a person does where secrets and people are written down: a profile of one's own, the logs, a crash."""

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.logs.calls_panel import CallsPanel
from cognito_explorer.gui.logs.journal_panel import JournalPanel
from cognito_explorer.gui.main_window import MainWindow
from tests.hand import Hand

Picture = Callable[[str], None]

EXTERNAL_ID = "external-id-of-moonletter"


async def leave_traces(window: MainWindow, picture: Picture) -> None:
    """A profile with access keys, used and refused a role; the call log and the journal of it all."""
    hand = Hand(window)
    await _make_a_profile(window, hand, picture)
    window.commands.run("calls.open")
    await hand.settle()
    calls = hand.page(CallsPanel)
    calls.view.selectRow(0)
    await hand.settle()
    picture("call log")
    window.commands.run("journal.show")
    await hand.settle()
    journal = hand.page(JournalPanel)
    journal.view.selectRow(0)
    await hand.settle()
    picture("journal")


async def stumble(window: MainWindow, picture: Picture, token: str) -> None:
    """An error nobody expected, in whose words and arguments a token stands; it is told on the terminal, too."""
    asyncio.get_running_loop().call_soon(partial(_fall, token))
    hand = Hand(window)
    dialog = await hand.dialog(Dialog)
    picture("a crash")
    dialog.close()
    await hand.be_active()


def _fall(token: str) -> None:
    header = {"Authorization": f"Bearer {token}"}
    raise RuntimeError(f"this error is made for its picture: {header}, {token}")


async def _make_a_profile(window: MainWindow, hand: Hand, picture: Picture) -> None:
    window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    hand.click(panel.add_button)
    dialog = await hand.dialog(Dialog)
    form = dialog.findChild(Form)
    assert form is not None
    assert window.connections.sandbox is not None
    running = window.connections.sandbox.running
    values = {
        "name": "Moonletter's support",
        "kind": "role",
        "role_arn": "arn:aws:iam::123456789012:role/nobody",
        "access_key_id": running.access_key_id,
        "secret_access_key": running.secret_access_key,
        "external_id": EXTERNAL_ID,
        "region": "us-east-1",
        "endpoint_url": running.endpoint,
    }
    for name, value in values.items():
        _enter(hand, form, name, value)
    picture("a profile of one's own")
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Save profile").click()
    await hand.settle()
    await hand.be_active()
    hand.click(panel.test_button)
    await hand.settle()
    picture("a profile that is refused")


def _enter(hand: Hand, form: Form, name: str, text: str) -> None:
    editor = form.editor(name)
    editor.setFocus()
    if isinstance(editor, QComboBox):
        while editor.currentData() != text:
            hand.press(Qt.Key.Key_Down)
    elif isinstance(editor, QLineEdit):
        hand.control(Qt.Key.Key_A)
        hand.write(text)
