"""Looking through auth events and saying what one thinks of them."""

from typing import Any

from cognito_explorer.sandbox.auth.auth_events import (
    FEEDBACK_PURPOSE,
    KEPT_S,
    check_protected,
    describe_event,
    give_feedback,
)
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page, unseal
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.user_pools.users import get_user
from cognito_explorer.sandbox.world import Call

_NEWEST_FIRST = """
SELECT *, number AS page_key FROM auth_events WHERE user_id = ? AND number < ? ORDER BY number DESC LIMIT ?
"""
_BEYOND_ALL = 2**62


@operation("cognito-idp", "AdminListUserAuthEvents")
def list_auth_events(call: Call) -> dict[str, Any]:
    """A user's events, newest first."""
    pool = pool_of(call)
    check_protected(pool)
    user = get_user(call.world, pool, call.params["Username"])
    listing = Listing("AdminListUserAuthEvents", _NEWEST_FIRST, (user.id,), start=_BEYOND_ALL)
    limit = call.params.get("MaxResults") or 60
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("NextToken"))
    kept = [row for row in rows if row["created_at"] >= call.world.clock.now() - KEPT_S]
    is_last = token is None or len(kept) < len(rows)
    return {"AuthEvents": [describe_event(row) for row in kept]} | ({} if is_last else {"NextToken": token})


@operation("cognito-idp", "AdminUpdateAuthEventFeedback")
def admin_judge_event(call: Call) -> dict[str, Any]:
    """An administrator says whether it was the user."""
    pool = pool_of(call)
    check_protected(pool)
    user = get_user(call.world, pool, call.params["Username"])
    give_feedback(call.world, user, call.params["EventId"], call.params["FeedbackValue"], "Admin")
    return {}


@operation("cognito-idp", "UpdateAuthEventFeedback")
def judge_own_event(call: Call) -> dict[str, Any]:
    """The user says so, by the token in the notification."""
    params = call.params
    pool = load_pool(call.world, params["UserPoolId"])
    check_protected(pool)
    user = get_user(call.world, pool, params["Username"])
    try:
        about = unseal(call.world, FEEDBACK_PURPOSE, params["FeedbackToken"])
    except ServiceError:
        about = []
    if about != [pool["Id"], user.sub, params["EventId"]]:
        raise ServiceError("NotAuthorizedException", "Invalid feedback token.")
    give_feedback(call.world, user, params["EventId"], params["FeedbackValue"], "User")
    return {}
