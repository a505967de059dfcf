"""ListUsers: the one way to look through a pool, fast at any size because every page is a range of an index."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import ReadyAnswer, operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.user_filter import COLUMNS, UserFilter, parse_filter
from cognito_explorer.sandbox.user_pools.users import listed_attributes
from cognito_explorer.sandbox.world import Call, World

# What a list shows of a user; the other columns would only make pages slower.
LISTED_COLUMNS = ", ".join(
    f"users.{name}" for name in ("id", "username", "attributes", "status", "is_enabled", "created_at", "modified_at")
)
_PAGE_SIZE = 60
_quote = json.JSONEncoder(ensure_ascii=False).encode
_TOKEN_LIFETIME_S = 3600
_SELECT = f"SELECT {LISTED_COLUMNS}"
_ALL = f"{_SELECT}, id AS sort_key FROM users WHERE pool_id = ? AND id > ? ORDER BY id LIMIT ?"
# A page goes on within the value the last one ended in, then with the values after it: both are one step in the index.
_SAME_VALUE = {
    column: f"{_SELECT}, {column} AS sort_key FROM users WHERE pool_id = ? AND {column} = ? AND id > ?"
    " ORDER BY id LIMIT ?"
    for column in COLUMNS.values()
}
_NEXT_VALUES = {
    column: f"{_SELECT}, {column} AS sort_key FROM users WHERE pool_id = ? AND {column} > ? AND {column} <= ?"
    f" ORDER BY {column}, id LIMIT ?"
    for column in COLUMNS.values()
}


def render_users(rows: Iterable[Row], asked: Sequence[str] | None = None) -> str:
    """Rows with LISTED_COLUMNS as a JSON list of UserType; `asked` are the attributes to show, None for all.

    Raises InvalidParameterException when a user lacks one that is asked for.
    """
    return f"[{','.join(_render_user(row, asked) for row in rows)}]"


def list_statements() -> list[str]:
    """Every statement a page may be read with, for who wants to see that each is a range of an index."""
    return [_ALL, *_SAME_VALUE.values(), *_NEXT_VALUES.values()]


@operation("cognito-idp", "ListUsers")
def list_users(call: Call) -> dict[str, Any]:
    """A page of users; with a filter sorted by the attribute it names."""
    pool_id = pool_of(call)["Id"]
    text = call.params.get("Filter", "")
    asked = call.params.get("AttributesToGet")
    purpose = f"ListUsers {pool_id} {text}"
    token = call.params.get("PaginationToken")
    after = unseal(call.world, purpose, token) if token else None
    limit = call.params.get("Limit") or _PAGE_SIZE
    rows = _read_rows(call.world, pool_id, parse_filter(text), after, limit + 1)
    answer = f'{{"Users":{render_users(rows[:limit], asked)}'
    if len(rows) <= limit:
        return ReadyAnswer(answer + "}")
    last = rows[limit - 1]
    next_token = seal(call.world, purpose, [last["sort_key"], last["id"]], lifetime_s=_TOKEN_LIFETIME_S)
    return ReadyAnswer(f'{answer},"PaginationToken":"{next_token}"}}')


def _read_rows(world: World, pool_id: str, wanted: UserFilter | None, after: list[Any] | None, limit: int) -> list[Row]:
    if wanted is None:
        return world.store.all(_ALL, (pool_id, after[1] if after else 0, limit))
    value, last_id = after or [wanted.low, 0]
    rows = world.store.all(_SAME_VALUE[wanted.column], (pool_id, value, last_id, limit))
    if len(rows) < limit:
        rest = limit - len(rows)
        rows += world.store.all(_NEXT_VALUES[wanted.column], (pool_id, value, wanted.high, rest))
    return rows


def _render_user(row: Row, asked: Sequence[str] | None) -> str:
    _, username, attributes, status, is_enabled, created_at, modified_at, *_ = row
    shown = listed_attributes(attributes) if asked is None else _asked_attributes(attributes, asked)
    return (
        f'{{"Username":{_quote(username)},"Attributes":{shown},'
        f'"UserCreateDate":{created_at:.3f},"UserLastModifiedDate":{modified_at:.3f},'
        f'"Enabled":{"true" if is_enabled else "false"},"UserStatus":"{status}"}}'
    )


def _asked_attributes(stored: str, asked: Sequence[str]) -> str:
    attributes = {entry["Name"]: entry for entry in json.loads(listed_attributes(stored))}
    if not set(asked) <= attributes.keys():
        raise ServiceError("InvalidParameterException", "One or more requested attributes do not exist.")
    entries = [entry for name, entry in attributes.items() if name in asked]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
