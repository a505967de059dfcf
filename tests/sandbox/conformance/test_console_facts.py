"""From temporary credentials into the console: facts of iam-evaluation.md section 7."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.profile_endpoints.kit import Answer, call
from tests.sandbox.test_sts_sessions import EVERYTHING, assume, keys, role
from tests.sandbox_fixture import RunningSandbox

CONSOLE = "https://console.aws.amazon.com/cognito/v2/home"
ISSUER = "https://moonletter.example"


def session_text(signed: tuple[str, ...]) -> str:
    return json.dumps(dict(zip(("sessionId", "sessionKey", "sessionToken"), signed, strict=False)))


def federate(sandbox: RunningSandbox, method: str = "POST", **given: str) -> Answer:
    address, form = f"{sandbox.endpoint}/_signin/federation", urlencode(given)
    if method == "GET":
        return call(f"{address}?{form}")
    return call(address, "POST", {"Content-Type": "application/x-www-form-urlencoded"}, form.encode())


def token_for(sandbox: RunningSandbox, signed: tuple[str, ...], **given: str) -> Answer:
    return federate(sandbox, Action="getSigninToken", Session=session_text(signed), **given)


@pytest.fixture(scope="module")
def signed(sandbox: RunningSandbox) -> tuple[str, ...]:
    """Credentials of a role's session."""
    return keys(assume(sandbox, role(sandbox, EVERYTHING, MaxSessionDuration=7200)))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_credentials_become_a_token_and_the_token_a_sign_in(
    sandbox: RunningSandbox, signed: tuple[str, ...], method: str
) -> None:
    """iam-evaluation.md 7, 1 to 3: Session as JSON, SigninToken, then login, Issuer, Destination; GET or POST."""
    answer = federate(sandbox, method, Action="getSigninToken", Session=session_text(signed))
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert json.loads(answer.text).keys() == {"SigninToken"}
    token = json.loads(answer.text)["SigninToken"]
    arrived = federate(sandbox, "GET", Action="login", Issuer=ISSUER, Destination=CONSOLE, SigninToken=token)
    assert arrived.status == 200
    assert sandbox.client("sts", keys=signed).get_caller_identity()["Arn"] in arrived.text
    assert not any(secret in answer.text + arrived.text for secret in signed[1:])


@pytest.mark.parametrize(("after_s", "status"), [(890, 200), (910, 400)])
def test_a_token_is_good_for_fifteen_minutes(
    sandbox: RunningSandbox, signed: tuple[str, ...], after_s: int, status: int
) -> None:
    """iam-evaluation.md 7, 3: valid 15 minutes."""
    token = json.loads(token_for(sandbox, signed).text)["SigninToken"]
    sandbox.advance(after_s)
    answer = federate(sandbox, Action="login", Issuer=ISSUER, Destination=CONSOLE, SigninToken=token)
    sandbox.advance(-after_s)
    assert answer.status == status


@pytest.mark.parametrize(
    ("seconds", "status"), [("899", 400), ("900", 200), ("7200", 200), ("7201", 400), ("43201", 400), ("moon", 400)]
)
def test_a_duration_is_within_the_roles(
    sandbox: RunningSandbox, signed: tuple[str, ...], seconds: str, status: int
) -> None:
    """iam-evaluation.md 7, 2: SessionDuration 900 to 43,200, at most the role's maximum."""
    assert token_for(sandbox, signed, SessionDuration=seconds).status == status


@pytest.mark.parametrize("kind", ["federated user", "chained role"])
def test_some_sessions_take_no_duration(sandbox: RunningSandbox, signed: tuple[str, ...], kind: str) -> None:
    """iam-evaluation.md 7, 2: omitted for GetFederationToken credentials and role chaining."""
    if kind == "federated user":
        policy = json.dumps({"Version": "2012-10-17", "Statement": EVERYTHING})
        opened = sandbox.client("sts").get_federation_token(Name="facts", Policy=policy)
    else:
        opened = assume(sandbox, role(sandbox), signed)
    assert token_for(sandbox, keys(opened)).status == 200
    assert token_for(sandbox, keys(opened), SessionDuration="900").status == 400


@pytest.mark.parametrize("flaw", ["long-term", "secret", "token", "over", "no JSON", "no object", "action"])
def test_only_temporary_credentials_work(sandbox: RunningSandbox, signed: tuple[str, ...], flaw: str) -> None:
    """iam-evaluation.md 7: 400 with long-term keys, and with a session that is none."""
    given: dict[str, Any] = {
        "long-term": session_text((sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"], "")),
        "secret": session_text((signed[0], "x", signed[2])),
        "token": session_text((*signed[:2], "x")),
        "no JSON": "moon",
        "no object": "[]",
    }
    late_s = 3601 if flaw == "over" else 0
    sandbox.advance(late_s)
    action = "moon" if flaw == "action" else "getSigninToken"
    answer = federate(sandbox, Action=action, Session=given.get(flaw, session_text(signed)))
    sandbox.advance(-late_s)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("https://us-east-1.console.aws.amazon.com/cognito", 200),
        ("https://console.aws.amazon.com.moon.example/", 400),
        ("http://console.aws.amazon.com/", 400),
        ("https://moon@console.aws.amazon.com/", 400),
        ("", 400),
    ],
)
def test_a_destination_is_the_consoles(
    sandbox: RunningSandbox, signed: tuple[str, ...], destination: str, status: int
) -> None:
    """iam-evaluation.md 7, 3: Destination is an address of the console."""
    token = json.loads(token_for(sandbox, signed).text)["SigninToken"]
    answer = federate(sandbox, Action="login", Issuer=ISSUER, Destination=destination, SigninToken=token)
    assert answer.status == status
