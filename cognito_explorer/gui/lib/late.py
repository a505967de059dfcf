"""A part of a page that may come one frame later than what stands beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

# Once painted, a frame is on its way to the screen; a window that nothing is painted of must not wait for ever.
_AFTER_MS, _AT_LATEST_MS = 4, 100


class AfterPaint(QTimer):
    """`timeout` comes once after `painted` was told, or a tenth of a second after `wait`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, singleShot=True)
        self._is_waiting = False

    def wait(self) -> None:
        """Wait for the next painting of the widget."""
        self._is_waiting = True
        self.start(_AT_LATEST_MS)

    def painted(self) -> None:
        """The widget is being painted: the frame has begun, and may take longer than what is waited for after it."""
        if self._is_waiting:
            self._is_waiting = False
            QTimer.singleShot(0, self, self._start_after)

    def _start_after(self) -> None:
        self.start(_AFTER_MS)


class LatePart(QWidget):
    """Holds a widget back until a frame after it is first seen: what a person waits for beside it is painted first.

    Widgets are styled when they are first shown, and a page with many of them takes longer than a frame. `coming`: it
    is about to be seen. `drawings` stand elsewhere, and are painted with it.
    """

    coming = Signal()

    def __init__(self, part: QWidget, drawings: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._room.addWidget(part)
        part.hide()
        self._part, self._drawings = part, drawings
        self._is_over = False
        self._next = AfterPaint(self)
        self._next.timeout.connect(self._come)

    def hold_back(self) -> None:
        """Hold it back once more: all that is in it is about to change."""
        for each in (self._part, *self._drawings):
            each.setUpdatesEnabled(False)
        self._room.setEnabled(False)
        self._next.wait()
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_over:
            self._is_over = True
            self._next.wait()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._next.painted()

    def _come(self) -> None:
        self.coming.emit()
        self._room.setEnabled(True)
        self._room.invalidate()
        self._room.activate()
        self._part.show()
        for each in (self._part, *self._drawings):
            each.setUpdatesEnabled(True)
