"""A profile's colour as a dot: never alone, always beside its name or with a tooltip that says it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap


def color_dot(color: str) -> QIcon:
    """A round dot of a colour (#RRGGBB)."""
    image = QPixmap(QSize(32, 32))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(6, 6, 20, 20)
    painter.end()
    return QIcon(image)
