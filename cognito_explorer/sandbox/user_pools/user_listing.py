"""ListUsers: the one way to look through a pool, fast at any size because every page is a range of an index."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.user_filter import COLUMNS, UserFilter, parse_filter
from cognito_explorer.sandbox.user_pools.users import User, attribute_list, describe_user, read_user
from cognito_explorer.sandbox.world import Call, World

_PAGE_SIZE = 60
_TOKEN_LIFETIME_S = 3600
_ALL = "SELECT *, id AS sort_key FROM users WHERE pool_id = ? AND id > ? ORDER BY id LIMIT ?"
# A page goes on within the value the last one ended in, then with the values after it: both are one step in the index.
_SAME_VALUE = {
    column: f"SELECT *, {column} AS sort_key FROM users WHERE pool_id = ? AND {column} = ? AND id > ?"  # noqa: S608
    " ORDER BY id LIMIT ?"
    for column in COLUMNS.values()
}
_NEXT_VALUES = {
    column: f"SELECT *, {column} AS sort_key FROM users WHERE pool_id = ? AND {column} > ? AND {column} <= ?"  # noqa: S608
    f" ORDER BY {column}, id LIMIT ?"
    for column in COLUMNS.values()
}


@operation("cognito-idp", "ListUsers")
def list_users(call: Call) -> dict[str, Any]:
    """A page of users; with a filter sorted by the attribute it names."""
    pool_id = pool_of(call)["Id"]
    text = call.params.get("Filter", "")
    purpose = f"ListUsers {pool_id} {text}"
    token = call.params.get("PaginationToken")
    after = unseal(call.world, purpose, token) if token else None
    limit = call.params.get("Limit") or _PAGE_SIZE
    rows = _read_rows(call.world, pool_id, parse_filter(text), after, limit + 1)
    answer: dict[str, Any] = {"Users": [_describe(read_user(row), call.params) for row in rows[:limit]]}
    if len(rows) > limit:
        last = rows[limit - 1]
        position = [last["sort_key"], last["id"]]
        answer["PaginationToken"] = seal(call.world, purpose, position, lifetime_s=_TOKEN_LIFETIME_S)
    return answer


def _read_rows(world: World, pool_id: str, wanted: UserFilter | None, after: list[Any] | None, limit: int) -> list[Row]:
    if wanted is None:
        return world.store.all(_ALL, (pool_id, after[1] if after else 0, limit))
    value, last_id = after or [wanted.low, 0]
    rows = world.store.all(_SAME_VALUE[wanted.column], (pool_id, value, last_id, limit))
    if len(rows) < limit:
        rest = limit - len(rows)
        rows += world.store.all(_NEXT_VALUES[wanted.column], (pool_id, value, wanted.high, rest))
    return rows


def _describe(user: User, params: dict[str, Any]) -> dict[str, Any]:
    attributes = attribute_list(user)
    asked = params.get("AttributesToGet")
    if asked is not None:
        if not set(asked) <= set(user.attributes):
            raise ServiceError("InvalidParameterException", "One or more requested attributes do not exist.")
        attributes = [entry for entry in attributes if entry["Name"] in asked]
    return describe_user(user) | {"Attributes": attributes}
