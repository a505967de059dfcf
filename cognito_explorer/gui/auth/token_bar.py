"""The tokens of a sign-in and what can be done with them: in one row, in two where there is no room."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override


class TokenBar(QWidget):
    """`first` stands at the left, the buttons at the right or beneath."""

    def __init__(self, first: QWidget, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first, self._buttons = QHBoxLayout(), QHBoxLayout()
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        for part in (self._rows, self._first, self._buttons):
            part.setSpacing(8)
        self._first.addWidget(first)
        self._first.addStretch(1)
        for button in buttons:
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._rows.addLayout(self._first, 1)
        self._rows.addLayout(self._buttons)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            # A button came or went.
            self._fit()
        return done

    @override
    def minimumSizeHint(self) -> QSize:
        narrow = max(self._first.minimumSize().width(), self._buttons.minimumSize().width())
        return QSize(narrow, self._rows.minimumSize().height())

    def _fit(self) -> None:
        closer = (8 - self._buttons.spacing()) * (self._buttons.count() - 1)
        beside = self._buttons.minimumSize().width() + closer
        in_one_row = self._first.minimumSize().width() + self._rows.spacing() + beside
        is_narrow = self.width() < in_one_row
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._rows.direction() != direction:
            self._rows.setDirection(direction)
            self._buttons.setSpacing(4 if is_narrow else 8)
            self.updateGeometry()


def stacked(parts: Sequence[QWidget]) -> QWidget:
    """What stands above a token's findings and claims, one below the other."""
    top = QWidget()
    column = QVBoxLayout(top)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(12)
    for part in parts:
        column.addWidget(part)
    return top


def beneath(top: QWidget, body: QWidget) -> QWidget:
    """The whole page: what is below takes all the room that what is above leaves."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(top)
    column.addWidget(body, 1)
    return whole
