"""The port: who may knock, and which service answers."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.sandbox_fixture import RunningSandbox, start_sandbox

TARGET = "AWSCognitoIdentityProviderService"
JSON = "application/x-amz-json-1.1"


def send(
    sandbox: RunningSandbox, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    """One plain request, with exactly these headers beside Host."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=10)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def call(
    sandbox: RunningSandbox, operation: str, params: Any, **headers: str
) -> tuple[int, dict[str, str], dict[str, Any]]:
    """An unsigned call in AWS JSON."""
    sent = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": JSON, **headers}
    body = params if isinstance(params, bytes) else json.dumps(params).encode()
    status, got, answer = send(sandbox, "POST", "/", headers=sent, body=body)
    return status, got, json.loads(answer)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "0.0.0.0", ""])
def test_a_foreign_host_name_is_refused(sandbox: RunningSandbox, host: str) -> None:
    assert send(sandbox, "GET", "/", headers={"Host": host})[0] == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://"])
def test_a_foreign_origin_is_refused(sandbox: RunningSandbox, origin: str) -> None:
    assert call_raw_status(sandbox, origin) == 403


def test_a_loopback_origin_is_welcome(sandbox: RunningSandbox) -> None:
    assert call_raw_status(sandbox, sandbox.browser_origin) == 400


def call_raw_status(sandbox: RunningSandbox, origin: str) -> int:
    """The status of a malformed public call from a page of that origin; 400 means that it got in."""
    headers = {"X-Amz-Target": f"{TARGET}.GetUser", "Content-Type": JSON, "Origin": origin}
    return send(sandbox, "POST", "/", headers=headers, body=b"{}")[0]


def test_a_page_on_this_machine_may_call_cognito(sandbox: RunningSandbox) -> None:
    asking = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    wanted = "cache-control,content-type,x-amz-target,x-amz-user-agent"
    preflight = send(sandbox, "OPTIONS", "/", headers={**asking, "Access-Control-Request-Headers": wanted})
    assert preflight[0] == 200
    assert preflight[1]["access-control-allow-origin"] == "*"
    assert preflight[1]["access-control-allow-headers"] == wanted
    assert preflight[1]["access-control-allow-methods"] == "POST"
    refusal = call(sandbox, "GetUser", {}, Origin="http://localhost:3000")
    assert refusal[0] == 400
    assert refusal[1]["access-control-allow-origin"] == "*"
    assert "x-amzn-ErrorType" in refusal[1]["access-control-expose-headers"]


def test_a_page_elsewhere_is_told_nothing(sandbox: RunningSandbox) -> None:
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    status, headers, _ = send(sandbox, "OPTIONS", "/", headers=asking)
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_s3_answers_no_page_that_its_bucket_does_not_know(sandbox: RunningSandbox) -> None:
    asking = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    status, headers, _ = send(sandbox, "OPTIONS", "/some-bucket/key", headers=asking)
    assert status >= 400
    assert "access-control-allow-origin" not in headers


def test_a_bearers_token_is_no_signature_and_no_hindrance(sandbox: RunningSandbox) -> None:
    public = call(sandbox, "GetUser", {"AccessToken": "x.y.z"}, Authorization="Bearer x.y.z")
    assert (public[0], public[2]) == call(sandbox, "GetUser", {"AccessToken": "x.y.z"})[::2]
    signed = call(sandbox, "ListUserPools", {"MaxResults": 1}, Authorization="Bearer x.y.z")
    assert signed[2]["__type"] == "MissingAuthenticationTokenException"


def test_json_must_be_called_json(sandbox: RunningSandbox) -> None:
    status, _, answer = call(sandbox, "GetUser", {}, **{"Content-Type": "text/plain"})
    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"null", b'{"AccessToken": 7}', b'{"AccessToken": "\\ud800"}', b"\xff", b"[" * 9999]
)
def test_a_garbled_body_is_the_callers_fault(sandbox: RunningSandbox, body: bytes) -> None:
    status, _, answer = call(sandbox, "GetUser", body)
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_an_operation_aws_does_not_know_is_refused_by_name(sandbox: RunningSandbox) -> None:
    status, _, answer = call(sandbox, "MakeCoffee", {})
    assert status == 400
    assert answer == {
        "__type": "UnknownOperationException",
        "message": "cognito-idp has no operation named MakeCoffee.",
    }


def test_an_administrators_operation_needs_a_signature(sandbox: RunningSandbox) -> None:
    status, headers, answer = call(sandbox, "ListUserPools", {"MaxResults": 1})
    assert (status, answer["__type"]) == (400, "MissingAuthenticationTokenException")
    assert headers["x-amzn-requestid"]


def test_every_answer_is_dated_by_the_worlds_clock(sandbox: RunningSandbox) -> None:
    sandbox.advance(366 * 86400)
    try:
        assert call(sandbox, "GetUser", {})[1]["date"] == call(sandbox, "GetUser", {})[1]["date"]
        year = int(call(sandbox, "GetUser", {})[1]["date"].split()[3])
    finally:
        sandbox.advance(-366 * 86400)
    assert year == int(call(sandbox, "GetUser", {})[1]["date"].split()[3]) + 1


@pytest.mark.parametrize("name", ["status", "outbox", "log"])
def test_control_needs_the_token(sandbox: RunningSandbox, name: str) -> None:
    assert send(sandbox, "GET", f"/_sandbox/{name}")[0] == 403
    assert sandbox.control(name)


def test_the_clock_refuses_nonsense(sandbox: RunningSandbox) -> None:
    token = {"X-Sandbox-Token": sandbox.ready["control_token"]}
    for body in (
        b"",
        b"{}",
        b'{"advance_s": "x"}',
        b'{"advance_s": NaN}',
        b'{"advance_s": "5"}',
        b'{"advance_s": true}',
        b'{"now": true}',
        b'{"advance_s": 1e300}',
        b"[]",
        b'{"advance_s": 1%s}' % (b"0" * 400),
    ):
        assert send(sandbox, "POST", "/_sandbox/clock", headers=token, body=body)[0] == 400


@pytest.mark.parametrize("limit", ["0", "-1", "x", "9" * 5000, "²"])
def test_a_limit_that_is_none_is_refused_with_a_sentence(sandbox: RunningSandbox, limit: str) -> None:
    token = {"X-Sandbox-Token": sandbox.ready["control_token"]}
    status, _, body = send(sandbox, "GET", f"/_sandbox/log?limit={quote(limit)}", headers=token)
    assert status == 400
    assert b"500 are shown at most" in body


def test_a_control_that_is_not_there_names_those_that_are(sandbox: RunningSandbox) -> None:
    token = {"X-Sandbox-Token": sandbox.ready["control_token"]}
    status, _, body = send(sandbox, "GET", "/_sandbox/nope", headers=token)
    assert status == 404
    assert b"functions" in body
    assert send(sandbox, "GET", "/_sandbox/nope")[0] == 403


@pytest.mark.parametrize("query", ["", "job=import-nowhere", "job=import-nowhere&after=x"])
def test_the_log_of_an_import_that_never_was_is_refused(sandbox: RunningSandbox, query: str) -> None:
    token = {"X-Sandbox-Token": sandbox.ready["control_token"]}
    assert send(sandbox, "GET", f"/_sandbox/imports?{query}", headers=token)[0] == 400


def test_a_question_about_the_whole_server_is_answered(sandbox: RunningSandbox) -> None:
    assert send(sandbox, "OPTIONS", "*")[0] < 500


def test_the_log_names_caller_operation_and_decision_but_no_secret(sandbox: RunningSandbox) -> None:
    sandbox.client("cognito-idp").list_user_pools(MaxResults=5)
    entry = sandbox.control("log")["requests"][0]
    assert entry["operation"] == "ListUserPools"
    assert entry["caller_arn"] == "arn:aws:iam::210987654321:user/sandbox-administrator"
    assert (entry["decision"], entry["status"]) == ("allowed", 200)
    assert sandbox.ready["secret_access_key"] not in json.dumps(sandbox.control("log"))


def test_a_region_has_its_own_pools(sandbox: RunningSandbox) -> None:
    pool = sandbox.client("cognito-idp", region="eu-central-1").create_user_pool(PoolName="far")["UserPool"]
    assert pool["Id"].startswith("eu-central-1_")
    here = sandbox.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    assert pool["Id"] not in [listed["Id"] for listed in here]


def test_who_hangs_up_before_all_is_said_is_no_mistake_of_the_sandbox(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    running = start_sandbox(tmp_path / "world")
    address = urlsplit(running.endpoint)
    head = f"Host: {address.netloc}\r\nX-Sandbox-Token: {running.ready['control_token']}\r\nContent-Length: 100\r\n\r\n"
    for path in ("/", "/_hosted/x/login", "/_sso/oidc/token", "/_providers/moonbook/token", "/_sandbox/faults"):
        with socket.create_connection((address.hostname, address.port)) as caller:
            caller.sendall(f"POST {path} HTTP/1.1\r\n{head}half of it".encode())
        running.control("status")
    running.stop()
    assert capfd.readouterr().err == ""
