"""A network that answers in AWS's place: a hotel's page, a redirect to it, a certificate nobody vouches for."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.errors import is_passing, is_unsent
from cognito_explorer.core.aws.foreign_answers import stranger_between
from cognito_explorer.core.aws.http import Http, HttpRequest
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.pools import list_pools

PAGE = b"<!DOCTYPE html><html><body>Welcome to the Grand Hotel. Room number?</body></html>"
HERE = "What answers at 127.0.0.1:.* is no endpoint"
SENTENCE = "Something between you and .* answered, not .* \\(captive portal or proxy\\)"
AWS_HOST = "https://cognito-idp.eu-west-1.amazonaws.com/"


@dataclass
class Portal:
    """What it answers, where it listens, and whatever reached it."""

    status: int = 302
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: str = ""
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal in the middle; its own page is on the same server under another name."""
    made = Portal()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.heard.append((self.path, dict(self.headers)))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(made.status)
            for name, value in ({"Content-Length": str(len(made.body))} | made.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(made.body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        made.address = f"http://127.0.0.1:{server.server_address[1]}"
        made.headers = {"Location": f"http://localhost:{server.server_address[1]}/login"}
        yield made
        server.shutdown()


def profile_of(address: str) -> Profile:
    return Profile("p", "Hotel", "keys", "us-east-1", "#3A57D6", address, "", "AKIATEST", "hush")


async def asked(address: str, of: Any) -> ExplorerError:
    """What a read comes to behind the portal."""
    aws = await Aws.open(profile_of(address))
    try:
        with pytest.raises(ExplorerError) as caught:
            await of(aws)
        return caught.value
    finally:
        aws.close()


async def first_pool(aws: Aws) -> None:
    await list_pools(aws, page_size=1).next_page()


@pytest.mark.parametrize("of", [first_pool, get_caller_identity], ids=["json", "xml"])
@pytest.mark.parametrize(("status", "body"), [(302, b""), (307, PAGE), (200, PAGE), (403, PAGE), (511, PAGE)])
async def test_what_a_portal_answers_is_told_as_such_and_nothing_follows_it(
    portal: Portal, of: Any, status: int, body: bytes
) -> None:
    portal.status, portal.body = status, body
    if not 300 <= status < 400:
        portal.headers = {"Content-Type": "text/html; charset=utf-8"}
    error = await asked(portal.address, of)
    assert isinstance(error, Unreachable)
    assert error.code == "NotAws"
    place = portal.address.partition("//")[2]
    assert error.title == f"What answers at {place} is no endpoint of AWS's kind."
    assert "check the port" in error.hint
    assert ("leads to localhost" in error.hint) == (300 <= status < 400)
    assert not is_passing(error)
    assert "/login" not in [path for path, _ in portal.heard], "no signature and no key goes after a redirect"
    assert len(portal.heard) == 1


async def test_tokens_and_secrets_of_a_client_do_not_follow_a_redirect_either(portal: Portal) -> None:
    http = Http.standalone()
    try:
        for request in (
            HttpRequest(f"{portal.address}/oauth2/token", {"refresh_token": "hush"}, {"Authorization": "Basic hush"}),
            HttpRequest(f"{portal.address}/oauth2/userInfo", headers={"Authorization": "Bearer hush"}),
        ):
            with pytest.raises(Unreachable, match=HERE):
                await http.send(request)
        portal.status, portal.body, portal.headers = 200, PAGE, {"Content-Type": "text/html"}
        with pytest.raises(Unreachable, match=HERE):
            await http.key_set(f"{portal.address}/.well-known/jwks.json")
    finally:
        http.close()
    assert [path for path, _ in portal.heard] == ["/oauth2/token", "/oauth2/userInfo", "/.well-known/jwks.json"]
    assert "hush" not in repr(http.calls.recent())


@pytest.fixture
def pretender(tmp_path: Path) -> Iterator[str]:
    """An https server whose certificate it made itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = made.sign(key, hashes.SHA256())
    file = tmp_path / "pretender.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is no news
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


async def test_a_certificate_that_nobody_vouches_for_is_a_stranger_s(pretender: str) -> None:
    error = await asked(pretender, first_pool)
    assert "(captive portal or proxy)" in error.title
    assert is_unsent(error), "a write that is refused so was certainly not done"
    http = Http.standalone()
    try:
        with pytest.raises(Unreachable, match=SENTENCE):
            await http.send(HttpRequest(f"{pretender}/oauth2/token", {"refresh_token": "hush"}))
    finally:
        http.close()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"content-type": "text/html"}, b'{"UserPools": []}'),  # moto calls its JSON so
        (200, {"content-type": "text/xml"}, b"<?xml version='1.0'?><ListUsersResponse/>"),
        (301, {"location": "https://elsewhere.s3.amazonaws.com/", "x-amz-request-id": "1"}, b"<Error/>"),
        (302, {"location": "/login?client_id=1"}, b""),
        (403, {"content-type": "text/html", "x-amz-cf-id": "1"}, PAGE),
        (503, {"content-type": "text/html"}, PAGE),
        (400, {"content-type": "application/x-amz-json-1.1"}, b'{"__type": "X"}'),
    ],
)
def test_what_aws_and_emulators_answer_is_no_stranger_s(status: int, headers: dict[str, str], body: bytes) -> None:
    assert stranger_between(AWS_HOST, status, headers, body) is None


def test_aws_is_called_so_and_any_other_host_by_its_name() -> None:
    there = stranger_between(AWS_HOST, 200, {"content-type": "text/html"}, PAGE)
    here = stranger_between("http://localhost:4566/", 200, {"content-type": "text/html"}, PAGE)
    assert there is not None
    assert here is not None
    assert there.title.startswith("Something between you and AWS answered, not AWS")
    assert here.title == "What answers at localhost:4566 is no endpoint of AWS's kind.", "nothing stands in between"
    assert "log in" not in here.hint
    elsewhere = stranger_between("https://cognito.example/", 200, {"content-type": "text/html"}, PAGE)
    assert elsewhere is not None
    assert elsewhere.title.startswith("Something between you and cognito.example answered, not cognito.example")
