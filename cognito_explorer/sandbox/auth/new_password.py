"""NEW_PASSWORD_REQUIRED: a temporary password opens the door to choosing one's own, and to nothing else."""

import json
from typing import Any

from cognito_explorer.sandbox.auth.challenges import Question, ask, take
from cognito_explorer.sandbox.auth.flows import Attempt, after_password, challenge
from cognito_explorer.sandbox.auth.password_flow import finish_password
from cognito_explorer.sandbox.auth.sign_in import set_new_password
from cognito_explorer.sandbox.user_pools.schema import required_attributes
from cognito_explorer.sandbox.user_pools.users import FORCE_CHANGE_PASSWORD, User

_NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."


@after_password(10)
def ask_for_new_password(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The challenge, with what is known of the user and which required attributes are missing."""
    if user.status != FORCE_CHANGE_PASSWORD:
        return None
    missing = [_PREFIX + name for name in required_attributes(attempt.pool) if not user.attributes.get(name)]
    known = {name: value for name, value in user.attributes.items() if name != "sub"}
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "userAttributes": json.dumps(known, ensure_ascii=False),
        "requiredAttributes": json.dumps(missing),
    }
    return ask(attempt, user, Question(_NAME, parameters))


@challenge(_NAME)
def answer_new_password(attempt: Attempt) -> dict[str, Any]:
    """Set the password and go on to the next challenge or the tokens. A refused password leaves the session usable."""
    password = attempt.need("NEW_PASSWORD")
    answer = take(attempt, _NAME)
    given = {name.removeprefix(_PREFIX): value for name, value in attempt.values.items() if name.startswith(_PREFIX)}
    user = set_new_password(attempt.world, attempt.pool, attempt.client, answer.user, password, given)
    answer.spend()
    return finish_password(answer.attempt, user)
