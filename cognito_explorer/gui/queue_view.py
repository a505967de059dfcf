"""Who waits for what: work that is held back to keep the account's rates, and where each rate comes from."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.aws.operations import is_billed
from cognito_explorer.core.aws.pace import Urgency
from cognito_explorer.gui.lib.billable import BILLABLE, WORD
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import is_loop_running
from cognito_explorer.gui.lib.times import duration, number
from cognito_explorer.gui.lib.tokens import Tone

if TYPE_CHECKING:
    from cognito_explorer.core.aws.pace import Pace, Rate, Waiting

_LOOK_MS = 250
_HALVES = 850, 430
_NOTE = "What a person waits for goes before bulk work. After throttling, a rate comes back within half a minute."
_EMPTY = "Calls wait here so that the account's request rates hold."
_SOURCES = {
    "published": ("AWS's default", "What AWS publishes for every account."),
    "provisioned": ("This account's own", "What AWS says of this account (GetProvisionedLimit)."),
    "throttled": ("Slowed down", "AWS said that this was too fast: half as fast for now."),
    "none": ("No limit", "An endpoint of your own has no rates, until it throttles."),
}


class QueueView(QWidget):
    """Looks a few times a second while it is shown: a queue announces nothing.

    `name_pool` gives a user pool's name by its id.
    """

    def __init__(self, name_pool: Callable[[str], str] = str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace: Pace | None = None
        self._name_pool = name_pool
        self._shown: dict[RecordView, tuple[object, ...]] = {}
        self.table: RecordTable[Waiting] = RecordTable(self._columns())
        self.view = RecordView(self.table, "queue-works")
        self.view.setAccessibleName("Queue")
        self.rates: RecordTable[Rate] = RecordTable(self._rate_columns())
        self.rate_view = RecordView(self.rates, "queue-rates")
        self.rate_view.setAccessibleName("Request rates")
        self.empty = EmptyFace()
        self.empty.show_text("Nobody waits", _EMPTY)
        self.empty.button.hide()
        self.faces = QStackedWidget()
        self.note = ElidedLabel(_NOTE)
        self.note.setProperty("role", "muted")
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._arrange()
        self.setFocusProxy(self.view)

    def follow(self, pace: "Pace | None") -> None:
        """Show the queues of this account and Region."""
        self._pace = pace
        self.look()

    def look(self) -> None:
        """Show the queues as they are now."""
        pace = self._pace if is_loop_running() else None
        waiting = pace.waiting() if pace is not None else ()
        self._show(self.view, tuple(replace(each, since_s=int(each.since_s)) for each in waiting))
        rates = pace.rates() if pace is not None else ()
        whole = (replace(each, rate=round(each.rate, 1)) for each in rates if not each.pool_id)
        self._show(self.rate_view, tuple(whole))
        self.rate_view.setVisible(bool(rates))
        self.faces.setCurrentWidget(self.view if waiting else self.empty)
        why = pace.why_published if pace is not None else ""
        self.note.setText(f"AWS's defaults hold, as the account's own rates are not told. {why}" if why else _NOTE)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _show(self, view: RecordView, rows: tuple[object, ...]) -> None:
        """Only what is new, as far as one sees: a table that is set anew forgets what is selected."""
        if self._shown.get(view) != rows:
            self._shown[view] = rows
            row = view.currentIndex().row()
            view.table.set_rows(rows)
            view.setCurrentIndex(view.table.index(row, 0))

    def _arrange(self) -> None:
        for face in (self.empty, self.view):
            self.faces.addWidget(face)
        halves = RememberedSplitter("queue", Qt.Orientation.Horizontal)
        halves.addWidget(self.faces)
        halves.addWidget(self.rate_view)
        halves.setStretchFactor(0, 1)
        halves.restore(_HALVES)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(halves, 1)
        note = QVBoxLayout()
        note.setContentsMargins(12, 0, 12, 4)
        note.addWidget(self.note)
        layout.addLayout(note)

    def _columns(self) -> "tuple[Column[Waiting], ...]":
        return (
            Column("Work", _work_of, width=180, tooltip=self._whole),
            Column("Calls", lambda each: f"{number(each.count)} × {each.operation}", width=225, tooltip=self._whole),
            Column("Where", self._place, width=185, tooltip=self._whole),
            Column("For", lambda each: duration(each.since_s), sort_key=lambda each: each.since_s, width=84),
            Column(
                "Turn",
                lambda each: _turn(each)[0],
                icon=lambda each: _turn(each)[1],
                tone=lambda each: _turn(each)[2],
                tooltip=self._whole,
                width=80,
            ),
            Column(
                "Bill",
                lambda each: WORD if _is_billed(each) else "",
                icon=lambda each: "tag" if _is_billed(each) else "",
                tone=lambda _: Tone.INFO,
                tooltip=lambda each: BILLABLE if _is_billed(each) else "",
                full_name="Makes the user billable",
                width=88,
            ),
        )

    def _rate_columns(self) -> "tuple[Column[Rate], ...]":
        return (
            Column("Rate category", lambda rate: rate.category, width=150),
            Column("Per second", _shown_rate, sort_key=lambda rate: rate.rate, width=88, is_right_aligned=True),
            Column(
                "Comes from",
                lambda rate: _SOURCES[rate.source][0],
                icon=lambda rate: "warning" if rate.source == "throttled" else "",
                tone=lambda rate: Tone.WARN if rate.source == "throttled" else Tone.MUTED,
                tooltip=_origin,
                width=160,
            ),
        )

    def _place(self, each: "Waiting") -> str:
        pool = self._name_pool(each.pool_id) if each.pool_id else ""
        return ", ".join(part for part in (pool, each.connection) if part)

    def _whole(self, each: "Waiting") -> str:
        """One sentence: Searching users in moonletter: ListUsers, 12 waiting."""
        place = self._place(each)
        if each.is_again:
            again = "AWS said that this was too fast. It is sent again in a moment, later each time."
            return f"{_work_of(each)}{f' in {place}' if place else ''}: {each.count} × {each.operation}. {again}"
        is_first = each.urgency is Urgency.INTERACTIVE
        turn = "A person waits: it goes first." if is_first else "Bulk work lets others go first."
        where = f" in {place}" if place else ""
        return f"{_work_of(each)}{where}: {each.operation}, {each.count} waiting for {each.category}. {turn}"


def _turn(each: "Waiting") -> tuple[str, str, Tone]:
    """When it is sent, with icon and tone."""
    if each.is_again:
        return "Again", "refresh", Tone.WARN
    return ("First", "user", Tone.INFO) if each.urgency is Urgency.INTERACTIVE else ("Bulk", "clock", Tone.MUTED)


def _is_billed(each: "Waiting") -> bool:
    # Of all services it is user pools alone that bill by active users.
    return is_billed("cognito-idp", each.operation)


def _work_of(each: "Waiting") -> str:
    return privacy().in_text(each.work) or each.operation


def _shown_rate(rate: "Rate") -> str:
    return "–" if rate.rate == inf else f"{rate.rate:g}"


def _origin(rate: "Rate") -> str:
    usual = f" Usually {rate.usual:g} a second." if rate.source == "throttled" else ""
    return _SOURCES[rate.source][1] + usual
