"""/login and /changePassword: a name and a password, and a password of one's own after a temporary one."""

from starlette.responses import Response

from cognito_explorer.sandbox.auth.sign_in import check_password, set_new_password
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, read_request
from cognito_explorer.sandbox.hosted_ui.authorize import admit, pass_through
from cognito_explorer.sandbox.hosted_ui.forms import (
    Unacceptable,
    check_form,
    check_repeated,
    explain,
    missing_fields,
    name_label,
    password_hint,
    posted_attributes,
)
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.user_pools.users import FORCE_CHANGE_PASSWORD, User, find_user

_NEW_PASSWORD = "hosted new password"  # noqa: S105  # names a purpose
_PROMPT_LIFETIME_S = 300
_NOTICES = {
    "confirmed": "Your account is confirmed. You can sign in now.",
    "reset": "Your password has been changed. You can sign in with it now.",
    "registered": "Your account is there, but an administrator has to confirm it before you can sign in.",
}


def show_login(visit: Visit) -> Response:
    """The sign-in page, or straight on for a browser that is signed in."""
    request = read_request(visit)
    return pass_through(visit, request) or _login_page(visit, request)


def sign_in(visit: Visit) -> Response:
    """Check name and password; on into the application, or to what has to be done first."""
    request = read_request(visit)
    username = visit.posted("username").strip()
    try:
        check_form(visit)
        with visit.world.store.transaction():
            user = check_password(visit.world, visit.pool, request.client, username, visit.posted("password"))
    except (ServiceError, Unacceptable) as refusal:
        code = refusal.code if isinstance(refusal, ServiceError) else ""
        if code == "UserNotConfirmedException":
            return redirect(visit.link("confirm", username=username))
        if code == "PasswordResetRequiredException":
            return redirect(visit.link("forgotPassword", username=username, notice="required"))
        return _login_page(visit, request, error=explain(refusal))
    if user.status == FORCE_CHANGE_PASSWORD:
        return _new_password_page(visit, request, user)
    return admit(visit, request, user)


def change_password(visit: Visit) -> Response:
    """Take the new password of somebody who just proved the temporary one."""
    request = read_request(visit)
    try:
        pool_id, client_id, username = unseal(visit.world, _NEW_PASSWORD, visit.posted("proof"))
    except ServiceError:
        return _login_page(visit, request, error="That took longer than five minutes. Please sign in again.")
    if (pool_id, client_id) != (visit.pool["Id"], request.client["ClientId"]):
        return _login_page(visit, request, error="Please sign in again.")
    user = find_user(visit.world, visit.pool, username)
    if user is None or not user.is_enabled:
        return _login_page(visit, request, error="This account cannot sign in any more.")
    if user.status != FORCE_CHANGE_PASSWORD:
        return _login_page(visit, request, error="This password was changed already. Please sign in with the new one.")
    attributes = posted_attributes(visit, missing_fields(visit.pool, user.attributes))
    password = visit.posted("password")
    try:
        check_form(visit)
        check_repeated(visit)
        with visit.world.store.transaction():
            user = set_new_password(visit.world, visit.pool, request.client, user, password, attributes)
    except (ServiceError, Unacceptable) as refusal:
        return _new_password_page(visit, request, user, error=explain(refusal))
    return admit(visit, request, user)


def _login_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    content = {
        "name_label": name_label(visit.pool),
        "username": visit.posted("username") or visit.asked("username") or visit.asked("login_hint"),
        "can_sign_up": not visit.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        "notice": "" if error else _NOTICES.get(visit.asked("notice"), ""),
        "error": error,
    }
    return page(visit, "login", content, leads_to=request.redirect_uri)


def _new_password_page(visit: Visit, request: AuthorizationRequest, user: User, *, error: str = "") -> Response:
    who = [visit.pool["Id"], request.client["ClientId"], user.username]
    content = {
        "proof": visit.posted("proof") or seal(visit.world, _NEW_PASSWORD, who, lifetime_s=_PROMPT_LIFETIME_S),
        "username": user.username,
        "fields": missing_fields(visit.pool, user.attributes),
        "typed": dict(visit.form),
        "hint": password_hint(visit.pool),
        "error": error,
    }
    return page(visit, "new_password", content, leads_to=request.redirect_uri)
