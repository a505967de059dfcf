"""Cognito is asked whether it still takes a token, and what time it has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cognito_explorer.core.auth.clock_skew import ClockSkew, measure_skew, skew_of
from cognito_explorer.core.auth.liveness import ask_get_user
from cognito_explorer.core.auth.tokens import jwks_url
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import Unreachable
from cognito_explorer.core.journal import Journal
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox

CLIENT_ID = "3moonletterweb7k2q9v5d1h8s"


def signed_in(sandbox: RunningSandbox) -> dict[str, str]:
    answer: dict[str, str] = sandbox.public_client("cognito-idp").initiate_auth(
        ClientId=CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
    )["AuthenticationResult"]
    return answer


async def test_a_token_is_taken_until_it_is_signed_out(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    token = signed_in(demo_sandbox)["AccessToken"]
    assert (await ask_get_user(aws, token)).state == "accepted"
    demo_sandbox.public_client("cognito-idp").global_sign_out(AccessToken=token)
    answer = await ask_get_user(aws, token)
    assert (answer.state, "revoked" in answer.detail) == ("refused", True)


async def test_the_token_is_not_in_the_call_log(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    token = signed_in(demo_sandbox)["AccessToken"]
    await ask_get_user(aws, token)
    call = aws.calls.recent(1)[0]
    assert call.operation == "GetUser"
    assert token not in repr(call)


async def test_what_is_no_answer_about_the_token_leaves_it_unknown(demo_sandbox: RunningSandbox) -> None:
    door = await Aws.open(replace(profile_of(demo_sandbox), endpoint_url="http://127.0.0.1:9"), journal=Journal())
    answer = await ask_get_user(door, signed_in(demo_sandbox)["AccessToken"])
    door.close()
    assert (answer.state, "GetUser says nothing of it" in answer.detail) == ("unknown", True)


async def test_awss_clock_is_read_off_an_answer(aws: Aws, demo_sandbox: RunningSandbox, pool_id: str) -> None:
    skew = await measure_skew(aws.http, jwks_url(pool_id, demo_sandbox.endpoint))
    assert skew is not None
    assert abs(skew.ahead) < timedelta(seconds=30)
    assert timedelta(seconds=0.5) < skew.within < timedelta(seconds=30)
    assert skew.clock == demo_sandbox.endpoint


async def test_a_clock_that_cannot_be_reached_is_an_error(aws: Aws) -> None:
    with pytest.raises(Unreachable):
        await measure_skew(aws.http, "http://127.0.0.1:9/")


def test_the_difference_is_counted_from_the_middle_of_the_request() -> None:
    sent = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
    received = sent + timedelta(seconds=2)
    measured = ClockSkew(timedelta(minutes=5, seconds=0.5), timedelta(seconds=1.5))
    assert skew_of("Mon, 23 Nov 2026 12:05:01 GMT", sent, received) == measured
    assert skew_of("Mon, 23 Nov 2026 12:05:01 -0000", sent, received) == measured


@pytest.mark.parametrize(
    "date",
    [
        *("", "now", "Mon, 99 Foo 2026 12:00:00 GMT", "Mon, 23 Nov 99999 12:00:00 GMT"),
        *("Mon, 23 Nov 9999 12:00:00 GMT", f"Mon, 23 Nov {'9' * 30} 12:00:00 GMT"),
    ],
)
def test_a_date_that_is_none_tells_nothing(date: str) -> None:
    now = datetime.now(UTC)
    assert skew_of(date, now, now) is None
