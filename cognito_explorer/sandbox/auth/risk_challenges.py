"""The second factor that a risky sign-in is asked for, whether or not its user would be asked anyway."""

from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt, after_password
from cognito_explorer.sandbox.auth.mfa_challenges import ask_for_one_of
from cognito_explorer.sandbox.auth.mfa_choice import candidates
from cognito_explorer.sandbox.auth.mfa_settings import load_mfa_settings
from cognito_explorer.sandbox.auth.risk import action_of, block, tell_of_second_factor
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import User


# Before devices are asked: a remembered device does not stand in for what risk demands.
@after_password(15)
def ask_at_risk(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The second factor's challenge where the risk wants one; raises Blocked for who has none but needs one."""
    action = action_of(attempt).get("EventAction")
    if action not in ("MFA_IF_CONFIGURED", "MFA_REQUIRED") or "mfa" in attempt.progress.methods:
        return None
    factors = _factors(attempt, user)
    if factors:
        tell_of_second_factor(attempt, user)
        return ask_for_one_of(attempt, user, factors)
    # Where the pool itself requires a second factor, setting one up comes next.
    if action == "MFA_REQUIRED" and attempt.pool["MfaConfiguration"] != "ON":
        raise block(attempt, user)
    return None


def _factors(attempt: Attempt, user: User) -> tuple[str, ...]:
    """What the user could be asked for if the pool required a second factor: turned on or not."""
    if attempt.pool["MfaConfiguration"] == "OFF":
        return ()
    settings = load_mfa_settings(attempt.world, user)
    try:
        return candidates(attempt.world, attempt.pool | {"MfaConfiguration": "ON"}, user, settings)
    except ServiceError:
        return ()
