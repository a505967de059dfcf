"""Beneath the search row: a text that is not sent to Cognito, and where it can be read instead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label
from cognito_explorer.gui.lib.secret_text import secret_in
from cognito_explorer.gui.lib.tokens import Tone

_READABLE = "This is a token: read it on the Tokens page."
_NOT_SENT = "This is no name: it looks like a secret, and is not sent to Cognito."


class SearchRefusal(QWidget):
    """Hidden while the text is one to search for. `read_wanted` carries a text with a token in it."""

    read_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._words = plain_label("", wrap=True)
        self.read_button = QPushButton(icon("token"), "Read this token")
        self.read_button.clicked.connect(lambda: self.read_wanted.emit(self._text))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(IconLabel("lock", Tone.WARN), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        line.addWidget(self.read_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def words(self) -> str:
        """Why the text is not searched for, "" where it is."""
        return self._words.text()

    def takes(self, text: str) -> bool:
        """Whether a text is refused; says so."""
        kind = secret_in(text)
        self._text = text if kind == "token" else ""
        self._words.setText({"": "", "token": _READABLE, "secret": _NOT_SENT}[kind])
        self.read_button.setVisible(kind == "token")
        self.setVisible(bool(kind))
        return bool(kind)
