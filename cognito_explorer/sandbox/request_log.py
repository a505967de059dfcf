"""The last requests, without their bodies: who asked for what, and what was decided."""

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One answered request. `at` is in epoch seconds; `decision` is allowed, denied, public or refused."""

    at: float
    service: str
    operation: str
    resource: str
    caller_arn: str
    decision: str
    status: int
    code: str
    took_ms: float
    request_id: str


class RequestLog:
    """A bounded list, newest last. May be used from any thread."""

    def __init__(self, capacity: int = 500) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=capacity)
        self._lock = threading.Lock()
        self.total = 0

    def add(self, entry: LoggedRequest) -> None:
        """Put one in; the oldest may fall out."""
        with self._lock:
            self._entries.append(entry)
            self.total += 1

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._entries.clear()
            self.total = 0

    def latest(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest entries, newest first."""
        with self._lock:
            return [asdict(entry) for entry in list(self._entries)[-limit:][::-1]]
