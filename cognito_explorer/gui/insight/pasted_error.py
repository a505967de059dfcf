"""The box an error is pasted into. What it shows and keeps is without secrets, and masked while privacy is on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from cognito_explorer.core.insight.error_clues import shorten
from cognito_explorer.core.insight.pasted_secrets import without_secrets
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme


class PastedError(QWidget):
    """`wanted` carries the text to explain: what it says of people counts, though they are masked on the screen."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._tells: tuple[tuple[str, str], ...] = ()
        self.editor = QPlainTextEdit()
        self.editor.setPlaceholderText(
            "Paste an error: a line of the CLI, a stack trace, JSON, an address with ?error=…"
        )
        self.editor.setProperty("role", "mono")
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName("Error to explain")
        self.editor.setFixedHeight(theme().px(76))
        self.explain_button = QPushButton(icon("help", "on_accent"), "E&xplain")
        self.explain_button.setProperty("kind", "primary")
        self.explain_button.setEnabled(False)
        self.editor.textChanged.connect(lambda: self.explain_button.setEnabled(not self.editor.document().isEmpty()))
        self.explain_button.clicked.connect(self._explain)
        privacy().changed.connect(self._follow_privacy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.explain_button, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def text(self) -> str:
        """What was explained last, without its secrets."""
        return self._text

    def set_text(self, text: str, tells: tuple[tuple[str, str], ...] = ()) -> None:
        """Show what is explained; `tells` are the attributes whose values stand in it."""
        # More is not kept: laying out one line of a megabyte would stop the window for seconds.
        shown = without_secrets(shorten(text))
        self._tells = tells or (self._tells if shown == self._text else ())
        self._text = shown
        self.editor.setPlainText(self.as_shown(self._text))

    def as_shown(self, text: str) -> str:
        """A part of the text, as it may be seen."""
        return privacy().in_error(text, self._tells)

    def start_over(self) -> None:
        """Make room for another one."""
        self._text, self._tells = "", ()
        self.editor.clear()
        self.editor.setFocus()

    def _explain(self) -> None:
        text = self.editor.toPlainText()
        if text.strip():
            self.wanted.emit(self._text if text == self.as_shown(self._text) else text)

    def _follow_privacy(self) -> None:
        if self._text:
            self.editor.setPlainText(self.as_shown(self._text))
