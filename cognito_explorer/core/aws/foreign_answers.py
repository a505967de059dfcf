"""Answers that are not AWS's: pages of a network or an emulator, what was cut off, and operations nobody knows."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.core.errors import NotOffered, Unreachable

# What answers nothing is sent as {}, null or a line of blanks.
_EMPTY_BYTES = 8
# How a server fails that never got as far as an operation; 502 to 504 are a gateway's, and pass.
_NEVER_REACHED = frozenset({400, 404, 405, 500, 501})
_HTML, _JSON = "text/html", "json"


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
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    # moto calls its JSON a web page: what holds something is an answer.
    if response.keys() > {"ResponseMetadata"}:
        return
    is_page = _content_type(headers).startswith(_HTML)
    length = int(headers.get("content-length", _EMPTY_BYTES + 1 if is_page else 0))
    if length <= _EMPTY_BYTES:
        return
    if is_page:
        title = "The endpoint answered with a web page, not as AWS does."
        hint = "Check the endpoint's address. A network that asks you to log in first answers like this, too."
        raise Unreachable(title, hint, code="NotAws")
    hint = "Look whether it was done before you try again. If it is the sandbox, see whether it still runs."
    raise Unreachable("The connection broke before the answer was complete.", hint, code="IncompleteAnswer")


def _content_type(headers: Mapping[str, str]) -> str:
    return str(headers.get("content-type") or headers.get("Content-Type") or "").lower()
