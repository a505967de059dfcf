"""Pages that are for the pool's own people: accounts are made and passwords replaced there."""

from cognito_explorer.sandbox.hosted_ui.answers import redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, Refused, read_request
from cognito_explorer.sandbox.hosted_ui.provider_choice import has_own_users
from cognito_explorer.sandbox.hosted_ui.visit import Visit


def own_request(visit: Visit) -> AuthorizationRequest:
    """The request; of a client that takes people from other providers only, Refused leads to the sign-in page."""
    request = read_request(visit)
    if not has_own_users(request.client):
        raise Refused(redirect(visit.link("login")))
    return request
