"""What an embedded page sends, as entries of the call log: host and path, never a query or a body."""

import time
from datetime import UTC, datetime

from cognito_explorer.core.aws.call_log import HTTP, CallLog, LoggedCall, redact_url

SENT = "sent"
_BY_PAGE = "Sent by the sign-in page, not by the app itself."
_UNSEEN = (
    " It may have changed something. What was typed there is not known here, nor whether it was accepted: the page"
    " says so. It is not in the journal."
)


class PageCalls:
    """The calls of one page. The document it goes to is under way until it is answered or left for another.

    Of what scripts send in between, only the sending is known.
    """

    def __init__(self, calls: CallLog) -> None:
        self._calls = calls
        self._open: LoggedCall | None = None
        self._begun = 0.0

    def lead_on(self) -> None:
        """The answer to what is under way is a redirect."""
        self.end("ok")

    def go(self, verb: str, url: str, *, nearest: str = "", is_change: bool = False) -> None:
        """The page goes to a document; what has not come by now is left."""
        self.end("abandoned")
        self._open = self._add(verb, url, "running", nearest, is_change=is_change)
        self._begun = time.monotonic()

    def send(self, verb: str, url: str, *, nearest: str = "", is_change: bool = False) -> None:
        """A script of the page sends something."""
        self._add(verb, url, SENT, nearest, is_change=is_change)

    def end(self, outcome: str, status: int = 0) -> None:
        """What the page went to has come ("ok"), failed (a code), or is no longer waited for ("abandoned")."""
        call, self._open = self._open, None
        if call is not None:
            took_ms = round((time.monotonic() - self._begun) * 1_000)
            self._calls.add(call._replace(outcome=outcome, status=status, duration_ms=took_ms))

    def _add(self, verb: str, url: str, outcome: str, nearest: str, *, is_change: bool) -> LoggedCall:
        call = LoggedCall(
            id=self._calls.next_id(),
            at=datetime.now(UTC),
            service=HTTP,
            operation=f"{verb} {redact_url(url)}",
            parameters={},
            outcome=outcome,
            duration_ms=0,
            summary=f"{_BY_PAGE}{_UNSEEN}" if is_change else _BY_PAGE,
            is_signed=False,
            nearest=nearest,
        )
        self._calls.add(call)
        return call
