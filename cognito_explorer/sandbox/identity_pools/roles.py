"""Which roles a pool gives to whom, as configured."""

import json
import re
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.identity_pools import identity_pool_of
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.world import Call, World

MAX_MAPPINGS = 10
MAX_RULES = 25
_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/.+")


def load_roles(world: World, pool_id: str) -> dict[str, Any]:
    """`Roles` and `RoleMappings` of a pool, each possibly absent."""
    row = world.store.one("SELECT roles FROM identity_pools WHERE id = ?", (pool_id,))
    roles: dict[str, Any] = json.loads(row["roles"]) if row else {}
    return roles


def save_roles(world: World, pool_id: str, params: dict[str, Any]) -> None:
    """Replace a pool's roles after checking them; raises InvalidParameterException."""
    roles, mappings = params.get("Roles", {}), params.get("RoleMappings", {})
    if len(mappings) > MAX_MAPPINGS:
        raise ServiceError("LimitExceededException", f"At most {MAX_MAPPINGS} role mappings are allowed.")
    for arn in roles.values():
        _check_role(arn)
    for provider, mapping in mappings.items():
        _check_mapping(provider, mapping)
    kept = {"Roles": roles} | ({"RoleMappings": mappings} if mappings else {})
    world.store.execute("UPDATE identity_pools SET roles = ? WHERE id = ?", (json.dumps(kept), pool_id))


@operation("cognito-identity", "GetIdentityPoolRoles")
def get_roles(call: Call) -> dict[str, Any]:
    """The roles of a pool and its mappings."""
    pool_id = identity_pool_of(call)["IdentityPoolId"]
    return {"IdentityPoolId": pool_id} | load_roles(call.world, pool_id)


@operation("cognito-identity", "SetIdentityPoolRoles")
def set_roles(call: Call) -> dict[str, Any]:
    """Replace all roles and mappings."""
    save_roles(call.world, identity_pool_of(call)["IdentityPoolId"], call.params)
    return {}


def account_of(role_arn: str) -> str:
    """The account a role's ARN names; empty when it is no role's ARN."""
    found = _ROLE_ARN.fullmatch(role_arn)
    return found.group(1) if found else ""


def _check_role(arn: str) -> None:
    if not account_of(arn):
        raise ServiceError("InvalidParameterException", f"'{arn}' is not the ARN of a role.")


def _check_mapping(provider: str, mapping: dict[str, Any]) -> None:
    if "AmbiguousRoleResolution" not in mapping:
        raise ServiceError(
            "InvalidParameterException", f"AmbiguousRoleResolution is required for the role mapping of {provider}."
        )
    rules = mapping.get("RulesConfiguration", {}).get("Rules", [])
    if mapping["Type"] == "Token":
        if rules:
            raise ServiceError("InvalidParameterException", "RulesConfiguration is allowed for the type Rules only.")
        return
    if not rules:
        raise ServiceError("InvalidParameterException", f"The role mapping of {provider} needs rules.")
    if len(rules) > MAX_RULES:
        raise ServiceError("LimitExceededException", f"At most {MAX_RULES} rules are allowed.")
    for rule in rules:
        _check_role(rule["RoleARN"])
