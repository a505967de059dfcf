"""Which role an identity pool would give to the token on show, and the way there."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.insight.role_trace import RoleStep, RoleTrace, trace_role
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "yes": ("check-circle", Tone.GOOD, "Yes"),
    "no": ("close", Tone.MUTED, "No"),
    "skipped": ("minus", Tone.MUTED, "Not looked at"),
    "unknown": ("help", Tone.WARN, "Not known"),
}
_NOTE = (
    "From the pool's settings alone. The role's trust policy, the token's signature and its expiry are looked at when"
    " credentials are asked for: try access to see."
)


class TokenRole(QScrollArea):
    """The conclusion, then each step in Cognito's order with what it came to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trace: RoleTrace | None = None
        self._details: tuple[IdentityPoolDetail, ...] = ()
        self._token = DecodedToken("other", "")
        self.pool_box = _make_box()
        self._label = plain_label("Identity pool", "muted")
        self._label.setBuddy(self.pool_box)
        self._pool = plain_label("", "muted", wrap=True, selectable=True)
        self._conclusion = plain_label("", "section", wrap=True, selectable=True)
        self._arn = plain_label("", "mono", wrap=True, selectable=True)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._rows: list[QWidget] = []
        self._arrange()
        self.pool_box.currentIndexChanged.connect(lambda _at: self._trace())

    def show_traces(self, details: Sequence[IdentityPoolDetail], token: DecodedToken) -> None:
        """Follow a token through one of these identity pools: the chosen one, or the first. There is at least one."""
        self._token = token
        if tuple(details) != self._details:
            chosen = self.pool_box.currentData()
            self._details = tuple(details)
            self.pool_box.blockSignals(True)
            self.pool_box.clear()
            for each in self._details:
                self.pool_box.addItem(_name_of(each, token), each.id)
            self.pool_box.setCurrentIndex(max(0, self.pool_box.findData(chosen)))
            self.pool_box.blockSignals(False)
        for part in (self._label, self.pool_box):
            part.setVisible(len(self._details) > 1)
        self._trace()

    def _trace(self) -> None:
        detail = self._details[max(0, self.pool_box.currentIndex())]
        trace = trace_role(detail, self._token)
        is_alone = len(self._details) == 1
        self._pool.setText(breakable(f"Identity pool {detail.name} ({detail.id})" if is_alone else detail.id))
        if trace == self.trace:
            return
        self.trace = trace
        self._conclusion.setText(breakable(trace.conclusion))
        self._arn.setText(breakable(trace.role_arn))
        self._arn.setVisible(bool(trace.role_arn))
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [_row(step) for step in trace.steps]
        for row in self._rows:
            self._steps.addWidget(row)

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(self._label)
        choice.addWidget(self.pool_box, 1)
        column.addLayout(choice)
        for part in (self._pool, self._conclusion, self._arn):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(self._steps)
        column.addSpacing(8)
        column.addWidget(plain_label(_NOTE, "small", wrap=True))
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)


def _make_box() -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(16)
    return box


def _name_of(detail: IdentityPoolDetail, token: DecodedToken) -> str:
    """Names may be equal: the end of the id tells two apart."""
    pairs = [(each.pool_id, each.client_id) for each in detail.user_pool_providers]
    other = "" if (token.pool_id, token.client_id) in pairs else ", for other app clients"
    return f"{detail.name or detail.id} (…{detail.id[-4:]}){other}"


def _row(step: RoleStep) -> QWidget:
    name, tone, word = _LOOKS[step.verdict]
    row = QWidget()
    layout = QGridLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(8)
    layout.setVerticalSpacing(0)
    layout.setColumnStretch(1, 1)
    layout.addWidget(IconLabel(name, tone), 0, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(plain_label(breakable(step.question), wrap=True), 0, 1)
    layout.addWidget(plain_label(breakable(step.answer), "muted", wrap=True), 1, 1)
    row.setAccessibleName(f"{word}: {step.question} {step.answer}")
    return row
