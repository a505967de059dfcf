"""A profile's colour as a dot: never alone, always beside its name or with a tooltip that says it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap


def color_dot(color: str, *, is_bare: bool = False) -> QIcon:
    """A round dot of a colour (#RRGGBB), with the room around it that icons have unless it is bare."""
    image = QPixmap(QSize(32, 32))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(image.rect() if is_bare else image.rect().adjusted(6, 6, -6, -6))
    painter.end()
    return QIcon(image)
