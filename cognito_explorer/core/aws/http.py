"""OAuth endpoints and key sets over httpx: no redirects, plain HTTP to this computer only, logged like every call."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cognito_explorer.core.aws.call_log import HTTP, CallLog, LoggedCall, redact, redact_url
from cognito_explorer.core.aws.connection import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from cognito_explorer.core.aws.errors import door_closed, proxy_of
from cognito_explorer.core.aws.foreign_answers import not_trusted, stranger_between
from cognito_explorer.core.aws.idleness import Idleness
from cognito_explorer.core.aws.pace import Pace
from cognito_explorer.core.aws.partitions import stand_in
from cognito_explorer.core.aws.permit import Permit
from cognito_explorer.core.aws.threads import Threads
from cognito_explorer.core.errors import ExplorerError, InvalidInput, Unreachable
from cognito_explorer.core.loopback import is_loopback, is_unclear

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER = 1_000_000
# Codes are words such as invalid_grant; what is longer, or a sentence, may hold what was sent.
_ERROR = re.compile(r"[A-Za-z][\w.:-]{0,63}", re.ASCII)
_LEEWAY_S = 0.3
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_TOO_MANY = 429
_SAFE = ("GET", "HEAD", "OPTIONS")
_POSTED = {"/oauth2/token": "GetTokensFromRefreshToken", "/oauth2/revoke": "RevokeToken"}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `form` makes it a POST; `headers` may carry an Authorization, which is never logged, nor is `body`.

    `is_query`: a POST that only asks, as a GraphQL query does; the mode takes it for a read.
    """

    url: str
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = ""
    body: str | None = field(default=None, repr=False)
    is_query: bool = False

    @property
    def verb(self) -> str:
        """The HTTP method."""
        return self.method or ("GET" if self.form is None else "POST")

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing at its target (RFC 9110, section 9.2.1)."""
        return self.is_query or (self.form is None and self.verb in _SAFE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's answer is read: what comes after `most_bytes` or `total_s` is cut off."""

    total_s: float
    most_bytes: int


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer: HTTP status, text, and headers with lower-case names. `is_cut`: there was more than was read."""

    status: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    is_cut: bool = False

    @property
    def document(self) -> dict[str, Any]:
        """The answer as a JSON object; {} when it is none."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Http:
    """Requests run in worker threads, so that TLS and parsing never hold up the window."""

    def __init__(self, threads: Threads, calls: CallLog, permit: Permit | None = None, *, proxy_url: str = "") -> None:
        self._threads = threads
        self.calls = calls
        self.permit = permit
        self.pace: Pace | None = None
        self._proxy_url = proxy_url
        self.find_endpoint: Callable[[], str] | None = None
        self._clients: dict[bool, httpx.Client] = {}
        self._retired: list[httpx.Client] = []
        self._lock = threading.Lock()
        self._idleness = Idleness()
        self._is_closed = False
        self._key_sets: dict[str, dict[str, Any]] = {}

    @classmethod
    def standalone(cls) -> "Http":
        """Without a door, e.g. to check a pasted token when no profile is open."""
        return cls(Threads(2, "http"), CallLog())

    @property
    def stand_in(self) -> str:
        """Who is asked about user pools in AWS's place; "" for AWS. Hosted pages and key sets are there, too."""
        return stand_in(self.find_endpoint()) if self.find_endpoint is not None else ""

    async def send(self, request: HttpRequest, limits: Limits | None = None) -> HttpAnswer:
        """Send a request once. Any status is an answer.

        A form signs somebody in or revokes, and what is no read may do anything: the mode decides. With `limits` it
        goes over a connection of its own that is shut in time. Raises Unreachable, InvalidInput for an unsafe address,
        WriteRefused, and, without limits, ExplorerError for an answer beyond 1 MB and Unreachable for a network's own
        page or redirect.
        """
        check_address(request.url)
        if self._is_closed:
            raise door_closed()
        if self.permit is not None and not request.is_read:
            await self.permit.check("cognito-idp", _nearest(request), {})
        begun = time.monotonic()
        call = self._begin(request)
        try:
            await self._take_turn(request)
            begun = time.monotonic()
            answer = await (self._send_soon(request) if limits is None else self._send_limited(request, limits))
        except BaseException as trouble:
            name = "abandoned" if isinstance(trouble, asyncio.CancelledError) else type(trouble).__name__
            self.calls.add(call._replace(outcome=name, duration_ms=_since_ms(begun)))
            raise
        if answer.status == _TOO_MANY and self.pace is not None and request.form is not None:
            self.pace.throttled("cognito-idp", _rated_as(request))
        outcome = "ok" if answer.status < 400 else _error_of(answer)
        self.calls.add(call._replace(outcome=outcome, status=answer.status, duration_ms=_since_ms(begun)))
        return answer

    async def key_set(self, url: str, *, is_fresh: bool = False) -> dict[str, Any]:
        """A JSON Web Key Set, cached by its address; `is_fresh` fetches it again because keys may rotate."""
        if is_fresh or url not in self._key_sets:
            answer = await self.send(HttpRequest(url))
            if answer.status != 200 or not isinstance(answer.document.get("keys"), list):
                title = "The pool's public keys could not be read."
                raise Unreachable(title, f"{url} answered {answer.status}. Check the Region and the pool id.")
            self._key_sets[url] = answer.document
        return self._key_sets[url]

    def kept_key_set(self, url: str) -> dict[str, Any] | None:
        """The Key Set that `key_set` fetched from an address before, if it did."""
        return self._key_sets.get(url)

    def go_through(self, proxy_url: str) -> None:
        """Use the profile's proxy from the next request on, or ("") what the environment says."""
        with self._lock:
            if proxy_url != self._proxy_url:
                self._proxy_url = proxy_url
                self._retire()

    def close(self) -> None:
        """Let go of sockets and threads."""
        self._is_closed = True
        with self._lock:
            for client in (*self._clients.values(), *self._retired):
                client.close()
            self._clients.clear()
        self._threads.close()

    def _retire(self) -> None:
        """Send over new connections from now on; the lock is held. What is under way ends as it began."""
        self._retired += self._clients.values()
        self._clients = {}

    def _begin(self, request: HttpRequest) -> LoggedCall:
        call = LoggedCall(
            id=self.calls.next_id(),
            at=datetime.now(UTC),
            service=HTTP,
            operation=f"{request.verb} {redact_url(request.url)}",
            parameters=redact(request.form or ({} if request.body is None else {"body": request.body})),
            outcome="running",
            duration_ms=0,
        )
        self.calls.add(call)
        return call

    async def _take_turn(self, request: HttpRequest) -> None:
        if self.pace is not None and request.form is not None:
            connection = self.permit.name if self.permit is not None else ""
            await self.pace.turn("cognito-idp", _rated_as(request), connection=connection)

    async def _send_soon(self, request: HttpRequest) -> HttpAnswer:
        client = partial(self._client, is_local=is_loopback(request.url))
        return await self._threads.run(partial(self._send, request, client))

    async def _send_limited(self, request: HttpRequest, limits: Limits) -> HttpAnswer:
        """Whoever answers one byte now and then keeps no thread: the connection is shut from here."""
        make = partial(self._make, is_local=is_loopback(request.url), timeout=limits.total_s)
        client = await self._threads.run(make)
        work = partial(self._send, request, lambda: client, limits)
        try:
            return await asyncio.wait_for(self._threads.run(work), limits.total_s + _LEEWAY_S)
        except TimeoutError:
            host = urlsplit(request.url).netloc
            hint = "The connection was shut. Ask again, or ask another address of the same API."
            raise Unreachable(f"{host} took longer than {limits.total_s:g} s.", hint, code="TooSlow") from None
        finally:
            client.close()

    def _send(
        self, request: HttpRequest, client: "Callable[[], httpx.Client]", limits: Limits | None = None
    ) -> HttpAnswer:
        import httpx

        is_cut, body = False, None if request.body is None else request.body.encode()
        try:
            sent = client().stream(
                request.verb, request.url, data=request.form, content=body, headers=dict(request.headers)
            )
            with sent as response:
                text, is_cut = (_read_text(response), False) if limits is None else _read_some(response, limits)
        except (httpx.RequestError, httpx.InvalidURL) as trouble:
            if _UNTRUSTED in str(trouble):
                raise not_trusted(request.url) from trouble
            host = urlsplit(request.url).netloc
            # A sandbox is on this computer: somebody else's host has nothing to do with it.
            is_here = is_loopback(request.url)
            what = "the address and whether the sandbox is running" if is_here else "the network and the address"
            hint = f"Check {what}, then try again."
            if self._proxy_url and not is_here:
                place = proxy_of(self._proxy_url)
                hint = f"It was asked through the profile's proxy, {place}. Check both, and the network."
            raise Unreachable(f"{host} did not answer.", hint, code=type(trouble).__name__) from trouble
        except UnicodeError as trouble:
            # Nothing was sent: a name's labels have 1 to 63 characters (RFC 1035, section 2.3.4).
            raise InvalidInput("This is not a web address.", "No host can be called so.") from trouble
        headers = {name.lower(): value for name, value in response.headers.items()}
        stranger = None if limits else stranger_between(request.url, response.status_code, headers, text[:64].encode())
        if stranger is not None:
            raise stranger
        return HttpAnswer(response.status_code, text, headers, is_cut)

    def _client(self, *, is_local: bool) -> "httpx.Client":
        import httpx

        with self._lock:
            self._idleness.end(self._retire)
            if is_local not in self._clients:
                limits = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
                self._clients[is_local] = self._make(is_local=is_local, timeout=limits)
            return self._clients[is_local]

    def _make(self, *, is_local: bool, timeout: "httpx.Timeout | float") -> "httpx.Client":
        """By the rules of botocore's clients: no proxy on this computer, the profile's before the environment's."""
        import httpx

        if is_local:
            return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)
        proxy = self._proxy_url or None
        try:
            return httpx.Client(timeout=timeout, follow_redirects=False, proxy=proxy)
        except ValueError as trouble:
            title, hint = "This proxy cannot be used.", "Look at the proxy in the profile: http://host:port."
            raise InvalidInput(title, hint, code="InvalidProxy") from trouble


def check_address(url: str) -> None:
    """Raise InvalidInput unless an address is HTTPS, or plain HTTP on this computer."""
    try:
        parts = urlsplit(url)
    except ValueError as trouble:
        raise InvalidInput("This is not a web address.", "Check the endpoint and the domain.") from trouble
    if is_unclear(url):
        hint = "Write the host's name, or its whole address, such as 127.0.0.1."
        raise InvalidInput("This address can be read in more than one way.", hint, code="UnclearHost")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_loopback(url):
        return
    raise InvalidInput("This address is not safe to use.", f"Use https:// ({redact_url(url)}).")


def is_safe(url: str) -> bool:
    """Whether `check_address` would let an address pass."""
    try:
        check_address(url)
    except InvalidInput:
        return False
    return True


def _error_of(answer: HttpAnswer) -> str:
    """The error's code (RFC 6749, section 5.2), or the status where a stranger wrote anything else into its place."""
    found = answer.document.get("error")
    return found if isinstance(found, str) and _ERROR.fullmatch(found) else str(answer.status)


def _nearest(request: HttpRequest) -> str:
    """The user pools operation that does what a form posted there does; what is not known counts as admin write."""
    if request.form is None:
        return "PostToApi"
    path = urlsplit(request.url).path
    return next((title for end, title in _POSTED.items() if path.endswith(end)), "PostForm")


def _rated_as(request: HttpRequest) -> str:
    """The operation in whose rate category the endpoint's requests count (quotas in Amazon Cognito)."""
    is_machine = (request.form or {}).get("grant_type") == "client_credentials"
    return "GetClientToken" if is_machine else _nearest(request)


def _read_some(response: "httpx.Response", limits: Limits) -> tuple[str, bool]:
    """As much of the body as the limits let through, as it came: nothing is unpacked."""
    body, begun = bytearray(), time.monotonic()
    for part in response.iter_raw():
        body += part
        if len(body) > limits.most_bytes or time.monotonic() - begun > limits.total_s:
            return body[: limits.most_bytes].decode(errors="replace"), True
    return body.decode(errors="replace"), False


def _read_text(response: "httpx.Response") -> str:
    """The body, as long as it is one that OAuth endpoints send: a stranger may answer without end."""
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            title = f"The answer of {response.url.netloc.decode()} is far too large."
            hint = "It was not read to its end. Check that the address is a hosted UI domain or an issuer."
            raise ExplorerError(title, hint, code="AnswerTooLarge")
    try:
        return body.decode(response.encoding or "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        # The header may name what Python knows, but not as an encoding of text.
        return body.decode(errors="replace")


def _since_ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)
