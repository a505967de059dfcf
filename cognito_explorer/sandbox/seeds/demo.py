"""Moonletter, a newsletter about crypto-currency: free readers see teasers, subscribers the articles."""

from typing import Any

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.identity_pools.identity_pools import create_identity_pool
from cognito_explorer.sandbox.identity_pools.roles import save_roles
from cognito_explorer.sandbox.seeds.assigned_roles import make_assigned_roles
from cognito_explorer.sandbox.seeds.cloud import make_bucket, make_roles, role_arn
from cognito_explorer.sandbox.seeds.directory import (
    EU_CLIENT_ID,
    POOL_ID,
    SERVER_CLIENT_ID,
    WEB_CLIENT_ID,
    add_people,
    make_pools,
)
from cognito_explorer.sandbox.seeds.europe import settle_europe
from cognito_explorer.sandbox.world import World

IDENTITY_POOL_ID = "us-east-1:6d6f6f6e-6c65-4474-8572-2d64656d6f21"
_PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"


def seed(world: World, administrator: AccessKey) -> None:
    """Make the whole world. Nothing of it may be inside a transaction that waits for the writer."""
    with world.store.transaction():
        pool = make_pools(world)
        add_people(world, pool)
        settle_europe(world, EU_CLIENT_ID)
        _make_identity_pool(world)
    make_roles(world, administrator, IDENTITY_POOL_ID)
    make_bucket(world, administrator)
    make_assigned_roles(world, administrator)


def _make_identity_pool(world: World) -> None:
    clients = (WEB_CLIENT_ID, SERVER_CLIENT_ID)
    params: dict[str, Any] = {
        "IdentityPoolName": "moonletter",
        "AllowUnauthenticatedIdentities": True,
        "CognitoIdentityProviders": [{"ProviderName": _PROVIDER, "ClientId": client_id} for client_id in clients],
        "IdentityPoolTags": {"product": "moonletter"},
    }
    create_identity_pool(world, "us-east-1", params, pool_id=IDENTITY_POOL_ID)
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    roles = {
        "Roles": {
            "authenticated": role_arn(world, "MoonletterReader"),
            "unauthenticated": role_arn(world, "MoonletterGuest"),
        },
        "RoleMappings": {f"{_PROVIDER}:{client_id}": mapping for client_id in clients},
    }
    save_roles(world, IDENTITY_POOL_ID, roles)
