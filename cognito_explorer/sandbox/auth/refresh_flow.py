"""Refreshing: REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken."""

from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt, auth_flow
from cognito_explorer.sandbox.auth.secret_hash import check_secret_hash
from cognito_explorer.sandbox.auth.tokens import refresh, refresh_names
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import check_secret, find_client
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.world import Call


@auth_flow("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", permits=("ALLOW_REFRESH_TOKEN_AUTH",))
def start_refresh(attempt: Attempt) -> dict[str, Any]:
    """REFRESH_TOKEN in, new ID and access tokens out. The secret hash is made with the name inside the token."""
    token = attempt.need("REFRESH_TOKEN")
    names = [*refresh_names(attempt.world, token), attempt.values.get("USERNAME", "")]
    check_secret_hash(attempt.client, names, attempt.values.get("SECRET_HASH"))
    device_key = attempt.values.get("DEVICE_KEY", "")
    tokens = refresh(attempt.world, attempt.pool, attempt.client, token, device_key=device_key)
    return {"ChallengeParameters": {}, "AuthenticationResult": tokens}


@operation("cognito-idp", "GetTokensFromRefreshToken")
def get_tokens_from_refresh_token(call: Call) -> dict[str, Any]:
    """The same with the plain client secret; the only way for clients that rotate refresh tokens."""
    client = find_client(call.world, call.params["ClientId"])
    if not check_secret(client, call.params.get("ClientSecret", "")):
        raise ServiceError("NotAuthorizedException", f"Unable to verify secret for client {client['ClientId']}")
    pool = load_pool(call.world, client["UserPoolId"])
    device_key = call.params.get("DeviceKey", "")
    return {
        "AuthenticationResult": refresh(call.world, pool, client, call.params["RefreshToken"], device_key=device_key)
    }
