"""Passwords that stand in every list of leaked ones, and what a pool with threat protection does about them.

Cognito asks a service for this; the sandbox knows a few dozen of the most common ones that policies let through.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from cognito_explorer import resources
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.risk_configuration import is_enforced, is_protected, risk_configuration
from cognito_explorer.sandbox.world import World

Occasion = Literal["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]


def is_found(world: World, pool: dict[str, Any], client_id: str, occasion: Occasion, password: str) -> bool:
    """Whether the pool looks for leaked passwords at this occasion, and this is one."""
    if not is_protected(pool) or password not in _leaked():
        return False
    config = _config(world, pool, client_id)
    return bool(config) and occasion in (config.get("EventFilter") or (occasion,))


def is_refused(world: World, pool: dict[str, Any], client_id: str) -> bool:
    """Whether a leaked password that was found is to be refused, and not only written down."""
    action = _config(world, pool, client_id).get("Actions", {}).get("EventAction")
    return is_enforced(pool) and action == "BLOCK"


def check_new_password(world: World, pool: dict[str, Any], client_id: str, occasion: Occasion, password: str) -> None:
    """Raises InvalidPasswordException for a leaked password where the pool refuses those."""
    if is_found(world, pool, client_id, occasion, password) and is_refused(world, pool, client_id):
        raise ServiceError("InvalidPasswordException", "Provided password cannot be used for security reasons.")


def _config(world: World, pool: Mapping[str, Any], client_id: str) -> dict[str, Any]:
    found: dict[str, Any] = risk_configuration(world, pool["Id"], client_id).get(
        "CompromisedCredentialsRiskConfiguration", {}
    )
    return found


@cache
def _leaked() -> frozenset[str]:
    return frozenset(resources.read_text("sample", "leaked_passwords.txt").split())
