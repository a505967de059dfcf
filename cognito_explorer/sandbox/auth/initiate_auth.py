"""InitiateAuth and RespondToAuthChallenge, public and with AWS credentials."""

from functools import partial
from typing import Any

from cognito_explorer.sandbox.auth.beginnings import begin
from cognito_explorer.sandbox.auth.flows import Attempt, Flow, Progress, challenge, find_challenge, find_flow
from cognito_explorer.sandbox.auth.protection import protected
from cognito_explorer.sandbox.auth.risk import device_print
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import find_client, load_client
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.world import Call

_ADMIN_FLOWS = ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")


@operation("cognito-idp", "InitiateAuth")
def initiate_auth(call: Call) -> dict[str, Any]:
    """Start a sign-in or a refresh as an application does."""
    if call.params["AuthFlow"] in _ADMIN_FLOWS:
        raise ServiceError("InvalidParameterException", "Initiate Auth method not supported.")
    return _start(_attempt(call, "AuthParameters", is_admin=False), call.params["AuthFlow"])


@operation("cognito-idp", "AdminInitiateAuth")
def admin_initiate_auth(call: Call) -> dict[str, Any]:
    """Start a sign-in with AWS credentials."""
    return _start(_attempt(call, "AuthParameters", is_admin=True), call.params["AuthFlow"])


@operation("cognito-idp", "RespondToAuthChallenge")
def respond_to_auth_challenge(call: Call) -> dict[str, Any]:
    """Answer a challenge."""
    attempt = _attempt(call, "ChallengeResponses", is_admin=False)
    return protected(attempt, find_challenge(call.params["ChallengeName"]), is_start=False)


@operation("cognito-idp", "AdminRespondToAuthChallenge")
def admin_respond_to_auth_challenge(call: Call) -> dict[str, Any]:
    """Answer a challenge with AWS credentials."""
    attempt = _attempt(call, "ChallengeResponses", is_admin=True)
    return protected(attempt, find_challenge(call.params["ChallengeName"]), is_start=False)


@challenge("ADMIN_NO_SRP_AUTH")
def answer_with_password(attempt: Attempt) -> dict[str, Any]:
    """USERNAME and PASSWORD, without a session: Cognito's old way of signing in by answering. Administrators only."""
    if not attempt.is_admin:
        raise ServiceError("InvalidParameterException", "Respond to auth challenge method not supported.")
    return begin(attempt, _permitted_flow(attempt.client, "ADMIN_NO_SRP_AUTH"))


def _attempt(call: Call, values: str, *, is_admin: bool) -> Attempt:
    world, params = call.world, call.params
    if is_admin:
        pool = pool_of(call)
        client = load_client(world, pool["Id"], params["ClientId"])
    else:
        client = find_client(world, params["ClientId"])
        pool = load_pool(world, client["UserPoolId"])
    return Attempt(
        world=world,
        pool=pool,
        client=client,
        values=params.get(values, {}),
        session=params.get("Session", ""),
        is_admin=is_admin,
        metadata=params.get("ClientMetadata", {}),
        progress=_first_progress(params),
    )


def _first_progress(params: dict[str, Any]) -> Progress:
    context = params.get("UserContextData") or params.get("ContextData") or {}
    device_key = params.get("AuthParameters", {}).get("DEVICE_KEY", "")
    address = context.get("IpAddress", "")
    return Progress(device_key=device_key, ip_address=address, device_print=device_print(context))


def _start(attempt: Attempt, name: str) -> dict[str, Any]:
    return protected(attempt, partial(begin, flow=_permitted_flow(attempt.client, name)), is_start=True)


def _permitted_flow(client: dict[str, Any], name: str) -> Flow:
    flow = find_flow(name)
    if not _is_permitted(client["ExplicitAuthFlows"], name, flow.permits):
        text = "Auth flow not enabled for this client"
        is_named = name not in _ADMIN_FLOWS and not name.startswith("REFRESH_TOKEN")
        raise ServiceError(
            "InvalidParameterException", f"{name} flow not enabled for this client" if is_named else text
        )
    return flow


def _is_permitted(enabled: list[str], name: str, permits: frozenset[str]) -> bool:
    # With the legacy, un-prefixed values SRP and refresh need no permission of their own.
    is_legacy = not any(value.startswith("ALLOW_") for value in enabled)
    is_implied = is_legacy and "CUSTOM_AUTH_FLOW_ONLY" not in enabled and not name.endswith("PASSWORD_AUTH")
    return bool(permits & set(enabled)) or (is_implied and name not in _ADMIN_FLOWS)
