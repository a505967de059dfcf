"""The region a call is meant for: from its signature, else from the ids it names."""

import re
from typing import Any

from cognito_explorer.sandbox.sigv4 import Signature
from cognito_explorer.sandbox.world import World

DEFAULT_REGION = "us-east-1"
_REGIONAL_ID = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[_:].+")


def region_of(world: World, params: dict[str, Any], signature: Signature | None) -> str:
    """The region of a call. Unsigned calls name a pool, an identity or a client instead."""
    if signature is not None:
        return signature.region
    for name in ("UserPoolId", "IdentityPoolId", "IdentityId"):
        found = _REGIONAL_ID.fullmatch(str(params.get(name, "")))
        if found:
            return found[1]
    return _region_of_client(world, str(params.get("ClientId", "")))


def _region_of_client(world: World, client_id: str) -> str:
    from cognito_explorer.sandbox.errors import ServiceError
    from cognito_explorer.sandbox.user_pools.app_clients import find_client

    if not client_id:
        return DEFAULT_REGION
    try:
        pool_id = str(find_client(world, client_id)["UserPoolId"])
    except ServiceError:
        return DEFAULT_REGION
    return pool_id.rpartition("_")[0]
