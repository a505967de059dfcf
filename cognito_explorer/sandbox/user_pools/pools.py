"""User pools: create, read, replace, delete."""

import json
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.documents import load_document
from cognito_explorer.sandbox.user_pools.feature_plans import check_plan, needed_features
from cognito_explorer.sandbox.user_pools.features_in_use import features_in_use, stored_factors
from cognito_explorer.sandbox.user_pools.ids import new_pool_id
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pool_checks import check_settings
from cognito_explorer.sandbox.user_pools.pool_settings import build_settings
from cognito_explorer.sandbox.user_pools.schema import add_custom_attributes, build_schema
from cognito_explorer.sandbox.user_pools.sms_role import check_sms_role
from cognito_explorer.sandbox.world import Call, World

MAX_POOLS = 1000
REPLICA = "replica"
_FIXED_BLOCKS = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
_LIST_POOLS = """
SELECT number AS page_key, body FROM user_pools WHERE region = ? AND number > ? ORDER BY number LIMIT ?
"""


def load_pool(world: World, pool_id: str) -> dict[str, Any]:
    """A pool as stored, in the shape of DescribeUserPool; raises ResourceNotFoundException."""
    row = world.store.one("SELECT body FROM user_pools WHERE id = ?", (pool_id,))
    if row is None:
        raise ServiceError("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    pool: dict[str, Any] = json.loads(row["body"])
    return pool


def pool_of(call: Call) -> dict[str, Any]:
    """The pool a call names; a pool of another region does not exist for it, unless it has an active replica there."""
    pool_id: str = call.params["UserPoolId"]
    if call.region and not pool_id.startswith(f"{call.region}_") and not _is_replicated(call, pool_id):
        raise ServiceError("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    return load_pool(call.world, pool_id)


def _is_replicated(call: Call, pool_id: str) -> bool:
    return load_document(call.world, pool_id, REPLICA, call.region).get("Status") == "ACTIVE"


def create_pool(world: World, region: str, params: dict[str, Any], *, pool_id: str | None = None) -> dict[str, Any]:
    """Make a pool from CreateUserPool's parameters and return it in the shape of DescribeUserPool."""
    if params.get("AliasAttributes") and params.get("UsernameAttributes"):
        raise ServiceError(
            "InvalidParameterException",
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        )
    check_settings(params, {})
    check_plan(params.get("UserPoolTier", "ESSENTIALS"), needed_features(params))
    schema = build_schema(params.get("Schema", []))
    required = {entry["Name"] for entry in schema if entry.get("Required")}
    if "preferred_username" in required and "preferred_username" in params.get("AliasAttributes", ()):
        raise ServiceError("InvalidParameterException", "preferred_username cannot be both required and an alias.")
    row = world.store.one("SELECT COUNT(*) AS number FROM user_pools WHERE region = ?", (region,))
    if row and row["number"] >= MAX_POOLS:
        raise ServiceError("LimitExceededException", f"An account has at most {MAX_POOLS} user pools in a Region.")
    pool_id = pool_id or new_pool_id(world, region)
    now = world.clock.now()
    pool = {
        "Id": pool_id,
        "Name": params["PoolName"],
        "Arn": f"arn:aws:cognito-idp:{region}:{world.account_id}:userpool/{pool_id}",
        "CreationDate": now,
        "LastModifiedDate": now,
        "SchemaAttributes": schema,
        **{name: params[name] for name in _FIXED_BLOCKS if params.get(name)},
        **build_settings(params, tier="ESSENTIALS"),
    }
    check_sms_role(world, pool, params.get("SmsConfiguration", {}))
    world.store.execute(
        "INSERT INTO user_pools (id, region, number, body, mfa)"
        " VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM user_pools), ?, '{}')",
        (pool_id, region, json.dumps(pool)),
    )
    return describe_pool(world, pool)


def save_pool(world: World, pool: dict[str, Any]) -> dict[str, Any]:
    """Write a changed pool back, with a new modification date."""
    pool = pool | {"LastModifiedDate": world.clock.now()}
    world.store.execute("UPDATE user_pools SET body = ? WHERE id = ?", (json.dumps(pool), pool["Id"]))
    return pool


def describe_pool(world: World, pool: dict[str, Any]) -> dict[str, Any]:
    """A stored pool with what is counted and looked up: number of users, domains."""
    row = world.store.one("SELECT user_count FROM user_pools WHERE id = ?", (pool["Id"],))
    described = pool | {"EstimatedNumberOfUsers": row["user_count"] if row else 0}
    for row in world.store.all("SELECT body FROM domains WHERE pool_id = ?", (pool["Id"],)):
        name = json.loads(row["body"])["Domain"]
        described["CustomDomain" if "." in name else "Domain"] = name
    return described


@operation("cognito-idp", "ListUserPools")
def list_user_pools(call: Call) -> dict[str, Any]:
    """Pools of the region, in the order of their creation."""
    listing = Listing("ListUserPools", _LIST_POOLS, (call.region,), start=0)
    rows, token = read_page(call.world, listing, limit=call.params["MaxResults"], token=call.params.get("NextToken"))
    shown = ("Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate")
    pools = [{name: pool[name] for name in shown} for pool in (json.loads(row["body"]) for row in rows)]
    return {"UserPools": pools} | ({"NextToken": token} if token else {})


@operation("cognito-idp", "DescribeUserPool")
def describe_user_pool(call: Call) -> dict[str, Any]:
    """The whole configuration of a pool."""
    return {"UserPool": describe_pool(call.world, pool_of(call))}


@operation("cognito-idp", "CreateUserPool")
def create_user_pool(call: Call) -> dict[str, Any]:
    """A new pool."""
    return {"UserPool": create_pool(call.world, call.region, call.params)}


@operation("cognito-idp", "UpdateUserPool")
def update_user_pool(call: Call) -> dict[str, Any]:
    """Replace every changeable block; what is left out goes back to its default, except the tier and the name."""
    pool = pool_of(call)
    _check_no_import(call.world, pool["Id"])
    tier = call.params.get("UserPoolTier", pool["UserPoolTier"])
    features = [*needed_features(call.params), *features_in_use(call.world, pool["Id"])]
    check_plan(tier, features, old_tier=pool["UserPoolTier"])
    check_settings(call.params, stored_factors(call.world, pool["Id"]))
    check_sms_role(call.world, pool, call.params.get("SmsConfiguration", {}))
    fixed = ("Id", "Name", "Arn", "CreationDate", "SchemaAttributes", *_FIXED_BLOCKS)
    kept = {name: pool[name] for name in fixed if name in pool}
    kept["Name"] = call.params.get("PoolName", pool["Name"])
    save_pool(call.world, kept | build_settings(call.params, tier=pool["UserPoolTier"]))
    return {}


@operation("cognito-idp", "DeleteUserPool")
def delete_user_pool(call: Call) -> dict[str, Any]:
    """Delete a pool and everything in it, unless it is protected or has a domain."""
    pool = describe_pool(call.world, pool_of(call))
    _check_no_import(call.world, pool["Id"])
    if pool["DeletionProtection"] == "ACTIVE":
        raise ServiceError(
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated."
            " Deletion protection must be inactivated first.",
        )
    if "Domain" in pool or "CustomDomain" in pool:
        raise ServiceError(
            "InvalidParameterException",
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        )
    call.world.store.execute("DELETE FROM user_pools WHERE id = ?", (pool["Id"],))
    return {}


@operation("cognito-idp", "AddCustomAttributes")
def add_attributes(call: Call) -> dict[str, Any]:
    """Extend the schema; there is no way back."""
    pool = pool_of(call)
    _check_no_import(call.world, pool["Id"])
    schema = add_custom_attributes(pool["SchemaAttributes"], call.params["CustomAttributes"])
    save_pool(call.world, pool | {"SchemaAttributes": schema})
    return {}


def _check_no_import(world: World, pool_id: str) -> None:
    active = "status IN ('Pending', 'InProgress', 'Stopping')"
    if world.store.one(f"SELECT 1 FROM import_jobs WHERE pool_id = ? AND {active}", (pool_id,)):  # noqa: S608
        raise ServiceError("UserImportInProgressException", "The user pool has a user import job in progress.")
