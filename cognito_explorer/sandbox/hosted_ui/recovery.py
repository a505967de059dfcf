"""/forgotPassword and /confirmforgotPassword: a code by mail, then a new password."""

from starlette.responses import Response

from cognito_explorer.sandbox.auth.sign_in import confirm_forgot_password, forgot_password
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.forms import (
    Unacceptable,
    check_form,
    check_repeated,
    explain,
    name_label,
    password_hint,
)
from cognito_explorer.sandbox.hosted_ui.own_people import own_request
from cognito_explorer.sandbox.hosted_ui.pace import hold
from cognito_explorer.sandbox.hosted_ui.steps import note_deed
from cognito_explorer.sandbox.hosted_ui.visit import Visit

# On the pages a code is good for this long, whatever the operation of the same name gives it.
_CODE_LIFETIME_S = 8 * 60
# Cognito's sentence where a pool has no way to reach somebody.
_UNREACHABLE = "Could not reset password for the account, please contact support or try again."


def show_forgot(visit: Visit) -> Response:
    """Where the name is typed in."""
    return _forgot_page(visit, own_request(visit))


def send_code(visit: Visit) -> Response:
    """Send the code."""
    request = own_request(visit)
    username = visit.posted("username").strip()
    try:
        check_form(visit)
        hold(visit, "ForgotPassword")
        with visit.world.store.transaction():
            forgot_password(visit.world, visit.pool, request.client, username, lifetime_s=_CODE_LIFETIME_S)
            note_deed(visit, request, username, "ForgotPassword")
    except (ServiceError, Unacceptable) as refusal:
        is_unreachable = isinstance(refusal, ServiceError) and refusal.code == "InvalidParameterException"
        return _forgot_page(visit, request, error=_UNREACHABLE if is_unreachable else explain(refusal))
    return redirect(visit.link("confirmforgotPassword", username=username, notice=""))


def show_reset(visit: Visit) -> Response:
    """Where code and new password are typed in."""
    return _reset_page(visit, own_request(visit))


def reset(visit: Visit) -> Response:
    """Set the new password with the code."""
    request = own_request(visit)
    username, code = visit.posted("username").strip(), visit.posted("code").strip()
    try:
        check_form(visit)
        check_repeated(visit)
        hold(visit, "ConfirmForgotPassword")
        with visit.world.store.transaction():
            confirm_forgot_password(visit.world, visit.pool, request.client, username, code, visit.posted("password"))
            note_deed(visit, request, username, "PasswordChange")
    except (ServiceError, Unacceptable) as refusal:
        return _reset_page(visit, request, error=explain(refusal))
    return redirect(visit.link("login", username=username, notice="reset"))


def _forgot_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    is_required = visit.asked("notice") == "required" and not error
    content = {
        "name_label": name_label(visit),
        "username": visit.posted("username") or visit.asked("username"),
        "notice": "Your password has to be reset before you can sign in." if is_required else "",
        "error": error,
    }
    return page(visit, "forgot", content, leads_to=request.redirect_uri)


def _reset_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    content = {
        "username": visit.posted("username") or visit.asked("username"),
        "typed": dict(visit.form),
        "hint": password_hint(visit),
        "error": error,
    }
    return page(visit, "reset", content, leads_to=request.redirect_uri)
