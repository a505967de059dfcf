"""Reads a request as it comes in, and no further than its service would."""

import uuid
from dataclasses import replace

from starlette.requests import Request

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.services import protocol_of
from cognito_explorer.sandbox.sigv4 import claimed_service
from cognito_explorer.sandbox.wire import Protocol, WireRequest

# Cognito's largest requests are pictures for managed login, of two megabytes each. S3's are whole objects.
_MOST_BYTES: dict[Protocol, int] = {"json": 8 * 1024 * 1024, "query": 1024 * 1024, "s3": 64 * 1024 * 1024}
# Lambda takes code of 50 MB in the request, which base64 makes a third larger.
_MOST_BYTES_OF_LAMBDA = 70_167_211
_TOO_LARGE: dict[Protocol, tuple[str, int]] = {
    "json": ("RequestEntityTooLargeException", 413),
    "query": ("RequestEntityTooLarge", 413),
    "s3": ("EntityTooLarge", 400),
}


class TooLarge(Exception):  # noqa: N818  # read as a sentence: the request is too large
    """A body that goes on for too long. `refusal` says so in the words of the protocol `request` came in."""

    def __init__(self, request: WireRequest, protocol: Protocol) -> None:
        code, status = _TOO_LARGE[protocol]
        text = "Your proposed upload exceeds the maximum allowed size"
        self.request = request
        self.protocol = protocol
        self.refusal = ServiceError(code, text if protocol == "s3" else "The request is too large.", status=status)
        super().__init__(code)


async def read_request(request: Request) -> WireRequest:
    """The whole request. Raises TooLarge, and Starlette's ClientDisconnect when the caller has gone."""
    head = _head_of(request)
    protocol = protocol_of(head)
    most = _MOST_BYTES_OF_LAMBDA if claimed_service(head) == "lambda" else _MOST_BYTES[protocol]
    announced = head.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise TooLarge(head, protocol)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(head, protocol)
    return replace(head, body=bytes(body))


def _head_of(request: Request) -> WireRequest:
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return WireRequest(
        request.method,
        request.scope["raw_path"].decode("latin-1"),
        request.scope["query_string"].decode("latin-1"),
        headers,
        b"",
        str(uuid.uuid4()),
    )
