"""Errors as pages: what happened and the likely causes in order. One catalogue, resources/texts/explanations.json."""

import json
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import unquote_plus

from cognito_explorer import resources
from cognito_explorer.core.aws import errors as aws_errors
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.error_clues import LONGEST, Clues, find_clues, shorten
from cognito_explorer.core.insight.pasted_secrets import without_secrets

# How the details of an error of the app's own end, as they are copied and shown.
_OWN_CODE = re.compile(r"^Code: (\w+)\r?$", re.MULTILINE)
_OWN_OPERATION = re.compile(r"^Operation: (?:[\w-]+:)?(\w+)\r?$", re.MULTILINE)
# A part of a message alone, without a code beside it, says enough from this length on; as the whole text, from that.
_TELLING = 15
_TELLING_ALONE = 12


@dataclass(frozen=True, slots=True)
class Cause:
    """One likely cause, what to do about it, and the name of the check that can tell, or ""."""

    cause: str
    todo: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue: what an error means, in a family of operations where that makes a difference.

    An entry fits by its codes and either `contains`, parts of the message ("*" stands for an id or a name within), or
    `operations`, names of operations ("*" for any ending). Where it has neither, or `by_code`, the code is enough; an
    entry without codes goes by the message alone.
    """

    id: str
    codes: tuple[str, ...]
    contains: tuple[str, ...]
    title: str
    causes: tuple[Cause, ...]
    operations: tuple[str, ...] = ()
    by_code: bool = False

    def is_about(self, operation: str) -> bool:
        """Whether an operation is of its family."""
        return any(fnmatchcase(operation, each) for each in self.operations)


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
    """The page for an error of the app or for any pasted text: of AWS, an SDK, OAuth, a browser. Never raises.

    Secrets in a text are not in what is said of it.
    """
    text = text_of(trouble) if isinstance(trouble, ExplorerError) else shorten(trouble)
    found = _explain_own(text) or _explain(text)
    if not found.is_known and "%" in text:  # an address within an address, or one out of a log
        decoded = _explain(unquote_plus(text))
        found = decoded if decoded.is_known else found
    clues = replace(found.clues, message=without_secrets(found.clues.message))
    return replace(found, title=without_secrets(found.title), clues=clues)


def is_error_text(text: str) -> bool:
    """Whether a text is surely an error and no name to look for."""
    shown = shorten(text.strip())
    if _explain_own(shown) is not None:
        return True
    is_code = shown in _codes() and not shown.isdigit()
    if len(shown) < _TELLING and not is_code and not _is_phrase(shown):
        return False
    found = explain(shown)
    return found.is_known or found.clues.code.endswith(("Exception", "Error"))


def text_of(error: ExplorerError) -> str:
    """An error of AWS as the line an SDK would have printed, one of the app's own as its details are copied."""
    said = error.said or f"{error.title} {error.hint}".strip()
    if not error.code:
        return said
    if not error.said and error.code in own_errors():
        operation = f"Operation: {error.operation}" if error.operation else ""
        return "\n".join(part for part in (error.title, error.hint, f"Code: {error.code}", operation) if part)
    operation = error.operation.rpartition(":")[2]
    when = f" when calling the {operation} operation" if operation else ""
    line = f"An error occurred ({error.code}){when}: {said}"
    return f"{line}\nRequest ID: {error.request_id}" if error.request_id else line


def catalogue() -> tuple[Entry, ...]:
    """Every entry, in the file's order."""
    return _catalogue()


@cache
def own_errors() -> dict[str, tuple[Cause, ...]]:
    """Why the app itself refuses or fails, by its own codes: resources/texts/own_errors.json."""
    rows = json.loads(resources.read_text("texts", "own_errors.json"))
    return {code: tuple(map(_cause, causes)) for code, causes in rows.items()}


def _explain_own(text: str) -> Explanation | None:
    """What the app says itself needs no catalogue of AWS's errors: its first line is the title."""
    found = _OWN_CODE.search(text)
    causes = own_errors().get(found[1]) if found else None
    if found is None or causes is None:
        return None
    title, _, hint = text[: found.start()].strip().partition("\n")
    operation = _OWN_OPERATION.search(text)
    clues = Clues(code=found[1], message=hint.strip(), operation=operation[1] if operation else "")
    return Explanation(found[1], title, causes, clues)


def _cause(row: dict[str, str]) -> Cause:
    return Cause(row["cause"], row["todo"], row.get("check", ""))


def _explain(text: str) -> Explanation:
    clues = find_clues(text, _codes())
    entry = _best(clues, text)
    if entry is not None:
        return Explanation(entry.id, entry.title, entry.causes, clues)
    if not clues.code:
        return Explanation("", "Nothing here is known as an error of Cognito.", (), clues)
    said = aws_errors.explain(clues.code, clues.message if clues.message != text else "")
    causes = (Cause("The catalogue has no entry for this code.", said.hint),) if said.hint else ()
    return Explanation("", said.title, causes, clues)


def _best(clues: Clues, text: str) -> Entry | None:
    is_said = clues.code in _codes() and clues.message
    lowered = _squeezed(clues.message if is_said else f"{text} {clues.message}" if clues.message != text else text)
    points, best = max(((_score(each, clues, lowered), each) for each in _catalogue()), key=lambda each: each[0])
    return best if points > 0 else None


def _score(entry: Entry, clues: Clues, lowered: str) -> float:
    """0 where an entry does not fit; a fitting message counts more than an operation, and that more than a code."""
    has_code = clues.code in entry.codes
    may_be_said = has_code or not entry.codes or clues.code not in _codes()
    said = [len(part) for part in entry.contains if may_be_said and _is_in(part.lower(), lowered)]
    length = max(said, default=0)
    if length and (has_code or not entry.codes or length >= _TELLING or _is_phrase(lowered)):
        return 2.0 + has_code + entry.is_about(clues.operation) / 2 + length / LONGEST
    if has_code and entry.is_about(clues.operation):
        return 1.5
    return float(has_code and (entry.by_code or not (entry.contains or entry.operations)))


def _squeezed(text: str) -> str:
    """As the catalogue's phrases are looked for: in small letters, on one line, with a typewriter's quotes."""
    plain = " ".join(text.split()).lower().replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return re.sub(r'" ?: ?"', '":"', plain)


def _is_phrase(text: str) -> bool:
    return _squeezed(text).rstrip(".!") in _phrases()


@cache
def _phrases() -> frozenset[str]:
    parts = (part.lower() for entry in _catalogue() for part in entry.contains)
    return frozenset(part for part in parts if len(part) >= _TELLING_ALONE)


def _is_in(phrase: str, lowered: str) -> bool:
    return phrase in lowered if "*" not in phrase else bool(_pattern(phrase).search(lowered))


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(".{1,80}?".join(re.escape(part) for part in phrase.split("*")))


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for entry in _catalogue() for code in entry.codes)


@cache
def _catalogue() -> tuple[Entry, ...]:
    rows = json.loads(resources.read_text("texts", "explanations.json"))
    return tuple(
        Entry(
            row["id"],
            tuple(row["codes"]),
            tuple(row.get("contains", ())),
            row["title"],
            tuple(map(_cause, row["causes"])),
            tuple(row.get("operations", ())),
            row.get("by_code", False),
        )
        for row in rows
    )
