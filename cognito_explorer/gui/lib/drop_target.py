"""Texts and files dropped on a widget."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cognito_explorer.core.errors import InvalidInput


class DropTarget(QObject):
    """Makes a widget take drops. `text_dropped` carries a str, `file_dropped` a Path of this computer."""

    text_dropped = Signal(str)
    file_dropped = Signal(object)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            if event.mimeData().hasText() or event.mimeData().hasUrls():
                event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._take(event)
            return True
        return False

    def _take(self, event: QDropEvent) -> None:
        data = event.mimeData()
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.file_dropped.emit(files[0])
        elif data.hasText():
            self.text_dropped.emit(data.text())
        event.acceptProposedAction()


def read_text_file(path: Path, most_bytes: int) -> str:
    """A file as text, bytes that are no UTF-8 replaced. Works off thread. Raises InvalidInput."""
    try:
        if path.stat().st_size > most_bytes:
            raise InvalidInput("This file is too large.", f"{path.name} has more than {most_bytes:,} bytes.")
        return path.read_bytes().decode("utf-8", errors="replace")
    except OSError as trouble:
        raise InvalidInput("This file could not be read.", f"{path.name}: {trouble.strerror}.") from trouble
