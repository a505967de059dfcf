"""The probes as a table: one line each, what a guest and what a signed-in user were answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from cognito_explorer.core.identity_pools.probes import Probe, ProbeResult
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.tokens import Tone

Side = Literal["guest", "authenticated"]

_WORDS = {"allowed": "Allowed", "denied": "Denied", "failed": "Failed", "kept back": "Kept back"}
_ICONS = {"allowed": "check-circle", "denied": "denied", "failed": "warning", "kept back": "lock"}
_TONES = {"allowed": Tone.GOOD, "denied": Tone.BAD, "failed": Tone.WARN, "kept back": Tone.MUTED}
_REQUESTS = {"s3 get": "Read", "s3 put": "Write", "s3 list": "List"}


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One probe, the newest answers to it, and on which sides it is being tried now."""

    probe: Probe
    guest: ProbeResult | None = None
    authenticated: ProbeResult | None = None
    trying: frozenset[Side] = frozenset()

    def answered(self, side: Side, result: ProbeResult | None) -> "ProbeRow":
        """The row with an answer on one side."""
        rested = replace(self, trying=self.trying - {side})
        return replace(rested, guest=result) if side == "guest" else replace(rested, authenticated=result)

    def begun(self, side: Side) -> "ProbeRow":
        """The row while one side is being tried."""
        return replace(self, trying=self.trying | {side})

    def rested(self) -> "ProbeRow":
        """The row when nothing is being tried any more."""
        return replace(self, trying=frozenset())

    def let_go(self) -> "ProbeRow":
        """The row without what was kept back: something else may hold now."""
        guest, user = (None if is_kept_back(each) else each for each in (self.guest, self.authenticated))
        return replace(self, guest=guest, authenticated=user)

    def result(self, side: Side) -> ProbeResult | None:
        """The answer on one side."""
        return self.guest if side == "guest" else self.authenticated

    @property
    def differs(self) -> bool:
        """Whether the two sides were answered differently: what one comes to see."""
        both = (self.guest, self.authenticated)
        return all(both) and len({result.verdict for result in both if result is not None}) > 1


def is_kept_back(result: ProbeResult | None) -> bool:
    """Whether nothing was sent."""
    return result is not None and result.verdict == "kept back"


def word_of(result: ProbeResult) -> str:
    """The verdict in a word."""
    return _WORDS[result.verdict]


def icon_of(result: ProbeResult) -> str:
    """The verdict's icon."""
    return _ICONS[result.verdict]


def tone_of(result: ProbeResult) -> Tone:
    """The verdict's colour."""
    return _TONES[result.verdict]


def probe_columns() -> tuple[Column[ProbeRow], ...]:
    """Probe, request, and one column for each side."""
    return (
        Column("Probe", lambda row: row.probe.title, width=160),
        _side_column("Guest", "guest"),
        _side_column("Authenticated", "authenticated"),
        Column("Permission", lambda row: row.probe.action, width=120, is_identifier=True),
        Column("Request", _request, width=120),
    )


def _request(row: ProbeRow) -> str:
    return f"{_REQUESTS[row.probe.kind]} {row.probe.bucket}/{row.probe.key}"


def _side_column(label: str, side: Side) -> Column[ProbeRow]:
    def shown(words: Callable[[ProbeResult], str], without: str, trying: str) -> Callable[[ProbeRow], str]:
        def read(row: ProbeRow) -> str:
            if side in row.trying:
                return trying
            result = row.result(side)
            return words(result) if result is not None else without

        return read

    def tone(row: ProbeRow) -> Tone:
        result = row.result(side)
        return tone_of(result) if result is not None and side not in row.trying else Tone.MUTED

    return Column(
        label,
        shown(word_of, "Not run", "Trying…"),
        icon=shown(icon_of, "minus", "clock"),
        tone=tone,
        tooltip=shown(lambda result: result.reason, "Not run yet", "Being tried now"),
        width=122,
    )
