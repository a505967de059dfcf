"""A column that scrolls up and down, never sideways, on the ground of its page."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.theme import theme

_LEAST_PX = 48


class Strip(QScrollArea):
    """Stands beneath a table at one height, of which it gives up most where there is little room for both."""

    def __init__(self, height_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height_px = height_px
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme().px(self._height_px))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(_LEAST_PX), theme().px(_LEAST_PX))


def scrolled_column(area: QScrollArea, margins_px: tuple[int, int, int, int], spacing_px: int) -> QVBoxLayout:
    """Put a column into a scroll area, to be filled. Margins: left, top, right, bottom."""
    inner = QWidget()
    inner.setProperty("role", "scrolled")
    column = QVBoxLayout(inner)
    column.setContentsMargins(*margins_px)
    column.setSpacing(spacing_px)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return column
