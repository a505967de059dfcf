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
    if request.last_step == "refresh":
        return "TokenGeneration_RefreshTokens"
    if request.scopes is not None:
        return "TokenGeneration_HostedAuth"
    if _is_first(request):
        return "TokenGeneration_NewPasswordChallenge"
    is_device = request.last_step == "device"
    return "TokenGeneration_AuthenticateDevice" if is_device else "TokenGeneration_Authentication"


def why_no_metadata(request: PreviewRequest) -> str:
    """Why Cognito keeps ClientMetadata from the function here, as a sentence; "" where it hands it on.

    API reference, InitiateAuth, RespondToAuthChallenge and GetTokensFromRefreshToken (ClientMetadata); developer guide,
    “The token issuer endpoint” (aws_client_metadata, for machines).
    """
    if request.user is None or request.last_step == "refresh":
        return ""
    if request.scopes is not None:
        return "The hosted UI takes no client metadata."
    if request.last_step == "sign-in" and not _is_first(request):
        return "InitiateAuth does not hand client metadata to this trigger; the answer to a challenge does."
    return ""


def answer_member(version: str) -> str:
    """Where in `response` the function's decisions stand, by the version of the event (V1_0, V2_0 or V3_0)."""
    return "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"


def event_of(request: PreviewRequest, trigger: PreTokenTrigger) -> dict[str, Any]:
    """The event document, with the request's metadata where Cognito hands it on."""
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
    attributes = {"sub": user.sub, "cognito:user_status": _status(request), **user.attributes} if user else {}
    asked: dict[str, Any] = {
        "userAttributes": attributes,
        "groupConfiguration": {
            "groupsToOverride": groups.get("cognito:groups", []),
            "iamRolesToOverride": groups.get("cognito:roles", []),
            "preferredRole": groups.get("cognito:preferred_role"),
        },
    }
    if trigger.version != "V1_0":
        asked["scopes"] = list(scopes_issued(request))
    if request.metadata and not why_no_metadata(request):
        asked["clientMetadata"] = dict(request.metadata)
    return asked


def _status(request: PreviewRequest) -> str:
    """The new password of a first sign-in confirms the user before the function is asked."""
    if request.user is None or _is_first(request):
        return "CONFIRMED"
    return request.user.status


def _is_first(request: PreviewRequest) -> bool:
    return request.user is not None and request.user.status == "FORCE_CHANGE_PASSWORD"
