"""What a server that is no AWS answers: pages of a network that wants a log-in, and answers that were cut off."""

from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from typing_extensions import override

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.errors import is_unsure
from cognito_explorer.core.errors import Unreachable
from cognito_explorer.core.journal import Intent, Journal
from cognito_explorer.core.profiles import Profile


class Portal(BaseHTTPRequestHandler):
    """Answers whatever is asked with its log-in page, STS with nothing, and DescribeUserPool with a head alone."""

    def do_PUT(self) -> None:
        """Take an object as moto's S3 does: as a page, and with nothing in it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Take any call."""
        if "DescribeUserPool" in self.headers.get("X-Amz-Target", ""):
            self._break_off()
            return
        is_query = "form" in self.headers["Content-Type"]
        page = b"" if is_query else b"<html><h1>Welcome to the hotel</h1></html>"
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if is_query else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def _break_off(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", "500")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
async def door(portal: str) -> AsyncIterator[Aws]:
    profile = Profile("p", "Hotel", "sandbox", "us-east-1", "#000000", portal, "", "AKIATEST", "secret")
    opened = await Aws.open(profile, journal=Journal())
    yield opened
    opened.close()


async def test_a_log_in_page_is_not_taken_for_an_empty_list(door: Aws) -> None:
    with pytest.raises(Unreachable, match=r"What answers at 127\.0\.0\.1:\d+ is no endpoint.*web page"):
        await door.read(door.idp.list_groups, UserPoolId="us-east-1_abc")


async def test_a_write_that_got_a_log_in_page_is_journalled_as_unknown(door: Aws) -> None:
    with pytest.raises(Unreachable):
        await door.write(Intent("user ada"), door.idp.admin_enable_user, UserPoolId="us-east-1_abc", Username="ada")
    assert door.journal.recent()[0].outcome == "unknown"


async def test_an_answer_that_was_cut_off_cannot_be_read(door: Aws) -> None:
    with pytest.raises(Unreachable, match="cut off") as caught:
        await door.read(door.sts.get_caller_identity)
    assert is_unsure(caught.value)


async def test_a_head_without_its_body_cannot_be_read(door: Aws) -> None:
    with pytest.raises(Unreachable, match="cut off") as caught:
        await door.read(door.idp.describe_user_pool, UserPoolId="us-east-1_abc")
    assert is_unsure(caught.value)


async def test_an_object_that_was_taken_with_a_page_for_an_answer_is_taken(door: Aws) -> None:
    await door.write(Intent("object"), door.s3.put_object, Bucket="bucket", Key="key", Body=b"text")
    assert door.journal.recent()[0].outcome == "accepted"
