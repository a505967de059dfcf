"""What was sent to AWS lately: operation, parameters without secrets, answer, duration. Bounded."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import count, islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "•••"
# What an entry says in the place of an AWS service.
HTTP, METADATA, PROGRAM = "http", "metadata", "program"
_NO_SERVICES = frozenset({HTTP, METADATA, PROGRAM})
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
    "passwordverifier", "private_key", "salt", "tokencode", "devicecode", "codeverifier", "assertion", "externalid",
})  # fmt: skip


class LoggedCall(NamedTuple):
    """One call. `outcome` is "running", "ok" or AWS's error code; `status` the HTTP status, 0 when none came.

    `summary` says what the answer holds, never its values, or what AWS said of a failure; `is_signed` whether it was
    sent with credentials. `again` says why it was sent once more, if that was not only because it failed.
    `profile_name` is of a connection that was only tested, and stands in another profile's log.
    `region` and `endpoint_url` say where it went ("": the usual place at AWS), and `aws_profile` which profile of
    ~/.aws signed it, `own_profile` what one of ours is called that did. `nearest` is the operation that does what a web
    page sent, where a page did. A tuple, as every call makes two: a frozen dataclass costs several times as much.
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
    again: str = ""
    region: str = ""
    endpoint_url: str = ""
    aws_profile: str = ""
    own_profile: str = ""
    profile_name: str = ""
    nearest: str = ""

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation of an AWS service: not a request over HTTP, and no program that was run."""
        return self.service not in _NO_SERVICES


Listener = Callable[[LoggedCall], None]
_Told = tuple[Listener, int, asyncio.AbstractEventLoop | None]


class CallLog:
    """The newest calls. Entries arrive from any thread; listeners are called in the one they subscribed from.

    `sign_ins` is the log of what is sent to become somebody, which several doors show beside their own.
    """

    def __init__(self, sign_ins: "CallLog | None" = None) -> None:
        self._calls: dict[int, LoggedCall] = {}
        self._listeners: list[_Told] = []
        self._numbers: Iterator[int] = count(1) if sign_ins is None else sign_ins._numbers
        self._lock = threading.Lock()
        self._sign_ins = sign_ins

    @property
    def sign_ins(self) -> "CallLog":
        """Where to write what is sent to become somebody."""
        return self if self._sign_ins is None else self._sign_ins

    def next_id(self) -> int:
        """A number for a call; the same number joins its start and its end."""
        return next(self._numbers)

    def add(self, call: LoggedCall) -> None:
        """Keep a call, or replace the entry of the same number, and tell the listeners."""
        with self._lock:
            self._calls[call.id] = call
            if len(self._calls) > _KEPT:
                del self._calls[next(iter(self._calls))]
        for listener, thread, loop in tuple(self._listeners):
            if loop is None or thread == threading.get_ident():
                listener(call)
            else:
                with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody left who listens
                    loop.call_soon_threadsafe(self._tell, listener, call)

    def show_beside(self, other: "CallLog", profile_name: str) -> Callable[[], None]:
        """Show what `other` hears from now on here, too, under the profile's name. Returns how to stop it."""
        numbers: dict[int, int] = {}

        def copy(call: LoggedCall) -> None:
            if call.id not in numbers:
                numbers[call.id] = self.next_id()
            self.add(call._replace(id=numbers[call.id], profile_name=profile_name))

        return other.subscribe(copy)

    def clear(self) -> None:
        """Forget the calls that have an answer."""
        if self._sign_ins is not None:
            self._sign_ins.clear()
        with self._lock:
            self._calls = {number: call for number, call in self._calls.items() if call.outcome == "running"}

    def recent(self, limit: int = 100) -> tuple[LoggedCall, ...]:
        """The newest calls, newest first."""
        with self._lock:
            own = tuple(islice(reversed(self._calls.values()), limit))
        beside = () if self._sign_ins is None else self._sign_ins.recent(limit)
        return tuple(sorted((*own, *beside), key=_number, reverse=True)[:limit]) if beside else own

    def running(self) -> tuple[LoggedCall, ...]:
        """The calls that have no answer yet."""
        with self._lock:
            own = tuple(call for call in self._calls.values() if call.outcome == "running")
        return own if self._sign_ins is None else (*self._sign_ins.running(), *own)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` at the start and the end of every call. Returns how to stop it."""
        told = (listener, threading.get_ident(), _running_loop())
        self._listeners.append(told)
        stop_beside = None if self._sign_ins is None else self._sign_ins.subscribe(listener)

        def stop() -> None:
            if told in self._listeners:
                self._listeners.remove(told)
            if stop_beside is not None:
                stop_beside()

        return stop

    def _tell(self, listener: Listener, call: LoggedCall) -> None:
        """In the listener's thread, if it listens still."""
        if any(listener == each for each, _, _ in self._listeners):
            listener(call)


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
    if not isinstance(response, dict | Mapping):
        return ""
    found = [
        f"{len(value)} {name}" if isinstance(value, list) else name
        for name, value in response.items()
        if name != "ResponseMetadata"
    ]
    return ", ".join(found)


def redact_url(url: str) -> str:
    """An address without its query, fragment and user part."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, HIDDEN if parts.query else "", ""))


def _number(call: LoggedCall) -> int:
    return call.id


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@lru_cache(maxsize=4_096)
def _is_secret(name: str) -> bool:
    return name.lower() in _SECRET_NAMES


def _redact_member(name: str, value: Any, shape: Any) -> Any:
    if _is_secret(name):
        return HIDDEN
    members = getattr(shape, "members", None) or {}
    return redact(value, members.get(name) or getattr(shape, "value", None))
