"""The region a call is meant for: from its signature, else from its address, else from the ids it names."""

import re
from typing import Any

from cognito_explorer.sandbox.sigv4 import Signature
from cognito_explorer.sandbox.wire import WireRequest
from cognito_explorer.sandbox.world import World

DEFAULT_REGION = "us-east-1"
_REGIONAL_ID = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[_:].+")
# Every name below localhost is this machine (RFC 6761, section 6.3).
_REGIONAL_HOST = re.compile(
    r"(?:[a-z][a-z-]{0,30}\.)?(?P<region>[a-z]{2}(?:-[a-z]+){1,3}-\d)\.localhost(?::\d{1,5})?", re.IGNORECASE
)


def named_region(host: str) -> str:
    """The region in a Host header such as `eu-central-1.localhost` or `sts.eu-central-1.localhost:8400`, or nothing."""
    found = _REGIONAL_HOST.fullmatch(host)
    return found["region"].lower() if found else ""


def host_region(request: WireRequest) -> str:
    """The region whose address a request was sent to; empty for the sandbox's plain address."""
    return named_region(request.headers.get("host", ""))


def region_of(world: World, params: dict[str, Any], signature: Signature | None, request: WireRequest) -> str:
    """The region of a call. Unsigned calls to no region's own address name a pool, an identity or a client instead."""
    if signature is not None:
        return signature.region
    if region := host_region(request):
        return region
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
