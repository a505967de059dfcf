"""A token sent to an API of the person's own, once and on demand: https or this computer, nothing followed."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from cognito_explorer.core.aws.http import HttpAnswer, HttpRequest, Limits, check_address
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.aws.http import Http

Style = Literal["bearer", "alone", "alb"]
Method = Literal["GET", "HEAD", "POST"]
Again = Literal["", "asking", "unanswered", "stopped"]

LIMITS = Limits(total_s=10.0, most_bytes=64_000)
LONGEST_URL = 2_000
LONGEST_BODY = 8_000
# The smallest question that every GraphQL API answers (GraphQL specification, “Type Name Introspection”).
SMALLEST_QUERY = '{"query":"{__typename}"}'
_HIDDEN = "•••"
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# Whoever echoes a token may echo a part of it: the signature alone makes a copied payload valid again.
_SHORTEST_PART = 16
# A carriage return ends a line, too, and a backslash takes the end of a block of text away (sections 2.1.2 and 2.9.4).
_LITERAL = re.compile(r'"""(?:\\"""|(?!""").)*+"""|"(?:[^"\\\r\n]|\\.)*"|#[^\r\n]*', re.DOTALL)
_CHANGING = re.compile(r"\b(mutation|subscription)\b")


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """What to ask: an address, the token, and how it is sent.

    "bearer" is RFC 6750, section 2.1; "alone" the token without a scheme, as REST APIs take it; "alb" the header in
    which a load balancer hands access tokens on to its targets. `body`, JSON, is for a POST alone.
    """

    url: str
    token: str = field(repr=False)
    style: Style = "bearer"
    method: Method = "GET"
    body: str = field(default="", repr=False)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing: GET, HEAD (RFC 9110, section 9.2.1), or a GraphQL document of queries alone."""
        return self.method != "POST" or _is_query(self.url, self.body)


@dataclass(frozen=True, slots=True)
class LiveResult:
    """The answer, without the token where it was echoed. `without`: the status without any token, 0 if none came.

    `again` says why none came though it was asked, "" otherwise.
    """

    answer: HttpAnswer
    without: int = 0
    again: Again = ""


Tell = Callable[[LiveResult], object]


async def ask_api(http: "Http", check: LiveCheck, limits: Limits = LIMITS, tell: Tell | None = None) -> LiveResult:
    """Ask with the token; where a read succeeds, once more without, to see whether the address is guarded at all.

    `tell` gets the first answer at once, before the second is asked for; `limits` are for each of the two.

    No redirect is followed, and no more of the answer is read than `limits` let through. What is no read may do
    anything there: the mode decides, and it is sent once. Who may be asked is for the caller to confirm. Raises
    InvalidInput for what cannot be sent, WriteRefused and Unreachable.
    """
    check_live(check)
    answer = await http.send(_request(check, _headers(check)), limits)
    headers = {name: hide_token(value, check.token) for name, value in answer.headers.items()}
    first = LiveResult(replace(answer, text=hide_token(answer.text, check.token), headers=headers))
    if not (200 <= answer.status < 300 and check.is_read):
        return first
    if tell is not None:
        tell(replace(first, again="asking"))
    try:
        return replace(first, without=(await http.send(_request(check, {}), limits)).status)
    except ExplorerError:
        return replace(first, again="unanswered")


async def ask_api_through(aws: "Aws", check: LiveCheck, tell: Tell | None = None) -> LiveResult:
    """The same as whom a door is open for: what is no read goes into the journal. Raises as `ask_api` does."""
    check_live(check)
    if check.is_read:
        return await ask_api(aws.http, check, tell=tell)
    path = urlsplit(check.url).path or "/"
    intent = Intent(target_of(check), {}, {"sent": f"{check.method} {path[:200]}, with a token"})
    return await aws.write_over_http(intent, "post_to_api", partial(ask_api, aws.http, check))


def target_of(check: LiveCheck) -> str:
    """What the journal calls the API."""
    return f"API at {host_of(check.url)}"


async def may_ask(aws: "Aws", check: LiveCheck) -> None:
    """Raise WriteRefused where the mode does not let this through: known before anybody is asked to confirm."""
    if not check.is_read:
        await aws.permit.check("cognito-idp", "PostToApi", {})


def check_live(check: LiveCheck) -> None:
    """Raise InvalidInput where the address, the token or the body cannot be sent."""
    if len(check.url) > LONGEST_URL or not _PRINTABLE.fullmatch(check.url):
        raise InvalidInput("This is not a web address.", "It has blanks or other letters in it, or is far too long.")
    check_address(check.url)
    if not host_of(check.url):
        raise InvalidInput("This is not a web address.", "It names no host, or a port that is none.")
    if "@" in urlsplit(check.url).netloc:
        raise InvalidInput("The address holds a name or a password.", "The token is what is sent; leave those out.")
    if check.token in check.url:
        raise InvalidInput("The address holds the token itself.", "Addresses end up in logs. Leave the token out.")
    if not _SENDABLE.fullmatch(check.token):
        raise InvalidInput("This token cannot be sent in a header.", "It has characters that no token has.")
    if check.method == "POST" and check.body:
        _check_body(check.body)


def host_of(url: str) -> str:
    """The host and port that an address leads to, for a person to confirm; "" where it names none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None or not host else f"{shown}:{port}"


def hide_token(text: str, token: str) -> str:
    """A text without the token, nor its signature."""
    for part in (token, token.rpartition(".")[2]):
        if len(part) >= _SHORTEST_PART:
            text = text.replace(part, _HIDDEN)
    return text


# Packed answers are not unpacked: a small one may hold gigabytes.
_ASKS = {"Accept": "application/json, text/plain, */*", "Accept-Encoding": "identity"}


def _request(check: LiveCheck, headers: dict[str, str]) -> HttpRequest:
    """A POST without a body has an empty one: servers want its length."""
    if check.method != "POST":
        return HttpRequest(check.url, headers=_ASKS | headers, method=check.method)
    kind = {"Content-Type": "application/json"} if check.body else {}
    return HttpRequest(
        check.url, headers=_ASKS | kind | headers, method="POST", body=check.body, is_query=check.is_read
    )


def _check_body(body: str) -> None:
    try:
        is_json = len(body) <= LONGEST_BODY and json.loads(body) is not None
    except (ValueError, RecursionError):
        is_json = False
    if not is_json:
        hint = f"It must be JSON, {LONGEST_BODY:,} characters at most; for AppSync, {SMALLEST_QUERY}"
        raise InvalidInput("This body cannot be sent.", hint)


def _is_query(url: str, body: str) -> bool:
    """Whether a body asks a GraphQL API and changes nothing (GraphQL specification, “Operations”).

    AppSync's addresses end in /graphql. What cannot be told for sure is no query.
    """
    try:
        found = json.loads(body, object_pairs_hook=_without_doubles)
        is_graphql = urlsplit(url).path.rstrip("/").endswith("/graphql")
    except (ValueError, RecursionError):
        return False
    document = found.get("query") if isinstance(found, dict) else None
    if not is_graphql or not isinstance(document, str):
        return False
    bare = _LITERAL.sub(" ", document).lstrip("\ufeff \t\r\n,")
    return bare.startswith(("{", "query")) and not _CHANGING.search(bare)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two members with one name, a server may take either (RFC 8259, section 4)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("two members have one name")
    return found


def _headers(check: LiveCheck) -> dict[str, str]:
    if check.style == "alb":
        return {"x-amzn-oidc-accesstoken": check.token}
    return {"Authorization": check.token if check.style == "alone" else f"Bearer {check.token}"}
