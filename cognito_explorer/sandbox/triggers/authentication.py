"""PreAuthentication and PostAuthentication: before a sign-in is tried, and before its tokens are made."""

from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    ask_trigger,
    event_attributes,
    find_trigger,
    metadata_of,
)
from cognito_explorer.sandbox.user_pools.users import User, find_user


def before_authentication(attempt: Attempt) -> None:
    """Ask PreAuthentication. Raises its refusal. An unknown user is shown to it where the client hides users."""
    trigger = find_trigger(attempt.pool, "PreAuthentication")
    username = attempt.values.get("USERNAME")
    if trigger is None or not username:
        return
    user = find_user(attempt.world, attempt.pool, username)
    is_hiding = attempt.client.get("PreventUserExistenceErrors") == "ENABLED"
    if (user is None and not is_hiding) or (user is not None and not user.is_enabled):
        return
    request: dict[str, Any] = {
        "userAttributes": event_attributes(user) if user else {},
        "validationData": attempt.metadata or None,
        **({"userNotFound": user is None} if is_hiding else {}),
    }
    occasion = Occasion("Authentication", user.username if user else username, request)
    ask_trigger(attempt.world, attempt.pool, trigger, occasion)


def after_authentication(attempt: Attempt, user: User) -> None:
    """Ask PostAuthentication. Raises its refusal: the user gets no tokens then."""
    trigger = find_trigger(attempt.pool, "PostAuthentication")
    if trigger is None:
        return
    is_new_device = bool(attempt.pool.get("DeviceConfiguration")) and not attempt.progress.device_key
    request = {
        "userAttributes": event_attributes(user),
        "newDeviceUsed": is_new_device,
        **metadata_of(attempt.world),
    }
    ask_trigger(attempt.world, attempt.pool, trigger, Occasion("Authentication", user.username, request))
