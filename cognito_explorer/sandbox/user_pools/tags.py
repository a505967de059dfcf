"""Tags of user pools."""

import re
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pool_checks import check_tags
from cognito_explorer.sandbox.user_pools.pools import load_pool, save_pool
from cognito_explorer.sandbox.world import Call

_ARN = re.compile(r"arn:aws[\w-]*:cognito-idp:([\w-]+):(\d{12}):userpool/([\w-]+_[0-9a-zA-Z]+)")


@operation("cognito-idp", "TagResource")
def tag_resource(call: Call) -> dict[str, Any]:
    """Add tags to a pool, or change their values."""
    pool = _pool(call)
    tags = pool["UserPoolTags"] | call.params["Tags"]
    check_tags(tags)
    save_pool(call.world, pool | {"UserPoolTags": tags})
    return {}


@operation("cognito-idp", "UntagResource")
def untag_resource(call: Call) -> dict[str, Any]:
    """Remove tags; one that is not there is fine."""
    pool = _pool(call)
    kept = {key: value for key, value in pool["UserPoolTags"].items() if key not in call.params["TagKeys"]}
    save_pool(call.world, pool | {"UserPoolTags": kept})
    return {}


@operation("cognito-idp", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """All tags of a pool."""
    return {"Tags": _pool(call)["UserPoolTags"]}


def _pool(call: Call) -> dict[str, Any]:
    found = _ARN.fullmatch(call.params["ResourceArn"])
    if found is None:
        raise ServiceError("InvalidParameterException", "Invalid resource ARN: it names no user pool.")
    region, account, pool_id = found.groups()
    if account != call.world.account_id or region != call.region:
        raise ServiceError("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    return load_pool(call.world, pool_id)
