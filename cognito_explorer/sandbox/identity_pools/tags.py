"""The tags of identity pools, as the tagging operations see them."""

import json
import re
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.identity_pools import check_tag_keys, load_identity_pool, unknown_pool
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.world import Call

MAX_TAGS = 50
_ARN = re.compile(r"arn:aws[\w-]*:cognito-identity:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):identitypool/(?P<id>\S+)")


@operation("cognito-identity", "TagResource")
def tag_resource(call: Call) -> dict[str, Any]:
    """Add tags to a pool, or give tags it has new values."""
    pool = _pool_of(call)
    check_tag_keys(call.params["Tags"])
    tags = pool.get("IdentityPoolTags", {}) | call.params["Tags"]
    if len(tags) > MAX_TAGS:
        raise ServiceError("InvalidParameterException", f"A resource has at most {MAX_TAGS} tags.")
    _save_tags(call, pool, tags)
    return {}


@operation("cognito-identity", "UntagResource")
def untag_resource(call: Call) -> dict[str, Any]:
    """Take tags away; those the pool does not have are no mistake."""
    pool = _pool_of(call)
    gone = set(call.params["TagKeys"])
    kept = {key: value for key, value in pool.get("IdentityPoolTags", {}).items() if key not in gone}
    _save_tags(call, pool, kept)
    return {}


@operation("cognito-identity", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """All tags of a pool."""
    return {"Tags": _pool_of(call).get("IdentityPoolTags", {})}


def _pool_of(call: Call) -> dict[str, Any]:
    found = _ARN.fullmatch(call.params["ResourceArn"])
    if found is None:
        raise ServiceError("InvalidParameterException", "The ResourceArn is not the ARN of an identity pool.")
    if (found["region"], found["account"]) != (call.region, call.world.account_id):
        raise unknown_pool(found["id"])
    return load_identity_pool(call.world, found["id"])


def _save_tags(call: Call, pool: dict[str, Any], tags: dict[str, str]) -> None:
    body = json.dumps(pool | {"IdentityPoolTags": tags})
    call.world.store.execute("UPDATE identity_pools SET body = ? WHERE id = ?", (body, pool["IdentityPoolId"]))
