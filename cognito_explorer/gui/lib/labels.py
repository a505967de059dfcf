"""Labels for text that came from outside: always plain, elided where too long, whole in the tooltip."""

import html
import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.visible import visible

_BREAK = "\u200b"
_LONG_WORD = re.compile(r"\S{24,}")


def plain_label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label that never interprets its text. Roles of the style sheet: title, section, muted, small, mono, code.

    Addresses and numbers of people in it are masked while the privacy switch is on.
    """
    label = PrivateLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def set_tone(widget: QWidget, tone: Tone | str) -> None:
    """Give a widget the colour of a tone (style sheet property `tone`), now."""
    set_property(widget, "tone", str(tone))


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set a property the style sheet looks at, and have the widget restyled."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def plain_tooltip(text: str) -> str:
    """Text from outside, safe as a tooltip: Qt would take markup in a tooltip for rich text."""
    text = visible(text)
    if "<" not in text and "&" not in text:
        return text
    return "<span>" + html.escape(text).replace("\n", "<br>") + "</span>"


def breakable(text: str) -> str:
    """Key ids and ARNs may be broken anywhere: a label is as wide as its longest word. Not for text that is copied."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word.group()), visible(text))


class PrivateLabel(QLabel):
    """Follows the privacy switch: `text` is what is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        privacy().changed.connect(self._follow)

    @override
    def setText(self, text: str) -> None:
        """Show another text."""
        self._whole = visible(text)
        self._follow()

    def _follow(self) -> None:
        super().setText(masked_label_text(self._whole))


def masked_label_text(text: str) -> str:
    """What a label may show while the privacy switch is on; words that may be broken anywhere are read as they were."""
    if not privacy().is_on or not text:
        return text
    whole = text.replace(_BREAK, "")
    masked = privacy().in_text(whole)
    return text if masked == whole else breakable(masked) if _BREAK in text else masked


class IconLabel(QWidget):
    """An icon of the family, drawn in the colours of the theme in force."""

    def __init__(self, name: str, tone: Tone | str = Tone.TEXT, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._size = name, tone, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, tone: Tone | str) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = theme().px(self._size)
        return QSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            with_icon = icons.icon(self._name, self._tone)
            painter = QPainter(self)
            with_icon.paint(painter, self.rect())
            painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


class ElidedLabel(QLabel):
    """One line that gives up its middle (identifiers) or its end when there is no room; the tooltip has it whole.

    Addresses and numbers of people in it are masked while the privacy switch is on, unless its owner sees to that.
    """

    def __init__(
        self, text: str = "", *, middle: bool = False, masks: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._text = self._whole = ""
        self._masks = masks
        if masks:
            privacy().changed.connect(self._follow)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    @override
    def text(self) -> str:
        """The whole text, as it may be seen."""
        return self._text

    @override
    def setText(self, text: str) -> None:
        """Show another text."""
        self._whole = visible(text)
        text = self._text = masked_label_text(self._whole) if self._masks else self._whole
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _follow(self) -> None:
        self.setText(self._whole)

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    @override
    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(min(metrics.horizontalAdvance("MMM…MM"), self.sizeHint().width()), metrics.height() + 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self._text.replace("\n", " "), self._mode, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), alignment | Qt.TextFlag.TextSingleLine, shown)
        painter.end()
