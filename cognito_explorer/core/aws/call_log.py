"""What was sent to AWS lately: operation, parameters without secrets, answer, duration. Bounded."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "•••"
_KEPT = 500
_LONGEST = 300

# Beside what botocore's service model marks as sensitive.
_SECRET_NAMES = frozenset({
    "password", "previouspassword", "proposedpassword", "temporarypassword", "accesstoken", "refreshtoken", "idtoken",
    "token", "session", "secrethash", "secret", "clientsecret", "secretkey", "secretaccesskey", "sessiontoken",
    "authparameters", "challengeresponses", "logins", "webidentitytoken", "usercode", "confirmationcode", "code",
    "body", "code_verifier", "client_secret", "refresh_token", "access_token", "id_token", "authorization",
    "usercontextdata", "contextdata", "feedbacktoken", "subjecttoken", "actortoken", "credential",
    "accesskeyid", "clientmetadata", "contextassertion", "encodeddata", "encodedmessage", "filter", "headervalue",
    "passwordverifier", "private_key", "salt", "tokencode",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call. `outcome` is "running", "ok" or AWS's error code; `status` the HTTP status, 0 when none came.

    `summary` says what the answer holds, never its values, or what AWS said of a failure; `is_signed` whether it was
    sent with credentials.
    """

    id: int
    at: datetime
    service: str
    operation: str
    parameters: Mapping[str, Any]
    outcome: str
    duration_ms: int
    status: int = 0
    request_id: str = ""
    attempts: int = 1
    summary: str = ""
    is_signed: bool = True


Listener = Callable[[LoggedCall], None]


class CallLog:
    """The newest calls. Entries arrive from the event loop's thread."""

    def __init__(self) -> None:
        self._calls: dict[int, LoggedCall] = {}
        self._listeners: list[Listener] = []
        self._numbers = count(1)
        self._lock = threading.Lock()

    def next_id(self) -> int:
        """A number for a call; the same number joins its start and its end."""
        return next(self._numbers)

    def add(self, call: LoggedCall) -> None:
        """Keep a call, or replace the entry of the same number, and tell the listeners."""
        with self._lock:
            self._calls[call.id] = call
            if len(self._calls) > _KEPT:
                del self._calls[next(iter(self._calls))]
        for listener in tuple(self._listeners):
            listener(call)

    def clear(self) -> None:
        """Forget the calls that have an answer."""
        with self._lock:
            self._calls = {number: call for number, call in self._calls.items() if call.outcome == "running"}

    def recent(self, limit: int = 100) -> tuple[LoggedCall, ...]:
        """The newest calls, newest first."""
        with self._lock:
            return tuple(islice(reversed(self._calls.values()), limit))

    def running(self) -> tuple[LoggedCall, ...]:
        """The calls that have no answer yet."""
        with self._lock:
            return tuple(call for call in self._calls.values() if call.outcome == "running")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` at the start and the end of every call. Returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None


def redact(parameters: Any, shape: Any = None) -> Any:
    """A copy without secrets: members botocore's `shape` marks as sensitive, our own list, and overlong text."""
    if shape is not None and shape.metadata.get("sensitive"):
        return HIDDEN
    if isinstance(parameters, str):
        return f"{parameters[:_LONGEST]}…" if len(parameters) > _LONGEST else parameters
    if isinstance(parameters, dict | Mapping):
        return {name: _redact_member(str(name), value, shape) for name, value in parameters.items()}
    if isinstance(parameters, list | tuple):
        return [redact(each, getattr(shape, "member", None)) for each in parameters]
    if isinstance(parameters, bytes | bytearray):
        return HIDDEN
    return parameters


def is_cut(text: str) -> bool:
    """Whether `redact` has shortened it."""
    return len(text) == _LONGEST + 1 and text.endswith("…")


def summarise(response: Any) -> str:
    """What an answer holds, without a value: "60 Users, PaginationToken"."""
    if not isinstance(response, Mapping):
        return ""
    found = {name: value for name, value in response.items() if name != "ResponseMetadata"}
    return ", ".join(f"{len(value)} {name}" if isinstance(value, list) else name for name, value in found.items())


def redact_url(url: str) -> str:
    """An address without its query, fragment and user part."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, HIDDEN if parts.query else "", ""))


def _redact_member(name: str, value: Any, shape: Any) -> Any:
    if name.lower() in _SECRET_NAMES:
        return HIDDEN
    members = getattr(shape, "members", None) or {}
    return redact(value, members.get(name) or getattr(shape, "value", None))
