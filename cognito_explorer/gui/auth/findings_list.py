"""Findings about a token: icon, word for the level, title, and what follows from it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.gui.lib.labels import IconLabel, breakable, plain_label, plain_tooltip, set_tone
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "ok": ("check-circle", Tone.GOOD, "Good"),
    "warn": ("warning", Tone.WARN, "Look at this"),
    "bad": ("error", Tone.BAD, "Wrong"),
    "info": ("info", Tone.INFO, "To know"),
    "unknown": ("help", Tone.INFO, "Not known"),
}


class FindingsList(QScrollArea):
    """Rows change in place where only words change, so that a countdown does not flicker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self.check_button = QPushButton("Check the signature with the iss&uer")
        self.check_button.hide()
        self.live_button = QPushButton("Ask Co&gnito whether it was revoked")
        self.live_button.setToolTip("One call of GetUser with the access token")
        self.live_button.hide()
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        ground = QWidget()
        ground.setProperty("role", "scrolled")
        column = QVBoxLayout(ground)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(plain_label("Findings", "section"))
        column.addLayout(self._layout)
        column.addWidget(self.check_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.live_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(ground)

    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return tuple(row.finding for row in self._rows)

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these instead."""
        while len(self._rows) > len(findings):
            row = self._rows.pop()
            row.hide()
            row.deleteLater()
        for number, finding in enumerate(findings):
            if number < len(self._rows):
                self._rows[number].show_finding(finding)
            else:
                self._rows.append(_Row(finding))
                self._layout.addWidget(self._rows[-1])


class _Row(QWidget):
    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self._icon = IconLabel("info", Tone.INFO)
        self._title = plain_label("", "section", wrap=True)
        self._level = plain_label("", "small")
        self._detail = plain_label("", wrap=True)
        self._advice = plain_label("", "muted", wrap=True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(0)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._title, 0, 1)
        layout.addWidget(self._level, 0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._detail, 1, 1, 1, 2)
        layout.addWidget(self._advice, 2, 1, 1, 2)
        self._show()

    def show_finding(self, finding: Finding) -> None:
        if finding != self.finding:
            self.finding = finding
            self._show()

    def _show(self) -> None:
        name, tone, word = _LOOKS[self.finding.level]
        self._icon.set_icon(name, tone)
        self._level.setText(word)
        set_tone(self._level, tone)
        self._title.setText(breakable(self.finding.title))
        self._detail.setText(breakable(self.finding.detail))
        self._detail.setVisible(bool(self.finding.detail))
        advice = " ".join(part for part in (self._why(), self.finding.remedy) if part)
        self._advice.setText(breakable(advice))
        self._advice.setVisible(bool(advice))
        self.setToolTip(plain_tooltip(self.finding.why))
        self.setAccessibleName(f"{word}: {self.finding.title} {self.finding.detail} {advice}".strip())

    def _why(self) -> str:
        """Why it matters, where something is amiss; what is right has it in its tooltip."""
        return self.finding.why if self.finding.level in ("bad", "warn", "unknown") else ""
