"""Durations in words, for sentences."""

from datetime import timedelta

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def in_words(duration: timedelta) -> str:
    """A duration without its sign: its largest unit, and the next one while the first is below three.

    "9 days", "1 day 3 hours", "58 minutes", "41 seconds", "less than a second".
    """
    seconds = abs(int(duration.total_seconds()))
    for position, (unit, size) in enumerate(_UNITS):
        amount, rest = divmod(seconds, size)
        if amount:
            return _count(amount, unit) + _remainder(amount, rest, position)
    return "less than a second"


def _remainder(amount: int, rest: int, position: int) -> str:
    if amount >= 3 or position + 1 >= len(_UNITS):
        return ""
    unit, size = _UNITS[position + 1]
    return f" {_count(rest // size, unit)}" if rest >= size else ""


def _count(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
