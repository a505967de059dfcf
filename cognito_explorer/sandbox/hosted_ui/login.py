"""/login: a name and a password, or a name and then the choice of a factor."""

from starlette.responses import Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import redirect
from cognito_explorer.sandbox.hosted_ui.authorization import read_request
from cognito_explorer.sandbox.hosted_ui.challenges import proceed
from cognito_explorer.sandbox.hosted_ui.entrance import pass_through
from cognito_explorer.sandbox.hosted_ui.forms import Unacceptable, check_prompt, explain
from cognito_explorer.sandbox.hosted_ui.login_page import is_choice_based, login_page
from cognito_explorer.sandbox.hosted_ui.provider_choice import LOCAL, has_own_users
from cognito_explorer.sandbox.hosted_ui.steps import start
from cognito_explorer.sandbox.hosted_ui.visit import Visit


def show_login(visit: Visit) -> Response:
    """The sign-in page, or straight on for a browser that is signed in."""
    request = read_request(visit)
    if request.provider not in ("", LOCAL):
        return redirect(visit.link("oauth2/authorize"))
    passed = pass_through(visit, request)
    if passed is None and "none" in request.prompts:
        raise request.refuse("login_required")
    return passed or login_page(visit, request)


def sign_in(visit: Visit) -> Response:
    """Check what was typed; on into the application, or to what has to be done first."""
    request = read_request(visit)
    username = visit.posted("username").strip()
    try:
        check_prompt(visit)
        if not has_own_users(request.client):
            raise Unacceptable("This application takes people from other providers only.")
        if not username:
            raise Unacceptable("Type in your name.")
        if is_choice_based(visit, request):
            outcome = start(visit, request, "USER_AUTH", {"USERNAME": username})
        else:
            values = {"USERNAME": username, "PASSWORD": visit.posted("password")}
            outcome = start(visit, request, "USER_PASSWORD_AUTH", values)
    except (ServiceError, Unacceptable) as refusal:
        code = refusal.code if isinstance(refusal, ServiceError) else ""
        if code == "UserNotConfirmedException":
            return redirect(visit.link("confirm", username=username))
        if code == "PasswordResetRequiredException":
            return redirect(visit.link("forgotPassword", username=username, notice="required"))
        return login_page(visit, request, error=explain(refusal))
    return proceed(visit, request, outcome)
