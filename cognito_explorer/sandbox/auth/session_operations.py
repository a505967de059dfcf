"""Listing and ending sessions, one's own and anybody's."""

from typing import Any

from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.auth.user_sessions import describe_session, end_session, sessions_of
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.users import get_user
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "ListUserSessions")
def list_own_sessions(call: Call) -> dict[str, Any]:
    """One's own live sessions, all on one page."""
    _, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    current = claims["event_id"]
    return {"Sessions": [describe_session(each, current_event_id=current) for each in sessions_of(call.world, user)]}


@operation("cognito-idp", "RevokeUserSession")
def revoke_own_session(call: Call) -> dict[str, Any]:
    """End another one of one's own sessions."""
    _, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    end_session(
        call.world,
        user,
        call.params["SessionId"],
        current_event_id=claims["event_id"],
        with_linked=_reaches_linked(call),
    )
    return {}


@operation("cognito-idp", "AdminListUserSessions")
def admin_list_sessions(call: Call) -> dict[str, Any]:
    """A user's live sessions, all on one page."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    return {"Sessions": [describe_session(each) for each in sessions_of(call.world, user)]}


@operation("cognito-idp", "AdminRevokeUserSession")
def admin_revoke_session(call: Call) -> dict[str, Any]:
    """End one of a user's sessions."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    end_session(call.world, user, call.params["SessionId"], with_linked=_reaches_linked(call))
    return {}


def _reaches_linked(call: Call) -> bool:
    return bool(call.params.get("RevokeAssociatedSessions") == "LINKED")
