"""“Will it work?”: who would take the token on show, and the claim that decides."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Literal

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.consumers import ConsumerAnswer, ConsumerSettings, ask_consumers
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.gui.auth.live_check_part import LiveCheckPart
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.redaction import holds_secret
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "yes": ("check-circle", Tone.GOOD, "yes"),
    "no": ("error", Tone.BAD, "no"),
    "depends": ("help", Tone.WARN, "depends"),
}
_NOTE = "By the rules each of them follows, as far as they are documented. What is left empty is not held against it."
_LONGEST = 512
_LONGEST_GRACE_S = 86_400
_EDGE_PX = 12
_WIDE_PX = 500
_USES: tuple[tuple[Literal["", "id", "access"], str], ...] = (("", "Any"), ("id", "ID"), ("access", "Access"))


class TokenConsumers(QScrollArea):
    """One row for each consumer. What an API expects is typed above the table, and remembered for the next token of
    the same issuer.

    All of it scrolls as one: the table is as high as its rows. `changed`: something else is expected now.
    """

    changed = Signal()

    def __init__(self, aws: Aws | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = _place_of("")
        self.live = LiveCheckPart(aws)
        self.issuer_line = _line("expected_issuer", "Any issuer")
        self.audience_line = _line("expected_audience", "Any audience or client id")
        self.scopes_line = _line("expected_scopes", "No scope demanded")
        self.use_box = _use_box()
        self.groups_line = _line("expected_groups", "No group demanded")
        self.grace_line = _line("expected_grace", "0, in seconds")
        self.grace_line.setValidator(QIntValidator(0, _LONGEST_GRACE_S, self))
        self.answers = RecordTable[ConsumerAnswer](_COLUMNS)
        self.view = RecordView(self.answers, "token-consumers")
        self._inner = QWidget()
        self._told: tuple[ConsumerAnswer, ...] = ()
        self._top = QGridLayout()
        self._expected: list[tuple[QLabel, QWidget]] = []
        self._note = plain_label(_NOTE, "small", wrap=True)
        self._across = 0
        self.reason = plain_label("", wrap=True, selectable=True)
        self.reason.setContentsMargins(12, 8, 12, 8)
        self._arrange()
        self.view.selected.connect(self._choose)
        self.live.told.connect(partial(self._look_at, self._look_at_answer))
        self.view.share_room("why")
        # It is as high as its rows: a bar that comes and goes would change their width, and so their height.
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.rows_fitted.connect(self._fit_table)
        self._show_reason()

    @property
    def issuer(self) -> str:
        """The issuer that is expected, or ""."""
        return self.issuer_line.text().strip()

    @property
    def audience(self) -> str:
        """The audience that is expected, or "" for none or several."""
        found = self.audience_line.text().split()
        return found[0] if len(found) == 1 else ""

    def hold(self, token: DecodedToken) -> None:
        """Expect what was remembered for tokens of the same pool or issuer; one that names none changes nothing."""
        place = _place_of(token.pool_id or token.issuer)
        if token.issuer and place != self._place:
            self._place = place
            settings = Settings()
            for line in self._lines():
                line.setText(settings.text(f"{place}/{line.objectName()}"))
            self.use_box.setCurrentIndex(max(0, self.use_box.findData(settings.text(f"{place}/expected_use"))))

    def forget(self) -> None:
        """Expect no issuer and no audience of these tokens any more."""
        self.issuer_line.clear()
        self.audience_line.clear()
        self._remember()

    def show_token(
        self, token: DecodedToken, context: TokenContext, identity_pool_clients: tuple[str, ...] | None
    ) -> None:
        """Ask everyone about this token; rows that say the same stay as they are."""
        audiences = tuple(self.audience_line.text().split())
        settings = ConsumerSettings(
            issuer=self.issuer,
            audiences=audiences,
            client_ids=audiences,
            token_use=next((use for use, _ in _USES if use == self.use_box.currentData()), ""),
            scopes=tuple(self.scopes_line.text().split()),
            groups=tuple(self.groups_line.text().split()),
            grace_s=int(self.grace_line.text() or 0),
            identity_pool_clients=identity_pool_clients,
        )
        self.live.show_token(token, context.skew or timedelta())
        answers = ask_consumers(token, context, settings)
        if answers != self._told:
            self._told = answers
            self._show_answers(answers)

    def _show_answers(self, answers: tuple[ConsumerAnswer, ...]) -> None:
        """A countdown in a reason must not take the chosen row away."""
        chosen: ConsumerAnswer | None = self.view.current_record()
        self.view.blockSignals(True)
        self.answers.set_rows(answers)
        index = self.answers.find(lambda row: chosen is not None and row.consumer == chosen.consumer)
        if index.isValid():
            self.view.setCurrentIndex(index)
        self.view.blockSignals(False)
        self._fit_table()
        self._show_reason()

    def _fit_table(self) -> None:
        """As high as its rows: the whole tab scrolls, not a table in it."""
        bar = self.view.horizontalScrollBar().sizeHint().height()
        header = self.view.horizontalHeader().sizeHint().height()
        self.view.setFixedHeight(header + self.view.verticalHeader().length() + bar)

    def _show_reason(self) -> None:
        answer: ConsumerAnswer | None = self.view.current_record()
        words = breakable(f"{answer.consumer}: {answer.reason}") if answer else "Choose a row to read all of it."
        if words != self.reason.text():
            self.reason.setText(words)

    def _choose(self) -> None:
        self._show_reason()
        self._look_at(self._look_at_row)

    def _look_at(self, look: Callable[[], None]) -> None:
        """Once everything has the height that its words need."""
        QTimer.singleShot(0, self, look)

    def _look_at_row(self) -> None:
        """The whole reason is brought into sight, and above all the row that was chosen."""
        row = self.view.visualRect(self.view.currentIndex())
        if row.isValid():
            self.ensureWidgetVisible(self.reason, 0, 0)
            top = self.view.viewport().mapTo(self._inner, QPoint(0, row.top())).y()
            for edge in (top + row.height(), top):
                self.ensureVisible(0, edge, 0, _EDGE_PX)

    def _look_at_answer(self) -> None:
        """An answer is looked at from its first line on."""
        self.ensureWidgetVisible(self.live, 0, 0)
        self.ensureVisible(0, self.live.y(), 0, _EDGE_PX)

    def _remember(self) -> None:
        for line in self._lines():
            text = line.text().strip()
            # What was pasted into the wrong line must not lie in a plain file.
            Settings().put(f"{self._place}/{line.objectName()}", "" if holds_secret(text) else text)
        Settings().put(f"{self._place}/expected_use", str(self.use_box.currentData()))
        self.changed.emit()

    def _lines(self) -> tuple[QLineEdit, ...]:
        return self.issuer_line, self.audience_line, self.scopes_line, self.groups_line, self.grace_line

    def _arrange(self) -> None:
        top = self._top
        top.setContentsMargins(12, 12, 12, 8)
        top.setHorizontalSpacing(8)
        top.setVerticalSpacing(4)
        parts: tuple[tuple[str, QWidget], ...] = (
            ("Expected issuer", self.issuer_line),
            ("Audience", self.audience_line),
            ("Scopes", self.scopes_line),
            ("A verifier's token use", self.use_box),
            ("Groups", self.groups_line),
            ("A verifier's grace", self.grace_line),
        )
        for words, part in parts:
            self._expected.append((_label(words, part), part))
            if isinstance(part, QLineEdit):
                part.editingFinished.connect(self._remember)
        self.use_box.activated.connect(lambda _at: self._remember())
        self._place_lines()
        self._assemble(top)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_lines()

    def _place_lines(self) -> None:
        """Three beside each other, or two where there is little room."""
        across = 3 if self.width() >= theme().px(_WIDE_PX) else 2
        if across == self._across:
            return
        self._across = across
        for number, (label, part) in enumerate(self._expected):
            row, column = divmod(number, across)
            self._top.addWidget(label, 2 * row, column)
            self._top.addWidget(part, 2 * row + 1, column)
        for column in range(3):
            self._top.setColumnStretch(column, int(column < across))
        self._top.addWidget(self._note, 6, 0, 1, across)

    def _assemble(self, top: QGridLayout) -> None:
        inner = self._inner
        inner.setProperty("role", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.view)
        column.addWidget(self.reason)
        column.addWidget(self.live)
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)


def _line(name: str, placeholder: str) -> QLineEdit:
    line = QLineEdit(Settings().text(f"tokens/{name}"))
    line.setObjectName(name)
    line.setPlaceholderText(placeholder)
    line.setMaxLength(_LONGEST)
    return line


def _place_of(issuer: str) -> str:
    """Where the settings keep what is expected. An issuer's slashes would be folders there, its colon a sign."""
    return f"tokens/{sha256(issuer.encode(errors='surrogatepass')).hexdigest()[:16]}" if issuer else "tokens"


def _use_box() -> QComboBox:
    box = QComboBox()
    for use, words in _USES:
        box.addItem(words, use)
    box.setCurrentIndex(max(0, box.findData(Settings().text("tokens/expected_use"))))
    return box


def _label(words: str, part: QWidget) -> QLabel:
    label = plain_label(words, "small")
    label.setBuddy(part)
    return label


_COLUMNS: tuple[Column[ConsumerAnswer], ...] = (
    Column("Consumer", lambda row: row.consumer, lines=3, width=164),
    Column(
        "Takes it",
        lambda row: _LOOKS[row.will][2],
        key="will",
        icon=lambda row: _LOOKS[row.will][0],
        tone=lambda row: _LOOKS[row.will][1],
        width=112,
    ),
    Column("Decides", lambda row: row.claim, key="claim", is_identifier=True, width=86),
    Column("Why", lambda row: row.reason, key="why", lines=4, width=180),
)
