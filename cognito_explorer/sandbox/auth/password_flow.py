"""Sign-in with the password itself, and how every sign-in with a password ends."""

from typing import Any

from cognito_explorer.sandbox.auth.auth_events import record_event
from cognito_explorer.sandbox.auth.challenges import proven, started
from cognito_explorer.sandbox.auth.devices import sign_in_device
from cognito_explorer.sandbox.auth.flows import Attempt, auth_flow, next_challenge
from cognito_explorer.sandbox.auth.risk import assessed
from cognito_explorer.sandbox.auth.secret_hash import check_secret_hash
from cognito_explorer.sandbox.auth.sign_in import check_password
from cognito_explorer.sandbox.auth.step_up import level_name, reached_level
from cognito_explorer.sandbox.auth.tokens import Grant, issue_tokens
from cognito_explorer.sandbox.triggers.authentication import after_authentication
from cognito_explorer.sandbox.user_pools.users import User, find_user


@auth_flow("USER_PASSWORD_AUTH", permits=("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"))
@auth_flow(
    "ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_NO_SRP_AUTH",
    permits=("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"),
)
def start_with_password(attempt: Attempt) -> dict[str, Any]:
    """USERNAME and PASSWORD in, tokens or a challenge out."""
    username, password = attempt.need("USERNAME"), attempt.need("PASSWORD")
    check_attempt_hash(attempt, username)
    user = check_password(attempt.world, attempt.pool, attempt.client, username, password)
    return finish_password(proven(attempt, "pwd", result="Password"), user)


def check_attempt_hash(attempt: Attempt, username: str) -> None:
    """Check SECRET_HASH, computed with the name that was sent or with the real one."""
    if not attempt.client.get("ClientSecret"):
        return
    user = find_user(attempt.world, attempt.pool, username)
    names = [username] if user is None else [username, user.username]
    check_secret_hash(attempt.client, names, attempt.values.get("SECRET_HASH"))


def finish_password(attempt: Attempt, user: User) -> dict[str, Any]:
    """After a right password: the next challenge, or tokens. Raises Blocked where that is too risky."""
    attempt = assessed(attempt, user)
    return next_challenge(attempt, user) or finish_sign_in(attempt, user)


def finish_sign_in(attempt: Attempt, user: User) -> dict[str, Any]:
    """Tokens, or the way into the hosted UI: nothing is left to ask."""
    after_authentication(attempt, user)
    attempt = started(attempt)
    if attempt.enter is not None:
        record_event(attempt, user, "Pass")
        return attempt.enter(attempt.progress, user)
    device_key, new_device = sign_in_device(attempt, user)
    progress = attempt.progress
    grant = Grant(
        event_id=progress.event_id,
        methods=progress.methods,
        device_key=device_key,
        ip_address=progress.ip_address,
        acr=level_name(attempt.pool, reached_level(progress.methods)) if progress.level else "",
    )
    record_event(attempt, user, "Pass")
    tokens = issue_tokens(attempt.world, attempt.pool, attempt.client, user, grant)
    if new_device:
        tokens["NewDeviceMetadata"] = new_device
    return {"ChallengeParameters": {}, "AuthenticationResult": tokens}
