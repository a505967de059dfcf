"""The colours of profiles: those to choose from, and those given to profiles nobody chose one for."""

import zlib
from collections import Counter
from collections.abc import Iterable

COLORS = (
    ("#3A57D6", "Blue"),
    ("#0B7FAB", "Cyan"),
    ("#1A7F4B", "Green"),
    ("#9A5B00", "Amber"),
    ("#C0282D", "Red (production)"),
    ("#B0308F", "Magenta"),
    ("#7A4CC2", "Violet"),
    ("#57606A", "Grey"),
)
# What a profile may have by itself: not production's red, not green beside the sandbox's, nor what says "none chosen".
AUTOMATIC = tuple(color for color, words in COLORS if words in ("Blue", "Cyan", "Amber", "Magenta", "Violet"))


def spread_colors(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A colour for each of these: of those that the fewest have, the one its name leads to, the same at each start."""
    used = Counter(taken)
    given: dict[str, str] = {}
    for name in names:
        first = zlib.crc32(name.encode()) % len(AUTOMATIC)
        color = min((*AUTOMATIC[first:], *AUTOMATIC[:first]), key=lambda each: used[each])
        used[color] += 1
        given[name] = color
    return given


def next_color(taken: Iterable[str]) -> str:
    """A colour for one more profile: the first of those that the fewest have."""
    used = Counter(taken)
    return min(AUTOMATIC, key=lambda each: used[each])
