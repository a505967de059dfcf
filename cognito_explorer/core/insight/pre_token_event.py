"""The event Cognito would send to a pre token generation function for a sign-in that nobody makes. Pure.

Developer guide, “Pre token generation Lambda trigger”: a version each for ID tokens, for both, and for machines, too.
"""

from typing import Any

from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.insight.token_preview import PreviewRequest, group_claims, scopes_issued

# Cognito names its own SDK here.
_CALLER = "aws-sdk-unknown-unknown"


def trigger_source(request: PreviewRequest) -> str:
    """Why the function is asked, as the event has it. A first sign-in through the API ends with a new password."""
    if request.user is None:
        return "TokenGeneration_ClientCredentials"
    if request.scopes is not None:
        return "TokenGeneration_HostedAuth"
    is_first = request.user.status == "FORCE_CHANGE_PASSWORD"
    return "TokenGeneration_NewPasswordChallenge" if is_first else "TokenGeneration_Authentication"


def answer_member(version: str) -> str:
    """Where in `response` the function's decisions stand, by the version of the event (V1_0, V2_0 or V3_0)."""
    return "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"


def event_of(request: PreviewRequest, trigger: PreTokenTrigger) -> dict[str, Any]:
    """The event document. It carries no clientMetadata: a sign-in may, but nobody can know which."""
    return {
        "version": trigger.version.removeprefix("V").partition("_")[0],
        "triggerSource": trigger_source(request),
        "region": request.client.pool_id.partition("_")[0],
        "userPoolId": request.client.pool_id,
        "userName": request.user.username if request.user is not None else "ClientCredentials",
        "callerContext": {"awsSdkVersion": _CALLER, "clientId": request.client.client_id},
        "request": _request(request, trigger),
        "response": {answer_member(trigger.version): None},
    }


def _request(request: PreviewRequest, trigger: PreTokenTrigger) -> dict[str, Any]:
    user = request.user
    groups = group_claims(request.groups) if user is not None else {}
    attributes = {"sub": user.sub, "cognito:user_status": user.status, **user.attributes} if user is not None else {}
    asked: dict[str, Any] = {
        "userAttributes": attributes,
        "groupConfiguration": {
            "groupsToOverride": groups.get("cognito:groups", []),
            "iamRolesToOverride": groups.get("cognito:roles", []),
            "preferredRole": groups.get("cognito:preferred_role"),
        },
    }
    return asked if trigger.version == "V1_0" else asked | {"scopes": list(scopes_issued(request))}
