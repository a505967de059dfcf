"""What stands beneath a table of claims: the chosen one's whole value, to select and copy, and what is said of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.labels import breakable, plain_label, set_tone
from cognito_explorer.gui.lib.scrolled import Strip, scrolled_column
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.visible import visible

_MOST_LINES = 6
_HEIGHT_PX, _EDGES_PX = 132, 4


class WholeValue(QPlainTextEdit):
    """Text from outside, to the last character: broken anywhere, as high as its lines."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("role", "quoted")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        theme().changed.connect(self._fit)

    def show_text(self, text: str) -> None:
        """Show another text; none takes no room. What is selected in the same text stays so."""
        text = visible(text)
        if text != self.toPlainText():
            self.setPlainText(text)
        self.setVisible(bool(text))
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A plain text's document counts its height in lines.
        lines = max(1, round(self.document().size().height()))
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > _MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)
        self.setFixedHeight(min(lines, _MOST_LINES) * self.fontMetrics().lineSpacing() + _EDGES_PX)


class ClaimStrip(Strip):
    """A title, a value, what it means, why it is so and what is amiss; what is empty takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_HEIGHT_PX, parent)
        self.value = WholeValue("Whole value of the chosen claim")
        self._title = plain_label("", "section", wrap=True)
        self._meaning = plain_label("", wrap=True, selectable=True)
        self._why = plain_label("", "muted", wrap=True, selectable=True)
        self._difference = plain_label("", wrap=True, selectable=True)
        set_tone(self._difference, Tone.WARN)
        column = scrolled_column(self, (12, 8, 12, 8), 4)
        for part in (self._title, self.value, self._meaning, self._why, self._difference):
            column.addWidget(part)
        column.addStretch(1)
        self.setAccessibleName("About the chosen claim")

    def text(self) -> str:
        """All that it says."""
        labels = [label.text() for label in (self._meaning, self._why, self._difference)]
        parts = [self._title.text(), self.value.toPlainText(), *labels]
        return "\n".join(part for part in parts if part).replace("\u200b", "")

    def tell(self, title: str, meaning: str = "", why: str = "", difference: str = "", *, value: str = "") -> None:
        """Say this instead. A sentence that was said already is not said again."""
        self.value.show_text(value)
        said = (title, meaning, "" if why == meaning else why, difference)
        for label, text in zip((self._title, self._meaning, self._why, self._difference), said, strict=True):
            label.setText(breakable(text))
            label.setVisible(bool(text))
