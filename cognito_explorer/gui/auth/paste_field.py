"""Where tokens are pasted. A text that reads well is taken at once and never painted."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.drop_target import files_in
from cognito_explorer.gui.lib.labels import IconLabel, plain_label, set_property
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

# Beyond this a text is not shown: laying out one line of a megabyte would stop the window for seconds.
_SHOWN_AT_MOST = 20_000


class PasteField(QWidget):
    """`entered` carries a pasted text, or a typed one when Enter or *Read* says that it is complete; `files_pasted`
    the Paths of files that were copied in a file manager.

    Shift+Enter breaks the line: pasted JSON has its own line breaks, and hardly anybody types any.
    """

    entered = Signal(str)
    files_pasted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = _Editor()
        self.editor.setPlaceholderText(
            "Paste or drop anything with a token in it: eyJ…, a header, a curl line, JSON, a HAR file, an address"
        )
        self.editor.setFixedHeight(theme().px(76))
        self.editor.setAccessibleName("Tokens to read")
        self.read_button = QPushButton("Rea&d")
        self.read_button.setEnabled(False)
        self._icon = IconLabel("error", Tone.BAD)
        self._title = plain_label("", "section", wrap=True, selectable=True)
        self._hint = plain_label("", wrap=True, selectable=True)
        self._arrange()
        self.editor.pasted.connect(self.entered)
        self.editor.files_pasted.connect(self.files_pasted)
        self.editor.confirmed.connect(self._enter)
        self.read_button.clicked.connect(self._enter)
        self.editor.textChanged.connect(self._edited)

    def problem(self) -> str:
        """What is wrong with the text, or ""."""
        return f"{self._title.text()} {self._hint.text()}".strip()

    def accept(self) -> None:
        """The text was read: it is taken from the screen."""
        self.editor.clear()
        self._say("", "")

    def refuse(self, text: str, error: ExplorerError) -> None:
        """The text could not be read: it stays to be mended, unless it is enormous."""
        if len(text) <= _SHOWN_AT_MOST and self.editor.toPlainText() != text:
            self.editor.setPlainText(text)
        self._say(error.title, error.hint)

    def _enter(self) -> None:
        if self.editor.toPlainText().strip():
            self.entered.emit(self.editor.toPlainText())

    def _edited(self) -> None:
        self.read_button.setEnabled(not self.editor.document().isEmpty())
        self._say("", "")

    def _say(self, title: str, hint: str) -> None:
        self._title.setText(title)
        self._hint.setText(hint)
        for part in (self._icon, self._title, self._hint):
            part.setVisible(bool(title))
        set_property(self.editor, "invalid", "true" if title else "false")

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.editor, 1)
        line.addWidget(self.read_button, 0, Qt.AlignmentFlag.AlignTop)
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        words.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addLayout(words)
        self._say("", "")


class _Editor(QPlainTextEdit):
    pasted = Signal(str)
    files_pasted = Signal(object)
    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setProperty("role", "mono")
        self.setUndoRedoEnabled(False)
        self.setAcceptDrops(False)  # the page takes them, wherever they fall

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        files = files_in(source)
        if files:
            self.files_pasted.emit(files)
        else:
            # What is there already is replaced: nobody pastes a token into the middle of another.
            self.pasted.emit(source.text())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)
