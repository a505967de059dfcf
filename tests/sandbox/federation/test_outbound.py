"""What is asked of providers outside has an end."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cognito_explorer.sandbox.federation.addresses import is_loopback
from cognito_explorer.sandbox.federation.outbound import Unreachable, call


class _Chatterbox(BaseHTTPRequestHandler):
    """Talks on and on unless it is asked for little."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(1 if self.path == "/little" else 200):
                self.wfile.write(b" " * 65_536)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def chatterbox() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chatterbox)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_is_read_as_far_as_it_is_reasonable(chatterbox: str) -> None:
    assert len(call(f"{chatterbox}/little").body) == 65_536
    with pytest.raises(Unreachable):
        call(f"{chatterbox}/much")


@pytest.mark.parametrize(
    "url", ["http://elsewhere.example\\@localhost/", "http://localhost@elsewhere.example/", "http://[", "localhost"]
)
def test_an_address_that_a_browser_reads_differently_is_not_this_machine(url: str) -> None:
    assert not is_loopback(url)
    assert is_loopback("http://localhost:1234/callback")
