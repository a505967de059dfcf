"""A token as it is, as dots until somebody asks to see it, and again as soon as it is out of view."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.clipboard import copy_secret
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.times import counted

_DOTS = "•" * 48


class RawToken(QWidget):
    """Never in a tooltip, never an accessible name; copied, it leaves the clipboard after a minute."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._secret = ""
        self._note = plain_label("", "muted", wrap=True)
        self.editor = QPlainTextEdit()
        self.editor.setReadOnly(True)
        self.editor.setProperty("role", "mono")
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName("Token")
        self.reveal_button = QPushButton(icon("eye"), "Sho&w")
        self.reveal_button.setCheckable(True)
        self.reveal_button.toggled.connect(self._show)
        self.copy_button = QPushButton(icon("copy"), "&Copy token")
        self.copy_button.clicked.connect(lambda: copy_secret(self, self._secret, "the token"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._note, 1)
        line.addWidget(self.reveal_button)
        line.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.editor, 1)

    def shown_text(self) -> str:
        """What can be read just now."""
        return self.editor.toPlainText()

    def set_token(self, token: str, note: str) -> None:
        """Hold another token, masked."""
        if token == self._secret:
            return
        self._secret = token
        self._note.setText(f"{note} {counted(len(token), 'character')}. Whoever has it can use it until it expires.")
        self.reveal_button.setChecked(False)
        self._show(False)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.reveal_button.setChecked(False)

    def _show(self, revealed: bool) -> None:
        self.editor.setPlainText(self._secret if revealed else _DOTS)
        self.reveal_button.setText("Hid&e" if revealed else "Sho&w")
        self.reveal_button.setIcon(icon("eye-off" if revealed else "eye"))
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.editor.setTextInteractionFlags(selectable if revealed else Qt.TextInteractionFlag.NoTextInteraction)
