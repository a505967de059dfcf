"""The rates an account really has: GetProvisionedLimit, asked once for each category and taken over by the pace."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pace import RATES, Pace, in_bulk
from cognito_explorer.core.errors import AccessDenied, ExplorerError, InvalidInput, NotFound, NotOffered, Unreachable

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# Which of them can be asked for, AWS does not say: what it does not know, it refuses. Asking has a rate of its own.
CATEGORIES = tuple(category for category in RATES if category != "LimitManagement")


async def adopt_provisioned_limits(aws: "Aws") -> dict[str, float]:
    """Take over the account's rates, in requests per second; returns those that were answered. Used ones come first.

    Stops at the first refusal: an endpoint that has no such operation keeps the published rates. Raises Unreachable.
    """
    rates: dict[str, float] = {}
    used = [category for category in aws.pace.used() if category in CATEGORIES]
    for category in dict.fromkeys((*used, *CATEGORIES)):
        try:
            rates |= await _adopt(aws, category)
        except Unreachable:
            raise
        except ExplorerError:
            return rates
    return rates


class ProvisionedLimits:
    """Asks by itself for the rates of one account in one Region: for each category once, when it comes into use.

    Nobody waits for an answer, and a refusal is the last question of its profile.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._asked: set[str] = set()
        self._refused: set[str] = set()
        self._turn = asyncio.Lock()  # one after the other: after a refusal the others are not asked

    def follow(self, aws: "Aws", start: Callable[[str, Coroutine[Any, Any, None]], object]) -> None:
        """Ask through this door from now on. `start` takes a name, and the work to do in the background."""

        def ask(category: str) -> None:
            if category in CATEGORIES and category not in self._asked and aws.profile.id not in self._refused:
                start(category, self._ask(aws, category))

        self._pace.category_used = ask
        for category in self._pace.used():
            ask(category)

    async def _ask(self, aws: "Aws", category: str) -> None:
        """Nobody waits for this: what a person does goes first, and a failure is no news."""
        async with self._turn:
            if category in self._asked or aws.profile.id in self._refused:
                return
            try:
                with in_bulk():
                    await _adopt(aws, category)
            except (AccessDenied, NotOffered) as error:
                self._refused.add(aws.profile.id)
                self._pace.why_published = error.title
            except ExplorerError:
                return  # it may go better for the next door
            else:
                self._asked.add(category)


async def _adopt(aws: "Aws", category: str) -> dict[str, float]:
    """The rate of one category, taken over; none where AWS knows no such limit. Raises ExplorerError."""
    definition: Any = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
    try:
        answer = await aws.read(aws.idp.get_provisioned_limit, LimitDefinition=definition)
    except (NotFound, InvalidInput):
        return {}
    rate = float(answer.get("Limit", {}).get("ProvisionedLimitValue", 0))
    if rate <= 0:
        return {}
    aws.pace.adopt(category, rate)
    aws.pace.why_published = ""
    return {category: rate}
