"""An API on this machine that answers as APIs do, and as none should: a real server in a thread."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import ClassVar

REFUSED = {
    "/audience": (
        401,
        {
            "www-authenticate": 'Bearer scope="" error="invalid_token"'
            ' error_description="the token does not have a valid audience"',
            "apigw-requestid": "Mc7=",
        },
        '{"message":"Unauthorized"}',
    ),
    "/expired": (401, {"x-amzn-errortype": "UnauthorizedException"}, '{"message":"The incoming token has expired"}'),
    "/nothing": (404, {}, "<h1>Not here</h1>"),
}


class Api(BaseHTTPRequestHandler):
    """Takes one token; what it was sent stands in `seen`."""

    token = ""
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []
    asked: ClassVar[list[tuple[str, str]]] = []
    is_over: ClassVar[Event] = Event()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.asked.append((self.command, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        with suppress(OSError):
            answer = getattr(self, f"_{self.path.partition('?')[0].strip('/')}", None)
            if answer is not None:
                answer()
            elif self.path in REFUSED:
                self._send(*REFUSED[self.path])
            else:
                is_known = self.headers.get("Authorization") == f"Bearer {self.token}"
                self._send(200 if is_known else 401, {}, '{"articles": []}' if is_known else "")

    def _open(self) -> None:
        self._send(200, {}, "anybody")

    def _graphql(self) -> None:
        is_known = self.headers.get("Authorization") == self.token
        refusal = {"x-amzn-errortype": "UnauthorizedException"}, '{"errors":[{"message":"Token has expired."}]}'
        self._send(200, {}, '{"data":{"__typename":"Query"}}') if is_known else self._send(401, *refusal)

    def _echo(self) -> None:
        self._send(403, {"x-echo": self.headers["Authorization"]}, f"You sent {self.headers['Authorization']}")

    def _moved(self) -> None:
        self._send(302, {"Location": "/articles"}, "")

    def _huge(self) -> None:
        self._begin()
        while not self.is_over.is_set():
            self.wfile.write(b"x" * 65_536)

    def _binary(self) -> None:
        self._begin()
        self.wfile.write(bytes(range(256)) * 4)

    def _packed(self) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(b"\x1f\x8b not really")

    def _silent(self) -> None:
        self.is_over.wait(5)

    def _unguarded_slowly(self) -> None:
        """Lets the token in at once, and keeps whoever has none waiting."""
        if "Authorization" in self.headers:
            self._send(200, {}, '{"articles": []}')
        else:
            self.is_over.wait(5)

    def _dripping(self) -> None:
        self._begin()
        self._drip(b"x")

    def _hesitating(self) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\n")

    def _drip(self, text: bytes) -> None:
        while not self.is_over.wait(0.05):
            self.wfile.write(text[:1])
            self.wfile.flush()
            text = text[1:] or b"X"

    def _begin(self) -> None:
        self.send_response(200)
        self.end_headers()

    def _send(self, status: int, headers: dict[str, str], body: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def guarded_api(token: str) -> Iterator[str]:
    """The address of an API that takes this token."""
    Api.token, Api.seen, Api.asked = token, [], []
    Api.is_over.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        Api.is_over.set()
        server.shutdown()


def forged_token() -> str:
    """Three parts of a length that tokens have."""
    return f"{'a' * 40}.{json.dumps(40 * 'b')[1:-1]}.{'c' * 43}"
