"""What time it is where our requests go: a computer whose clock is wrong would have every signature refused."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from cognito_explorer.core.durations import in_words

# Under both codes, AWS says so in the message alone (Signature Version 4, troubleshooting).
_SKEWED = ("Signature expired", "Signature not yet current")
_CODES = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
_LEAST = timedelta(minutes=1)
# AWS takes a signature that is five minutes off.
_TOLERATED = timedelta(minutes=4)
# Without a Date: S3's member, and what stands in brackets in everybody else's message.
_THEIRS = re.compile(r"\((\d{8}T\d{6}Z)")
# “Signature expired: 20261130T100000Z is now earlier than 20261130T105500Z (20261130T110000Z - 5 min.)”
_BOTH = re.compile(r"Signature (?:expired|not yet current): (\d{8}T\d{6}Z) is .{1,60}\((\d{8}T\d{6}Z)")
_SIGNED_AT = "%Y%m%dT%H%M%SZ"


class Clock:
    """Learns from a refusal how far another clock is ahead of ours, as AWS's own SDKs do. Used from any thread."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    @property
    def words(self) -> str:
        """What is wrong with this computer's clock."""
        return clock_in_words(self.ahead)

    def now(self) -> datetime:
        """The time where our requests go."""
        return datetime.now(UTC) + self.ahead

    def learn(self, trouble: Exception | None, was_ahead: timedelta) -> bool:
        """Whether a request was refused for its time, and is worth sending again: nothing was done yet.

        `was_ahead` is what it was signed with: another thread may have learned since.
        """
        return self.learn_from(getattr(trouble, "response", None) or {}, was_ahead)

    def learn_from(self, answer: Mapping[str, Any], was_ahead: timedelta) -> bool:
        """As `learn`, from an answer that botocore has parsed."""
        error = answer.get("Error", {})
        if not _is_skewed(error):
            return False
        theirs = _date(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")) or _said(error)
        if theirs is None:
            return False
        self.ahead = theirs - datetime.now(UTC)
        return abs(self.ahead - was_ahead) > _LEAST

    def hear(self, date: str) -> None:
        """Take the time from the header Date of any answer, where ours would be refused."""
        theirs = _date(date)
        if theirs is not None and abs(theirs - self.now()) > _TOLERATED:
            self.ahead = theirs - datetime.now(UTC)

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
            request.context["timestamp"] = self.now().strftime(_SIGNED_AT)
            modify(request)

        return modify_later


def clock_in_words(ahead: timedelta) -> str:
    """How wrong this computer's clock is, where another is so far ahead of it."""
    return f"this computer's clock is {in_words(ahead)} {'slow' if ahead > timedelta() else 'fast'}"


def clock_said(message: str) -> str:
    """What a refusal for the time says of this computer's clock, as the beginning of a sentence."""
    ahead = skew_in(message)
    words = "this computer's clock is wrong" if ahead is None else clock_in_words(ahead)
    return words[:1].upper() + words[1:]


def skew_in(message: str) -> timedelta | None:
    """How far AWS's clock was ahead of the one that signed, by the two times in its refusal; None without them."""
    found = _BOTH.search(message)
    if found is None:
        return None
    try:
        signed, theirs = (datetime.strptime(text, _SIGNED_AT).replace(tzinfo=UTC) for text in found.groups())
    except ValueError:
        return None
    return theirs - signed


def _is_skewed(error: Mapping[str, Any]) -> bool:
    code, message = error.get("Code", ""), error.get("Message", "")
    return code == "RequestTimeTooSkewed" or (code in _CODES and any(words in message for words in _SKEWED))


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # whoever answers may write any number into it
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)  # "-0000", by which RFC 5322 means UTC


def _said(error: Mapping[str, Any]) -> datetime | None:
    """The time an error names: S3 writes it as a member of its own."""
    found = _THEIRS.search(error.get("Message", ""))
    try:
        if found is not None:
            return datetime.strptime(found.group(1), _SIGNED_AT).replace(tzinfo=UTC)
        return datetime.fromisoformat(error.get("ServerTime", "")).astimezone(UTC)
    except ValueError:
        return None
