"""How long nothing was sent: a computer that slept has sockets that look open and lead nowhere.

A read over one is repeated after its time limit; a write would be left with an outcome that nobody knows.
"""

import threading
import time
from collections.abc import Callable

# AWS ends connections that rest by itself, and routers forget them without a word; a new one costs a tenth of a second.
RESTED_S = 60


class Idleness:
    """Used from any thread. `now` is a wall clock in seconds: it goes on while the computer sleeps; others stand."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._last = now()
        self._lock = threading.Lock()

    def end(self, let_go: Callable[[], object]) -> None:
        """Something is about to be sent: let go of what has rested too long before anybody sends over it."""
        with self._lock:
            now = self.now()
            # Whoever sets the clock back has rested, too, as far as we can tell.
            has_rested = abs(now - self._last) > RESTED_S
            self._last = now
            if has_rested:
                let_go()

    def begin(self) -> None:
        """Something was answered: from now on it rests."""
        self._last = self.now()
