"""Users as administrators see, make, change and delete them."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.mfa_settings import describe_mfa
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.triggers.registration import before_sign_up
from cognito_explorer.sandbox.user_pools.messages import send_invitation
from cognito_explorer.sandbox.user_pools.passwords import check_policy, draw_password
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.schema import check_given_attributes, check_new_attributes
from cognito_explorer.sandbox.user_pools.user_attributes import change_attributes, remove_attributes
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    NewUser,
    User,
    attribute_list,
    attribute_map,
    delete_user,
    describe_user,
    find_alias_owner,
    get_user,
    insert_user,
    save_user,
    with_password,
    with_username_attribute,
)
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "AdminGetUser")
def admin_get_user(call: Call) -> dict[str, Any]:
    """One user with all attributes and second factors."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    return describe_user(user) | {"UserAttributes": attribute_list(user)} | describe_mfa(call.world, user)


@operation("cognito-idp", "AdminCreateUser")
def admin_create_user(call: Call) -> dict[str, Any]:
    """Invite a user, or send the invitation again with a new temporary password."""
    pool = pool_of(call)
    given = call.params.get("TemporaryPassword", "")
    if given:
        check_policy(pool, given, name="password policy")
    is_resent = call.params.get("MessageAction") == "RESEND"
    password = given or ("" if _is_passwordless(pool) and not is_resent else draw_password(call.world.chance, pool))
    user = _renew_invitation(call, pool, password) if is_resent else _add_user(call, pool, password)
    if password and call.params.get("MessageAction") != "SUPPRESS":
        media = call.params.get("DesiredDeliveryMediums", ["SMS"])
        send_invitation(call.world, pool, user, password, media)
    return {"User": describe_user(user) | {"Attributes": attribute_list(user)}}


@operation("cognito-idp", "AdminDeleteUser")
def admin_delete_user(call: Call) -> dict[str, Any]:
    """Delete a user; the name is free again, the sub never."""
    delete_user(call.world, get_user(call.world, pool_of(call), call.params["Username"]))
    return {}


@operation("cognito-idp", "AdminUpdateUserAttributes")
def admin_update_attributes(call: Call) -> dict[str, Any]:
    """Change attributes; a blank value removes one."""
    pool = pool_of(call)
    user = get_user(call.world, pool, call.params["Username"])
    change_attributes(call.world, pool, user, attribute_map(call.params["UserAttributes"]))
    return {}


@operation("cognito-idp", "AdminDeleteUserAttributes")
def admin_delete_attributes(call: Call) -> dict[str, Any]:
    """Remove attributes."""
    pool = pool_of(call)
    user = get_user(call.world, pool, call.params["Username"])
    remove_attributes(call.world, pool, user, call.params["UserAttributeNames"])
    return {}


def _add_user(call: Call, pool: dict[str, Any], password: str) -> User:
    username: str = call.params["Username"]
    given = attribute_map(call.params.get("UserAttributes"))
    attributes = dict(with_username_attribute(pool, username, given))
    # A temporary password leads to a challenge that asks for what is missing; without one there is no such moment.
    (check_given_attributes if password else check_new_attributes)(pool, attributes)
    if call.params.get("ForceAliasCreation"):
        _take_aliases(call, pool, attributes)
    sub = call.world.errands.keep("sub", call.world.chance.uuid4)
    name = sub if pool.get("UsernameAttributes") else username
    admission = before_sign_up(call.world, pool, "AdminCreateUser", name, attributes)
    attributes |= {f"{attribute}_verified": "true" for attribute in admission.verified}
    status = FORCE_CHANGE_PASSWORD if password else CONFIRMED
    return insert_user(call.world, pool, NewUser(username, attributes, status, password=password or None, sub=sub))


def _take_aliases(call: Call, pool: dict[str, Any], attributes: dict[str, str]) -> None:
    for name in set(pool.get("AliasAttributes", ())) & {"email", "phone_number"}:
        if attributes.get(f"{name}_verified") != "true" or not attributes.get(name):
            continue
        holder = find_alias_owner(call.world, pool, name, attributes[name])
        if holder is not None:
            save_user(call.world, replace(holder, attributes={**holder.attributes, f"{name}_verified": "false"}))


def _renew_invitation(call: Call, pool: dict[str, Any], password: str) -> User:
    user = get_user(call.world, pool, call.params["Username"])
    if user.status != FORCE_CHANGE_PASSWORD:
        raise ServiceError(
            "UnsupportedUserStateException", f"Resend not possible. {user.username} status is not FORCE_CHANGE_PASSWORD"
        )
    return save_user(call.world, with_password(call.world, pool, user, password))


def _is_passwordless(pool: dict[str, Any]) -> bool:
    factors = pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    return bool({"EMAIL_OTP", "SMS_OTP"} & set(factors))
