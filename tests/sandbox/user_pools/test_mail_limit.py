"""Cognito's own mail sender: fifty messages a day for the account, the day begins at 09:00 UTC (api-quotas.md)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import SES
from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

EXCEEDED = "Exceeded daily email limit for the operation or the account."
BEFORE_NINE = datetime(2031, 5, 6, 8, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def pool(sandbox: RunningSandbox) -> Iterator[PoolUnderTest]:
    """A pool whose day is used up, an hour before the next one begins."""
    sandbox.control("clock", {"now": BEFORE_NINE, "is_frozen": True})
    made = make_pool(sandbox)
    for number in range(sandbox.control("outbox")["daily_mail"]["sent"], 50):
        invite(made, f"reader{number}")
    yield made
    sandbox.control("faults", {"is_mail_limited": True})


def invite(pool: PoolUnderTest, username: str) -> Any:
    email = [{"Name": "email", "Value": f"{username}@moonletter.example"}]
    return pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=username, UserAttributes=email)


def test_the_fifty_first_mail_of_a_day_is_refused_and_the_outbox_says_why(pool: PoolUnderTest) -> None:
    with refused("LimitExceededException", EXCEEDED):
        invite(pool, "late")
    with refused("UserNotFoundException"):
        pool.status("late")
    outbox = pool.sandbox.control("outbox")
    assert outbox["daily_mail"] == {"sent": 50, "limit": 50, "is_limited": True, "resets_at": BEFORE_NINE + 3600}
    told = outbox["refused"][0]
    assert (told["destination"], told["purpose"]) == ("late@moonletter.example", "AdminCreateUser")
    assert (told["reason"], told["at"]) == (EXCEEDED, BEFORE_NINE)


def test_other_pools_and_regions_share_the_day(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    other = sandbox.client("cognito-idp", region="eu-west-1")
    pool_id = other.create_user_pool(PoolName="elsewhere")["UserPool"]["Id"]
    email = [{"Name": "email", "Value": "ada@moonletter.example"}]
    with refused("LimitExceededException", EXCEEDED):
        other.admin_create_user(UserPoolId=pool_id, Username="ada", UserAttributes=email)
    other.admin_create_user(UserPoolId=pool_id, Username="ada", UserAttributes=email, MessageAction="SUPPRESS")


def test_nine_in_the_morning_begins_a_new_day(pool: PoolUnderTest) -> None:
    with refused("LimitExceededException"):
        invite(pool, "early")
    pool.sandbox.advance(3600)
    invite(pool, "early")
    assert pool.sandbox.control("outbox")["daily_mail"]["sent"] == 1


def test_mail_through_ones_own_sender_is_not_counted(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    invite(make_pool(sandbox, EmailConfiguration=SES), "grace")
    assert sandbox.messages()[0]["destination"] == "grace@moonletter.example"


def test_the_limit_can_be_lifted(pool: PoolUnderTest) -> None:
    pool.sandbox.control("faults", {"is_mail_limited": False})
    invite(pool, "welcome")
    assert pool.sandbox.control("outbox")["daily_mail"]["is_limited"] is False
