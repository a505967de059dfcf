"""Malformed requests of every kind, to every address: an answer in words, or a closed connection; never a 500."""

import json
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_explorer.sandbox.seeds.directory import POOL_ID, WEB_CLIENT_ID
from tests.sandbox.test_server import send
from tests.sandbox_fixture import RunningSandbox

TIMEOUT_S = 10
HEALTH = list(HealthCheck)
JSON_TYPE = "application/x-amz-json-1.1"
TARGETS = [
    "AWSCognitoIdentityProviderService.InitiateAuth",
    "AWSCognitoIdentityProviderService.ListUsers",
    "AWSCognitoIdentityService.GetId",
    "AWSCognitoIdentityService.",
    ".",
    "",
    "x" * 5_000,
]
TYPES = [JSON_TYPE, "application/json; charset=utf-16", "text/plain", "multipart/form-data", "", ";", "\x7f"]
WORDS = [
    "",
    "x",
    "\x00",
    "é",
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "..",
    "a" * 5_000,
    "🌙",
    "[]",
    "{{x}}",
    "<script>",
    "&=",
    "\r\n",
]
PAGES = [
    *(
        "oauth2/authorize",
        "oauth2/token",
        "oauth2/userInfo",
        "oauth2/revoke",
        "oauth2/idpresponse",
        "saml2/idpresponse",
    ),
    *(
        "login",
        "signup",
        "confirm",
        "forgotPassword",
        "confirmForgotPassword",
        "logout",
        "error",
        "mfa",
        "passkeys/add",
    ),
]
NAMES = [
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code", "grant_type", "refresh_token"),
    *("code_challenge", "code_challenge_method", "code_verifier", "username", "password", "token", "_csrf", "lang"),
    *("SAMLResponse", "RelayState", "identity_provider", "idp_identifier", "logout_uri", "resource", "prompt"),
]
VALUES = [
    WEB_CLIENT_ID,
    "http://localhost:8400/callback",
    "code",
    "openid",
    "S256",
    "authorization_code",
    "ada",
    *WORDS,
]
PATHS = [
    f"/{POOL_ID}/.well-known/jwks.json",
    f"/{POOL_ID}/.well-known/openid-configuration",
    "/us-east-1_x/.well-known/jwks.json",
    "/.well-known/jwks_uri",
    *("/_providers/moonbook/authorize", "/_providers/moonbook/token", "/_providers/moonlight/sso", "/_providers/x/y"),
    *(
        "/_sandbox/status",
        "/_sandbox/clock",
        "/_sandbox/faults",
        "/_sandbox/nothing",
        "/_hosted",
        "/_hosted/",
        "/_",
        "//",
    ),
    *("/_sso/start", "/_sso/device", "/_sso/oidc/token", "/_sso/oidc/client/register", "/_sso/portal/logout"),
    *("/_imds/latest/api/token", "/_imds/latest/meta-data", "/_container/credentials", "/_container/credentials/x"),
    *("/_sso/oidc/device_authorization", "/_sso/portal/federation/credentials", "/2015-03-31/functions"),
    *("/bucket/key", "/?Action=GetCallerIdentity", "/%", "/\\", "/..%2f..%2f"),
]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=8)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b'{"Username": "\\ud800"}',
            b'{"Username": 1' + b"0" * 5_000 + b"}",
            b'{"Username": 1e999999}',
            b'{"Username": NaN}',
            b'{"a": 1, "a": {}}',
            b"\xef\xbb\xbf{}",
            b"{}\x00",
            b"null",
            b"Action=AssumeRole&RoleArn=%ff&RoleArn=x&DurationSeconds=1e9",
            b"Action=" + b"A" * 100_000,
            b"--x\r\nContent-Disposition: form-data; name=",
            "ｆ".encode("utf-16"),
        ]
    ),
    st.text(max_size=50).map(lambda text: json.dumps({"ClientId": text, "AuthFlow": text}).encode()),
)


def encoded(pairs: list[tuple[str, str]]) -> str:
    """A query as a browser writes it, but for what is percent-encoded wrongly on purpose."""
    return "&".join(f"{name}={quote(value, safe='%')}" for name, value in pairs)


@given(target=st.sampled_from(TARGETS), kind=st.sampled_from(TYPES), body=BODIES)
@settings(max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
def test_a_garbled_call_is_answered_in_words(demo_sandbox: RunningSandbox, target: str, kind: str, body: bytes) -> None:
    status, _, answer = send(
        demo_sandbox, "POST", "/", headers={"X-Amz-Target": target, "Content-Type": kind}, body=body
    )
    assert 400 <= status < 500, answer
    assert json.loads(answer)["__type"]


@given(method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]), page=st.sampled_from(PAGES), pairs=PAIRS, more=PAIRS)
@settings(max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
def test_a_hosted_page_answers_whatever_it_is_asked(
    demo_sandbox: RunningSandbox, method: str, page: str, pairs: Any, more: Any
) -> None:
    headers = {
        "Host": urlsplit(demo_sandbox.browser_origin).netloc,
        "Cookie": "XSRF-TOKEN=x; cognito=%00; a",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    path = f"/_hosted/moonletter/{page}?{encoded(pairs)}"
    status, _, answer = send(demo_sandbox, method, path, headers=headers, body=encoded(more).encode())
    assert status < 500, (method, path, more, answer)


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"]),
    path=st.sampled_from(PATHS),
    pairs=PAIRS,
    body=BODIES,
)
@settings(max_examples=100, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
def test_every_other_address_answers_as_well(
    demo_sandbox: RunningSandbox, method: str, path: str, pairs: Any, body: bytes
) -> None:
    headers = {"X-Sandbox-Token": "wrong", "Content-Type": "application/x-www-form-urlencoded"}
    status, _, answer = send(demo_sandbox, method, f"{path}?{encoded(pairs)}", headers=headers, body=body)
    assert status < 500 or status == 501, (method, path, pairs, body, answer)


@given(body=BODIES, name=st.sampled_from(["clock", "faults"]))
@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
def test_the_knobs_refuse_what_they_do_not_know(demo_sandbox: RunningSandbox, body: bytes, name: str) -> None:
    headers = {"X-Sandbox-Token": demo_sandbox.ready["control_token"]}
    before = demo_sandbox.control("clock")["clock_offset_s"], demo_sandbox.control("faults")
    status, _, answer = send(demo_sandbox, "POST", f"/_sandbox/{name}", headers=headers, body=body)
    assert status < 500, answer
    after = demo_sandbox.control("clock")["clock_offset_s"], demo_sandbox.control("faults")
    assert after == before


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n"


def raw(sandbox: RunningSandbox, *parts: bytes) -> bytes:
    """Bytes as they are, and the connection half closed after them; what came back."""
    address = urlsplit(sandbox.endpoint)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=TIMEOUT_S) as connection:
        for each in parts:
            connection.sendall(each)
        came = bytearray()
        # Whoever is not understood is cut off, perhaps before the last byte was read: reset, or no longer connected.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                came += part
        return bytes(came)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        HEAD + b"Content-Length: 100\r\n\r\n{}",
        HEAD + b"Content-Length: -1\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"Content-Type: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_stop_nobody(demo_sandbox: RunningSandbox, sent: bytes) -> None:
    answer = raw(demo_sandbox, sent)
    assert not answer.startswith(b"HTTP/1.1 5"), answer[:300]
    assert demo_sandbox.control("status")["pid"] == demo_sandbox.process.pid


def test_a_body_that_is_too_large_is_refused_before_it_is_read(demo_sandbox: RunningSandbox) -> None:
    answer = raw(demo_sandbox, HEAD + b"Content-Type: application/x-amz-json-1.1\r\nContent-Length: 900000000\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 413"), answer[:300]
    assert b"RequestEntityTooLargeException" in answer
    head = b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\nx"
    assert b"EntityTooLarge" in raw(demo_sandbox, head)


def test_a_body_that_grows_too_large_is_refused_on_the_way(demo_sandbox: RunningSandbox) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    address = urlsplit(demo_sandbox.endpoint)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=TIMEOUT_S) as connection:
        connection.sendall(HEAD + b"Content-Type: application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = b""
        # The sandbox may close the connection while this is still being sent.
        with suppress(OSError):
            for _ in range(2_000):
                connection.sendall(chunk)
        with suppress(OSError):
            answer = connection.recv(65536)
    assert not answer or answer.startswith(b"HTTP/1.1 413")
    assert demo_sandbox.control("status")["pid"] == demo_sandbox.process.pid


def test_hundreds_of_half_open_requests_keep_nobody_waiting(demo_sandbox: RunningSandbox) -> None:
    address = urlsplit(demo_sandbox.endpoint)
    waiting = []
    try:
        for number in range(300):
            connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=TIMEOUT_S)
            waiting.append(connection)
            connection.sendall(HEAD if number % 2 else HEAD + b"Content-Length: 50\r\n\r\n{")
        pools = demo_sandbox.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"]
        assert pools
        for connection in waiting:
            connection.sendall(b"\r\n" if connection is waiting[0] else b" ")
        assert demo_sandbox.client("cognito-idp").list_users(UserPoolId=POOL_ID)["Users"]
    finally:
        for connection in waiting:
            connection.close()


@pytest.mark.parametrize("token", ["", "x", "AAAA", "=", "é", "eyJ", "a" * 5_000, "AAAA" * 500, "\x00"])
def test_a_forged_pagination_token_is_refused(demo_sandbox: RunningSandbox, token: str) -> None:
    idp = demo_sandbox.client("cognito-idp", parameter_validation=False)
    calls: list[Any] = [
        lambda: idp.list_users(UserPoolId=POOL_ID, PaginationToken=token),
        lambda: idp.list_user_pools(MaxResults=5, NextToken=token),
        lambda: idp.list_groups(UserPoolId=POOL_ID, NextToken=token),
        lambda: idp.list_user_pool_clients(UserPoolId=POOL_ID, NextToken=token),
        lambda: idp.list_users_in_group(UserPoolId=POOL_ID, GroupName="paid", NextToken=token),
    ]
    for call in calls:
        with pytest.raises(idp.exceptions.InvalidParameterException):
            call()


def test_a_pagination_token_is_good_for_its_own_list_alone(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp")
    token = idp.list_users(UserPoolId=POOL_ID, Limit=1)["PaginationToken"]
    calls: list[Any] = [
        lambda: idp.list_users(UserPoolId=POOL_ID, PaginationToken=token, Filter='name ^= "A"'),
        lambda: idp.list_groups(UserPoolId=POOL_ID, NextToken=token),
        lambda: idp.list_users(UserPoolId=POOL_ID, PaginationToken=token[:-4] + "AAAA"),
        lambda: idp.list_users(UserPoolId=POOL_ID, PaginationToken=token.swapcase()),
    ]
    for call in calls:
        with pytest.raises(idp.exceptions.InvalidParameterException):
            call()


@pytest.mark.full
def test_a_body_that_never_comes_does_not_swallow_the_next_request(demo_sandbox: RunningSandbox) -> None:
    head = b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\nx"
    address = urlsplit(demo_sandbox.endpoint)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=TIMEOUT_S) as connection:
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionResetError):
            while connection.recv(65536):
                continue
