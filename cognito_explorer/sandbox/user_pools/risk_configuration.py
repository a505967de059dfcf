"""What threat protection does about risky sign-ins and known passwords, for the pool or for one client."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.documents import delete_document, load_document, save_document
from cognito_explorer.sandbox.user_pools.pool_checks import check_source_region
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

_KIND = "risk"
_BLOCKS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_EMAILS = {"BLOCK": "BlockEmail", "NO_ACTION": "NoActionEmail"}


def risk_configuration(world: World, pool_id: str, client_id: str) -> dict[str, Any]:
    """What holds for a client, in the shape of RiskConfigurationType: its own configuration or the pool's."""
    return load_document(world, pool_id, _KIND, client_id) or load_document(world, pool_id, _KIND)


def is_protected(pool: Mapping[str, Any]) -> bool:
    """Whether a pool has threat protection, which is what writes events."""
    return bool(pool.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF")


def is_enforced(pool: Mapping[str, Any]) -> bool:
    """Whether threat protection acts, and does not only watch."""
    return bool(pool.get("UserPoolAddOns", {}).get("AdvancedSecurityMode") == "ENFORCED")


@operation("cognito-idp", "DescribeRiskConfiguration")
def describe_risk(call: Call) -> dict[str, Any]:
    """The configuration of the pool, or of the client that is named."""
    pool_id, client_id = _target(call)
    return {"RiskConfiguration": _described(call, pool_id, client_id)}


@operation("cognito-idp", "SetRiskConfiguration")
def set_risk(call: Call) -> dict[str, Any]:
    """Replace a configuration; without any block it goes back to the default, a client's to the pool's."""
    pool_id, client_id = _target(call)
    blocks = {name: call.params[name] for name in _BLOCKS if name in call.params}
    _check_takeover(blocks.get("AccountTakeoverRiskConfiguration", {}))
    for ranges in blocks.get("RiskExceptionConfiguration", {}).values():
        _check_ranges(ranges)
    if blocks:
        body = blocks | {"LastModifiedDate": call.world.clock.now()} | ({"ClientId": client_id} if client_id else {})
        save_document(call.world, pool_id, _KIND, body, name=client_id)
    else:
        delete_document(call.world, pool_id, _KIND, client_id)
    return {"RiskConfiguration": _described(call, pool_id, client_id)}


def _target(call: Call) -> tuple[str, str]:
    pool, client_id = pool_of(call), call.params.get("ClientId", "")
    if client_id:
        load_client(call.world, pool["Id"], client_id)
    if not is_protected(pool):
        raise ServiceError("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for the user pool.")
    return pool["Id"], client_id


def _described(call: Call, pool_id: str, client_id: str) -> dict[str, Any]:
    named = {"UserPoolId": pool_id} | ({"ClientId": client_id} if client_id else {})
    return named | load_document(call.world, pool_id, _KIND, client_id)


def _check_takeover(block: Mapping[str, Any]) -> None:
    notices = block.get("NotifyConfiguration", {})
    if notices:
        check_source_region(notices["SourceArn"])
    for action in block.get("Actions", {}).values():
        needed = _EMAILS.get(action["EventAction"], "MfaEmail")
        if action["Notify"] and needed not in notices:
            raise ServiceError("InvalidParameterException", f"To notify users, NotifyConfiguration needs {needed}.")


def _check_ranges(ranges: list[str]) -> None:
    for entry in ranges:
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError:
            raise ServiceError("InvalidParameterException", "Incorrect CIDR format") from None
        if "/" not in entry:
            raise ServiceError("InvalidParameterException", "Incorrect CIDR format")
