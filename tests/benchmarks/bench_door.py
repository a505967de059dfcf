"""What the door costs beside a bare boto3 call, and how much of the permitted rate many readers get through it."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.pace import RATES, Pace
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.sandbox.seeds.crowd import POOL_ID
from tests.benchmarks.row import Row
from tests.sandbox_fixture import RunningSandbox, start_sandbox

_CALLS, _READERS, _SECONDS = 1_000, 16, 60.0


def measure() -> list[Row]:
    """Both against one sandbox with some users."""
    with tempfile.TemporaryDirectory() as folder:
        sandbox = start_sandbox(Path(folder) / "world", "--seed", "big:100")
        try:
            return asyncio.run(_measure(sandbox))
        finally:
            sandbox.stop()


async def _measure(sandbox: RunningSandbox) -> list[Row]:
    profile = Profile(
        id="bench",
        name="bench",
        kind="sandbox",
        region="us-east-1",
        color="#000000",
        endpoint_url=sandbox.endpoint,
        access_key_id=sandbox.ready["access_key_id"],
        secret_access_key=sandbox.ready["secret_access_key"],
    )
    door = await Aws.open(profile, journal=Journal())
    try:
        bare_ms, door_ms = await _side_by_side(door, sandbox.client("cognito-idp"))
        share, throttled = await _at_full_pace(door, sandbox)
    finally:
        door.close()
    return [
        Row(name="door, over a bare call", value=door_ms - bare_ms, unit="ms", most=0.3),
        Row(name="call through the door", value=door_ms, unit="ms", peer="bare boto3", peer_value=bare_ms),
        Row(name="permitted rate left unused by 16 readers", value=(1 - share) * 100, unit="%", most=5),
        Row(name="calls of theirs that were throttled", value=throttled * 100, unit="%", most=0.1),
    ]


async def _side_by_side(door: Aws, bare: Any) -> tuple[float, float]:
    """Milliseconds of one call, bare and through the door, in turns; medians."""
    mine, theirs = [], []
    for _ in range(_CALLS):
        begun = time.perf_counter()
        bare.list_users(UserPoolId=POOL_ID, Limit=1)
        between = time.perf_counter()
        await door.read(door.idp.list_users, UserPoolId=POOL_ID, Limit=1)
        theirs.append((between - begun) * 1_000)
        mine.append((time.perf_counter() - between) * 1_000)
    return median(theirs), median(mine)


async def _at_full_pace(door: Aws, sandbox: RunningSandbox) -> tuple[float, float]:
    """Which share of the published rate the readers got, and which share of their calls was throttled."""
    sandbox.control("faults", {"is_throttled": True})
    door.pace = Pace(is_strict=True)
    attempts: list[int] = []
    door.calls.subscribe(lambda call: attempts.append(call.attempts) if call.outcome != "running" else None)
    ends = time.perf_counter() + _SECONDS

    async def read() -> None:
        while time.perf_counter() < ends:
            await door.read(door.idp.list_users, UserPoolId=POOL_ID, Limit=1)

    await asyncio.gather(*(read() for _ in range(_READERS)))
    permitted = RATES["UserList"] * _SECONDS
    throttled = sum(each - 1 for each in attempts)
    return min(1.0, len(attempts) / permitted), throttled / len(attempts)
