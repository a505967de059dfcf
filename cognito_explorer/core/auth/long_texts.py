"""Texts of many megabytes, taken in bites: a single call into C would keep every other thread waiting for a second."""

import binascii
import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.core.auth.unescaping import unescaped

# One bite is searched in a few hundredths of a second.
_BITE = 1_000_000
# What may hang over into the next bite: a token with the lines it was wrapped over.
_OVERHANG = 200_000
# What stands before a token may name it.
_LEAD = 2_000
_UNCUT = 12
_MOST_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class Bite:
    """A part of a text without percent signs, with what stands around it: what begins at `begin` or later, before
    `end`, begins in this bite alone. `share` of the whole text lies before it.
    """

    text: str = field(repr=False)
    begin: int
    end: int
    share: float


def bites(text: str) -> Iterator[Bite]:
    """A text in bites, each unescaped by itself."""
    begin = 0
    while begin < len(text):
        end = _cut(text, begin + _BITE) if len(text) - begin > _BITE + _OVERHANG else len(text)
        lead = unescaped(text[_cut(text, max(0, begin - _LEAD)) : begin]) if begin else ""
        core = unescaped(text[begin:end])
        rest = unescaped(text[end : _cut(text, end + _OVERHANG)]) if end < len(text) else ""
        yield Bite(lead + core + rest, len(lead), len(lead) + len(core), begin / len(text))
        begin = end


def parsed(text: str, breathe: Callable[[], object]) -> Any:
    """A JSON document, or None. Of a long one, `breathe` is called once an object, and may raise to end it."""
    if len(text) <= _BITE:
        return _loaded(text)

    def take(value: dict[str, Any]) -> dict[str, Any]:
        breathe()
        return value

    return _loaded(text, object_hook=take, parse_int=_no_number, parse_float=_no_number)


def text_of(raw: bytes) -> str:
    """Bytes as UTF-8, whatever they are."""
    if len(raw) <= _BITE:
        return raw.decode(errors="replace")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return "".join(decoder.decode(raw[at : at + _BITE // 4]) for at in range(0, len(raw), _BITE // 4))


def decoded(text: str) -> str:
    """What is in base64 or base64url of either alphabet, or "": with or without padding, over any lines."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/").replace("\n", "").replace("\r", "")
    plain = plain[:-1] if len(plain) % 4 == 1 else plain
    try:
        return text_of(binascii.a2b_base64(plain + "=" * (-len(plain) % 4)))
    except ValueError:
        return ""


def _cut(text: str, at: int) -> int:
    """Where a text may be cut near there without tearing a sign from what it stands for."""
    for place in range(at, max(0, at - _MOST_STEPS), -1):
        if not any(sign in text[max(0, place - _UNCUT) : place] for sign in "%&<=\\"):
            return place
    return at


def _loaded(text: str, **hooks: Any) -> Any:
    try:
        return json.loads(text, **hooks)
    except (ValueError, RecursionError):
        return None


def _no_number(_digits: str) -> None:
    """No token is a number; making none spares a conversion whose time grows with the square of the digits."""
