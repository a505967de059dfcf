"""Columns as data: what a cell says, how it looks, how it sorts."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import clock, number
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.visible import visible

R = TypeVar("R")

NOTHING = 9  # the rank of a record without a value: last, whichever way one sorts


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column over records. `value` may give text, a number, a yes or no, a datetime, or None for nothing.

    `key` names the column in the settings (its label if empty); `is_identifier` means monospace, elided in the middle.
    `private_key` names the record: while privacy hides it, its text is masked, in copies and exports, too. Without one,
    addresses and numbers of people are masked, unless `masks` is off: the values themselves see to it.
    `dot` is a colour (#RRGGBB) shown round before the text that says what it stands for; no `icon` goes with it.
    `lines` above 1: what is too long for one line goes on in the next, up to so many; the row is as high as it needs.
    `full_name` is what the thing is called in AWS, where that is not the label: in the header's tooltip and in exports.
    """

    label: str
    value: Callable[[R], object]
    _: KW_ONLY
    key: str = ""
    full_name: str = ""
    icon: Callable[[R], str] | None = None
    dot: Callable[[R], str] | None = None
    tone: Callable[[R], Tone] | None = None
    tooltip: Callable[[R], str] | None = None
    sort_key: Callable[[R], Any] | None = None
    private_key: Callable[[R], str] | None = None
    masks: bool = True
    is_identifier: bool = False
    is_right_aligned: bool = False
    is_hidden: bool = False
    lines: int = 1
    width: int = 140

    @property
    def name(self) -> str:
        """The column's name in the settings."""
        return self.key or self.label

    @property
    def title(self) -> str:
        """The label, and the full name behind it."""
        return f"{self.label} ({self.full_name})" if self.full_name else self.label

    def text(self, record: R) -> str:
        """What the cell says."""
        return visible(self._guard(record, show(self.value(record))))

    def tip(self, record: R) -> str:
        """What the tooltip says: the whole text, or the exact time."""
        if self.tooltip is not None:
            return self._guard(record, self.tooltip(record))
        value = self.value(record)
        return clock().exact(value) if isinstance(value, datetime) else self._guard(record, show(value))

    def plain(self, record: R) -> str:
        """The value as it is copied and exported: times in ISO 8601, numbers without separators."""
        value = self.value(record)
        if value is None:
            return ""
        return value.isoformat() if isinstance(value, datetime) else self._guard(record, str(value))

    def _guard(self, record: R, text: str) -> str:
        if self.private_key is not None:
            return privacy().of_record(self.private_key(record), text)
        return privacy().in_text(text) if self.masks else text

    def order(self, record: R) -> tuple[int, Any]:
        """Where the record stands when sorted by this column; records without a value come last."""
        value = self.sort_key(record) if self.sort_key is not None else self.value(record)
        return sort_rank(value)


def show(value: object) -> str:
    """A value in words: nothing as "", yes and no, numbers with separators, times relative to now."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case int() | float():
            return number(value)
        case datetime():
            return clock().relative(value)
        case _:
            return str(value)


def sort_rank(value: object) -> tuple[int, Any]:
    """A key that lets values of different kinds be compared: numbers, times, text without regard to case, nothing."""
    match value:
        case None | "":
            return NOTHING, ""
        case bool() | int() | float():
            return 0, value
        case datetime():
            return 1, value
        case tuple():
            return 2, value
        case _:
            return 3, str(value).casefold()
