"""One measurement, what it is compared with, and what was promised."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measured value; less is better, and a goal is the most it may be."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    most: float | None = None
    most_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of the peer's, or None without one."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def goal(self) -> str:
        """The promise in words, empty where nothing was promised."""
        goals = [] if self.most is None else [f"≤ {self.most:g} {self.unit}"]
        goals += [] if self.most_ratio is None else [f"≤ {self.most_ratio:g} × peer"]
        return ", ".join(goals)

    @property
    def is_met(self) -> bool | None:
        """Whether every promise is kept; None where nothing was promised. A missing peer keeps no promise."""
        if not self.goal:
            return None
        ratio = self.ratio
        keeps_most = self.most is None or self.value <= self.most
        keeps_ratio = self.most_ratio is None or (ratio is not None and ratio <= self.most_ratio)
        return keeps_most and keeps_ratio

    def as_json(self) -> dict[str, Any]:
        """The row as it is written to a file."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": self.peer_value,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.is_met,
        }
