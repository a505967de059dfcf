"""The buckets, in a loop whose time jumps to the next timer: no test waits."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from botocore.loaders import Loader
from typing_extensions import override

from cognito_explorer.core.aws.pace import CATEGORY_OF, RATES, Pace, Queue, Rate, Urgency, in_bulk
from cognito_explorer.core.work import called
from cognito_explorer.sandbox import quotas

IDP = "cognito-idp"
AT_ONCE = 24  # 0.8 seconds' worth of UserList's 30 a second


class JumpingLoop(asyncio.SelectorEventLoop):
    """Nobody waits here: when nothing is ready, it is at once the time of the next timer."""

    _now = 0.0

    @override
    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        timers = [timer for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if not self._ready and timers:  # type: ignore[attr-defined]
            self._now = max(self._now, min(timer.when() for timer in timers))
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(work)


def now() -> float:
    return asyncio.get_running_loop().time()


async def take(pace: Pace, count: int, title: str = "ListUsers", pool_id: str = "") -> None:
    for _ in range(count):
        await pace.turn(IDP, title, pool_id)


def test_a_burst_goes_at_once_and_the_rest_at_the_published_rate() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await take(pace, AT_ONCE)
        assert now() == 0
        await asyncio.gather(*(take(pace, 30) for _ in range(4)))
        assert now() == pytest.approx(120 / 30, abs=0.01)

    run(work())


def test_in_no_second_more_is_sent_than_the_published_rate_and_its_burst() -> None:
    async def work() -> None:
        pace, sent = Pace(is_strict=True), []

        async def one() -> None:
            await pace.turn(IDP, "ListUsers")
            sent.append(now())

        await asyncio.gather(*(one() for _ in range(200)))
        for begin in sent:
            assert sum(begin <= at < begin + 1 for at in sent) <= 30 + AT_ONCE
        assert sum(at >= 1 for at in sent) == pytest.approx(200 - AT_ONCE - 30, abs=1)

    run(work())


def test_somebody_who_waits_in_person_overtakes_work_in_bulk() -> None:
    async def work() -> None:
        pace, order = Pace(is_strict=True), []

        async def bulk(number: int) -> None:
            with in_bulk():
                await pace.turn(IDP, "ListUsers")
            order.append(f"bulk {number}")

        async def person() -> None:
            await pace.turn(IDP, "ListUsersInGroup")
            order.append("person")

        await take(pace, AT_ONCE)
        many = [asyncio.ensure_future(bulk(number)) for number in range(3)]  # noqa: TID251
        await asyncio.sleep(0)
        assert pace.queues() == (Queue("UserList", 30, interactive=0, bulk=3),)
        await asyncio.gather(person(), *many)
        assert order == ["person", "bulk 0", "bulk 1", "bulk 2"]
        assert pace.queues() == ()

    run(work())


def test_who_gives_up_waiting_costs_nobody_a_turn() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await take(pace, AT_ONCE)
        waiting = [asyncio.ensure_future(take(pace, 1)) for _ in range(30)]  # noqa: TID251
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await take(pace, 1)
        assert now() == pytest.approx(1 / 30, abs=0.01)

    run(work())


def test_being_throttled_halves_the_rate_once_however_many_were_under_way_and_half_a_minute_brings_it_back() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await take(pace, 1)
        for _ in range(5):
            pace.throttled(IDP, "ListUsers")
        begun = now()
        await take(pace, 15)
        assert now() - begun == pytest.approx(1, abs=0.05)
        await asyncio.sleep(30)
        await take(pace, AT_ONCE)
        begun = now()
        await take(pace, 60)
        assert now() - begun == pytest.approx(2, abs=0.05)

    run(work())


def test_one_who_is_throttled_again_and_again_still_gets_on() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        for _ in range(50):
            await take(pace, 1)
            pace.throttled(IDP, "ListUsers")
            await asyncio.sleep(1.1)
        begun = now()
        await take(pace, 2)
        assert now() - begun < 2

    run(work())


def test_a_local_endpoint_is_not_held_back_until_it_throttles() -> None:
    async def work() -> None:
        pace = Pace(is_strict=False)
        await take(pace, 1_000)
        assert now() == 0
        pace.throttled(IDP, "ListUsers")
        await take(pace, 15)
        assert now() == pytest.approx(1, abs=0.05)

    run(work())


def test_one_operation_is_held_to_five_a_second_for_each_pool() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await take(pace, 4, "DescribeUserPoolClient", "us-east-1_a")
        assert now() == 0
        await take(pace, 5, "DescribeUserPoolClient", "us-east-1_a")
        assert now() == pytest.approx(1, abs=0.01)
        await take(pace, 4, "DescribeUserPoolClient", "us-east-1_b")
        assert now() == pytest.approx(1, abs=0.01)

    run(work())


def test_operations_without_a_published_rate_never_wait() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await asyncio.gather(*(pace.turn("sts", "GetCallerIdentity") for _ in range(500)))
        await asyncio.gather(*(pace.turn("cognito-identity", "DescribeIdentityPool") for _ in range(500)))
        assert now() == 0

    run(work())


def test_a_raised_limit_is_taken_over() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        pace.adopt("UserRead", 480)
        await take(pace, 384, "AdminGetUser")
        begun = now()
        await take(pace, 480, "AdminGetUser")
        assert now() - begun == pytest.approx(1, abs=0.05)

    run(work())


@pytest.mark.parametrize("throttled_ago_s", [3, 60])
@pytest.mark.parametrize("bought", [10, 20, 60])
def test_a_limit_taken_over_after_throttling_is_what_it_recovers_to(bought: int, throttled_ago_s: int) -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        await take(pace, 1)
        pace.throttled(IDP, "ListUsers")
        await asyncio.sleep(throttled_ago_s)
        pace.adopt("UserList", bought)
        assert pace.rates()[0].rate <= bought
        await asyncio.sleep(30)
        assert pace.rates()[0] == Rate("UserList", bought, bought, "provisioned")
        await take(pace, int(bought * 0.8))
        begun = now()
        await take(pace, bought)
        assert now() - begun == pytest.approx(1, abs=0.05)

    run(work())


def test_a_local_endpoint_that_has_throttled_recovers_to_the_limit_taken_over() -> None:
    async def work() -> None:
        pace = Pace(is_strict=False)
        await take(pace, 1)
        pace.adopt("UserList", 40)
        assert pace.rates()[0].source == "none"
        pace.throttled(IDP, "ListUsers")
        pace.adopt("UserList", 10)
        await asyncio.sleep(30)
        assert pace.rates()[0] == Rate("UserList", 10, 10, "provisioned")

    run(work())


def test_who_waits_is_known_by_the_work_and_the_connection() -> None:
    async def work() -> None:
        pace, loop = Pace(is_strict=True), asyncio.get_running_loop()

        async def wait(words: str, connection: str, count: int) -> None:
            with called(words):
                turns = [loop.create_task(pace.turn(IDP, "ListUsers", "p1", connection)) for _ in range(count)]
            tasks.extend(turns)
            await asyncio.sleep(0)

        tasks: list[asyncio.Task[None]] = []
        with in_bulk():
            await wait("Loading all users", "Support", AT_ONCE + 10)
        await asyncio.sleep(0.1)
        await wait("Searching users", "Admin", 2)
        first, last = pace.waiting()
        assert (first.work, first.connection, first.operation, first.pool_id, first.category, first.count) == (
            ("Searching users", "Admin", "ListUsers", "p1", "UserList", 2)
        )
        assert (last.work, last.urgency) == ("Loading all users", Urgency.BULK)
        assert last.since_s == pytest.approx(0.1)
        await asyncio.gather(*tasks)
        assert pace.waiting() == ()

    run(work())


def test_a_rate_says_where_it_comes_from() -> None:
    async def work() -> None:
        pace = Pace(is_strict=True)
        used: list[str] = []
        pace.category_used = used.append
        pace.adopt("UserRead", 480)
        for title in ("ListUsers", "AdminGetUser", "ListUsers"):
            await take(pace, 1, title)
        await take(pace, 1, "ListGroups", "p1")
        assert used == ["UserList", "UserRead", "UserPoolResourceRead"] == list(pace.used())
        listed, read, _, one_pool = pace.rates()
        assert listed == Rate("UserList", 30, 30, "published")
        assert read == Rate("UserRead", 480, 480, "provisioned")
        assert (one_pool.operation, one_pool.pool_id, one_pool.rate) == ("ListGroups", "p1", 5)
        pace.throttled(IDP, "AdminGetUser")
        assert pace.rates()[1] == Rate("UserRead", 240, 480, "throttled")
        await asyncio.sleep(30)
        assert pace.rates()[1].source == "provisioned", "looked at, though nobody asked anything"
        free = Pace(is_strict=False)
        await take(free, 1)
        assert free.rates()[0].source == "none"

    run(work())


def test_every_rated_operation_exists() -> None:
    assert set(CATEGORY_OF) <= set(Loader().load_service_model(IDP, "service-2")["operations"])


def test_the_sandbox_read_the_same_rates() -> None:
    assert RATES.items() >= quotas.RATES.items()
    operations = set(Loader().load_service_model(IDP, "service-2")["operations"])
    # The sandbox also rates what its pages hear from providers, which is no operation anybody calls.
    called = {name: category for name, category in quotas.CATEGORY_OF.items() if name in operations}
    assert CATEGORY_OF.items() >= called.items()
