"""The features beyond LITE that a pool uses outside of its own settings: in factors, clients, domains, documents."""

import json
from typing import Any

from cognito_explorer.sandbox.user_pools.documents import load_document
from cognito_explorer.sandbox.world import World


def features_in_use(world: World, pool_id: str) -> list[str]:
    """Their names in Cognito's words; they must be turned off before the pool's plan can be lowered."""
    clients = [
        json.loads(row["body"]) for row in world.store.all("SELECT body FROM app_clients WHERE pool_id = ?", (pool_id,))
    ]
    domains = [
        json.loads(row["body"]) for row in world.store.all("SELECT body FROM domains WHERE pool_id = ?", (pool_id,))
    ]
    logs = load_document(world, pool_id, "log delivery").get("LogConfigurations", [])
    sessions = load_document(world, pool_id, "sessions")
    factors = stored_factors(world, pool_id)
    features = {
        "Email MFA": "EmailMfaConfiguration" in factors,
        "Managed Login Version 2": any(domain["ManagedLoginVersion"] == 2 for domain in domains),
        "Choice-Based Sign-In": any("ALLOW_USER_AUTH" in client["ExplicitAuthFlows"] for client in clients),
        "Refresh Token Rotation": any(map(is_rotating, clients)),
        "Log Streaming": any(entry["EventSource"] == "userAuthEvents" for entry in logs),
        "Session Tracking": sessions.get("UserSessionTracking") == "ENABLED",
    }
    return [name for name, is_used in features.items() if is_used]


def is_rotating(client: dict[str, Any]) -> bool:
    """Whether each refresh makes a new refresh token."""
    return bool(client.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED")


def stored_factors(world: World, pool_id: str) -> dict[str, Any]:
    """The second factors as SetUserPoolMfaConfig left them."""
    row = world.store.one("SELECT mfa FROM user_pools WHERE id = ?", (pool_id,))
    factors: dict[str, Any] = json.loads(row["mfa"]) if row else {}
    return factors
