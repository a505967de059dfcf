"""Sign-in and self-service as people do it, for the API and the hosted UI alike."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.codes import (
    count_attempt,
    issue_code,
    redeem_code,
    refuse_simulated,
    simulate_code,
)
from cognito_explorer.sandbox.auth.contacts import recovery_contact, sign_up_contact, simulated_delivery
from cognito_explorer.sandbox.auth.leaked_passwords import check_new_password
from cognito_explorer.sandbox.auth.lockout import check_lockout, clear_lockout, refuse_password
from cognito_explorer.sandbox.auth.mfa_settings import MfaSettings, save_mfa_settings
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers.migration import migrate_at_reset, migrate_at_sign_in
from cognito_explorer.sandbox.triggers.registration import after_confirmation, before_sign_up
from cognito_explorer.sandbox.user_pools.password_history import check_history
from cognito_explorer.sandbox.user_pools.passwords import check_policy, is_expired, matches
from cognito_explorer.sandbox.user_pools.schema import check_new_attributes, check_values, required_attributes
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    UNCONFIRMED,
    NewUser,
    User,
    check_aliases_free,
    find_alias_owner,
    find_user,
    insert_user,
    save_user,
    with_password,
    with_username_attribute,
)
from cognito_explorer.sandbox.world import World


def hides_users(client: Mapping[str, Any]) -> bool:
    """Whether a client must not tell an unknown user from a wrong password."""
    return client.get("PreventUserExistenceErrors") == "ENABLED"


def wrong_credentials() -> ServiceError:
    """The one answer to a wrong password and, where users are hidden, to an unknown name."""
    return ServiceError("NotAuthorizedException", "Incorrect username or password.")


def check_password(world: World, pool: dict[str, Any], client: Mapping[str, Any], username: str, password: str) -> User:
    """The user whose password this is. A user in FORCE_CHANGE_PASSWORD is returned, too: set_new_password comes next.

    Raises UserNotFound-, NotAuthorized-, UserNotConfirmed- or PasswordResetRequiredException.
    """
    user = find_user(world, pool, username) or migrate_at_sign_in(world, pool, username, password)
    if user is None:
        raise unknown_user(client)
    check_may_try(world, client, user)
    if user.password is None or not matches(pool, user.username, user.password.proof, password):
        raise refuse_password(world, user)
    return accept_password(world, pool, user)


def unknown_user(client: Mapping[str, Any]) -> ServiceError:
    """What a sign-in with an unknown name answers."""
    return wrong_credentials() if hides_users(client) else ServiceError("UserNotFoundException", "User does not exist.")


def check_may_try(world: World, client: Mapping[str, Any], user: User) -> None:
    """Raises when a user may not even try a password: disabled, locked out, or waiting for a reset."""
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    check_lockout(world, user)
    if user.status == RESET_REQUIRED:
        is_hidden = user.password is None and hides_users(client)
        required = ServiceError("PasswordResetRequiredException", "Password reset required for the user")
        refused = wrong_credentials() if is_hidden else required
        # Whom UserMigration has just brought here stays: the reset needs somebody to be for.
        refused.keeps_writes = True
        raise refused


def accept_password(world: World, pool: Mapping[str, Any], user: User) -> User:
    """The user after a right password; raises when they are not confirmed or the temporary password is too old."""
    clear_lockout(world, user)
    if user.status == UNCONFIRMED:
        raise ServiceError("UserNotConfirmedException", "User is not confirmed.")
    is_temporary = user.status == FORCE_CHANGE_PASSWORD and user.password is not None
    if is_temporary and user.password is not None and is_expired(pool, user.password, world.clock.now()):
        raise ServiceError(
            "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."
        )
    return user


def check_write_allowed(pool: Mapping[str, Any], client: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Raises NotAuthorizedException when a client may not write one of these attributes."""
    writable = client.get("WriteAttributes")
    required = required_attributes(pool)
    for name in names:
        is_reserved = name in ("email_verified", "phone_number_verified") or name.startswith("dev:")
        is_allowed = writable is None or name in writable or name in required
        if is_reserved or not is_allowed:
            raise ServiceError("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def set_new_password(
    world: World,
    pool: dict[str, Any],
    client: Mapping[str, Any],
    user: User,
    password: str,
    attributes: Mapping[str, str],
) -> User:
    """Replace a temporary password by the user's own, with required attributes still missing; the user is CONFIRMED.

    Raises InvalidPassword-, InvalidParameter-, NotAuthorized- or PasswordHistoryPolicyViolationException.
    """
    required = required_attributes(pool)
    for name in attributes:
        if name in required and user.attributes.get(name):
            raise ServiceError("InvalidParameterException", f"Cannot modify an already provided {name}")
    check_values(pool, attributes)
    check_write_allowed(pool, client, attributes)
    merged = {**user.attributes, **attributes}
    missing = next((name for name in required if not merged.get(name)), None)
    if missing:
        text = f"Attributes did not conform to the schema: {missing}: The attribute is required"
        raise ServiceError("InvalidParameterException", text)
    check_aliases_free(world, pool, merged, owner=user)
    check_policy(pool, password)
    check_new_password(world, pool, client["ClientId"], "PASSWORD_CHANGE", password)
    check_history(pool, user, password)
    changed = with_password(world, pool, user, password)
    return save_user(world, replace(changed, status=CONFIRMED, attributes=merged))


def sign_up(
    world: World,
    pool: dict[str, Any],
    client: Mapping[str, Any],
    username: str,
    password: str,
    attributes: Mapping[str, str],
) -> dict[str, Any]:
    """Register a user and send the code; returns UserConfirmed, UserSub and, when a code went out, its delivery."""
    if pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]:
        raise ServiceError("NotAuthorizedException", "SignUp is not permitted for this user pool")
    given = dict(with_username_attribute(pool, username, attributes))
    if password or not _is_passwordless(pool):
        check_policy(pool, password)
    check_new_password(world, pool, client["ClientId"], "SIGN_UP", password)
    check_write_allowed(pool, client, attributes)
    check_new_attributes(pool, given)
    sub = world.errands.keep("sub", world.chance.uuid4)
    admission = before_sign_up(world, pool, "SignUp", sub if pool.get("UsernameAttributes") else username, given)
    addresses = [name for name in ("email", "phone_number") if name in given]
    given |= {f"{name}_verified": str(name in admission.verified).lower() for name in addresses}
    status = CONFIRMED if admission.is_confirmed else UNCONFIRMED
    user = insert_user(world, pool, NewUser(username, given, status, password=password or None, sub=sub))
    if pool["MfaConfiguration"] == "ON":
        save_mfa_settings(world, user, MfaSettings(is_self_registered=True))
    answer: dict[str, Any] = {"UserConfirmed": admission.is_confirmed, "UserSub": user.sub}
    if admission.is_confirmed:
        after_confirmation(world, pool, "ConfirmSignUp", user)
        return answer
    contact = sign_up_contact(pool, user)
    if contact:
        answer["CodeDeliveryDetails"] = issue_code(world, pool, user, "SignUp", contact)
    return answer


def confirm_sign_up(
    world: World,
    pool: dict[str, Any],
    client: Mapping[str, Any],
    username: str,
    code: str,
    *,
    force_alias: bool = False,
) -> User:
    """Confirm a user by the code; the address it was sent to is verified by that.

    Raises CodeMismatch-, ExpiredCode-, AliasExists-, NotAuthorized-, UserNotFound- or LimitExceededException.
    """
    user = find_user(world, pool, username)
    if user is None:
        raise refuse_simulated(world, pool, username, "SignUp") if hides_users(client) else _unknown_combination()
    if user.status != UNCONFIRMED:
        raise ServiceError("NotAuthorizedException", f"User cannot be confirmed. Current status is {user.status}")
    count_attempt(world, user, "ConfirmSignUp", 15)
    attribute, value = redeem_code(world, user, "SignUp", code)
    attributes = {**user.attributes, f"{attribute}_verified": "true"}
    holder = find_alias_owner(world, pool, attribute, value) if pool.get("AliasAttributes") else None
    if holder is not None and holder.id != user.id:
        if not force_alias:
            raise ServiceError("AliasExistsException", f"An account with the {attribute} already exists.")
        save_user(world, replace(holder, attributes={**holder.attributes, f"{attribute}_verified": "false"}))
    user = save_user(world, replace(user, status=CONFIRMED, attributes=attributes))
    after_confirmation(world, pool, "ConfirmSignUp", user)
    return user


def resend_confirmation(world: World, pool: dict[str, Any], client: Mapping[str, Any], username: str) -> dict[str, str]:
    """Send the sign-up code again and return its CodeDeliveryDetails."""
    user = find_user(world, pool, username)
    if user is None:
        if hides_users(client):
            simulate_code(world, pool, username, "ResendCode")
            return simulated_delivery(username)
        raise _unknown_combination()
    if user.status != UNCONFIRMED:
        raise ServiceError("InvalidParameterException", "User is already confirmed.")
    count_attempt(world, user, "ResendCode", 5)
    contact = sign_up_contact(pool, user)
    if contact is None:
        raise ServiceError("InvalidParameterException", "Auto verification not turned on.")
    return issue_code(world, pool, user, "ResendCode", contact)


def forgot_password(
    world: World,
    pool: dict[str, Any],
    client: Mapping[str, Any],
    username: str,
    *,
    lifetime_s: int | None = None,
) -> dict[str, str]:
    """Send a code to reset the password with, good for an hour unless told otherwise; returns CodeDeliveryDetails."""
    user = find_user(world, pool, username) or migrate_at_reset(world, pool, username)
    if user is None:
        if hides_users(client):
            simulate_code(world, pool, username, "ForgotPassword", lifetime_s=lifetime_s)
            return simulated_delivery(username)
        raise _unknown_combination()
    return start_recovery(world, pool, user, lifetime_s=lifetime_s)


def start_recovery(world: World, pool: dict[str, Any], user: User, *, lifetime_s: int | None = None) -> dict[str, str]:
    """Send a known user the code of ForgotPassword or AdminResetUserPassword."""
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    if user.status == FORCE_CHANGE_PASSWORD:
        raise ServiceError("NotAuthorizedException", "User password cannot be reset in the current state.")
    contact = recovery_contact(pool, user)
    count_attempt(world, user, "ForgotPassword", 10)
    return issue_code(world, pool, user, "ForgotPassword", contact, lifetime_s=lifetime_s)


def confirm_forgot_password(
    world: World, pool: dict[str, Any], client: Mapping[str, Any], username: str, code: str, password: str
) -> User:
    """Set a new password with the code; the user is CONFIRMED afterwards.

    Raises CodeMismatch-, ExpiredCode-, InvalidPassword-, PasswordHistoryPolicyViolation-, UserNotFound- or
    LimitExceededException.
    """
    user = find_user(world, pool, username)
    if user is None and not hides_users(client):
        raise _unknown_combination()
    if user is None:
        check_policy(pool, password)
        raise refuse_simulated(world, pool, username, "ForgotPassword")
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    check_policy(pool, password)
    check_new_password(world, pool, client["ClientId"], "PASSWORD_CHANGE", password)
    count_attempt(world, user, "ConfirmForgotPassword", 15)
    # The code first: nobody without it learns which passwords were used before. A refused password does not spend it.
    redeem_code(world, user, "ForgotPassword", code)
    check_history(pool, user, password)
    clear_lockout(world, user)
    status = user.status if user.status == UNCONFIRMED else CONFIRMED
    user = save_user(world, replace(with_password(world, pool, user, password), status=status))
    after_confirmation(world, pool, "ConfirmForgotPassword", user)
    return user


def _is_passwordless(pool: Mapping[str, Any]) -> bool:
    return bool({"EMAIL_OTP", "SMS_OTP"} & set(pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]))


def _unknown_combination() -> ServiceError:
    return ServiceError("UserNotFoundException", "Username/client id combination not found.")
