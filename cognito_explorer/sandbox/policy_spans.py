"""Where each statement of a policy's text begins and ends, in lines and columns, as simulations answer it."""

import json
import re
from dataclasses import dataclass

_KEY = re.compile(r'"(?:[^"\\]|\\.)*"')
_SPACE = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Span:
    """A statement's place: line and column of its first character and behind its last, counted from one."""

    start: tuple[int, int]
    end: tuple[int, int]


def statement_spans(text: str) -> list[Span]:
    """The statements' places in order; empty for a text that is no policy."""
    try:
        return [Span(_place(text, start), _place(text, end)) for start, end in _offsets(text)]
    except (ValueError, IndexError, RecursionError):
        return []


def _offsets(text: str) -> list[tuple[int, int]]:
    """Walk the outermost object's members until the statements come."""
    at = text.index("{") + 1
    while True:
        at = _skip(text, at)
        key = _KEY.match(text, at)
        if key is None:
            return []
        at = _skip(text, key.end())
        if json.loads(key[0]) == "Statement":
            return _items(text, at) if text[at] == "[" else [(at, _DECODER.raw_decode(text, at)[1])]
        at = _DECODER.raw_decode(text, at)[1]


def _items(text: str, at: int) -> list[tuple[int, int]]:
    found = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _DECODER.raw_decode(text, at)[1]
        found.append((at, end))
        at = _skip(text, end)
    return found


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
