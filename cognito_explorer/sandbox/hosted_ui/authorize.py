"""/oauth2/authorize: into the application for a browser that is signed in, on to sign-in for any other."""

from starlette.responses import Response

from cognito_explorer.sandbox.hosted_ui.answers import redirect
from cognito_explorer.sandbox.hosted_ui.authorization import read_request
from cognito_explorer.sandbox.hosted_ui.entrance import pass_through
from cognito_explorer.sandbox.hosted_ui.federated import leave
from cognito_explorer.sandbox.hosted_ui.provider_choice import LOCAL
from cognito_explorer.sandbox.hosted_ui.visit import Visit


def authorize(visit: Visit) -> Response:
    """Start of the OAuth flow."""
    request = read_request(visit)
    passed = pass_through(visit, request)
    if passed is not None:
        return passed
    if "none" in request.prompts:
        raise request.refuse("login_required")
    if request.provider not in ("", LOCAL):
        return leave(visit, request)
    return redirect(visit.link("login"))
