"""External identity providers of a pool."""

from typing import Any

from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "ListIdentityProviders")
def list_identity_providers(call: Call) -> dict[str, Any]:
    """No pool of the sandbox federates, so the list of an existing pool is empty."""
    pool_of(call)
    return {"Providers": []}
