"""What a signed-in person does with an access token."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import record_deed
from cognito_explorer.sandbox.auth.claims import visible_attributes
from cognito_explorer.sandbox.auth.codes import count_attempt, issue_code, redeem_code
from cognito_explorer.sandbox.auth.leaked_passwords import check_new_password
from cognito_explorer.sandbox.auth.lockout import check_lockout, clear_lockout, refuse_password
from cognito_explorer.sandbox.auth.mfa_settings import describe_mfa
from cognito_explorer.sandbox.auth.sign_in import check_write_allowed
from cognito_explorer.sandbox.auth.sign_ins import revoke_all_sign_ins
from cognito_explorer.sandbox.auth.tokens import revoke_refresh_token, verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import check_secret, find_client, load_client
from cognito_explorer.sandbox.user_pools.password_history import check_history
from cognito_explorer.sandbox.user_pools.passwords import check_policy, matches
from cognito_explorer.sandbox.user_pools.user_attributes import change_attributes, remove_attributes
from cognito_explorer.sandbox.user_pools.users import (
    attribute_map,
    check_aliases_free,
    delete_user,
    save_user,
    with_password,
)
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "GetUser")
def get_own_user(call: Call) -> dict[str, Any]:
    """One's own attributes, as far as the client may read them."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    client = load_client(call.world, pool["Id"], claims["client_id"])
    visible = visible_attributes(client, user)
    attributes = [{"Name": name, "Value": value} for name, value in visible.items()]
    return {"Username": user.username, "UserAttributes": attributes} | describe_mfa(call.world, user)


@operation("cognito-idp", "UpdateUserAttributes")
def update_own_attributes(call: Call) -> dict[str, Any]:
    """Change one's own attributes, as far as the client may write them."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    client = load_client(call.world, pool["Id"], claims["client_id"])
    changes = attribute_map(call.params["UserAttributes"])
    check_write_allowed(pool, client, changes)
    _, deliveries = change_attributes(call.world, pool, user, changes)
    return {"CodeDeliveryDetailsList": deliveries}


@operation("cognito-idp", "DeleteUserAttributes")
def delete_own_attributes(call: Call) -> dict[str, Any]:
    """Remove one's own attributes, as far as the client may write them."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    client = load_client(call.world, pool["Id"], claims["client_id"])
    names = call.params["UserAttributeNames"]
    check_write_allowed(pool, client, dict.fromkeys(names, ""))
    remove_attributes(call.world, pool, user, names)
    return {}


@operation("cognito-idp", "DeleteUser")
def delete_own_user(call: Call) -> dict[str, Any]:
    """Delete oneself, with all that belongs to it."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    delete_user(call.world, user)
    return {}


@operation("cognito-idp", "GetUserAttributeVerificationCode")
def send_attribute_code(call: Call) -> dict[str, Any]:
    """Have a code sent to one's own address, to verify it."""
    pool, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    name = call.params["AttributeName"]
    if name not in ("email", "phone_number") or not user.attributes.get(name):
        raise ServiceError("InvalidParameterException", f"User does not have a value for the attribute {name}.")
    count_attempt(call.world, user, "VerifyUserAttribute", 5)
    contact = (name, user.attributes[name])
    return {"CodeDeliveryDetails": issue_code(call.world, pool, user, "VerifyUserAttribute", contact)}


@operation("cognito-idp", "VerifyUserAttribute")
def verify_own_attribute(call: Call) -> dict[str, Any]:
    """Verify one's own address with the code; a new value that was kept back takes the old one's place."""
    pool, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    count_attempt(call.world, user, "VerifyAttributeCode", 15)
    asked = call.params["AttributeName"]
    name, value = redeem_code(call.world, user, "VerifyUserAttribute", call.params["Code"], attribute=asked)
    verified = {**user.attributes, name: value, f"{name}_verified": "true"}
    check_aliases_free(call.world, pool, verified, owner=user)
    save_user(call.world, replace(user, attributes=verified))
    return {}


@operation("cognito-idp", "ChangePassword")
def change_password(call: Call) -> dict[str, Any]:
    """Change one's own password; who never had one sets the first."""
    world = call.world
    pool, user, claims = verify_access_token(world, call.params["AccessToken"])
    count_attempt(world, user, "ChangePassword", 5)
    previous, proposed = call.params.get("PreviousPassword", ""), call.params["ProposedPassword"]
    check_lockout(world, user)
    if user.password is not None and not matches(pool, user.username, user.password.proof, previous):
        raise refuse_password(world, user)
    check_policy(pool, proposed)
    check_new_password(world, pool, claims["client_id"], "PASSWORD_CHANGE", proposed)
    check_history(pool, user, proposed)
    clear_lockout(world, user)
    save_user(world, with_password(world, pool, user, proposed))
    told = call.params | {"ClientId": claims["client_id"]}
    record_deed(world, pool, user, "PasswordChange", told)
    return {}


@operation("cognito-idp", "GlobalSignOut")
def sign_out_everywhere(call: Call) -> dict[str, Any]:
    """End all of one's own sign-ins, this one included."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    revoke_all_sign_ins(call.world, user.id)
    return {}


@operation("cognito-idp", "RevokeToken")
def revoke_token(call: Call) -> dict[str, Any]:
    """End the one sign-in a refresh token belongs to."""
    client = find_client(call.world, call.params["ClientId"])
    if not check_secret(client, call.params.get("ClientSecret", "")):
        raise ServiceError("UnauthorizedException", "Invalid client secret.")
    revoke_refresh_token(call.world, client, call.params["Token"])
    return {}
