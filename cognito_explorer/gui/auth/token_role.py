"""Which role an identity pool would give to the token on show, and the way there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

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
        self._pool = plain_label("", "muted", wrap=True)
        self._conclusion = plain_label("", "section", wrap=True, selectable=True)
        self._arn = plain_label("", "mono", wrap=True, selectable=True)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._rows: list[QWidget] = []
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
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

    def show_trace(self, detail: IdentityPoolDetail, token: DecodedToken) -> None:
        """Follow a token through an identity pool; the same way stays as it is."""
        trace = trace_role(detail, token)
        self._pool.setText(breakable(f"Identity pool {detail.name} ({detail.id})"))
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
