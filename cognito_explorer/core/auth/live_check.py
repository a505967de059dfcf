"""A token sent to an API of the person's own, once and on demand: https or this computer, nothing followed."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from cognito_explorer.core.aws.http import HttpAnswer, HttpRequest, Limits, check_address
from cognito_explorer.core.errors import InvalidInput

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http

Style = Literal["bearer", "alone", "alb"]

LIMITS = Limits(total_s=10.0, most_bytes=64_000)
LONGEST_URL = 2_000
_HIDDEN = "•••"
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# Whoever echoes a token may echo a part of it: the signature alone makes a copied payload valid again.
_SHORTEST_PART = 16


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """What to ask: an address, the token, and how it is sent.

    "bearer" is RFC 6750, section 2.1; "alone" the token without a scheme, as REST APIs take it; "alb" the header in
    which a load balancer hands access tokens on to its targets.
    """

    url: str
    token: str = field(repr=False)
    style: Style = "bearer"


@dataclass(frozen=True, slots=True)
class LiveResult:
    """The answer, without the token where it was echoed. `without`: the status without any token, 0 if not asked."""

    answer: HttpAnswer
    without: int = 0


async def ask_api(http: "Http", check: LiveCheck, limits: Limits = LIMITS) -> LiveResult:
    """GET the address with the token; where that succeeds, once more without, to see whether it is guarded at all.

    No redirect is followed, and no more of the answer is read than `limits` let through. GET is a read (RFC 9110,
    section 9.2.1), so every mode lets it through; who may be asked is for the caller to confirm. Raises InvalidInput
    for an address or a token that cannot be sent, and Unreachable.
    """
    check_live(check)
    answer = await http.send(HttpRequest(check.url, headers=_ASKS | _headers(check)), limits)
    without = 0
    if 200 <= answer.status < 300:
        without = (await http.send(HttpRequest(check.url, headers=_ASKS), limits)).status
    headers = {name: hide_token(value, check.token) for name, value in answer.headers.items()}
    return LiveResult(replace(answer, text=hide_token(answer.text, check.token), headers=headers), without)


def check_live(check: LiveCheck) -> None:
    """Raise InvalidInput where the address or the token cannot be sent."""
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


def _headers(check: LiveCheck) -> dict[str, str]:
    if check.style == "alb":
        return {"x-amzn-oidc-accesstoken": check.token}
    return {"Authorization": check.token if check.style == "alone" else f"Bearer {check.token}"}
