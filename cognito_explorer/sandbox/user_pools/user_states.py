"""What administrators do to a user's state: confirm, enable, disable, set and reset passwords, sign out."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.codes import issue_code
from cognito_explorer.sandbox.auth.contacts import recovery_contact
from cognito_explorer.sandbox.auth.lockout import clear_lockout
from cognito_explorer.sandbox.auth.sign_ins import revoke_all_sign_ins
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.triggers.registration import after_confirmation
from cognito_explorer.sandbox.user_pools.password_history import check_history
from cognito_explorer.sandbox.user_pools.passwords import check_policy
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    UNCONFIRMED,
    User,
    check_aliases_free,
    get_user,
    save_user,
    with_password,
)
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "AdminConfirmSignUp")
def admin_confirm_sign_up(call: Call) -> dict[str, Any]:
    """Confirm a user without a code; no address is verified by that."""
    pool, user = _named(call)
    if user.status != UNCONFIRMED:
        raise ServiceError("NotAuthorizedException", f"User cannot be confirmed. Current status is {user.status}")
    check_aliases_free(call.world, pool, user.attributes, owner=user)
    user = save_user(call.world, replace(user, status=CONFIRMED))
    after_confirmation(call.world, pool, "ConfirmSignUp", user)
    return {}


@operation("cognito-idp", "AdminEnableUser")
def admin_enable_user(call: Call) -> dict[str, Any]:
    """Let a user sign in again; tokens that were revoked stay so."""
    _, user = _named(call)
    save_user(call.world, replace(user, is_enabled=True))
    return {}


@operation("cognito-idp", "AdminDisableUser")
def admin_disable_user(call: Call) -> dict[str, Any]:
    """Keep a user from signing in and revoke all tokens."""
    _, user = _named(call)
    save_user(call.world, replace(user, is_enabled=False))
    revoke_all_sign_ins(call.world, user.id)
    return {}


@operation("cognito-idp", "AdminSetUserPassword")
def admin_set_user_password(call: Call) -> dict[str, Any]:
    """Set a password: a permanent one confirms the user, any other is temporary."""
    pool, user = _named(call)
    password = call.params["Password"]
    check_policy(pool, password)
    check_history(pool, user, password)
    status = CONFIRMED if call.params.get("Permanent") else FORCE_CHANGE_PASSWORD
    clear_lockout(call.world, user)
    save_user(call.world, replace(with_password(call.world, pool, user, password), status=status))
    return {}


@operation("cognito-idp", "AdminResetUserPassword")
def admin_reset_user_password(call: Call) -> dict[str, Any]:
    """Make a user choose a new password with a code that is sent now."""
    pool, user = _named(call)
    if user.status in (FORCE_CHANGE_PASSWORD, UNCONFIRMED):
        raise ServiceError("NotAuthorizedException", "User password cannot be reset in the current state.")
    contact = recovery_contact(pool, user)
    user = save_user(call.world, replace(user, status=RESET_REQUIRED))
    issue_code(call.world, pool, user, "ForgotPassword", contact)
    return {}


@operation("cognito-idp", "AdminUserGlobalSignOut")
def admin_user_global_sign_out(call: Call) -> dict[str, Any]:
    """Revoke all tokens of a user; signing in again is allowed."""
    _, user = _named(call)
    revoke_all_sign_ins(call.world, user.id)
    return {}


def _named(call: Call) -> tuple[dict[str, Any], User]:
    pool = pool_of(call)
    return pool, get_user(call.world, pool, call.params["Username"])
