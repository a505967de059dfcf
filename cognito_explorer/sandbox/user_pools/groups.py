"""Groups and who is in them."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import ReadyAnswer, operation
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.user_pools.user_listing import LISTED_COLUMNS, render_users
from cognito_explorer.sandbox.user_pools.users import get_user
from cognito_explorer.sandbox.world import Call, World

MAX_GROUPS = 10_000
MAX_GROUPS_A_USER = 100
_LIST_GROUPS = "SELECT *, name AS page_key FROM user_groups WHERE pool_id = ? AND name > ? ORDER BY name LIMIT ?"
_LIST_GROUPS_OF = """
SELECT user_groups.*, name AS page_key FROM group_members
JOIN user_groups ON user_groups.pool_id = group_members.pool_id AND name = group_name
WHERE user_id = ? AND name > ? ORDER BY name LIMIT ?
"""
_ORDERED_GROUPS_OF = """
SELECT user_groups.* FROM group_members
JOIN user_groups ON user_groups.pool_id = group_members.pool_id AND name = group_name
WHERE user_id = ? ORDER BY precedence IS NULL, precedence, name
"""
_LIST_MEMBERS = f"""
SELECT {LISTED_COLUMNS}, users.id AS page_key FROM group_members JOIN users ON users.id = user_id
WHERE group_members.pool_id = ? AND group_name = ? AND user_id > ? ORDER BY user_id LIMIT ?
"""  # noqa: S608


def create_group(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Make a group from CreateGroup's parameters and return it in API shape; raises GroupExistsException."""
    pool = load_pool(world, params["UserPoolId"])
    key = (pool["Id"], params["GroupName"])
    if _find(world, *key):
        raise ServiceError("GroupExistsException", "A group with the name already exists")
    _check_role(world, params)
    row = world.store.one("SELECT COUNT(*) AS number FROM user_groups WHERE pool_id = ?", (pool["Id"],))
    if row and row["number"] >= MAX_GROUPS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_GROUPS} groups.")
    now = world.clock.now()
    world.store.execute(
        "INSERT INTO user_groups (pool_id, name, precedence, role_arn, description, created_at, modified_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*key, params.get("Precedence"), params.get("RoleArn", ""), params.get("Description", ""), now, now),
    )
    return load_group(world, *key)


def load_group(world: World, pool_id: str, group: str) -> dict[str, Any]:
    """A group in API shape; raises ResourceNotFoundException."""
    row = _find(world, pool_id, group)
    if row is None:
        raise ServiceError("ResourceNotFoundException", "Group not found.")
    return _describe(row)


def add_member(world: World, pool_id: str, group: str, username: str) -> None:
    """Put a user into a group; being there already is fine. Raises ResourceNotFound- or UserNotFoundException."""
    user = get_user(world, load_pool(world, pool_id), username)
    load_group(world, pool_id, group)
    row = world.store.one(
        "SELECT COUNT(*) AS number FROM group_members WHERE user_id = ? AND group_name <> ?", (user.id, group)
    )
    if row and row["number"] >= MAX_GROUPS_A_USER:
        raise ServiceError("LimitExceededException", f"A user can be in at most {MAX_GROUPS_A_USER} groups.")
    world.store.execute(
        "INSERT OR IGNORE INTO group_members (pool_id, group_name, user_id) VALUES (?, ?, ?)",
        (pool_id, group, user.id),
    )


def groups_of_user(world: World, user_id: int) -> list[dict[str, Any]]:
    """A user's groups in API shape, best (lowest) precedence first, those without precedence last."""
    return [_describe(row) for row in world.store.all(_ORDERED_GROUPS_OF, (user_id,))]


def _check_role(world: World, params: Mapping[str, Any]) -> None:
    arn = params.get("RoleArn", "")
    if arn and arn.split(":")[4] != world.account_id:
        raise ServiceError("InvalidParameterException", "Cross-account pass role is not allowed.")


def _find(world: World, pool_id: str, name: str) -> Row | None:
    return world.store.one("SELECT * FROM user_groups WHERE pool_id = ? AND name = ?", (pool_id, name))


def _describe(row: Row) -> dict[str, Any]:
    group = {"GroupName": row["name"], "UserPoolId": row["pool_id"]}
    group |= {"LastModifiedDate": row["modified_at"], "CreationDate": row["created_at"]}
    optional = {"Description": row["description"], "RoleArn": row["role_arn"]}
    group |= {name: value for name, value in optional.items() if value}
    return group if row["precedence"] is None else group | {"Precedence": row["precedence"]}


def _page(call: Call, listing: Listing) -> tuple[list[Row], dict[str, str]]:
    limit = call.params.get("Limit") or 60
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    return rows, {"NextToken": token} if token else {}


@operation("cognito-idp", "CreateGroup")
def create_user_group(call: Call) -> dict[str, Any]:
    """A new group."""
    pool_of(call)
    return {"Group": create_group(call.world, call.params)}


@operation("cognito-idp", "GetGroup")
def get_group(call: Call) -> dict[str, Any]:
    """One group."""
    return {"Group": load_group(call.world, pool_of(call)["Id"], call.params["GroupName"])}


@operation("cognito-idp", "UpdateGroup")
def update_group(call: Call) -> dict[str, Any]:
    """Change what is given of a group; the rest stays."""
    pool_id = pool_of(call)["Id"]
    _check_role(call.world, call.params)
    group = load_group(call.world, pool_id, call.params["GroupName"]) | call.params
    call.world.store.execute(
        "UPDATE user_groups SET precedence = ?, role_arn = ?, description = ?, modified_at = ?"
        " WHERE pool_id = ? AND name = ?",
        (
            group.get("Precedence"),
            group.get("RoleArn", ""),
            group.get("Description", ""),
            call.world.clock.now(),
            pool_id,
            group["GroupName"],
        ),
    )
    return {"Group": load_group(call.world, pool_id, group["GroupName"])}


@operation("cognito-idp", "DeleteGroup")
def delete_group(call: Call) -> dict[str, Any]:
    """Delete a group; its members stay in the pool."""
    group = load_group(call.world, pool_of(call)["Id"], call.params["GroupName"])
    call.world.store.execute(
        "DELETE FROM user_groups WHERE pool_id = ? AND name = ?", (group["UserPoolId"], group["GroupName"])
    )
    return {}


@operation("cognito-idp", "ListGroups")
def list_groups(call: Call) -> dict[str, Any]:
    """The pool's groups by name."""
    rows, token = _page(call, Listing("ListGroups", _LIST_GROUPS, (pool_of(call)["Id"],)))
    return {"Groups": [_describe(row) for row in rows]} | token


@operation("cognito-idp", "ListUsersInGroup")
def list_users_in_group(call: Call) -> dict[str, Any]:
    """Members of a group in the order they came to the pool."""
    group = load_group(call.world, pool_of(call)["Id"], call.params["GroupName"])
    key = (group["UserPoolId"], group["GroupName"])
    rows, token = _page(call, Listing("ListUsersInGroup", _LIST_MEMBERS, key, start=0))
    more = f',"NextToken":"{token["NextToken"]}"' if token else ""
    return ReadyAnswer(f'{{"Users":{render_users(rows)}{more}}}')


@operation("cognito-idp", "AdminListGroupsForUser")
def list_groups_for_user(call: Call) -> dict[str, Any]:
    """The groups of one user by name."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    rows, token = _page(call, Listing("AdminListGroupsForUser", _LIST_GROUPS_OF, (user.id,)))
    return {"Groups": [_describe(row) for row in rows]} | token


@operation("cognito-idp", "AdminAddUserToGroup")
def add_user_to_group(call: Call) -> dict[str, Any]:
    """Put a user into a group; shows in tokens from the next sign-in or refresh on."""
    add_member(call.world, pool_of(call)["Id"], call.params["GroupName"], call.params["Username"])
    return {}


@operation("cognito-idp", "AdminRemoveUserFromGroup")
def remove_user_from_group(call: Call) -> dict[str, Any]:
    """Take a user out of a group; not having been in it is fine."""
    pool = pool_of(call)
    user = get_user(call.world, pool, call.params["Username"])
    group = load_group(call.world, pool["Id"], call.params["GroupName"])
    call.world.store.execute(
        "DELETE FROM group_members WHERE pool_id = ? AND group_name = ? AND user_id = ?",
        (pool["Id"], group["GroupName"], user.id),
    )
    return {}
