"""Errors as pages: what happened and the likely causes in order. One catalogue, resources/texts/explanations.json."""

import json
from dataclasses import dataclass
from functools import lru_cache

from cognito_explorer import resources
from cognito_explorer.core.aws import errors as aws_errors
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.error_clues import LONGEST, Clues, find_clues

# A part of a message alone, without a code beside it, says enough from this length on.
_TELLING = 15


@dataclass(frozen=True, slots=True)
class Cause:
    """One likely cause, what to do about it, and the name of the check that can tell, or ""."""

    cause: str
    todo: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue. `contains` narrows its codes down; without codes it alone decides."""

    id: str
    codes: tuple[str, ...]
    contains: tuple[str, ...]
    title: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a page shows of an error. `entry_id` is "" where the catalogue has nothing for it."""

    entry_id: str
    title: str
    causes: tuple[Cause, ...]
    clues: Clues

    @property
    def is_known(self) -> bool:
        """Whether the catalogue knows the error."""
        return bool(self.entry_id)


def explain(trouble: str | ExplorerError) -> Explanation:
    """The page for an error of the app or for any pasted text: of AWS, an SDK, OAuth, a browser. Never raises."""
    text = text_of(trouble) if isinstance(trouble, ExplorerError) else trouble[:LONGEST]
    clues = find_clues(text, _codes())
    entry = _best(clues, text)
    if entry is not None:
        return Explanation(entry.id, entry.title, entry.causes, clues)
    if not clues.code:
        return Explanation("", "Nothing here is known as an error of Cognito.", (), clues)
    said = aws_errors.explain(clues.code, clues.message if clues.message != text else "")
    causes = (Cause("The catalogue has no entry for this code.", said.hint),) if said.hint else ()
    return Explanation("", said.title, causes, clues)


def is_error_text(text: str) -> bool:
    """Whether a text is surely an error and no name to look for."""
    shown = text[:LONGEST].strip()
    if len(shown) < _TELLING and shown not in _codes():
        return False
    found = explain(shown)
    return found.is_known or found.clues.code.endswith(("Exception", "Error"))


def text_of(error: ExplorerError) -> str:
    """An error of the app as the line an SDK would have printed."""
    said = error.said or f"{error.title} {error.hint}".strip()
    if not error.code:
        return said
    operation = error.operation.rpartition(":")[2] or "unnamed"
    line = f"An error occurred ({error.code}) when calling the {operation} operation: {said}"
    return f"{line}\nRequest ID: {error.request_id}" if error.request_id else line


def catalogue() -> tuple[Entry, ...]:
    """Every entry, in the file's order."""
    return _catalogue()


def _best(clues: Clues, text: str) -> Entry | None:
    lowered = (clues.message if clues.code and clues.message else text).lower()
    scored = [(_score(entry, clues.code, lowered), entry) for entry in _catalogue()]
    points, best = max(scored, key=lambda each: each[0])
    return best if points > 0 else None


def _score(entry: Entry, code: str, lowered: str) -> float:
    """0 where an entry does not fit; a fitting message counts more than a code, and a longer one more than a short."""
    has_code = code in entry.codes
    length = max((len(part) for part in entry.contains if part.lower() in lowered), default=0)
    if not entry.contains:
        return float(has_code)
    if not length or not (has_code or not entry.codes or (code not in _codes() and length >= _TELLING)):
        return 0.0
    return 2.0 + has_code + length / LONGEST


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(code for entry in _catalogue() for code in entry.codes)


@lru_cache(maxsize=1)
def _catalogue() -> tuple[Entry, ...]:
    rows = json.loads(resources.read_text("texts", "explanations.json"))
    return tuple(
        Entry(
            row["id"],
            tuple(row["codes"]),
            tuple(row.get("contains", ())),
            row["title"],
            tuple(Cause(each["cause"], each["todo"], each.get("check", "")) for each in row["causes"]),
        )
        for row in rows
    )
