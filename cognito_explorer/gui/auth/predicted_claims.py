"""The claims of a predicted token: value, source, and what a really issued one says; beneath, the chosen one whole."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.core.insight.predicted_claims import (
    Kind,
    PredictedClaim,
    Prediction,
    difference_in_words,
    predicted_claims,
)
from cognito_explorer.gui.auth.claim_strip import ClaimStrip
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.labels import breakable, plain_label, set_tone
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tokens import Tone

_ISSUED = "issued"
_CHOOSE = "Choose a claim to read what it means."
_HELD = {
    "same": ("check", "same"),
    "other value": ("warning", ""),
    "not in it": ("warning", "not in it"),
    "in it alone": ("warning", ""),
    "in neither": ("minus", "not in it either"),
    "": ("", ""),
}


class PredictedClaims(QWidget):
    """One row for each claim that comes, and for each that stays out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RecordTable[PredictedClaim](_COLUMNS)
        self.view = RecordView(self.table, "predicted-claims")
        self._compared = QWidget()
        self._rows: tuple[PredictedClaim, ...] = ()
        self.difference = plain_label("", wrap=True, selectable=True)
        self.only_box = QCheckBox("&Differences only")
        self.only_box.toggled.connect(self._fill)
        self.view.share_room("why")
        self.strip = ClaimStrip()
        self.view.selected.connect(self._explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QHBoxLayout(self._compared)
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(12)
        top.addWidget(self.difference, 1)
        top.addWidget(self.only_box)
        layout.addWidget(self._compared)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.strip)
        self._explain()

    def show_prediction(self, prediction: Prediction, kind: Kind, issued: Mapping[str, Any] | None) -> None:
        """Show one of its tokens; `issued` are the claims of a real one to hold against it."""
        rows = self._rows = predicted_claims(prediction, kind, issued)
        differs = any(row.differs for row in rows)
        self.only_box.setVisible(differs)
        self._fill()
        said = difference_in_words(rows)
        self.difference.setText(breakable(said))
        for part in (self._compared, self.difference):
            part.setVisible(bool(said))
        set_tone(self.difference, Tone.WARN if differs else Tone.MUTED)
        # Not a choice of the person's, so it is not remembered as one.
        at = next(number for number, column in enumerate(_COLUMNS) if column.name == _ISSUED)
        self.view.setColumnHidden(at, issued is None)
        self._explain()

    def _fill(self) -> None:
        """All, or what differs where that is wished and there is any."""
        differing = tuple(row for row in self._rows if row.differs)
        self.table.set_rows(differing if differing and self.only_box.isChecked() else self._rows)

    def _explain(self) -> None:
        row = self.view.current_record() if self.view.chosen() else None
        if isinstance(row, PredictedClaim):
            self.strip.tell(row.name, row.meaning, row.why, value=_values(row))
        else:
            self.strip.tell(_CHOOSE)


def _values(row: PredictedClaim) -> str:
    """Both values to the last character, where there are two and they differ."""
    text = privacy().of_claim(row.name, row.text)
    if not row.held:
        return text
    return f"Predicted: {text or 'not in it'}\nIssued: {'the same' if row.held == 'same' else _issued(row)}"


def _issued(row: PredictedClaim) -> str:
    return _HELD[row.held][1] or privacy().of_claim(row.name, row.issued)


def _source_tone(row: PredictedClaim) -> Tone:
    return Tone.MUTED if row.stays_out else Tone.TEXT


_COLUMNS: tuple[Column[PredictedClaim], ...] = (
    Column("Claim", lambda row: row.name, is_identifier=True, width=190),
    Column("Value", lambda row: privacy().of_claim(row.name, row.text), key="value", width=220),
    Column("Comes from", lambda row: row.comes_from, key="source", tone=_source_tone, width=140),
    Column(
        "Issued token",
        _issued,
        key=_ISSUED,
        icon=lambda row: _HELD[row.held][0],
        tone=lambda row: Tone.WARN if row.differs else Tone.MUTED,
        width=160,
    ),
    Column("Why", lambda row: row.why, key="why", tone=lambda _row: Tone.MUTED, width=320),
    Column("What it means", lambda row: row.meaning, key="meaning", is_hidden=True, width=250),
)
