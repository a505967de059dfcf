"""The sandbox's clock: codes, sessions and tokens expire by it, and it can be moved, set and stopped."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Wall-clock time plus an offset in seconds, or one moment for as long as it is frozen.

    `checks_signatures` makes it alone decide whether a request was signed in time, as AWS's own clock does; otherwise
    the caller's clock may also be this machine's, which does not move.
    """

    offset_s: float = 0.0
    frozen_at: float | None = None
    checks_signatures: bool = False

    def now(self) -> float:
        """Seconds since the epoch, as this world sees them."""
        frozen = self.frozen_at
        return time.time() + self.offset_s if frozen is None else frozen

    def set(self, at: float) -> None:
        """Make it this moment, in epoch seconds; a frozen clock stays frozen."""
        self.offset_s = at - time.time()
        if self.frozen_at is not None:
            self.frozen_at = at

    def advance(self, seconds: float) -> None:
        """Move the world forward (or back, with a negative number)."""
        self.offset_s += seconds
        if self.frozen_at is not None:
            self.frozen_at += seconds

    def freeze(self) -> None:
        """Stop at this moment."""
        self.frozen_at = self.now()

    def reset(self) -> None:
        """Back to this machine's time and its everyday rules."""
        self.offset_s, self.frozen_at, self.checks_signatures = 0.0, None, False

    def thaw(self) -> None:
        """Go on from the moment it stopped at."""
        if self.frozen_at is not None:
            self.set(self.frozen_at)
            self.frozen_at = None
