"""GetSessionToken and GetFederationToken: sessions that a user's long-term keys open."""

import json
from typing import Any

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.decisions import decide
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.sts import SessionOwner, SessionRequest
from cognito_explorer.sandbox.sts_assume_role import refused
from cognito_explorer.sandbox.sts_inputs import (
    SessionTags,
    credentials_answer,
    packed_size,
    session_policies,
    session_tags,
    tag_context,
)
from cognito_explorer.sandbox.sts_mfa import check_mfa
from cognito_explorer.sandbox.world import World

_DEFAULT_S = 12 * 3600
# Without any session policy a federated user may do nothing but what resources grant to them by name.
_NOTHING = json.dumps({"Version": "2012-10-17", "Statement": []})


def get_session_token(world: World, params: dict[str, Any], who: Identified) -> dict[str, Any]:
    """The same user with temporary keys, and with MFA if a code came along. Needs no permission."""
    owner = _user_behind(who, "GetSessionToken")
    has_mfa = check_mfa(world, who, params)
    context = {**_own_tags(who), "aws:MultiFactorAuthPresent": str(has_mfa).lower()}
    request = SessionRequest(owner.name, context, (), int(params.get("DurationSeconds", _DEFAULT_S)), kind="user")
    return {"Credentials": credentials_answer(world.sts.issue_for(owner, request, account_id=world.account_id))}


def get_federation_token(world: World, params: dict[str, Any], who: Identified, around: Context) -> dict[str, Any]:
    """A federated user: at most what the user and the session policies both allow."""
    owner = _user_behind(who, "GetFederationToken")
    tags = session_tags(params, SessionTags({}))
    resource = f"arn:aws:sts::{world.account_id}:federated-user/{params['Name']}"
    for action in ("sts:GetFederationToken", *(("sts:TagSession",) if tags.tags else ())):
        check_permission(who, Access(action, resource, tag_context(tags)), around)
    context: Context = {f"aws:PrincipalTag/{key}": value for key, value in tags.tags.items()}
    context = {**_own_tags(who), **context, "aws:MultiFactorAuthPresent": "false"}
    request = SessionRequest(
        params["Name"],
        context,
        session_policies(params, world.sts.directory) or (_NOTHING,),
        int(params.get("DurationSeconds", _DEFAULT_S)),
        kind="federated",
    )
    issued = world.sts.issue_for(owner, request, account_id=world.account_id)
    return {
        "Credentials": credentials_answer(issued),
        "FederatedUser": {"FederatedUserId": issued.assumed_role_id, "Arn": issued.assumed_role_arn},
        "PackedPolicySize": packed_size(params),
    }


def check_permission(who: Identified, access: Access, around: Context) -> None:
    """Raise AccessDenied unless the caller's policies allow this."""
    if who.is_administrator:
        return
    verdict = decide(who, access, around=around)
    if not verdict.is_allowed:
        text = f"{refused(who, access.action, access.resource)} {verdict.reason}"
        raise ServiceError("AccessDenied", text, status=403)


def _user_behind(who: Identified, operation: str) -> SessionOwner:
    if who.session is not None:
        raise ServiceError("AccessDenied", f"Cannot call {operation} with session credentials", status=403)
    return SessionOwner(who.user_name, who.caller.arn, who.caller.user_id)


def _own_tags(who: Identified) -> Context:
    return {key: value for key, value in who.caller.context.items() if key.startswith("aws:PrincipalTag/")}
