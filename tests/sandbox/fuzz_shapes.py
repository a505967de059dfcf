"""Parameters of any operation, made from botocore's model: mostly right, and wrong in every way callers can be."""

import random
from dataclasses import dataclass, field
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

TEXTS = [
    *("", " ", "a", "\x00", "\ud800", "\udfff\ud800", "🌙" * 5, "a" * 3_000, "ｆｕｌｌ", "İ", "ß", "\u202e", "\r\n"),
    *(
        "../../etc",
        "%s%n{}",
        "'; DROP TABLE users; --",
        "<script>",
        "1e400",
        "NaN",
        "-1",
        "null",
        "{}",
        "[]",
        "{{7*7}}",
    ),
    *("us-east-1_zzzzzzzzz", "us-east-1:00000000-0000-0000-0000-000000000000", "arn:aws:iam::1:role/x", "+49", "a@b.c"),
    *("eyJhbGciOiJub25lIn0.e30.", "a.b.c", "=?", "AAAA", "zz" * 40, "https://example.com/", "http://[", "2026-99-99"),
    *('email ^= "', 'sub = "x"', 'username = "a" and x', "eyJ\n", "1" * 400, "{####}", "^(a+)+$", "٣", "１２３４５６"),
]
NUMBERS = [0, -1, 1, 2, 5, 59, 60, 61, 1_000, 2**31 - 1, 2**31, 2**63, -(2**70), 10**40, 0.5, 1e308, -0.0]
JUNK: list[Any] = [None, True, False, 0, 1.5, "x", [], {}, [[]], {"a": {"b": []}}, ["x", 1], {"": ""}]
_DEEPEST = 6


@dataclass
class Maker:
    """Makes values of shapes. `known` maps the last words of member names to values that exist in the sandbox."""

    dice: random.Random
    known: dict[str, list[Any]] = field(default_factory=dict)
    mischief: float = 0.06

    def value(self, shape: Shape, name: str = "", depth: int = 0) -> Any:
        """A value, now and then of another type."""
        if self.dice.random() < self.mischief:
            return self.dice.choice(JUNK)
        if isinstance(shape, StructureShape):
            return self._structure(shape, depth)
        if isinstance(shape, ListShape):
            return [self.value(shape.member, name, depth + 1) for _ in range(self._size(depth))]
        if isinstance(shape, MapShape):
            keys = [self.value(shape.key, name, depth) for _ in range(self._size(depth))]
            return {str(key): self.value(shape.value, name, depth + 1) for key in keys}
        return self._scalar(shape, name)

    def _structure(self, shape: StructureShape, depth: int) -> dict[str, Any]:
        made = {}
        for member, inner in shape.members.items():
            is_wanted = 0.97 if member in shape.required_members else 0.35
            if depth < _DEEPEST and self.dice.random() < is_wanted:
                made[member] = self.value(inner, member, depth + 1)
        if self.dice.random() < self.mischief / 4:
            made[self.dice.choice(["", "Unknown", "__proto__"])] = 1
        return made

    def _scalar(self, shape: Shape, name: str) -> Any:
        known = self.known.get(name)
        if known and self.dice.random() < 0.85:
            return self.dice.choice(known)
        if shape.type_name == "boolean":
            return self.dice.choice([True, False])
        if shape.type_name in ("integer", "long", "float", "double", "timestamp"):
            return self._number(shape)
        if isinstance(shape, StringShape) and shape.enum and self.dice.random() < 0.9:
            return self.dice.choice(shape.enum)
        text: str = self.dice.choice(TEXTS)
        return text

    def _number(self, shape: Shape) -> Any:
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and high is not None and self.dice.random() < 0.7:
            return self.dice.randint(int(low), int(high))
        return self.dice.choice(NUMBERS)

    def _size(self, depth: int) -> int:
        return 0 if depth >= _DEEPEST else self.dice.choice([0, 1, 1, 2, 3])
