"""Requests that are no AWS API calls: safe addresses only, no redirects, logged without secrets."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import LARGEST_ANSWER, Http, HttpAnswer, HttpRequest, Limits, check_address
from cognito_explorer.core.aws.pace import Pace
from cognito_explorer.core.errors import ExplorerError, InvalidInput, Unreachable
from cognito_explorer.core.profiles import Profile


class Answers(BaseHTTPRequestHandler):
    """Sends a redirect, a key set, or what was posted."""

    def do_GET(self) -> None:
        moved = self.path == "/moved"
        self.send_response(302 if moved else 200)
        if self.path == "/garbled":
            self.send_header("Content-Encoding", "gzip")
        if self.path == "/keys":
            self.send_header("Content-Type", "application/json; charset=base64")
        if moved:
            self.send_header("Location", "/keys")
        self.end_headers()
        if self.path == "/endless":
            self._send_without_end()
            return
        self.wfile.write(json.dumps({"keys": [{"kid": "a"}]} if self.path == "/keys" else ["no object"]).encode())

    def _send_without_end(self) -> None:
        with suppress(ConnectionError):
            while True:
                self.wfile.write(b"x" * 65_536)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(400)
        self.end_headers()
        error = body if self.path == "/echo" else "invalid_grant"
        self.wfile.write(json.dumps({"error": error, "sent": body}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http.standalone()
    yield made
    made.close()


async def test_a_redirect_is_an_answer_and_not_followed(http: Http, address: str) -> None:
    assert (await http.send(HttpRequest(f"{address}/moved"))).status == 302


@pytest.mark.parametrize("secret", ["c0de with blanks", "c0de" * 40])
async def test_what_a_stranger_writes_in_place_of_an_error_s_code_is_not_logged(
    http: Http, address: str, secret: str
) -> None:
    await http.send(HttpRequest(f"{address}/echo", {"code": secret}))
    (call,) = http.calls.recent()
    assert call.outcome == "400"
    assert "c0de" not in repr(call)


async def test_a_posted_form_never_reaches_the_log(http: Http, address: str) -> None:
    form = {"grant_type": "authorization_code", "code": "c0de", "code_verifier": "v3rifier"}
    answer = await http.send(HttpRequest(address, form, {"Authorization": "Basic c2VjcmV0"}))
    assert "c0de" in answer.document["sent"]
    (call,) = http.calls.recent()
    assert call.outcome == "invalid_grant"
    assert call.parameters["grant_type"] == "authorization_code"
    for secret in ("c0de", "v3rifier", "c2VjcmV0"):
        assert secret not in repr(call)


async def test_the_token_endpoint_keeps_the_rates_of_sign_ins_and_machines(http: Http, address: str) -> None:
    http.pace = Pace(is_strict=True)
    for category in ("UserAuthentication", "ClientAuthentication"):
        http.pace.adopt(category, 0.001)  # one at once, and then none for a quarter of an hour
    for form in ({"grant_type": "refresh_token"}, {"grant_type": "client_credentials"}):
        await http.send(HttpRequest(f"{address}/oauth2/token", form=form))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(http.send(HttpRequest(f"{address}/oauth2/token", form=form)), 0.1)
        assert http.calls.recent(1)[0].outcome == "abandoned"


async def test_keys_are_fetched_once_and_again_on_request(http: Http, address: str) -> None:
    await http.key_set(f"{address}/keys")
    await http.key_set(f"{address}/keys")
    assert len(http.calls.recent()) == 1
    await http.key_set(f"{address}/keys", is_fresh=True)
    assert len(http.calls.recent()) == 2


async def test_something_else_than_keys_is_a_clear_error(http: Http, address: str) -> None:
    with pytest.raises(Unreachable, match="public keys could not be read"):
        await http.key_set(f"{address}/other")


async def test_an_answer_that_cannot_be_unpacked_is_a_clear_error(http: Http, address: str) -> None:
    with pytest.raises(Unreachable, match="did not answer"):
        await http.send(HttpRequest(f"{address}/garbled"))


@pytest.mark.parametrize("text", ["[" * 500_000, "{", "1" * 5_000, "[]"])
def test_an_answer_that_is_no_object_is_an_empty_document(text: str) -> None:
    assert HttpAnswer(200, text, {}).document == {}


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not a web address"):
        check_address("https://[::1/keys")


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example", "xn--a.example"])
async def test_a_name_that_no_host_can_have_is_refused(http: Http, host: str) -> None:
    with pytest.raises(InvalidInput):
        await http.send(HttpRequest(f"https://{host}/"))


async def test_an_answer_without_end_is_not_read_to_its_end(http: Http, address: str) -> None:
    with pytest.raises(ExplorerError, match="far too large") as refused:
        await http.send(HttpRequest(f"{address}/endless"))
    assert refused.value.hint
    assert http.calls.recent()[0].outcome == "ExplorerError"
    assert LARGEST_ANSWER <= 1_000_000


async def test_nobody_there_is_a_clear_error(http: Http, address: str) -> None:
    with pytest.raises(Unreachable, match="did not answer") as unreachable:
        await http.send(HttpRequest("http://127.0.0.1:1/"))
    assert "whether the sandbox is running" in unreachable.value.hint


async def test_of_somebody_elses_host_no_sandbox_is_suspected(http: Http) -> None:
    with pytest.raises(Unreachable, match="did not answer") as unreachable:
        await http.send(HttpRequest("https://255.255.255.255/"))
    assert unreachable.value.hint == "Check the network and the address, then try again."


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://localhost/", "file:///etc/passwd", "https://", "localhost"]
)
def test_an_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_address(url)


@pytest.mark.parametrize("url", ["https://example.com/", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8/"])
def test_a_safe_address_is_let_through(url: str) -> None:
    check_address(url)


class Proxy(BaseHTTPRequestHandler):
    """Writes down whom it was to reach, and reaches nobody."""

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # the list of `proxy`
        self.send_error(403)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy's address, and whom it was asked to reach."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        asked: list[str] = []
        server.asked = asked  # type: ignore[attr-defined]  # for its handlers
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


async def test_the_profiles_proxy_is_named_where_it_does_not_answer() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{nobody.getsockname()[1]}"
        profile = Profile(
            "p", "Far", "keys", "us-east-1", "", "", "", "AKIA", "none", proxy_url=f"http://me:hush@{place}"
        )
        aws = await Aws.open(profile)
        with pytest.raises(Unreachable) as refused:
            await aws.read(aws.idp.list_user_pools, MaxResults=1)
        aws.close()
    told = f"{refused.value.title} {refused.value.hint} {refused.value.said}"
    assert refused.value.title == f"The proxy of “Far” did not answer: {place}."
    assert "Profiles" in refused.value.hint
    assert "HTTPS_PROXY" not in told
    assert "hush" not in told


async def test_the_environments_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hush@{place}")
        aws = await Aws.open(Profile("p", "Far", "keys", "us-east-1", "", "", "", "AKIA", "none"))
        with pytest.raises(Unreachable) as refused:
            await aws.read(aws.idp.list_user_pools, MaxResults=1)
        aws.close()
    assert "HTTPS_PROXY" in refused.value.hint
    assert place in refused.value.hint
    assert "hush" not in refused.value.hint


async def test_requests_go_through_the_profiles_proxy_as_those_to_aws_do(
    proxy: tuple[str, list[str]], address: str
) -> None:
    url, asked = proxy
    profile = Profile("p", "Behind a proxy", "keys", "us-east-1", "", "", "", "AKIA", "none", proxy_url=url)
    aws = await Aws.open(profile)
    there = HttpRequest("https://auth.pool.example/oauth2/userInfo")
    for limits in (None, Limits(5, 1_000)):
        with pytest.raises(Unreachable) as refused:
            await aws.http.send(there, limits)
        assert f"through the profile's proxy, {url.removeprefix('http://')}. Check" in refused.value.hint
    assert asked == ["auth.pool.example:443"] * 2
    await aws.http.send(HttpRequest(f"{address}/keys"))
    assert len(asked) == 2, "nothing stands between us and this computer"
    aws.renew(replace(profile, proxy_url="gopher://nowhere"))
    with pytest.raises(InvalidInput, match="proxy cannot be used"):
        await aws.http.send(there)
    aws.close()
