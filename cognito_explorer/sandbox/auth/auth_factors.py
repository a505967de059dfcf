"""What a user may sign in with, told to the user and to administrators."""

from typing import Any

from cognito_explorer.sandbox.auth.first_factors import configured_factors
from cognito_explorer.sandbox.auth.mfa_settings import describe_factors
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.users import User, get_user
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "GetUserAuthFactors")
def get_own_factors(call: Call) -> dict[str, Any]:
    """One's own first and second factors."""
    pool, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    return _describe(call, pool, user)


@operation("cognito-idp", "AdminGetUserAuthFactors")
def admin_get_factors(call: Call) -> dict[str, Any]:
    """A user's first and second factors."""
    pool = pool_of(call)
    return _describe(call, pool, get_user(call.world, pool, call.params["Username"]))


def _describe(call: Call, pool: dict[str, Any], user: User) -> dict[str, Any]:
    factors = configured_factors(call.world, pool, user)
    shown = {"Username": user.username, "ConfiguredUserAuthFactors": factors}
    return shown | describe_factors(call.world, user)
