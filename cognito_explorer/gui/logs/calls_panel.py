"""The call log of the profile in front: filter, look, copy, clear."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.aws.call_log import CallLog, LoggedCall
from cognito_explorer.core.aws.copy_as import Place
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import veil
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.wrapping_row import WrappingRow
from cognito_explorer.gui.logs.call_columns import call_columns, is_error, is_write
from cognito_explorer.gui.logs.call_details import CallDetails, searched
from cognito_explorer.gui.session import Session

_SHOWN = 500
_REFRESH_MS = 150


class CallsPanel(Panel):
    """Follows the calls, and the profile: another one has a log of its own."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Calls", parent)
        self._session = session
        self._stop: dict[str, Callable[[], object]] = {}
        self._log: CallLog | None = None
        self._table: RecordTable[LoggedCall] = RecordTable(call_columns())
        self.view = RecordView(self._table, "call_log")
        self.view.share_room("Operation")
        self.nothing = EmptyFace()
        self.details = CallDetails()
        self.inspector = self.details
        self._faces = QStackedWidget()
        self.line = QLineEdit()
        veil(self.line)
        self.errors_only = QCheckBox("Err&ors only")
        self.writes_only = QCheckBox("&Writes only")
        self.clear_button = QPushButton(icon("trash"), "C&lear")
        self.status = ElidedLabel()
        self.status.setProperty("role", "muted")
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_REFRESH_MS)
        self.set_content(self._arrange())
        self._connect()

    def reload(self) -> None:
        """Show what fits the filter."""
        log = self._session.calls
        calls = log.recent(_SHOWN) if log is not None else ()
        selected = self.details.call
        self._table.set_rows(call for call in calls if self._fits(call))
        index = self._table.find(lambda call: selected is not None and call.id == selected.id)
        if index.isValid():
            self.view.setCurrentIndex(index)
        elif selected is not None and not self._fits(selected):
            self.details.show_call(None, Place(""))
        shown = self._table.rowCount()
        self._say_nothing(is_filtered=bool(calls))
        self._faces.setCurrentWidget(self.view if shown else self.nothing)
        amount = counted(len(calls), "call") if shown == len(calls) else f"{shown} of {len(calls)} calls"
        place = self._session.front.place if self._session.front is not None else "no connection is open"
        self.status.setText(f"{amount} · {place}")
        self.show_content()

    def focus_first(self) -> None:
        """The filter."""
        self.line.setFocus()

    def clear(self) -> None:
        """Forget the calls that have an answer."""
        if self._session.calls is not None:
            self._session.calls.clear()
        self.details.show_call(None, Place(""))
        self.reload()

    def clear_filter(self) -> None:
        """Show every call again."""
        self.errors_only.setChecked(False)
        self.writes_only.setChecked(False)
        self.line.clear()
        self.line.setFocus()

    def _say_nothing(self, *, is_filtered: bool) -> None:
        """What stands in the place of an empty list."""
        if is_filtered:
            self.nothing.show_text("No call fits", "Others are hidden by the filter above.", icon_name="filter")
        else:
            self.nothing.show_text(
                "Nothing was sent yet", "Every call of this connection will be here.", icon_name="cloud"
            )
        self.nothing.set_action("Clear filter" if is_filtered else "", self.clear_filter if is_filtered else None)

    def _fits(self, call: LoggedCall) -> bool:
        if (self.errors_only.isChecked() and not is_error(call)) or (
            self.writes_only.isChecked() and not is_write(call)
        ):
            return False
        words = self.line.text().casefold().split()
        return not words or all(word in searched(call) for word in words)

    def _follow(self) -> None:
        self._stop.pop("calls", lambda: None)()
        log = self._session.calls
        if log is not None:
            self._stop["calls"] = log.subscribe(self._hear_call)
        if log is not self._log:
            self._log = log
            self.details.show_call(None, Place(""))  # it was in another log
        self.reload()

    def _hear_call(self, _call: LoggedCall) -> None:
        if not self._wait.isActive():
            self._wait.start()

    def _show_selected(self) -> None:
        record, front = self.view.current_record(), self._session.front
        if isinstance(record, LoggedCall) and front is not None:
            aws = front.aws
            place = Place(front.region) if aws is None else Place(aws.region, aws.profile.endpoint_url)
            self.details.show_call(record, place)

    def _connect(self) -> None:
        for signal in (self.line.textChanged, self.errors_only.toggled, self.writes_only.toggled):
            signal.connect(self.reload)
        self._wait.timeout.connect(self.reload)
        self.clear_button.clicked.connect(self.clear)
        self.view.selected.connect(self._show_selected)
        for signal in (self._session.opened, self._session.switching):
            signal.connect(self._follow)
        self.destroyed.connect(partial(_end, self._stop))
        self._follow()

    def _arrange(self) -> QWidget:
        self.line.setPlaceholderText("Filter by operation, parameter, error or request id")
        self.line.setAccessibleName("Filter the calls")
        self.line.setClearButtonEnabled(True)
        self.line.addAction(icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        self.view.setAccessibleName("Calls")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        heading, filters = QHBoxLayout(), QHBoxLayout()
        for line in (heading, filters):
            line.setSpacing(8)
        heading.addWidget(plain_label("Calls", "title"), 1)
        heading.addWidget(WrappingRow((self.view.column_button(), self.clear_button)))
        filters.addWidget(self.line, 1)
        filters.addWidget(WrappingRow((self.errors_only, self.writes_only)))
        column.addLayout(heading)
        column.addLayout(filters)
        for face in (self.view, self.nothing):
            self._faces.addWidget(face)
        column.addWidget(self._faces, 1)
        column.addWidget(self.status)
        return content


def _end(stop: dict[str, Callable[[], object]], _destroyed: object = None) -> None:
    for each in stop.values():
        each()
