"""The colours and measures everything is drawn with, as records, and how well two colours can be told apart."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a word, an icon or a badge says at a glance. Never alone: a word goes with it."""

    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour scheme. Colours are `#RRGGBB`."""

    is_dark: bool
    window: str
    surface: str
    raised: str
    line: str  # hairlines that only separate
    border: str  # the edge of a control: tells where one may type or click, so it stands out 3:1
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str
    on_bad: str
    info: str
    hover: str
    pressed: str
    selection: str
    skeleton: str

    def tone(self, tone: Tone | str) -> str:
        """The colour of a tone."""
        return str(getattr(self, Tone(tone).value))

    def tint(self, tone: Tone | str) -> str:
        """The ground of a badge or a banner of that tone."""
        return mix(self.tone(tone), self.surface, 0.10)


LIGHT = Tokens(
    is_dark=False,
    window="#F6F7F9",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#D9DDE3",
    border="#868E99",
    text="#1B1F24",
    muted="#57606A",
    disabled="#8A929C",
    accent="#3A57D6",
    on_accent="#FFFFFF",
    good="#177245",
    warn="#915500",
    bad="#C0282D",
    on_bad="#FFFFFF",
    info="#2563A8",
    hover="#EFF1F5",
    pressed="#E3E7EE",
    selection="#E7EBFA",
    skeleton="#E8EBF0",
)

DARK = Tokens(
    is_dark=True,
    window="#16181D",
    surface="#1D2026",
    raised="#262A31",
    line="#343942",
    border="#757F8C",
    text="#E6E9EE",
    muted="#9AA4B2",
    disabled="#6F7986",
    accent="#8FA6FF",
    on_accent="#10131A",
    good="#4CC38A",
    warn="#F0B45A",
    bad="#FF7B7E",
    on_bad="#10131A",
    info="#7DB4F5",
    hover="#282C34",
    pressed="#31363F",
    selection="#2F3650",
    skeleton="#2A2E37",
)


def mix(colour: str, ground: str, share: float) -> str:
    """`colour` laid over `ground`, `share` of it (0 to 1)."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02X}" for over, under in pairs)


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else float(((channel + 0.055) / 1.055) ** 2.4)
