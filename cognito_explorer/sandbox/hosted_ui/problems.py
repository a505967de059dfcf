"""/error: what is wrong with a link, for the person in front of it and whoever set it up."""

from starlette.responses import Response

from cognito_explorer.sandbox.hosted_ui.answers import page
from cognito_explorer.sandbox.hosted_ui.visit import Visit

_UNKNOWN = "An error was encountered with the requested page."
_REASONS = {
    "redirect_mismatch": "The redirect_uri of the request is not among the client's callback URLs. They must be equal"
    " letter by letter: scheme, port, capitals and a final slash included.",
    "logout_mismatch": "The logout_uri of the request is not among the client's sign-out URLs.",
    "redirect_uri_missing": "Required String parameter 'redirect_uri' is not present",
    "response_type_missing": "Required String parameter 'response_type' is not present",
    "pages_unavailable": "Login pages unavailable. The app client has no branding style, and managed login shows no"
    " pages without one.",
    "state_invalid": "The answer of the identity provider belongs to no sign-in of this browser, or came too late.",
    "relay_state_invalid": "Invalid relayState from identity provider",
    "client_missing": "Required String parameter 'client_id' is not present",
    "client_unknown": "This domain's user pool has no app client with this client_id.",
    "oauth_off": "The app client may not use OAuth: AllowedOAuthFlowsUserPoolClient is off.",
}


def show_error(visit: Visit) -> Response:
    """The error page. Only reasons of ours are shown, never text from the address."""
    error = visit.asked("error")
    reason = _REASONS.get(error, "")
    content = {"summary": _UNKNOWN, "reason": reason, "code": error if reason else ""}
    return page(visit, "error", content, status=400)
