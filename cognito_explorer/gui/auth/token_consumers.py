"""“Will it work?”: who would take the token on show, and the claim that decides."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.consumers import ConsumerAnswer, ConsumerSettings, ask_consumers
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.gui.auth.live_check_part import LiveCheckPart
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "yes": ("check-circle", Tone.GOOD, "yes"),
    "no": ("error", Tone.BAD, "no"),
    "depends": ("help", Tone.WARN, "depends"),
}
_NOTE = "By the rules each of them follows, as far as they are documented. What is left empty is not held against it."
_LONGEST = 512
_LONGEST_GRACE_S = 86_400
_USES: tuple[tuple[Literal["", "id", "access"], str], ...] = (("", "Any"), ("id", "ID"), ("access", "Access"))


class TokenConsumers(QWidget):
    """One row for each consumer. What an API expects is typed above the table and remembered for the next token.

    `changed`: something else is expected now.
    """

    changed = Signal()

    def __init__(self, aws: Aws | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.reason = plain_label("", wrap=True, selectable=True)
        self.reason.setContentsMargins(12, 8, 12, 8)
        self._arrange()
        self.view.selected.connect(self._show_reason)
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
        self.live.show_token(token)
        answers = ask_consumers(token, context, settings)
        if answers != tuple(self.answers.records()):
            self.answers.set_rows(answers)
            self._show_reason()

    def _show_reason(self) -> None:
        answer: ConsumerAnswer | None = self.view.current_record()
        self.reason.setText(f"{answer.consumer}: {answer.reason}" if answer else "Choose a row to read all of it.")

    def _remember(self) -> None:
        lines = (self.issuer_line, self.audience_line, self.scopes_line, self.groups_line, self.grace_line)
        for line in lines:
            Settings().put(f"tokens/{line.objectName()}", line.text().strip())
        Settings().put("tokens/expected_use", str(self.use_box.currentData()))
        self.changed.emit()

    def _arrange(self) -> None:
        top = QGridLayout()
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
        for number, (words, part) in enumerate(parts):
            row, column = divmod(number, 3)
            top.addWidget(_label(words, part), 2 * row, column)
            top.addWidget(part, 2 * row + 1, column)
            top.setColumnStretch(column, 1)
            if isinstance(part, QLineEdit):
                part.editingFinished.connect(self._remember)
        self.use_box.activated.connect(lambda _at: self._remember())
        top.addWidget(plain_label(_NOTE, "small", wrap=True), 4, 0, 1, 3)
        rules = QWidget()
        upper = QVBoxLayout(rules)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addLayout(top)
        upper.addWidget(self.view, 1)
        upper.addWidget(self.reason)
        splitter = RememberedSplitter("token-consumers", Qt.Orientation.Vertical)
        splitter.addWidget(rules)
        splitter.addWidget(self.live)
        splitter.setStretchFactor(0, 1)
        splitter.restore([360, 120])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def _line(name: str, placeholder: str) -> QLineEdit:
    line = QLineEdit(Settings().text(f"tokens/{name}"))
    line.setObjectName(name)
    line.setPlaceholderText(placeholder)
    line.setMaxLength(_LONGEST)
    return line


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
    Column("Consumer", lambda row: row.consumer, width=290),
    Column(
        "Takes it",
        lambda row: _LOOKS[row.will][2],
        key="will",
        icon=lambda row: _LOOKS[row.will][0],
        tone=lambda row: _LOOKS[row.will][1],
        width=100,
    ),
    Column("Decides", lambda row: row.claim, key="claim", is_identifier=True, width=90),
    Column("Why", lambda row: row.reason, key="why", width=250),
)
