"""Who waits for what: calls held back to keep the account's rates, those a person waits for first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable

if TYPE_CHECKING:
    from cognito_explorer.core.aws.pace import Pace, Queue

_LOOK_MS = 250
_NOTE = "Calls wait here so that the account's request rates hold. What a person waits for goes before bulk work."


class QueueView(QWidget):
    """Looks a few times a second while it is shown: a queue announces nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace: Pace | None = None
        self.table: RecordTable[Queue] = RecordTable(_columns())
        self.view = RecordView(self.table, "queue")
        self.view.setAccessibleName("Queue")
        self.note = plain_label(_NOTE, "muted")
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        note = QVBoxLayout()
        note.setContentsMargins(12, 0, 12, 4)
        note.addWidget(self.note)
        layout.addLayout(note)
        self.setFocusProxy(self.view)

    def follow(self, pace: "Pace | None") -> None:
        """Show the queues of this account and Region."""
        self._pace = pace
        self.look()

    def look(self) -> None:
        """Show the queues as they are now."""
        queues = self._pace.queues() if self._pace is not None else ()
        self.table.set_rows(queues)
        self.note.setText(_NOTE if queues else f"Nobody waits. {_NOTE}")

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def _columns() -> "tuple[Column[Queue], ...]":
    return (
        Column("Rate category", lambda queue: queue.category, width=320),
        Column("Allowed per second", lambda queue: round(queue.rate, 1), width=150, is_right_aligned=True),
        Column("A person waits", lambda queue: queue.interactive, width=130, is_right_aligned=True),
        Column("Bulk work waits", lambda queue: queue.bulk, width=130, is_right_aligned=True),
    )
