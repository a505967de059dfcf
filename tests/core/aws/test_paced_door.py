"""Doors that keep the pace, against the sandbox when it throttles at the published rates."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.pace import Pace
from cognito_explorer.core.errors import ExplorerError, Throttled
from cognito_explorer.core.journal import Journal
from tests.core.conftest import profile_of
from tests.sandbox.pools import make_pool
from tests.sandbox_fixture import RunningSandbox

_FAILING = ("AdminInitiateAuth", "ListUsers")


@pytest.fixture
async def throttled_door(sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    door = await Aws.open(profile_of(sandbox), journal=Journal())
    sandbox.control("faults", {"is_throttled": True})
    yield door
    sandbox.control("faults", {"is_throttled": False})
    door.close()


async def test_many_readers_who_keep_the_pace_are_never_throttled(throttled_door: Aws, sandbox: RunningSandbox) -> None:
    throttled_door.pace = Pace(is_strict=True)
    pool_id = make_pool(sandbox).pool_id

    async def read() -> None:
        for _ in range(4):
            await throttled_door.read(throttled_door.idp.list_users, UserPoolId=pool_id)

    await asyncio.gather(*(read() for _ in range(16)))
    calls = throttled_door.calls.recent()
    assert [call.attempts for call in calls] == [1] * 64


async def test_a_door_that_was_throttled_slows_down_and_everything_arrives(
    throttled_door: Aws, sandbox: RunningSandbox
) -> None:
    pool_id = make_pool(sandbox).pool_id

    async def read() -> None:
        await throttled_door.read(throttled_door.idp.describe_user_pool, UserPoolId=pool_id)

    # While time stands still, no bucket fills up again, however slow this computer is.
    sandbox.control("clock", {"is_frozen": True})
    try:
        for _ in range(15):
            await read()
        reading = asyncio.get_running_loop().create_task(read())
        seen = set()
        while not reading.done():
            seen |= {(each.operation, each.is_again) for each in throttled_door.pace.waiting()}
            await asyncio.sleep(0.01)
        assert seen == {("DescribeUserPool", True)}, "who looks sees that botocore tries again"
        with pytest.raises(Throttled):
            await reading
        assert throttled_door.pace.waiting() == ()
    finally:
        sandbox.control("clock", {"is_frozen": False})
    assert throttled_door.calls.recent(1)[0].attempts == 3
    await asyncio.gather(*(read() for _ in range(20)))
    waiting = asyncio.gather(*(throttled_door.pace.turn("cognito-idp", "DescribeUserPool") for _ in range(40)))
    await asyncio.sleep(0)
    (queue,) = throttled_door.pace.queues()
    assert queue.category == "UserPoolRead"
    assert queue.rate < 15
    waiting.cancel()


async def test_a_sign_in_that_fails_is_sent_once_and_a_read_again(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    door = await Aws.open(profile_of(sandbox), journal=Journal())
    failing = {"code": "InternalErrorException", "status": 500, "rate": 1}
    sandbox.control("faults", {"errors": [{"operations": f"cognito-idp:{name}", **failing} for name in _FAILING]})
    try:
        with pytest.raises(ExplorerError):
            await door.read(
                door.idp.admin_initiate_auth,
                UserPoolId=pool.pool_id,
                ClientId=pool.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "ada", "PASSWORD": "Wrong-2026"},
            )
        with pytest.raises(ExplorerError):
            await door.read(door.idp.list_users, UserPoolId=pool.pool_id)
    finally:
        sandbox.control("faults", {"errors": []})
    attempts = {call.operation: call.attempts for call in door.calls.recent()}
    assert attempts == {"AdminInitiateAuth": 1, "ListUsers": 3}
    door.close()


async def test_a_door_acting_with_other_credentials_shares_the_pace(throttled_door: Aws) -> None:
    acting = throttled_door.acting_as("AKIAOTHER", "secret", "")
    assert acting.pace is throttled_door.pace
    acting.close()


async def test_real_aws_is_paced_from_the_start_and_an_endpoint_of_ones_own_is_not(sandbox: RunningSandbox) -> None:
    keys = replace(profile_of(sandbox), kind="keys")
    for profile, is_held in ((replace(keys, endpoint_url=""), True), (keys, False)):
        door = Aws.ajar(profile, region="us-east-1", journal=Journal())
        waiting = asyncio.gather(*(door.pace.turn("cognito-idp", "ListUsers") for _ in range(60)))
        await asyncio.sleep(0)
        assert bool(door.pace.queues()) is is_held
        waiting.cancel()
        door.close()
