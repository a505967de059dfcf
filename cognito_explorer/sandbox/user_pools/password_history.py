"""Passwords a user may not take again."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.passwords import matches
from cognito_explorer.sandbox.user_pools.users import User


def check_history(pool: Mapping[str, Any], user: User, password: str) -> None:
    """Raises PasswordHistoryPolicyViolationException for one of the last N passwords, the current one included."""
    size = pool["Policies"]["PasswordPolicy"].get("PasswordHistorySize", 0)
    current = () if user.password is None else (user.password.proof,)
    known = (*current, *user.past_passwords)[:size]
    if any(matches(pool, user.username, proof, password) for proof in known):
        raise ServiceError(
            "PasswordHistoryPolicyViolationException",
            "Password does not conform to policy: Password has previously been used",
        )
