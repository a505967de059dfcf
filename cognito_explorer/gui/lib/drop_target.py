"""Texts and files dropped on a widget."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cognito_explorer.core.errors import InvalidInput


class DropTarget(QObject):
    """Makes a widget take drops. `text_dropped` carries a str, `files_dropped` the Paths of files of this computer."""

    text_dropped = Signal(str)
    files_dropped = Signal(object)

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
        files = files_in(data)
        if files:
            self.files_dropped.emit(files)
        elif data.hasText():
            self.text_dropped.emit(data.text())
        event.acceptProposedAction()


def files_in(data: QMimeData) -> list[Path]:
    """The files of this computer that are meant by what was dropped or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def read_dropped_file(path: Path, most_bytes: int) -> bytes:
    """What is in a file. Works off thread. Raises InvalidInput where it cannot be read or has more bytes."""
    try:
        if path.stat().st_size > most_bytes:
            raise InvalidInput("This file is too large.", f"{path.name} has more than {most_bytes:,} bytes.")
        return path.read_bytes()
    except OSError as trouble:
        raise InvalidInput("This file could not be read.", f"{path.name}: {trouble.strerror}.") from trouble
