"""A button that gives up the end of its words where there is no room; the tooltip has them whole."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget
from typing_extensions import override

_AT_LEAST = "MMMM…"
_MEASURED = "M" * 12
_BESIDE_ICON_PX = 4
_ROUNDING_PX = 2


class ElidedButton(QPushButton):
    """Shows as much of its words as there is room for; `setText` and `text` know them whole."""

    def __init__(self, text: str = "", symbol: QIcon | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        if symbol is not None:
            self.setIcon(symbol)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    @override
    def text(self) -> str:
        """The whole words, as they were set."""
        return self._words

    @override
    def setText(self, text: str) -> None:
        """Show other words. As on every button, && stands for an ampersand."""
        self._words = text
        self.setAccessibleName(text.replace("&&", "&"))
        self._show()
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        """Room for the whole words."""
        return QSize(self._room_around() + self._width(self._words), super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        """Room for the first few letters."""
        least = min(self._width(_AT_LEAST), self._width(self._words))
        return QSize(self._room_around() + least, super().sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._show()
            self.updateGeometry()

    def _show(self) -> None:
        room = max(0, self.width() - self._room_around())
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._words.replace("&&", "&"), Qt.TextElideMode.ElideRight, room)
        super().setText(shown.replace("&", "&&"))

    def _room_around(self) -> int:
        """What the style adds to the words: icon, arrow, padding. Not asked of the words shown: for few of them a style
        has a least width, for none Qt makes up four letters, and either would stay when another theme comes.
        """
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = _MEASURED
        extra = 0 if self.icon().isNull() else self.iconSize().width() + _BESIDE_ICON_PX
        style, measured = self.style(), self._width(_MEASURED)
        if self.menu() is not None:
            extra += style.pixelMetric(QStyle.PixelMetric.PM_MenuButtonIndicator, option, self)
        wanted = QSize(measured + extra, QFontMetrics(self.font()).height())
        whole = style.sizeFromContents(QStyle.ContentsType.CT_PushButton, option, wanted, self)
        return whole.width() - measured + _ROUNDING_PX

    def _width(self, words: str) -> int:
        return QFontMetrics(self.font()).horizontalAdvance(words.replace("&&", "&")) + _ROUNDING_PX
