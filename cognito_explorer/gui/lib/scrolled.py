"""A column that scrolls up and down, never sideways, on the ground of its page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


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
