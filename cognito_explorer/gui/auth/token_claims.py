"""The claims of a token: value, where it comes from, what the pool says now; beneath, the chosen one in sentences."""

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.insight.claim_origins import (
    SAME,
    WORDS,
    AbsentClaim,
    ClaimOrigin,
    absent_claims,
    origins_of,
)
from cognito_explorer.core.insight.claims import Claim, as_text, claims_of, meaning_of
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.gui.auth.claim_strip import ClaimStrip
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.privacy import is_personal, privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.times import clock, counted
from cognito_explorer.gui.lib.tokens import Tone

_NOW = "now"
_MOST_LINES = 30
_HIDDEN = "It reads otherwise in the pool now. People's data is masked."
_CHOOSE = "Choose a claim to read what it means and why it is in."


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim with its origin, or one that is not in the token (`claim.value` is None) with the reason."""

    claim: Claim
    origin: ClaimOrigin
    is_absent: bool = False

    @property
    def name(self) -> str:
        """The claim's name."""
        return self.claim.name


class TokenClaims(QWidget):
    """The table, and a strip beneath that explains the row the keyboard stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = DecodedToken("other", "")
        self._facts: PoolFacts | None = None
        self.table = RecordTable[ClaimRow](_COLUMNS)
        self.view = RecordView(self.table, "token-claims")
        self.view.share_room("value")
        self.strip = ClaimStrip()
        self.view.selected.connect(self._explain)
        privacy().changed.connect(self._explain)
        clock().ticked.connect(self._explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.strip)

    def explanation(self) -> str:
        """What the strip says."""
        return self.strip.text()

    def show_token(self, token: DecodedToken, facts: PoolFacts | None) -> None:
        """Show another token, or the same one with what has been learnt of it; `facts` None: no pool was asked."""
        is_other = token.raw != self._token.raw
        kept = None if is_other else self.view.current_record()
        self._token, self._facts = token, facts
        self.table.set_rows(_rows(token, facts))
        self.view.withhold_column(_NOW, withheld=facts is None)
        if isinstance(kept, ClaimRow):
            index = self.table.find(lambda row: row.name == kept.name)
            if index.isValid():
                self.view.setCurrentIndex(index)
        if is_other:
            self.view.scrollToTop()
        self._explain()

    def retell(self) -> None:
        """Times read differently now."""
        self.view.viewport().update()
        self._explain()

    def _explain(self) -> None:
        row = self.view.current_record() if self.view.chosen() else None
        if isinstance(row, ClaimRow):
            why = " ".join(part for part in (row.origin.why, row.origin.doubt) if part)
            told = _told(row, why), _told(row, row.origin.difference)
            value = "" if row.is_absent else whole_value(row.claim)
            self.strip.tell(row.name, row.claim.meaning, *told, value=value)
        else:
            self.strip.tell(*self._whole())

    def _whole(self) -> tuple[str, str, str, str]:
        """About all claims at once, while none is chosen."""
        facts = self._facts
        if facts is None or not self._token.pool_id:
            return _CHOOSE, "", "", ""
        told = [
            _told(row, row.origin.difference)
            for row in self.table.records()
            if row.origin.difference and not row.is_absent
        ]
        doubts = [_told(row, row.origin.doubt) for row in self.table.records() if row.origin.doubt]
        unread = "\n".join([*facts.unread, *doubts])
        if told:
            title = f"{counted(len(told), 'claim')} would read differently now"
            return title, "", unread, "\n".join(told)
        if doubts:
            return f"Whether {counted(len(doubts), 'claim')} would read differently now is not known", "", unread, ""
        is_known = facts.user is not None or facts.client is not None
        title = "The token agrees with the pool as it is now." if is_known and not unread else _CHOOSE
        return title, _CHOOSE if title != _CHOOSE else "", unread, ""


def value_in_words(claim: Claim) -> str:
    """A claim's value as it stands; a time as a clock shows it, with the date unless that is today's, and in words."""
    moment = instant(claim.value) if claim.is_time else None
    if moment is None:
        return privacy().of_claim(claim.name, claim.text)
    day, time = clock().exact(moment).split(" ")[:2]
    is_today = clock().exact(datetime.now(UTC)).startswith(day)
    return f"{time if is_today else f'{day} {time}'} · {clock().relative(moment)}"


def whole_value(claim: Claim) -> str:
    """A claim's value to the last character; beneath a time's, the exact one here, in UTC, and in words."""
    text = privacy().of_claim(claim.name, claim.text)
    moment = instant(claim.value) if claim.is_time else None
    if moment is None:
        return text
    here_and_there = dict.fromkeys((local_time(moment), f"{moment:%Y-%m-%d %H:%M:%S} UTC"))
    return f"{text}\n{' · '.join((*here_and_there, clock().relative(moment)))}"


def local_time(moment: datetime) -> str:
    """Date and time to the second in this computer's zone, whatever exact times are shown in."""
    try:
        return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %Z}".rstrip()
    except OverflowError:
        return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


def exact_value(claim: Claim) -> str:
    """The whole value, a list line by line, and a time to the second."""
    if isinstance(claim.value, list) and len(claim.value) > 1:
        lines = [privacy().of_claim(claim.name, as_text(each)) for each in claim.value[:_MOST_LINES]]
        rest = len(claim.value) - _MOST_LINES
        return "\n".join([*lines, f"and {rest:,} more: see JSON"] if rest > 0 else lines)
    moment = instant(claim.value) if claim.is_time else None
    return privacy().of_claim(claim.name, claim.text) if moment is None else f"{claim.text}\n{clock().exact(moment)}"


def _rows(token: DecodedToken, facts: PoolFacts | None) -> list[ClaimRow]:
    known = facts or PoolFacts()
    origins = origins_of(token, known)
    rows = [ClaimRow(claim, origins[claim.name]) for claim in claims_of(token)]
    return rows + [_absent_row(absent, token) for absent in absent_claims(token, known)]


def _absent_row(absent: AbsentClaim, token: DecodedToken) -> ClaimRow:
    claim = Claim(absent.name, "", None, meaning_of(absent.name, token))
    return ClaimRow(claim, ClaimOrigin("not in this token", "", absent.now, absent.reason), is_absent=True)


def _other(row: ClaimRow) -> str:
    return row.origin.difference or row.origin.doubt


def _now_icon(row: ClaimRow) -> str:
    if row.is_absent:
        return "minus"
    if row.origin.doubt:
        return "help"
    return "warning" if row.origin.difference else "check" if row.origin.now == SAME else ""


def _now_tone(row: ClaimRow) -> Tone:
    return Tone.WARN if row.origin.difference and not row.is_absent else Tone.MUTED


def _now_tip(row: ClaimRow) -> str:
    return _told(row, _other(row)) or _now(row)


def _now(row: ClaimRow) -> str:
    now = row.origin.now
    return now if now in WORDS else privacy().of_claim(row.name, now)


def _told(row: ClaimRow, sentence: str) -> str:
    """A sentence about a claim, which may name its value."""
    is_hidden = privacy().is_on and is_personal(row.name, row.claim.text) and bool(_other(row))
    return _HIDDEN if is_hidden and sentence else privacy().in_text(sentence)


_CLAIM: Column[ClaimRow] = Column(
    "Claim",
    lambda row: row.name,
    tooltip=lambda row: f"{row.name}\n{row.claim.meaning}",
    is_identifier=True,
    width=160,
)
_VALUE: Column[ClaimRow] = Column(
    "Value",
    lambda row: value_in_words(row.claim),
    key="value",
    tooltip=lambda row: exact_value(row.claim),
    width=220,
)
_SOURCE: Column[ClaimRow] = Column(
    "Comes from",
    lambda row: row.origin.comes_from,
    key="source",
    tone=lambda row: Tone.MUTED if row.is_absent else Tone.TEXT,
    tooltip=lambda row: _told(row, row.origin.why or _other(row)),
    width=130,
)
_TODAY: Column[ClaimRow] = Column("Now", _now, key=_NOW, icon=_now_icon, tone=_now_tone, tooltip=_now_tip, width=140)
_MEANING: Column[ClaimRow] = Column(
    "What it means", lambda row: row.claim.meaning, key="meaning", is_hidden=True, width=250
)
_COLUMNS = (_CLAIM, _VALUE, _SOURCE, _TODAY, _MEANING)
