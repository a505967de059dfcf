"""A person's hand in a dialog with a form: the form itself, its buttons by their words, and the question after it."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form
from tests.hand import Hand


def form_of(dialog: Dialog) -> Form:
    form = dialog.findChild(Form)
    assert form is not None
    return form


def press(dialog: Dialog, words: str) -> None:
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def other_dialog(hand: Hand, first: Dialog) -> Dialog:
    """The dialog that comes over, or after, another one."""
    async with asyncio.timeout(30):
        while (found := await hand.dialog(Dialog)) is first:  # noqa: ASYNC110  # Qt announces a new window to nobody
            await asyncio.sleep(0)
    return found
