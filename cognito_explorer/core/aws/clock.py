"""What time it is where our requests go: a computer whose clock is wrong would have every signature refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

# Under both codes, AWS says so in the message alone (Signature Version 4, troubleshooting).
_SKEWED = ("Signature expired", "Signature not yet current")
_CODES = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
_LEAST = timedelta(minutes=1)
_SIGNED_AT = "%Y%m%dT%H%M%SZ"


class Clock:
    """Learns from a refusal how far another clock is ahead of ours, as AWS's own SDKs do. Used from any thread."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def learn(self, trouble: Exception | None) -> bool:
        """Whether a request was refused for its time, and is worth sending again: nothing was done yet."""
        answer: Mapping[str, Any] = getattr(trouble, "response", None) or {}
        if not _is_skewed(answer.get("Error", {})):
            return False
        try:
            theirs = parsedate_to_datetime(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", ""))
        except ValueError:
            return False
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)  # "-0000", by which RFC 5322 means UTC
        before, self.ahead = self.ahead, theirs - datetime.now(UTC)
        return abs(self.ahead - before) > _LEAST

    def follow(self, client: Any) -> None:
        """Have a botocore client sign for the other clock. The private names are checked by tests."""
        make = client._request_signer.get_auth_instance
        client._request_signer.get_auth_instance = lambda *args, **kwargs: self._set(make(*args, **kwargs))

    def _set(self, auth: Any) -> Any:
        if self.ahead:
            # Made anew for each request, and called when it has just taken the time.
            auth._modify_request_before_signing = self._at_their_time(auth._modify_request_before_signing)
        return auth

    def _at_their_time(self, modify: Callable[[Any], None]) -> Callable[[Any], None]:
        def modify_later(request: Any) -> None:
            request.context["timestamp"] = (datetime.now(UTC) + self.ahead).strftime(_SIGNED_AT)
            modify(request)

        return modify_later


def _is_skewed(error: Mapping[str, Any]) -> bool:
    code, message = error.get("Code", ""), error.get("Message", "")
    return code == "RequestTimeTooSkewed" or (code in _CODES and any(words in message for words in _SKEWED))
