"""The sign-in page itself, which every other page may lead back to."""

from starlette.responses import Response

from cognito_explorer.sandbox.hosted_ui.answers import page
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.forms import name_label
from cognito_explorer.sandbox.hosted_ui.provider_choice import LOCAL, has_own_users, provider_links
from cognito_explorer.sandbox.hosted_ui.visit import Visit

_NOTICES = {
    "confirmed": "Your account is confirmed. You can sign in now.",
    "reset": "Your password has been changed. You can sign in with it now.",
    "registered": "Your account is there, but an administrator has to confirm it before you can sign in.",
}
_OWN_PARAMETERS = ("identity_provider", "idp_identifier", "notice", "username")


def login_page(visit: Visit, request: AuthorizationRequest, *, error: str = "") -> Response:
    """Name and password, or the name alone where people choose how they sign in."""
    links, asks_company = provider_links(visit, request.client)
    content = {
        "name_label": name_label(visit),
        "username": visit.posted("username") or visit.asked("username") or visit.asked("login_hint"),
        "has_own_users": has_own_users(request.client),
        "providers": links if request.provider != LOCAL else [],
        "asks_company": asks_company and request.provider != LOCAL,
        "kept_query": [(name, value) for name, value in visit.query if name not in _OWN_PARAMETERS],
        "asks_name_only": is_choice_based(visit, request),
        "can_sign_up": not visit.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        "notice": "" if error else _NOTICES.get(visit.asked("notice"), ""),
        "error": error,
    }
    return page(visit, "login", content, leads_to=request.redirect_uri)


def is_choice_based(visit: Visit, request: AuthorizationRequest) -> bool:
    """Managed login asks for the name first where a pool has other first factors and the client has USER_AUTH."""
    factors = visit.pool["Policies"].get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ["PASSWORD"])
    may_choose = "ALLOW_USER_AUTH" in request.client.get("ExplicitAuthFlows", ())
    return visit.is_managed and may_choose and set(factors) != {"PASSWORD"}
