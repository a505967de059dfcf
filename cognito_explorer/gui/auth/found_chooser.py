"""Many tokens of one text side by side: what each is, whose, whether it still lives, and where it stood."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from cognito_explorer.gui.auth.pasted_tokens import PastedToken
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.tokens import Tone

_WIDTH_PX, _TABLE_PX, _SCREEN_SHARE = 980, 400, 0.9
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    found: PastedToken

    def reads(self, words: Sequence[str]) -> bool:
        """Whether each of the words is in what its line says."""
        found = self.found
        told = (found.name, found.whose, found.token.client_id, found.expiry_now, *found.places)
        whole = " ".join(told).lower()
        return all(word in whole for word in words)


class FoundChooser(Dialog):
    """Typing filters, the arrows move, Enter takes. `at` is the number of the one chosen."""

    def __init__(self, parent: QWidget, found: Sequence[PastedToken], at: int) -> None:
        super().__init__(parent, f"Which of the {len(found)} tokens?")
        self._rows = [_Row(number, each) for number, each in enumerate(found)]
        self.line = QLineEdit()
        self.line.setPlaceholderText("Kind, user, client, host, header or cookie; “expired” for those that are")
        self.line.setAccessibleName("Filter the tokens")
        self.line.setClearButtonEnabled(True)
        self.table = RecordTable[_Row](_COLUMNS)
        self.view = RecordView(self.table, "found-tokens")
        self.view.setAccessibleName("Tokens found")
        self._count = plain_label("", "small")
        for part in (self.line, self.view, self._count):
            self.body.addWidget(part)
        self.add_safe("Cancel")
        self.take_button = self.add_action("Show this token")
        self.take_button.setDefault(True)
        self.take_button.clicked.connect(self.accept)
        self.view.activated.connect(lambda _index: self.accept())
        self.view.selected.connect(self._enable)
        self.line.textChanged.connect(lambda _text: self._filter())
        self.line.installEventFilter(self)
        self._show(self._rows, at)
        room = parent.screen().availableSize() * _SCREEN_SHARE
        self.view.setMinimumHeight(min(theme().px(_TABLE_PX), room.height() - theme().px(_TABLE_PX // 2)))
        self.resize(min(theme().px(_WIDTH_PX), room.width()), self.sizeHint().height())
        self.line.setFocus()

    @property
    def at(self) -> int | None:
        """The number of the token that is chosen."""
        row = self.view.current_record()
        return row.number if isinstance(row, _Row) else None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.view.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _filter(self) -> None:
        words = self.line.text().lower().split()
        kept = self.at
        self._show([row for row in self._rows if row.reads(words)], kept)

    def _show(self, rows: Sequence[_Row], at: int | None) -> None:
        self.table.set_rows(rows)
        index = self.table.find(lambda row: row.number == at)
        self.view.setCurrentIndex(index if index.isValid() else self.table.index(0, 0))
        told = counted(len(self._rows), "token")
        self._count.setText(told if len(rows) == len(self._rows) else f"{len(rows)} of {told}")
        self._enable()

    def _enable(self) -> None:
        self.take_button.setEnabled(self.at is not None)


def _tone(row: _Row) -> Tone:
    return Tone.MUTED if row.found.is_expired else Tone.TEXT


_COLUMNS: tuple[Column[_Row], ...] = (
    Column("No.", lambda row: row.number + 1, is_right_aligned=True, width=52),
    Column("Token", lambda row: row.found.name, key="kind", tone=_tone, width=110),
    Column("Whose", lambda row: privacy().in_text(row.found.whose), key="whose", tone=_tone, width=130),
    Column(
        "Life",
        lambda row: row.found.expiry_now,
        key="life",
        icon=lambda row: "error" if row.found.is_expired else "clock" if row.found.token.expires_at else "",
        tone=lambda row: Tone.BAD if row.found.is_expired else Tone.TEXT,
        sort_key=lambda row: row.found.token.expires_at,
        width=168,
    ),
    Column("Request", lambda row: row.found.request, key="request", width=230),
    Column(
        "Stood in",
        lambda row: row.found.place,
        key="place",
        tooltip=lambda row: "\n".join(row.found.places),
        width=200,
    ),
)
