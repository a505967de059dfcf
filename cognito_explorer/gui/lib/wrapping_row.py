"""A row of buttons that goes on in a second line where the page is narrow."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.theme import theme

_GAP_PX = 8


class WrappingRow(QWidget):
    """As wide as its widest part at least, and as high as its lines. What is hidden takes no room."""

    def __init__(self, parts: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = tuple(parts)
        for part in self._parts:
            part.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        """All in one line, and as high as it is in its present width."""
        widths = [part.sizeHint().width() for part in self._shown()]
        return QSize(sum(widths) + self._gap() * max(0, len(widths) - 1), self._height(self.width()))

    @override
    def minimumSizeHint(self) -> QSize:
        widest = max((part.sizeHint().width() for part in self._shown()), default=0)
        return QSize(widest, self._height(max(self.width(), widest)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Nobody asks a row on a page in the background to place anything."""
        super().showEvent(event)
        self._place()

    @override
    def event(self, event: QEvent) -> bool:
        """A part was shown, hidden, or has other words."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return is_done

    def _place(self) -> None:
        for part, place in self._places(self.width()):
            part.setGeometry(place)
        # A box asks no widget again how high it wants to be when it has become narrower.
        self.setFixedHeight(self._height(self.width()))

    def _height(self, width: int) -> int:
        return max((place.bottom() + 1 for _, place in self._places(width)), default=0)

    def _places(self, width: int) -> Iterator[tuple[QWidget, QRect]]:
        at, below = QPoint(), 0
        for part in self._shown():
            size = part.sizeHint()
            if at.x() and at.x() + size.width() > width:
                at = QPoint(0, below + self._gap())
            yield part, QRect(at, size)
            below = max(below, at.y() + size.height())
            at += QPoint(size.width() + self._gap(), 0)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _gap(self) -> int:
        return theme().px(_GAP_PX)
