"""The sandbox's clock: codes, sessions and tokens expire by it, and a test can move it."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Wall-clock time plus an offset in seconds."""

    offset_s: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as this world sees them."""
        return time.time() + self.offset_s

    def advance(self, seconds: float) -> None:
        """Move the world forward (or back, with a negative number)."""
        self.offset_s += seconds
