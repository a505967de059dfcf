"""An error in one part of a page, small, with a way to try again: the other parts stand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label, set_tone
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tokens import Tone


class TroubleLine(QWidget):
    """Hidden while all is well."""

    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error: ExplorerError | None = None
        self._title = plain_label("", wrap=True, selectable=True)
        self._sign = IconLabel("error", Tone.BAD)
        self._hint = plain_label("", wrap=True, selectable=True)
        self._code = plain_label("", "small", wrap=True, selectable=True)
        self.again_button = QPushButton(icon("refresh"), "Try again")
        self.again_button.clicked.connect(self.again_wanted)
        privacy().changed.connect(self._show_words)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self._title, self._hint, self._code):
            words.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_error(self, error: ExplorerError | None) -> None:
        """Say what happened and what to do; None hides it. What an endpoint lacks is grey, and not tried again."""
        self.error = error
        self.setVisible(error is not None)
        if error is not None:
            lacks = isinstance(error, NotOffered)
            tone = Tone.MUTED if lacks else Tone.BAD
            self._sign.set_icon("info" if lacks else "error", tone)
            set_tone(self._title, tone)
            self.again_button.setVisible(not lacks)
            self._show_words()
            self._hint.setVisible(bool(error.hint))
            small = " · ".join(part for part in (error.code, error.operation) if part)
            self._code.setText(small)
            self._code.setVisible(bool(small))

    def _show_words(self) -> None:
        if self.error is not None:
            self._title.setText(privacy().in_error(self.error.title, self.error.tells))
            self._hint.setText(privacy().in_error(self.error.hint, self.error.tells))
