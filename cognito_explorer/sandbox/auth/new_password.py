"""NEW_PASSWORD_REQUIRED: a temporary password opens the door to choosing one's own, and to nothing else."""

import json
from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt, after_password, challenge
from cognito_explorer.sandbox.auth.password_flow import check_attempt_hash, finish_password
from cognito_explorer.sandbox.auth.sessions import ChallengeState, open_session, read_session, spend_session
from cognito_explorer.sandbox.auth.sign_in import set_new_password
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.schema import required_attributes
from cognito_explorer.sandbox.user_pools.users import FORCE_CHANGE_PASSWORD, User, find_user

_NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."


@after_password(10)
def ask_for_new_password(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The challenge, with what is known of the user and which required attributes are missing."""
    if user.status != FORCE_CHANGE_PASSWORD:
        return None
    state = ChallengeState(attempt.pool["Id"], attempt.client["ClientId"], user.id, _NAME, {})
    missing = [_PREFIX + name for name in required_attributes(attempt.pool) if not user.attributes.get(name)]
    known = {name: value for name, value in user.attributes.items() if name != "sub"}
    return {
        "ChallengeName": _NAME,
        "Session": open_session(attempt.world, attempt.client, state),
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": user.username,
            "userAttributes": json.dumps(known, ensure_ascii=False),
            "requiredAttributes": json.dumps(missing),
        },
    }


@challenge(_NAME)
def answer_new_password(attempt: Attempt) -> dict[str, Any]:
    """Set the password and go on to the next challenge or the tokens. A refused password leaves the session usable."""
    username, password = attempt.need("USERNAME"), attempt.need("NEW_PASSWORD")
    check_attempt_hash(attempt, username)
    state = read_session(attempt.world, attempt.client, attempt.session, _NAME)
    user = find_user(attempt.world, attempt.pool, username)
    if user is None or user.id != state.user_id:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    given = {name.removeprefix(_PREFIX): value for name, value in attempt.values.items() if name.startswith(_PREFIX)}
    user = set_new_password(attempt.world, attempt.pool, attempt.client, user, password, given)
    spend_session(attempt.world, attempt.session)
    return finish_password(attempt, user)
