"""Answers that are not AWS's: pages of a network or an emulator, what was cut off, and operations nobody knows."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cognito_explorer.core.aws.partitions import AWS_DOMAINS
from cognito_explorer.core.errors import NotOffered, Unreachable
from cognito_explorer.core.loopback import is_loopback

if TYPE_CHECKING:
    from botocore.session import Session

# What answers nothing is sent as {}, null or a line of blanks.
_EMPTY_BYTES = 8
# How a server fails that never got as far as an operation; 502 to 504 are a gateway's, and pass.
_NEVER_REACHED = frozenset({400, 404, 405, 500, 501})
_HTML, _JSON = "text/html", "json"
# Everything that AWS answers carries one such header: a request id, an error's type, CloudFront's.
_MARK_OF_AWS = "x-amz"
_LOGIN_REQUIRED = 511  # RFC 6585: the network wants a login first


def watch_for_strangers(session: "Session") -> None:
    """Have every client of a session notice what a captive portal or a proxy answers in AWS's place.

    botocore follows no redirect; it would call the portal's page an error of AWS's, or a broken connection.
    """
    asked = threading.local()  # botocore sends and parses a request in one thread

    def remember(**event: Any) -> None:
        asked.url = event["request"].url

    def look(**event: Any) -> None:
        answer = event["response_dict"]
        if any(str(name).lower().startswith(_MARK_OF_AWS) for name in answer["headers"]):
            return
        body = answer["body"] if isinstance(answer["body"], bytes) else b""
        headers = {str(name).lower(): str(value) for name, value in answer["headers"].items()}
        found = stranger_between(getattr(asked, "url", ""), answer["status_code"], headers, body)
        if found is not None:
            raise found

    session.register("before-send", remember)
    session.register("before-parse", look)


def stranger_between(url: str, status: int, headers: Mapping[str, str], body: bytes) -> Unreachable | None:
    """What to say of an answer that a network gave in place of the host that was asked, or None. Names are lower-case.

    A gateway's failures (500 to 504) are left out: they pass, and a read is repeated after them.
    """
    if any(name.startswith(_MARK_OF_AWS) for name in headers):
        return None
    host, other = _host_of(url), _host_of(headers.get("location", ""))
    is_led_away = 300 <= status < 400 and other not in ("", host)
    is_page = _is_page(headers, body) and (status < 300 or status in (401, 403, 407))
    if not (is_led_away or is_page or status == _LOGIN_REQUIRED):
        return None
    came = f"HTTP {status}, which leads to {other}" if is_led_away else f"HTTP {status} with a web page"
    if is_loopback(url):
        return _answered_here(url, came)
    return _answered_by_stranger(host, came)


def not_trusted(url: str) -> Unreachable:
    """What to say where the host that was asked, or who pretends to be it, showed a certificate nobody vouches for."""
    return _answered_by_stranger(_host_of(url), "a certificate that is not trusted here")


def _answered_by_stranger(host: str, came: str) -> Unreachable:
    place = "AWS" if host.endswith(AWS_DOMAINS) else host or "the endpoint"
    title = f"Something between you and {place} answered, not {place} (captive portal or proxy)."
    own = "" if place == "AWS" else " Check the endpoint's address."
    hint = (
        f"{host or 'The endpoint'} was asked, and this came back: {came}.{own} Open a browser: a network that wants you"
        " to log in shows its page there. Then try again."
    )
    return Unreachable(title, hint, code="NotAws")


def _answered_here(url: str, came: str) -> Unreachable:
    """Between a program and its own computer stands nothing: another server has the port."""
    place = urlsplit(url).netloc.rpartition("@")[2]
    hint = (
        f"This came back: {came}. Another program than the one you mean listens there: check the port in the endpoint's"
        " address, and whether what should listen runs."
    )
    return Unreachable(f"What answers at {place} is no endpoint of AWS's kind.", hint, code="NotAws")


def _is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """moto calls its JSON a web page: the text tells."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        _content_type(headers).startswith(_HTML) and start.startswith(b"<") and not start.startswith(b"<?xml")
    )


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def not_offered(title: str, service: str, said: str = "", *, request_id: str = "") -> NotOffered:
    """What a page is told of an operation that the endpoint does not have. `said` is the endpoint's own word."""
    about = "It is an emulator's, or of another kind. “What may I do?” shows what it has, and asks again."
    hint = f"It says: {said.rstrip('.')}. {about}" if said else about
    title, action = f"This endpoint has no {title}.", f"{service}:{title}"
    error = NotOffered(title, hint, code="NotOffered", operation=action, request_id=request_id)
    error.said = said
    return error


def refuse_foreign_failure(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """For botocore's event before-parse. moto fails with a web page where it lacks an operation, and cognito-local
    answers STS, which speaks XML, in JSON. Raises NotOffered.
    """
    kind = _content_type(response_dict["headers"])
    service = operation_model.service_model
    speaks_json = "json" in service.metadata["protocol"]
    is_foreign = kind.startswith(_HTML) or (_JSON in kind and not speaks_json)
    status = response_dict["status_code"]
    if status in _NEVER_REACHED and is_foreign:
        said = f"HTTP {status}, {'with a web page' if kind.startswith(_HTML) else 'in JSON, which it does not speak'}."
        raise not_offered(operation_model.name, service.service_name, said)


def refuse_no_answer(response: Any) -> None:
    """Raise Unreachable for what botocore takes for a JSON service's answer, as it does with most of status 200."""
    # moto calls its JSON a web page: what holds something is an answer.
    if response.keys() > {"ResponseMetadata"}:
        return
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    is_page = _content_type(headers).startswith(_HTML)
    length = int(headers.get("content-length", _EMPTY_BYTES + 1 if is_page else 0))
    if length <= _EMPTY_BYTES:
        return
    if is_page:
        title = "The endpoint answered with a web page, not as AWS does."
        hint = "Check the endpoint's address. A network that asks you to log in first answers like this, too."
        raise Unreachable(title, hint, code="NotAws")
    title = "The answer cannot be read: it was cut off, or it is none of AWS's."
    hint = "Look whether it was done before you try again. Check the endpoint's address, too."
    raise Unreachable(title, hint, code="IncompleteAnswer")


def _content_type(headers: Mapping[str, str]) -> str:
    return str(headers.get("content-type") or headers.get("Content-Type") or "").lower()
