"""AWS's errors as sentences: one table, resources/texts/aws_errors.json, by code and a part of the message."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cognito_explorer import resources
from cognito_explorer.core import errors
from cognito_explorer.core.aws.clock import clock_said
from cognito_explorer.core.aws.connection import THROTTLED
from cognito_explorer.core.aws.unknown_hosts import unknown_host
from cognito_explorer.core.errors import AccessDenied, ExplorerError, Unreachable
from cognito_explorer.core.profiles import Profile

_KINDS: dict[str, type[ExplorerError]] = {
    each.__name__: each
    for each in (
        ExplorerError,
        AccessDenied,
        errors.NotFound,
        errors.Throttled,
        Unreachable,
        errors.SessionExpired,
        errors.InvalidInput,
    )
}
_CLOSED, _NO_PROXY = "Closed", "ProxyConnectionError"
# No connection came about, by botocore's names and by httpx's: what was to be sent never left.
_NOT_SENT = frozenset(
    {
        _CLOSED,
        "EndpointConnectionError",
        "ConnectTimeoutError",
        _NO_PROXY,
        "ConnectError",
        "ConnectTimeout",
        "ProxyError",
    }
)
# Whom we do not trust we send nothing but our greeting.
_UNTRUSTED = "certificate verify failed"
# What passes by itself: AWS's own troubles and the gateways' in between, beside no answer and too many requests.
_PASSING = frozenset(
    {
        "InternalErrorException",
        "InternalServerException",
        "InternalFailure",
        "InternalError",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "500",
        "502",
        "503",
        "504",
    }
)
# What the texts say of a request that may have been done, and what is true of one that changes nothing.
LOOK_FIRST, _ASK_AGAIN = "Look whether it was done before you try again.", "Nothing is changed by it: try again."
_PERFORM = re.compile(r"not authorized to perform: ?([\w-]+:\w+)")
_BECAUSE = re.compile(r"because (.+?)\.?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the table: `contains` narrows a code down, `kind` names a child of ExplorerError."""

    code: str
    contains: str
    kind: str
    title: str
    hint: str


def translate(trouble: Exception, action: str, profile: Profile | None = None) -> ExplorerError:
    """The ExplorerError for a ClientError or a BotoCoreError. `action` is e.g. cognito-idp:ListUsers.

    `profile` is the one it was sent by, which may name a proxy.
    """
    if isinstance(trouble, ExplorerError):
        return trouble
    answer: dict[str, Any] = getattr(trouble, "response", None) or {}
    if not answer:
        if type(trouble).__name__ == _NO_PROXY and profile is not None and profile.proxy_url:
            return _no_proxy(profile, action)
        found = unknown_host(trouble, action) or explain(type(trouble).__name__, str(trouble), action)
        return _of_sandbox(found) if profile is not None and profile.kind == "sandbox" else found
    return translate_answer(answer, action)


def translate_answer(answer: Mapping[str, Any], action: str) -> ExplorerError:
    """The ExplorerError for an answer that botocore has parsed and that holds an error."""
    error = answer.get("Error", {})
    request_id = answer.get("ResponseMetadata", {}).get("RequestId", "")
    return explain(error.get("Code", ""), error.get("Message", ""), action, request_id)


def explain(code: str, message: str, action: str = "", request_id: str = "") -> ExplorerError:
    """The ExplorerError for an error code and message, wherever they came from."""
    row = _find(code, message)
    words = {"message": _sentence(message), "action": missing_action(message) or action, "reason": reason(message)}
    words |= {"code": code, "clock": clock_said(message)}
    kind = _KINDS[row.kind]
    title, hint = row.title.format(**words).strip(), row.hint.format(**words).strip()
    explained = kind(title, hint, code=code, request_id=request_id, operation=action)
    explained.said = message
    if isinstance(explained, AccessDenied):
        explained.missing_action = words["action"]
    return explained


def missing_action(message: str) -> str:
    """The permission IAM names in its refusal, e.g. cognito-idp:ListUsers, or ""."""
    found = _PERFORM.search(message)
    return found.group(1) if found else ""


def reason(message: str) -> str:
    """Why IAM refused, in its own words ("no identity-based policy allows the … action"), or ""."""
    found = _BECAUSE.search(message)
    return found.group(1) if found else ""


def is_unsure(error: ExplorerError) -> bool:
    """Whether a request was sent and no answer came, so that nobody here knows what became of it."""
    return isinstance(error, Unreachable) and not is_unsent(error)


def of_read(error: ExplorerError) -> ExplorerError:
    """The same of a request that only reads: nobody needs to look whether it was done."""
    if is_unsure(error):
        error.hint = error.hint.replace(LOOK_FIRST, _ASK_AGAIN)
    return error


def is_unsent(error: ExplorerError) -> bool:
    """Whether no connection was made, so that nothing can have been done."""
    is_refused_here = error.code == "SSLError" and _UNTRUSTED in error.said.lower()
    return isinstance(error, Unreachable) and (error.code in _NOT_SENT or is_refused_here)


def is_passing(error: ExplorerError) -> bool:
    """Whether the same read may well be answered in a moment."""
    if isinstance(error, Unreachable):
        return error.code not in (_CLOSED, "NotAws")
    return error.code in _PASSING or error.code in THROTTLED


def door_closed() -> Unreachable:
    """What a page is told that still holds a door which was closed."""
    title = "This page's connection was closed: its profile was changed, or the sandbox was restarted."
    return Unreachable(title, "Close the page and open it again from the tree.", code=_CLOSED)


def table() -> tuple[Explanation, ...]:
    """Every explanation, the more particular ones first."""
    return _table()


def proxy_of(profile_proxy_url: str) -> str:
    """A proxy as it is told of: host and port, never its password."""
    return urlsplit(profile_proxy_url).netloc.rpartition("@")[2]


def _no_proxy(profile: Profile, action: str) -> Unreachable:
    title = f"The proxy of “{profile.name}” did not answer: {proxy_of(profile.proxy_url)}."
    hint = "Check the network, or edit the profile under Profiles: there it stands as Proxy."
    return Unreachable(title, hint, code=_NO_PROXY, operation=action)


def _of_sandbox(error: ExplorerError) -> ExplorerError:
    """The same of the sandbox, which somebody can start again."""
    if isinstance(error, Unreachable):
        what = "Start the sandbox again." if is_unsent(error) else "See whether the sandbox still runs."
        error.hint = f"{error.hint} {what}".strip()
    return error


def _find(code: str, message: str) -> Explanation:
    lowered = message.lower()
    for row in _table():
        if row.code == code and row.contains.lower() in lowered:
            return row
    return Explanation(code, "", "ExplorerError", "AWS refused: {message}" if message else "AWS answered {code}.", "")


def _sentence(message: str) -> str:
    # What a program printed ends with a line's end.
    message = message.strip()
    return message if not message or message.endswith((".", "!", "?")) else f"{message}."


@lru_cache(maxsize=1)
def _table() -> tuple[Explanation, ...]:
    rows = json.loads(resources.read_text("texts", "aws_errors.json"))
    found = (
        Explanation(code, row.get("contains", ""), row.get("kind", "ExplorerError"), row["title"], row["hint"])
        for row in rows
        for code in row["codes"]
    )
    return tuple(sorted(found, key=lambda row: not row.contains))
