"""The probes as a table: one line each, what a guest and what a signed-in user were answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from cognito_explorer.core.identity_pools.probes import Probe, ProbeResult
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.tokens import Tone

Side = Literal["guest", "authenticated"]

_WORDS = {"allowed": "Allowed", "denied": "Denied", "failed": "Failed"}
_ICONS = {"allowed": "check-circle", "denied": "denied", "failed": "warning"}
_TONES = {"allowed": Tone.GOOD, "denied": Tone.BAD, "failed": Tone.WARN}
_REQUESTS = {"s3 get": "Read", "s3 put": "Write", "s3 list": "List"}


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One probe and the newest answers to it."""

    probe: Probe
    guest: ProbeResult | None = None
    authenticated: ProbeResult | None = None

    def answered(self, side: Side, result: ProbeResult | None) -> "ProbeRow":
        """The row with an answer on one side."""
        if side == "guest":
            return replace(self, guest=result)
        return replace(self, authenticated=result)

    def result(self, side: Side) -> ProbeResult | None:
        """The answer on one side."""
        return self.guest if side == "guest" else self.authenticated


def probe_columns() -> tuple[Column[ProbeRow], ...]:
    """Probe, request, and one column for each side."""
    return (
        Column("Probe", lambda row: row.probe.title, width=170),
        Column("Request", _request, width=330),
        _side_column("Guest", "guest"),
        _side_column("Authenticated", "authenticated"),
        Column("Permission", lambda row: row.probe.action, width=130, is_identifier=True),
    )


def explain(row: ProbeRow) -> str:
    """Both answers to a probe in full, for reading and copying."""
    lines = [f"{row.probe.title}: {row.probe.action} on {row.probe.resource}"]
    for label, result in (("Guest", row.guest), ("Authenticated", row.authenticated)):
        if result is None:
            lines.append(f"\n{label}: not run")
            continue
        code = f" [{result.code}]" if result.code else ""
        lines.append(f"\n{label}: {_WORDS[result.verdict]} in {result.duration_ms} ms{code}\n{result.reason}")
        if result.preview:
            lines.append(f"--- what came back begins:\n{result.preview}")
    return "\n".join(lines)


def _request(row: ProbeRow) -> str:
    return f"{_REQUESTS[row.probe.kind]} {row.probe.bucket}/{row.probe.key}"


def _side_column(label: str, side: Side) -> Column[ProbeRow]:
    def shown(words: Callable[[ProbeResult], str], without: str) -> Callable[[ProbeRow], str]:
        def read(row: ProbeRow) -> str:
            result = row.result(side)
            return words(result) if result is not None else without

        return read

    def tone(row: ProbeRow) -> Tone:
        result = row.result(side)
        return _TONES[result.verdict] if result is not None else Tone.MUTED

    return Column(
        label,
        shown(lambda result: _WORDS[result.verdict], "Not run"),
        icon=shown(lambda result: _ICONS[result.verdict], "minus"),
        tone=tone,
        tooltip=shown(lambda result: result.reason, "Not run yet"),
        width=130,
    )
