"""What arrives and what leaves: HTTP requests and answers, and an error in each protocol's shape."""

import json
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote

from cognito_explorer.sandbox.errors import ServiceError

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Protocol = Literal["json", "query", "s3"]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request. `path` and `query` are as sent, percent-encoded; header names are in lower case."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    request_id: str

    def query_items(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded, in the order sent."""
        pairs = (part.partition("=") for part in self.query.split("&") if part)
        return [(unquote(name), unquote(value)) for name, _, value in pairs]

    def form(self) -> dict[str, str]:
        """The fields of a request in the query protocol: from the body, or from the query of a GET."""
        text = self.body.decode("utf-8", "replace") if self.body else self.query
        return dict(parse_qsl(text, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """One HTTP answer; its bytes go out as they are, `delay_s` after they could have."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    delay_s: float = 0.0


def xml_text(text: str) -> str:
    """Text as XML can hold it: markup escaped, and what XML has no way to write replaced."""
    readable = _NOT_IN_XML.sub("\ufffd", text)
    return readable.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def error_answer(protocol: Protocol, error: ServiceError, request: WireRequest) -> WireAnswer:
    """An error in the shape that the protocol's clients understand."""
    if protocol == "json":
        body = json.dumps({"__type": error.code, "message": error.message}).encode()
        headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", error.code)]
        return WireAnswer(error.status, body, headers)
    code, message = xml_text(error.code), xml_text(error.message)
    if protocol == "query":
        text = (
            f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
            f"<Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request.request_id}</RequestId></ErrorResponse>"
        )
        return WireAnswer(error.status, text.encode(), [("Content-Type", "text/xml")])
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>'
        f"<Resource>{xml_text(unquote(request.path))}</Resource><RequestId>{request.request_id}</RequestId></Error>"
    )
    body = b"" if request.method == "HEAD" else text.encode()
    return WireAnswer(error.status, body, [("Content-Type", "application/xml")])
