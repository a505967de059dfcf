"""The strip along the bottom: what is running (with cancel), the last calls, the writes of this run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.aws.call_log import CallLog, LoggedCall
from cognito_explorer.core.journal import Change, Journal
from cognito_explorer.gui.case_number import CaseNumber
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.lib.tasks import Activity, RunningTask
from cognito_explorer.gui.lib.times import clock, counted, duration, number
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.logs.counting import count_changes

if TYPE_CHECKING:
    from cognito_explorer.core.aws.pace import Pace
    from cognito_explorer.gui.lib.record_view import RecordView
    from cognito_explorer.gui.lib.table import RecordTable
    from cognito_explorer.gui.queue_view import QueueView

_SHOWN = 200
_NONE = "No changes in this run"
_REFRESH_MS = 100
_DRAWER_PX = 200
_SECOND_MS = 1_000
_RUNNING_AT_MOST = 3
_TELLING = timedelta(seconds=3)


class ActivityBar(QWidget):
    """One line, with a drawer above it that a click or Ctrl+J opens.

    `journal_wanted`: show earlier runs, too. `unknown_wanted`: what nobody knows the outcome of.
    `calls_wanted`: show the calls with all that is known of them.
    """

    journal_wanted = Signal()
    unknown_wanted = Signal()
    calls_wanted = Signal()

    def __init__(self, activity: Activity, journal: Journal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._activity = activity
        self._journal = journal
        self._calls: CallLog | None = None
        self._listening: dict[str, Callable[[], object]] = {}
        self._running = QHBoxLayout()
        self._lines: dict[tuple[str, datetime], _RunningLine] = {}
        self._call_table: RecordTable[LoggedCall] | None = None
        self._change_table: RecordTable[Change] | None = None
        self.drawer = QStackedWidget()
        self.calls_button = ElidedButton("No calls yet")
        self.changes_button = ElidedButton(_NONE)
        self.unknown_button = ElidedButton("")
        self.queue_button = ElidedButton("Queue")
        self.case_number = CaseNumber(journal)
        self._pace: Pace | None = None
        self._queue: QueueView | None = None
        self.name_pool: Callable[[str], str] = str  # a user pool's name by its id
        self.has_several: Callable[[], bool] = bool  # whether work must be told apart by its connection
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(_REFRESH_MS)
        self._refresh.timeout.connect(self._show)
        self._arrange()
        self._show_unseen()
        activity.changed.connect(self._show_running)
        self._listening["changes"] = journal.subscribe(lambda _change: self._refresh.start())
        self._listening["unseen"] = journal.subscribe_unseen(self._show_unseen)
        # Doors and their journal outlive the window: a call that ends late must not reach it.
        self.destroyed.connect(partial(_stop_listening, self._listening))

    def follow(self, calls: CallLog | None, pace: "Pace | None" = None) -> None:
        """Show the calls and the queue of this door from now on, or none."""
        self._pace = pace
        if self._queue is not None:
            self._queue.follow(pace)
        self._listening.pop("calls", _nothing)()
        self._calls = calls
        if calls is not None:
            self._listening["calls"] = calls.subscribe(self._hear)
        self._show()

    def toggle(self, page: int = 0) -> None:
        """Open the drawer on calls (0), changes (1) or the queue (2), or close it."""
        if self._call_table is None:
            self._fill_drawer()
        is_open = self.drawer.isVisible() and self.drawer.currentIndex() == page
        self.drawer.setCurrentIndex(page)
        self.drawer.setVisible(not is_open)
        if not is_open:
            self._show()
            shown = self.drawer.currentWidget()
            if shown is not None:
                shown.setFocus()

    def _hear(self, _call: LoggedCall) -> None:
        if not self._refresh.isActive():
            self._refresh.start()

    def _show(self) -> None:
        calls = self._calls.recent(_SHOWN) if self._calls else ()
        changes = self._journal.recent(_SHOWN)
        last = next((call for call in calls if call.outcome != "running"), None)
        whose = f" ({last.profile_name})" if last is not None and last.profile_name else ""
        spent = f" · last {last.operation}{whose} {last.duration_ms} ms" if last else ""
        self.calls_button.setText(f"{counted(len(calls), 'call')}{spent}" if calls else "No calls yet")
        waiting = sum(each.interactive + each.bulk for each in self._pace.queues()) if self._pace is not None else 0
        self.queue_button.setText(f"Queue · {number(waiting)} waiting" if waiting else "Queue")
        self.changes_button.setText(count_changes(self._journal.of_this_run(_SHOWN), none=_NONE))
        if self._call_table is not None and self._change_table is not None and self.drawer.isVisible():
            self._call_table.set_rows(calls)
            self._change_table.set_rows(changes)

    def _show_unseen(self) -> None:
        """What a run that ended in the middle left behind, until somebody has looked at it in the journal."""
        count = len(self._journal.unseen)
        self.unknown_button.setText(
            f"{counted(count, 'change')} of an earlier run {'is' if count == 1 else 'are'} unknown"
        )
        self.unknown_button.setVisible(count > 0)
        self._refresh.start()

    def _show_running(self) -> None:
        """A line stays as long as its work does: each time it comes further, the keyboard would be lost otherwise."""
        running = {(task.name, task.started_at): task for task in self._activity.running()[:_RUNNING_AT_MOST]}
        for key in self._lines.keys() - running.keys():
            line = self._lines.pop(key)
            line.hide()
            line.deleteLater()
        for key, task in running.items():
            if key in self._lines:
                self._lines[key].show_task(task)
            else:
                self._lines[key] = _RunningLine(task, self.has_several)
                self._running.addWidget(self._lines[key])
        # What was cancelled while it waited is heard of nowhere else.
        if not self._refresh.isActive():
            self._refresh.start()

    def _fill_drawer(self) -> None:
        """Tables are made when first wanted: the start is quicker without them."""
        from cognito_explorer.gui.lib.record_view import RecordView
        from cognito_explorer.gui.lib.table import RecordTable
        from cognito_explorer.gui.logs.outcomes import change_columns
        from cognito_explorer.gui.queue_view import QueueView

        self._call_table, self._change_table = RecordTable(_call_columns()), RecordTable(change_columns())
        calls = QPushButton(icon("log"), "Open the call &log")
        journal = QPushButton(icon("log"), "Open the &journal")
        for button, wanted in ((calls, self.calls_wanted), (journal, self.journal_wanted)):
            # The page says all that the drawer does, and gets its room.
            button.clicked.connect(self.drawer.hide)
            button.clicked.connect(wanted)
        self.drawer.addWidget(_with_button(RecordView(self._call_table, "calls"), calls))
        self._queue = QueueView(lambda pool_id: self.name_pool(pool_id))
        self._queue.follow(self._pace)
        self.drawer.addWidget(_with_button(RecordView(self._change_table, "changes"), journal))
        self.drawer.addWidget(self._queue)

    def _arrange(self) -> None:
        self.drawer.setFixedHeight(_DRAWER_PX)
        self.drawer.hide()
        for button, page in ((self.calls_button, 0), (self.changes_button, 1), (self.queue_button, 2)):
            button.setProperty("kind", "link")
            button.clicked.connect(lambda _checked=False, page=page: self.toggle(page))
        self.unknown_button.setProperty("kind", "link")
        self.unknown_button.setIcon(icon("warning", Tone.WARN))
        self.unknown_button.setToolTip("It was sent and no answer came. Show in the journal")
        self.unknown_button.clicked.connect(self.unknown_wanted)
        line = QFrame()
        line.setObjectName("activityLine")
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self.calls_button)
        row.addWidget(self.queue_button)
        row.addLayout(self._running)
        row.addStretch(1)
        row.addWidget(self.case_number)
        row.addWidget(self.unknown_button)
        row.addWidget(self.changes_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.drawer)
        layout.addWidget(line)


def _with_button(view: "RecordView", button: QPushButton) -> QWidget:
    """A list of the drawer, and the way to the page that has more of it."""
    line = QHBoxLayout()
    line.setContentsMargins(12, 4, 12, 4)
    line.addWidget(button)
    line.addStretch(1)
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(view, 1)
    column.addLayout(line)
    whole.setFocusProxy(view)
    return whole


class _RunningLine(QWidget):
    """One piece of work, how long it has taken by now, and its cancel button."""

    def __init__(self, task: RunningTask, has_several: Callable[[], bool]) -> None:
        super().__init__()
        self._has_several = has_several
        cancel = QPushButton(icon("close", Tone.MUTED), "")
        cancel.setProperty("kind", "icon")
        cancel.setToolTip("Cancel")
        cancel.setAccessibleName(f"Cancel: {task.label}")
        cancel.clicked.connect(lambda: task.cancel())
        self._task = task
        self._words = ElidedLabel("")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._words)
        row.addWidget(cancel)
        self._second = QTimer(self, interval=_SECOND_MS)
        self._second.timeout.connect(self._show)
        self._second.start()
        self._show()

    def show_task(self, task: RunningTask) -> None:
        """The same work, further on."""
        self._task = task
        self._show()

    def _show(self) -> None:
        """What takes long says for how long: nobody should have to wonder whether it still runs."""
        spent = datetime.now(UTC) - self._task.started_at
        waited = duration(spent) if spent >= _TELLING else ""
        place = self._task.place if self._has_several() else ""
        told = " · ".join(part for part in (place, self._task.note, waited) if part)
        self._words.setText(f"{self._task.label}… {told}".strip())


def _call_columns() -> tuple[Column[LoggedCall], ...]:
    return (
        Column("Time", lambda call: clock().exact(call.at), width=190),
        Column("Operation", lambda call: call.operation, width=220),
        Column("Service", lambda call: call.service, width=130),
        Column("Answer", lambda call: call.outcome, width=200),
        Column("ms", lambda call: call.duration_ms, width=70, is_right_aligned=True),
        Column("Request id", lambda call: call.request_id, width=280, is_identifier=True),
    )


def _stop_listening(listening: dict[str, Callable[[], object]], _destroyed: object = None) -> None:
    for stop in listening.values():
        stop()


def _nothing() -> None:
    """Stand in for "stop listening" while nobody listens."""
