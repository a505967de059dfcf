"""JSON objects of strangers: damaged, doubled, deep or endless, read as far as they go."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Deeper values would overflow the stack of whoever shows or compares them.
DEEPEST = 64
# RFC 8259, section 9 lets a parser set limits; no date, count or amount has more digits.
_MOST_DIGITS = 1_000
_LONGEST_SHOWN = 20
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class ReadObject:
    """The members that could be read. `remarks`: what is odd about them; `stopped`: why reading ended early, or ""."""

    members: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    stopped: str = ""


class _OddError(ValueError):
    """The quick way is not the way for this object."""


def read_object(raw: bytes) -> ReadObject:
    """A JSON object out of bytes that promise nothing. Never raises; the last of two equal names wins (RFC 7519, 4)."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as trouble:
        found = _read_slowly(raw.decode(errors="replace"))
        remark = f"Byte {trouble.start + 1} is not valid UTF-8; such bytes are shown as �."
        return ReadObject(found.members, (remark, *found.remarks), found.stopped)
    try:
        members = _QUICK.decode(text)
    except (ValueError, RecursionError):
        return _read_slowly(text)
    is_plain = isinstance(members, dict) and "\\ud" not in text and "\\uD" not in text
    if not is_plain or text.count("[") + text.count("{") > DEEPEST:
        return _read_slowly(text)
    return ReadObject(members)


def is_deeper_than(value: Any, levels: int = DEEPEST) -> bool:
    """Whether lists and objects stand in each other more than so many levels deep; without recursion."""
    layer = [value]
    for _ in range(levels + 1):
        layer = [inner for each in layer for inner in _inside(each)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError
    return found


def _refuse(constant: str) -> Any:
    raise _OddError(constant)


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _OddError(digits)
    return value


# Made once: making a decoder costs as much as decoding a token.
_QUICK = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)


class _Reader:
    """Reads member by member and remembers what was odd."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.remarks: list[str] = []
        self.members: dict[str, Any] = {}
        self.name = ""
        self.at = 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs,
            parse_int=self._number,
            parse_float=self._fraction,
            parse_constant=self._constant,
        )

    def read(self) -> str:
        """Read all members that can be read; the reason why it stopped, or ""."""
        self._skip()
        if self.text[self.at : self.at + 1] != "{":
            return "It is not a JSON object." if self.text.strip() else "It is empty."
        try:
            self._read_members()
        except RecursionError:
            return f"{self._place()} because it is nested too deeply."
        except (ValueError, IndexError):
            return f"{self._place()} at character {self.at + 1}."
        rest = self.text[self.at :].strip()
        return f"After its end {len(rest):,} more characters follow." if rest else ""

    def _read_members(self) -> None:
        self.at += 1
        self._skip()
        if self.text[self.at] == "}":
            self.at += 1
            return
        while True:
            self.name = ""
            name, self.at = self._decoder.raw_decode(self.text, self.at)
            if not isinstance(name, str):
                raise _OddError
            self.name = _without_halves(name)
            self._expect(":")
            value, self.at = self._decoder.raw_decode(self.text, self.at)
            self._keep(value)
            self._skip()
            mark = self.text[self.at]
            self.at += 1
            if mark == "}":
                return
            if mark != ",":
                self.at -= 1
                raise _OddError
            self._skip()

    def _keep(self, value: Any) -> None:
        if is_deeper_than(value):
            self.remarks.append(f"{self.name} is nested more than {DEEPEST} levels deep and was left out.")
            return
        if self.name in self.members:
            self.remarks.append(f"{self.name} stands in it twice; the last one counts.")
        self.members[self.name] = _whole(value)

    def _expect(self, mark: str) -> None:
        self._skip()
        if self.text[self.at] != mark:
            raise _OddError
        self.at += 1
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _place(self) -> str:
        return f"It stops making sense in {self.name}" if self.name else "It stops making sense"

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.remarks.append(f"Inside {self.name}, a name stands twice; the last one counts.")
        return found

    def _number(self, digits: str) -> int | float:
        if len(digits) <= _MOST_DIGITS:
            return int(digits)
        self.remarks.append(f"{self.name} holds a number of {len(digits):,} digits, shown as infinite.")
        return float("-inf") if digits.startswith("-") else float("inf")

    def _fraction(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            shown = digits if len(digits) <= _LONGEST_SHOWN else f"{digits[:_LONGEST_SHOWN]}…"
            self.remarks.append(f"{self.name} holds {shown}, more than a number can be here, shown as infinite.")
        return value

    def _constant(self, constant: str) -> float:
        self.remarks.append(f"{self.name} holds {constant}, which is not JSON (RFC 8259, section 6).")
        return float(constant)


def _read_slowly(text: str) -> ReadObject:
    reader = _Reader(text)
    stopped = reader.read()
    return ReadObject(reader.members, tuple(reader.remarks[:20]), stopped)


def _whole(value: Any) -> Any:
    """The value without halves of characters, which nothing can show or save."""
    if isinstance(value, str):
        return _without_halves(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_without_halves(name): _whole(each) for name, each in value.items()}
    return value


def _without_halves(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
