"""Likely causes of an error: verdict, what it may be, what to do, and the evidence."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.insight.explanation_checks import CheckedCause
from cognito_explorer.gui.lib.labels import IconLabel, plain_label, set_tone
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tokens import Tone

_LOOKS = {
    "confirmed": ("error", Tone.BAD, "Confirmed"),
    "ruled out": ("check-circle", Tone.GOOD, "Ruled out"),
    "cannot be known": ("help", Tone.INFO, "Cannot be known from here"),
    "": ("minus", Tone.MUTED, "Not checked"),
}
_LONG_WORD = re.compile(r"\S{24,}")


class CauseList(QScrollArea):
    """One row for each cause, most likely first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._causes: tuple[CheckedCause, ...] = ()
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)
        ground = QWidget()
        ground.setProperty("role", "scrolled")
        column = QVBoxLayout(ground)
        column.setContentsMargins(16, 12, 16, 12)
        column.addLayout(self._layout)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Likely causes")
        self.setWidget(ground)
        privacy().changed.connect(self._follow_privacy)

    def causes(self) -> tuple[CheckedCause, ...]:
        """What is shown, top to bottom."""
        return self._causes

    def set_causes(self, causes: Sequence[CheckedCause]) -> None:
        """Show these instead."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._causes = tuple(causes)
        self._rows = [_row(each) for each in causes]
        for row in self._rows:
            self._layout.addWidget(row)
        self.verticalScrollBar().setValue(0)

    def _follow_privacy(self) -> None:
        self.set_causes(self._causes)


def _row(checked: CheckedCause) -> QWidget:
    verdict = checked.verdict
    evidence = privacy().in_text(verdict.evidence) if verdict else ""
    symbol, tone, word = _LOOKS[verdict.state if verdict else ""]
    row = QWidget()
    level = plain_label(word, "small")
    set_tone(level, tone)
    layout = QGridLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(8)
    layout.setVerticalSpacing(4)
    layout.setColumnStretch(1, 1)
    layout.addWidget(IconLabel(symbol, tone), 0, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(plain_label(_breakable(checked.cause.cause), "section", wrap=True, selectable=True), 0, 1)
    layout.addWidget(level, 0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
    if verdict is not None:
        layout.addWidget(plain_label(_breakable(evidence), wrap=True, selectable=True), 1, 1, 1, 2)
    if verdict is None or verdict.state != "ruled out":
        layout.addWidget(plain_label(f"What to do: {_breakable(checked.cause.todo)}", "muted", wrap=True), 2, 1, 1, 2)
    row.setAccessibleName(f"{word}: {checked.cause.cause} {evidence} {checked.cause.todo}".strip())
    return row


def _breakable(text: str) -> str:
    """Addresses and ARNs may be broken anywhere: a label is as wide as its longest word."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(word.group()), text)
