"""What the embedded page of one sign-in may send under the profile's mode, and the call log's entries of what it sends.

Knows no WebEngine, so that nothing loads it before a view opens.
"""

from collections import deque
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.auth.hosted_requests import PageRequest, is_change, operation_of, why_not_sent
from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.page_calls import PageCalls
from cognito_explorer.core.aws.permit import Permit

# Scripts and frames are blocked, too, before Chromium says of a document that it failed.
_BLOCKED_KEPT = 64


class PageGuard(QObject):
    """Asked about every request before it is sent: a mode that is switched meanwhile holds from then on.

    `refused` says in words what was not sent, why, and what to switch.
    """

    refused = Signal(str)

    def __init__(self, permit: Permit, calls: CallLog, origin: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._permit = permit
        self._origin = origin
        self._blocked: deque[str] = deque(maxlen=_BLOCKED_KEPT)
        self.calls = PageCalls(calls)

    def lets(self, request: PageRequest) -> bool:
        """Whether a request may be sent; where it may not, `refused` says why."""
        words = why_not_sent(self._permit, operation_of(request, self._origin))
        if words:
            self.refused.emit(words)
        return not words

    def note_blocked(self, address: str) -> None:
        """This was about to be sent: Chromium will say that it failed."""
        if address not in self._blocked:
            self._blocked.append(address)

    def has_blocked(self, address: str) -> bool:
        """Whether a failure is the guard's own doing."""
        return address in self._blocked

    def note_document(self, request: PageRequest) -> None:
        """Log that the page goes to a document of its own. Should this fail, it is not the guard's doing."""
        with suppress(ValueError):
            self._blocked.remove(request.url)
        nearest = operation_of(request, self._origin)
        self.calls.go(request.method, request.url, nearest=nearest, is_change=is_change(nearest))

    def note_script(self, request: PageRequest) -> None:
        """Log what a script or a frame of the page sends."""
        nearest = operation_of(request, self._origin)
        self.calls.send(request.method, request.url, nearest=nearest, is_change=is_change(nearest))
