"""The account's own rates: taken over where the endpoint knows them, left alone where it does not."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from cognito_explorer.core.aws.pace import RATES, Pace
from cognito_explorer.core.aws.provisioned_limits import CATEGORIES, ProvisionedLimits, adopt_provisioned_limits
from tests.core.aws.stubbed import SANDBOX, Stubbed

ACCOUNT = replace(SANDBOX, kind="keys", endpoint_url="")


class Account:
    """A door to AWS itself whose answers are prepared, and what is started in its background."""

    def __init__(self, profile_id: str = "p", pace: Pace | None = None) -> None:
        self._stubbed = Stubbed(replace(ACCOUNT, id=profile_id))
        self.aws = self._stubbed.aws
        self.aws.pace = pace or self.aws.pace
        self._begun: list[Coroutine[Any, Any, None]] = []

    def tells(self, category: str, rate: int = 240) -> None:
        """GetProvisionedLimit is answered."""
        definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
        limit = {"LimitDefinition": definition, "ProvisionedLimitValue": rate, "FreeLimitValue": 120}
        self._stubbed.reader.add_response("get_provisioned_limit", {"Limit": limit}, {"LimitDefinition": definition})

    def refuses(self, code: str, message: str = "no", status: int = 400) -> None:
        """GetProvisionedLimit is refused."""
        self._stubbed.reader.add_client_error("get_provisioned_limit", code, message, status)

    def start(self, _name: str, work: Coroutine[Any, Any, None]) -> None:
        """As a task scope does."""
        self._begun.append(work)

    async def settle(self) -> list[str]:
        """Do what was begun; the categories that were asked for, oldest first."""
        await asyncio.gather(*(self._begun.pop() for _ in range(len(self._begun))))
        asked = [call.parameters["LimitDefinition"]["Attributes"]["Category"] for call in self.aws.calls.recent()]
        return asked[::-1]


async def test_the_accounts_rates_are_taken_over_those_in_use_first() -> None:
    account = Account()
    account.aws.pace = Pace(is_strict=False)
    await account.aws.pace.turn("cognito-idp", "ListUsers")
    account.tells("UserList")
    account.refuses("ResourceNotFoundException", "UserAuthentication is no category whose limit can be provisioned.")
    for category in CATEGORIES[1:]:
        if category != "UserList":
            account.tells(category)
    rates = await adopt_provisioned_limits(account.aws)
    assert rates == dict.fromkeys([each for each in CATEGORIES if each != "UserAuthentication"], 240.0)
    assert set(CATEGORIES) == RATES.keys() - {"LimitManagement"}
    account.aws.close()


async def test_an_endpoint_without_the_operation_keeps_the_published_rates() -> None:
    account = Account()
    account.refuses("UnknownOperationException", "unknown", 404)
    assert await adopt_provisioned_limits(account.aws) == {}
    assert await adopt_provisioned_limits(account.aws) == {}
    assert len(account.aws.calls.recent()) == 1, "what it lacks is not asked for again"
    account.aws.close()


async def test_each_rate_is_asked_for_once_and_when_its_category_comes_into_use() -> None:
    account = Account()
    pace = account.aws.pace
    await pace.turn("cognito-idp", "ListUserPools")
    limits = ProvisionedLimits(pace)
    account.tells("UserPoolRead", 45)
    limits.follow(account.aws, account.start)
    assert await account.settle() == ["UserPoolRead"]
    account.tells("UserList", 90)
    for _ in range(3):
        await pace.turn("cognito-idp", "ListUsers")
    assert await account.settle() == ["UserPoolRead", "UserList"]
    rates = [(each.category, each.rate) for each in pace.rates() if each.source == "provisioned"]
    assert rates == [("UserPoolRead", 45), ("UserList", 90)]
    limits.follow(account.aws, account.start)
    assert await account.settle() == ["UserPoolRead", "UserList"]
    account.aws.close()


async def test_a_refusal_is_remembered_for_its_profile_and_said() -> None:
    account = Account()
    pace = account.aws.pace
    limits = ProvisionedLimits(pace)
    limits.follow(account.aws, account.start)
    account.refuses("AccessDeniedException", "not authorized to perform: cognito-idp:GetProvisionedLimit because no")
    for title in ("ListUserPools", "ListUsers", "AdminGetUser"):
        await pace.turn("cognito-idp", title)
    assert len(await account.settle()) == 1, "after the refusal the others are not asked"
    assert "cognito-idp:GetProvisionedLimit" in pace.why_published
    await pace.turn("cognito-idp", "SignUp")
    assert len(await account.settle()) == 1

    other = Account("q", pace)
    for category in pace.used()[::-1]:
        if category in CATEGORIES:
            other.tells(category)
    limits.follow(other.aws, other.start)
    await other.settle()
    assert {each.source for each in pace.rates() if each.category == "UserPoolRead"} == {"provisioned"}
    assert pace.why_published == ""
    account.aws.close()
    other.aws.close()


async def test_what_aws_does_not_know_as_a_category_is_asked_for_once() -> None:
    account = Account()
    limits = ProvisionedLimits(account.aws.pace)
    limits.follow(account.aws, account.start)
    account.refuses("InvalidParameterException", "Unknown category")
    account.tells("UserRead")
    await account.aws.pace.turn("cognito-idp", "ListUsers")
    await account.settle()
    await account.aws.pace.turn("cognito-idp", "AdminGetUser")
    assert await account.settle() == ["UserList", "UserRead"]
    limits.follow(account.aws, account.start)
    assert await account.settle() == ["UserList", "UserRead"]
    assert account.aws.pace.why_published == ""
    account.aws.close()
