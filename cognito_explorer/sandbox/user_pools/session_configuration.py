"""Session tracking: whether a pool keeps account of sign-ins, and how long a client reuses a browser's session."""

from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.documents import documents_of, load_document, save_document
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

_KIND = "sessions"
_DEFAULT = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
_DEFAULT_CLIENT = {"SSOSession": {"MaxValidityMinutes": 60}}


def tracking_of(world: World, pool: dict[str, Any]) -> dict[str, Any] | None:
    """The settings of a pool that tracks sessions, in the shape of SetUserPoolSessionConfiguration; else None."""
    if pool["UserPoolTier"] == "LITE":
        return None
    tracking = load_document(world, pool["Id"], _KIND)
    return tracking if tracking.get("UserSessionTracking") == "ENABLED" else None


def longest_sso_minutes(world: World, pool: dict[str, Any]) -> int:
    """How long a browser's session is kept: as long as any client of the pool reuses it, but an hour at least."""
    default = _DEFAULT_CLIENT["SSOSession"]["MaxValidityMinutes"]
    if tracking_of(world, pool) is None:
        return default
    settings = documents_of(world, pool["Id"], _KIND)
    return max([default, *(int(each.get("SSOSession", {}).get("MaxValidityMinutes", 0)) for each in settings)])


def sso_session_minutes(world: World, pool: dict[str, Any], client_id: str) -> int:
    """How long a browser's session at the hosted pages is good for this client without signing in again."""
    if tracking_of(world, pool) is None:
        return _DEFAULT_CLIENT["SSOSession"]["MaxValidityMinutes"]
    settings = _DEFAULT_CLIENT | load_document(world, pool["Id"], _KIND, client_id)
    return int(settings["SSOSession"]["MaxValidityMinutes"])


@operation("cognito-idp", "GetUserPoolSessionConfiguration")
def get_session_configuration(call: Call) -> dict[str, Any]:
    """Whether the pool tracks sessions, and how many a user may have."""
    pool_id = pool_of(call)["Id"]
    return {"UserPoolId": pool_id, **_DEFAULT, **load_document(call.world, pool_id, _KIND)}


@operation("cognito-idp", "SetUserPoolSessionConfiguration")
def set_session_configuration(call: Call) -> dict[str, Any]:
    """Replace the pool's settings; clients keep theirs while tracking is off."""
    pool = pool_of(call)
    require_feature(pool["UserPoolTier"], "Session Tracking")
    settings = {name: call.params[name] for name in _DEFAULT}
    save_document(call.world, pool["Id"], _KIND, settings)
    return {"UserPoolId": pool["Id"], **settings}


@operation("cognito-idp", "GetUserPoolClientSessionConfiguration")
def get_client_session_configuration(call: Call) -> dict[str, Any]:
    """How long a client reuses a browser's session."""
    pool_id = pool_of(call)["Id"]
    client_id = load_client(call.world, pool_id, call.params["ClientId"])["ClientId"]
    named = {"UserPoolId": pool_id, "ClientId": client_id}
    return named | _DEFAULT_CLIENT | load_document(call.world, pool_id, _KIND, client_id)


@operation("cognito-idp", "SetUserPoolClientSessionConfiguration")
def set_client_session_configuration(call: Call) -> dict[str, Any]:
    """Replace a client's settings, where the pool tracks sessions."""
    pool = pool_of(call)
    require_feature(pool["UserPoolTier"], "Session Tracking")
    client_id = load_client(call.world, pool["Id"], call.params["ClientId"])["ClientId"]
    if load_document(call.world, pool["Id"], _KIND).get("UserSessionTracking") != "ENABLED":
        raise ServiceError("InvalidParameterException", "Session tracking is not enabled for the user pool.")
    settings = {"ClientId": client_id, "SSOSession": call.params["SSOSession"]}
    save_document(call.world, pool["Id"], _KIND, settings, name=client_id)
    return {"UserPoolId": pool["Id"], **settings}
