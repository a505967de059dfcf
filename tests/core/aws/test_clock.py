"""A computer whose clock is wrong: the first refusal tells by how much, and what was refused is sent again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cognito_explorer.core.aws.clock import Clock
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.pace import Pace
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.journal import Intent, Journal
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox

HOUR, NONE = timedelta(hours=1), timedelta()
EXPIRED = "Signature expired: 20261130T094600Z is now earlier than 20261130T104100Z (20261130T104600Z - 5 min.)"


def refusal(code: str, message: str, date: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    return ClientError(answer, "ListUsers")


def http_date(ahead: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


@pytest.mark.parametrize(
    ("code", "message", "ahead"),
    [
        ("InvalidSignatureException", EXPIRED, HOUR),
        ("SignatureDoesNotMatch", "Signature not yet current: 20261130T094600Z is still later than …", -HOUR),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", HOUR),
    ],
)
def test_a_refusal_for_the_time_tells_the_time(code: str, message: str, ahead: timedelta) -> None:
    clock = Clock()
    trouble = refusal(code, message, http_date(ahead))
    assert clock.learn(trouble, NONE)
    assert abs(clock.ahead - ahead) < timedelta(seconds=5)
    assert not clock.learn(trouble, clock.ahead), "the right time was refused, too: not sent again"
    assert clock.learn(trouble, NONE), "what another thread had sent with the wrong time is sent again"


@pytest.mark.parametrize(
    ("code", "message", "ahead"),
    [
        ("InvalidSignatureException", "The request signature we calculated does not match", HOUR),
        ("NotAuthorizedException", EXPIRED, HOUR),
        ("InvalidSignatureException", EXPIRED, timedelta()),
    ],
)
def test_no_other_refusal_does(code: str, message: str, ahead: timedelta) -> None:
    clock = Clock()
    assert not clock.learn(refusal(code, message, http_date(ahead)), NONE)
    assert abs(clock.ahead) < timedelta(seconds=5)


def test_a_time_without_a_zone_is_utc() -> None:
    clock = Clock()
    assert clock.learn(refusal("InvalidSignatureException", EXPIRED, http_date(HOUR).replace("GMT", "-0000")), NONE)
    assert abs(clock.ahead - HOUR) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "trouble",
    [
        None,
        EndpointConnectionError(endpoint_url="http://127.0.0.1:9"),
        refusal("InvalidSignatureException", "Signature expired", ""),
        refusal("InvalidSignatureException", "Signature expired", "yesterday"),
        refusal("InvalidSignatureException", "Signature expired (20269999T000000Z", "yesterday"),
    ],
)
def test_what_names_no_time_does_not(trouble: Exception | None) -> None:
    clock = Clock()
    assert not clock.learn(trouble, NONE)
    assert not clock.ahead


def test_without_a_date_the_error_itself_tells_the_time() -> None:
    theirs = datetime.now(UTC) + HOUR
    message = (
        f"Signature expired: 20261130T094600Z is now earlier than 20261130T104100Z ({theirs:%Y%m%dT%H%M%SZ} - 5 min.)"
    )
    of_s3: Any = {
        "Error": {"Code": "RequestTimeTooSkewed", "Message": "", "ServerTime": f"{theirs:%Y-%m-%dT%H:%M:%SZ}"}
    }
    for trouble in (refusal("InvalidSignatureException", message, ""), ClientError(of_s3, "ListBuckets")):
        clock = Clock()
        assert clock.learn(trouble, NONE)
        assert abs(clock.ahead - HOUR) < timedelta(seconds=5)


def test_any_answer_tells_the_time_where_ours_would_be_refused() -> None:
    clock = Clock()
    for date in ("", "yesterday", f"Mon, 23 Nov {'9' * 30} 12:00:00 GMT", http_date(timedelta(minutes=2))):
        clock.hear(date)
    assert not clock.ahead
    clock.hear(http_date(-HOUR))
    assert abs(clock.ahead + HOUR) < timedelta(seconds=5)
    assert abs(clock.now() - (datetime.now(UTC) - HOUR)) < timedelta(seconds=5)


@pytest.fixture
async def aws(sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """A door to a sandbox whose clock is an hour ahead, and which holds signatures against it."""
    door = await Aws.open(profile_of(sandbox), journal=Journal())
    sandbox.control("clock", {"advance_s": 3_600, "checks_signatures": True})
    yield door
    sandbox.control("clock", {"advance_s": -3_600, "checks_signatures": False})
    door.close()


async def test_reads_and_writes_go_on_at_the_right_time(aws: Aws) -> None:
    assert (await aws.read(aws.idp.list_user_pools, MaxResults=1))["UserPools"] == []
    assert (await aws.read(aws.s3.list_buckets))["Buckets"] == []
    made = await aws.write(Intent("pool late"), aws.idp.create_user_pool, PoolName="late")
    assert aws.journal.recent()[0].outcome == "accepted"
    found = (await aws.read(aws.idp.list_user_pools, MaxResults=2))["UserPools"]
    assert [pool["Id"] for pool in found] == [made["UserPool"]["Id"]], "refused for its time, and then made once"


async def test_whoever_asks_at_the_same_time_is_answered_and_each_second_sending_is_logged_and_paced(aws: Aws) -> None:
    turns: list[str] = []

    class Counting(Pace):
        async def turn(self, service: str, title: str, pool_id: str = "", connection: str = "") -> None:
            turns.append(title)
            await super().turn(service, title, pool_id, connection)

    aws.pace = Counting(is_strict=True)
    await asyncio.gather(*(aws.read(aws.idp.list_user_pools, MaxResults=1) for _ in range(4)))
    calls = aws.calls.recent()
    assert len(calls) == 4
    assert len(turns) == sum(call.attempts for call in calls) > 4
    assert all(call.outcome == "ok" for call in calls)
    again = {call.again for call in calls if call.attempts == 2}
    assert len(again) == 1
    assert "clock is" in (words := again.pop())
    assert "slow" in words


async def test_a_clock_that_moves_back_is_followed(aws: Aws, sandbox: RunningSandbox) -> None:
    await aws.read(aws.idp.list_user_pools, MaxResults=1)
    sandbox.advance(-7_200)
    try:
        await aws.read(aws.idp.list_user_pools, MaxResults=1)
    finally:
        sandbox.advance(7_200)


async def test_who_has_the_wrong_key_is_told_so_at_any_hour(aws: Aws) -> None:
    stranger = aws.acting_as("AKIAXXXXXXXXXXXXXXXX", "wrong", "")
    with pytest.raises(SessionExpired):
        await stranger.read(stranger.idp.list_user_pools, MaxResults=1)
    stranger.close()
