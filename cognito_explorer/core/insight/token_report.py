"""What was found out about tokens, as text for people and as JSON for programs. Never a whole token in either."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from cognito_explorer.core.auth.jwt_reading import ReadJwt
from cognito_explorer.core.auth.token_text import FoundToken
from cognito_explorer.core.auth.tokens import instant
from cognito_explorer.core.insight.claims import claims_of, header_of
from cognito_explorer.core.insight.consumers import ConsumerAnswer
from cognito_explorer.core.insight.finding import Finding, Verdict
from cognito_explorer.core.insight.token_names import name_of

# Grows when a member changes its meaning or goes; new members may come at any time.
VERSION = 1
# What may hold a token, each character read once; and how one begins, with what of it is shown.
_DOTTED = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]*+)++")
_BEGUN = re.compile(r"\b(e[yw][\w-]{4})[\w-]{4}")
_LONGEST_VALUE = 400
_ORDER: tuple[Verdict, ...] = ("failed", "unknown", "passed")


@dataclass(frozen=True, slots=True)
class TokenReport:
    """One token, where it was, and the findings about it."""

    found: FoundToken = field(repr=False)
    token: ReadJwt = field(repr=False)
    findings: tuple[Finding, ...]
    consumers: tuple[ConsumerAnswer, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all findings' verdicts."""
        verdicts = {each.verdict for each in self.findings}
        return next((each for each in _ORDER if each in verdicts), "passed")


def as_json(reports: Sequence[TokenReport], notes: Sequence[str] = ()) -> str:
    """The reports as one JSON object with a `version`; only ASCII, so that every terminal and program takes it.

    Its members stand in docs/token-report.schema.json.
    """
    document = {"version": VERSION, "notes": list(notes), "tokens": [_document(each) for each in reports]}
    return json.dumps(_hidden(document), indent=2)


def as_text(reports: Sequence[TokenReport]) -> str:
    """The reports for reading: each token's place, header, claims and findings, failed ones first, warnings next."""
    lines: list[str] = []
    for number, report in enumerate(reports, 1):
        count = f" {number} of {len(reports)}" if len(reports) > 1 else ""
        kind = name_of(report.token.decoded)
        lines += [] if number == 1 else [""]
        lines.append(f"Token{count}: {kind}, {report.verdict} ({report.found.where})")
        lines += [f"  also at: {place}" for place in report.found.also_at]
        lines += _values("header", header_of(report.token.decoded))
        lines += _values("claims", claims_of(report.token.decoded))
        lines.append("  findings:")
        ordered = sorted(report.findings, key=lambda each: (_ORDER.index(each.verdict), each.level != "warn"))
        lines += [_line(each) for each in ordered]
        lines += ["  would take it:"] if report.consumers else []
        lines += _takers(report.consumers)
    return "\n".join(_printable(_without_tokens(line)) for line in lines)


def _values(title: str, claims: Sequence[Any]) -> list[str]:
    if not claims:
        return []
    width = min(24, max(len(each.name) for each in claims))
    lines = [f"  {title}:"]
    for claim in claims:
        text = claim.text if len(claim.text) <= _LONGEST_VALUE else claim.text[:_LONGEST_VALUE] + "…"
        at = instant(claim.value) if claim.is_time else None
        when = f"  ({at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)" if at else ""
        lines.append(f"    {claim.name[:80]:<{width}}  {text}{when}")
    return lines


def _takers(consumers: Sequence[ConsumerAnswer]) -> list[str]:
    """Each consumer's answer; what nearly all of them say, once and last."""
    said = Counter((each.will, each.reason) for each in consumers)
    shared, count = max(said.items(), key=lambda each: each[1], default=(("no", ""), 0))
    is_shared = count > 2 and count >= len(consumers) - 1
    lines = [
        f"    {each.will:<7}  {each.consumer}: {each.reason}"
        for each in consumers
        if not is_shared or (each.will, each.reason) != shared
    ]
    whose = f"the other {count}" if lines else "all of them"
    return [*lines, f"    {shared[0]:<7}  {whose}: {shared[1]}"] if is_shared else lines


def _line(finding: Finding) -> str:
    verdict = "warning" if finding.level == "warn" else finding.verdict
    remedy = finding.remedy if verdict != "passed" else ""
    words = " ".join(part for part in (finding.title, finding.detail, remedy) if part)
    return f"    {verdict:<7}  {words}"


def _document(report: TokenReport) -> dict[str, Any]:
    token = report.token
    return {
        "where": report.found.where,
        "also_at": list(report.found.also_at),
        "kind": token.kind,
        "form": token.form,
        "verdict": report.verdict,
        "header": token.header,
        "claims": token.claims,
        "troubles": [{"part": each.part, "sentence": each.sentence} for each in token.troubles],
        "findings": [
            {
                "check": each.check,
                "verdict": each.verdict,
                "level": each.level,
                "claim": each.claim,
                "title": each.title,
                "detail": each.detail,
                "why": each.why,
                "remedy": each.remedy,
            }
            for each in report.findings
        ],
        "consumers": [
            {
                "consumer": each.consumer,
                "will": each.will,
                "claim": each.claim,
                "reason": each.reason,
                "source": each.source,
            }
            for each in report.consumers
        ],
    }


def _hidden(value: Any) -> Any:
    """The value without whole tokens in its texts, and with the numbers JSON has no form for as texts."""
    if isinstance(value, str):
        return _without_tokens(value)
    if isinstance(value, dict):
        return {_without_tokens(name): _hidden(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value


def _without_tokens(text: str) -> str:
    return _DOTTED.sub(_shortened, text)


def _shortened(dotted: re.Match[str]) -> str:
    """As far as a token's beginning, which has a dot behind it."""
    text = dotted[0]
    found = _BEGUN.search(text, 0, text.rindex("."))
    return text if found is None else f"{text[: found.end(1)]}…"


def _printable(line: str) -> str:
    """Without characters that would move the cursor or turn the direction of a terminal's text."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in line)
