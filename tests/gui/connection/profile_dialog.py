"""A person's hand in a dialog with a form: the form itself, and its buttons by their words."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.form import Form


def form_of(dialog: Dialog) -> Form:
    form = dialog.findChild(Form)
    assert form is not None
    return form


def press(dialog: Dialog, words: str) -> None:
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
