"""Request rates: the free one of each category, and what was bought above it."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.world import Call, World

# Requests per second of the categories that can be provisioned, for an account and a region.
FREE_LIMITS = {
    "UserAuthentication": 120,
    "UserCreation": 50,
    "UserFederation": 25,
    "UserRead": 120,
    "UserToken": 120,
    "UserResourceRead": 50,
}
_MOST_TIMES_FREE = 10


def provisioned_limit(world: World, region: str, category: str) -> int:
    """The requests per second a category has in a region; raises KeyError for one that cannot be provisioned."""
    row = world.store.one("SELECT value FROM provisioned_limits WHERE region = ? AND category = ?", (region, category))
    return int(row["value"]) if row else FREE_LIMITS[category]


def provisioned_limits(world: World, region: str) -> dict[str, float]:
    """The requests per second that were chosen in a region, by category; the others have their free ones."""
    rows = world.store.all("SELECT category, value FROM provisioned_limits WHERE region = ?", (region,))
    return {row["category"]: float(row["value"]) for row in rows}


@operation("cognito-idp", "GetProvisionedLimit")
def get_provisioned_limit(call: Call) -> dict[str, Any]:
    """The rate of a category."""
    return _described(call, _category(call))


@operation("cognito-idp", "UpdateProvisionedLimit")
def update_provisioned_limit(call: Call) -> dict[str, Any]:
    """Choose a rate between the free one and the account's maximum; it holds at once."""
    category, value = _category(call), call.params["RequestedLimitValue"]
    free = FREE_LIMITS[category]
    if value < free:
        raise ServiceError("InvalidParameterException", f"The limit of {category} cannot be below {free}.")
    if value > free * _MOST_TIMES_FREE:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"The limit of {category} cannot be above the account's maximum of {free * _MOST_TIMES_FREE}.",
        )
    if category in ("UserAuthentication", "UserFederation") and _has_managed_login(call):
        raise ServiceError(
            "InvalidParameterException", f"The limit of {category} cannot be changed while a pool uses managed login."
        )
    call.world.store.execute(
        "INSERT OR REPLACE INTO provisioned_limits (region, category, value) VALUES (?, ?, ?)",
        (call.region, category, value),
    )
    return _described(call, category)


def _category(call: Call) -> str:
    attributes = call.params["LimitDefinition"]["Attributes"]
    category: str = attributes.get("Category", "")
    if attributes.keys() != {"Category"} or not category:
        raise ServiceError("InvalidParameterException", "An API_CATEGORY limit is named by the attribute Category.")
    if category not in FREE_LIMITS:
        raise ServiceError("ResourceNotFoundException", f"{category} is no category whose limit can be provisioned.")
    return category


def _described(call: Call, category: str) -> dict[str, Any]:
    return {
        "Limit": {
            "LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}},
            "ProvisionedLimitValue": provisioned_limit(call.world, call.region, category),
            "FreeLimitValue": FREE_LIMITS[category],
        }
    }


def _has_managed_login(call: Call) -> bool:
    return bool(
        call.world.store.one(
            "SELECT 1 FROM domains JOIN user_pools ON user_pools.id = pool_id"
            " WHERE region = ? AND json_extract(domains.body, '$.ManagedLoginVersion') = 2",
            (call.region,),
        )
    )
