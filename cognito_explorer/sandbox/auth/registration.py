"""SignUp, ConfirmSignUp, ResendConfirmationCode, ForgotPassword and ConfirmForgotPassword."""

from typing import Any

from cognito_explorer.sandbox.auth.auth_events import EventType, record_deed, record_deed_of
from cognito_explorer.sandbox.auth.secret_hash import check_secret_hash
from cognito_explorer.sandbox.auth.sessions import SIGNED_UP, ChallengeState, open_session
from cognito_explorer.sandbox.auth.sign_in import (
    confirm_forgot_password,
    confirm_sign_up,
    forgot_password,
    resend_confirmation,
    sign_up,
)
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import find_client
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.user_pools.users import User, attribute_map, find_user, get_user
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "SignUp")
def sign_up_user(call: Call) -> dict[str, Any]:
    """Register oneself."""
    pool, client = _open(call)
    attributes = attribute_map(call.params.get("UserAttributes"))
    username, password = call.params["Username"], call.params.get("Password", "")
    answer = sign_up(call.world, pool, client, username, password, attributes)
    user = get_user(call.world, pool, answer["UserSub"])
    record_deed(call.world, pool, user, "SignUp", call.params)
    return answer | _session(call, client, user)


@operation("cognito-idp", "ConfirmSignUp")
def confirm_sign_up_of_user(call: Call) -> dict[str, Any]:
    """Confirm oneself with the code."""
    pool, client = _open(call)
    is_forced = call.params.get("ForceAliasCreation", False)
    username, code = call.params["Username"], call.params["ConfirmationCode"]
    user = confirm_sign_up(call.world, pool, client, username, code, force_alias=is_forced)
    return _session(call, client, user)


@operation("cognito-idp", "ResendConfirmationCode")
def resend_confirmation_code(call: Call) -> dict[str, Any]:
    """Have the sign-up code sent again."""
    pool, client = _open(call)
    details = resend_confirmation(call.world, pool, client, call.params["Username"])
    _record(call, pool, "ResendCode")
    return {"CodeDeliveryDetails": details}


@operation("cognito-idp", "ForgotPassword")
def start_forgot_password(call: Call) -> dict[str, Any]:
    """Have a code sent to reset one's password with."""
    pool, client = _open(call)
    details = forgot_password(call.world, pool, client, call.params["Username"])
    _record(call, pool, "ForgotPassword")
    return {"CodeDeliveryDetails": details}


@operation("cognito-idp", "ConfirmForgotPassword")
def finish_forgot_password(call: Call) -> dict[str, Any]:
    """Reset one's password with the code."""
    pool, client = _open(call)
    params = call.params
    confirm_forgot_password(
        call.world, pool, client, params["Username"], params["ConfirmationCode"], params["Password"]
    )
    _record(call, pool, "PasswordChange")
    return {}


def _record(call: Call, pool: dict[str, Any], event_type: EventType) -> None:
    record_deed_of(call.world, pool, call.params["Username"], event_type, call.params)


def _session(call: Call, client: dict[str, Any], user: User) -> dict[str, str]:
    """The session a confirmed person signs in with once, where the client may use USER_AUTH."""
    if "ALLOW_USER_AUTH" not in client["ExplicitAuthFlows"]:
        return {}
    state = ChallengeState(user.pool_id, client["ClientId"], user.id, SIGNED_UP, {})
    return {"Session": open_session(call.world, client, state)}


def _open(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    client = find_client(call.world, call.params["ClientId"])
    pool = load_pool(call.world, client["UserPoolId"])
    username = call.params["Username"]
    user = find_user(call.world, pool, username)
    names = [username] if user is None else [username, user.username]
    check_secret_hash(client, names, call.params.get("SecretHash"))
    return pool, client
