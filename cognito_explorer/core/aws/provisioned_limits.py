"""The rates an account really has: GetProvisionedLimit, asked once for each category and taken over by the pace."""

from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pace import RATES
from cognito_explorer.core.errors import ExplorerError, Unreachable

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# Asking counts itself, one request a second (api-quotas.md): the categories whose rates can be bought come first.
CATEGORIES = ("UserAuthentication", "UserCreation", "UserAccountRecovery", "UserRead", "UserUpdate", "UserToken")


async def adopt_provisioned_limits(aws: "Aws") -> dict[str, float]:
    """Take over the account's rates, in requests per second; returns those that were answered.

    Stops at the first refusal: an endpoint that has no such operation keeps the published rates. Raises Unreachable.
    """
    rates: dict[str, float] = {}
    for category in CATEGORIES:
        definition: Any = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
        try:
            answer = await aws.read(aws.idp.get_provisioned_limit, LimitDefinition=definition)
        except Unreachable:
            raise
        except ExplorerError:
            return rates
        value = answer.get("Limit", {}).get("ProvisionedLimitValue", 0)
        if value > 0 and category in RATES:
            rates[category] = float(value)
            aws.pace.adopt(category, rates[category])
    return rates
