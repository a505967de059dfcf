"""/logout: the cookie goes; where the browser goes next has two forms. No token is revoked."""

from starlette.responses import Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import error_page, redirect
from cognito_explorer.sandbox.hosted_ui.sessions import end_session
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.app_clients import load_client


def log_out(visit: Visit) -> Response:
    """To `logout_uri` if that is sent, else to the sign-in page for `redirect_uri`."""
    try:
        client = load_client(visit.world, visit.pool["Id"], visit.asked("client_id"))
    except ServiceError:
        return error_page(visit, "client_unknown" if visit.asked("client_id") else "client_missing")
    client_id = client["ClientId"]
    logout_uri, redirect_uri = visit.asked("logout_uri"), visit.asked("redirect_uri")
    if logout_uri:
        if logout_uri not in client.get("LogoutURLs", ()):
            return error_page(visit, "logout_mismatch", client_id=client_id)
        return _leave(visit, logout_uri)
    for name, value in (("redirect_uri", redirect_uri), ("response_type", visit.asked("response_type"))):
        if not value:
            return error_page(visit, f"{name}_missing", client_id=client_id)
    if redirect_uri not in client.get("CallbackURLs", ()):
        return error_page(visit, "redirect_mismatch", client_id=client_id)
    return _leave(visit, visit.link("login"))


def _leave(visit: Visit, url: str) -> Response:
    response = redirect(url)
    end_session(visit, response)
    return response
