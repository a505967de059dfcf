"""/logout: the cookie goes; where the browser goes next has two forms. No token is revoked."""

import json
from typing import Any

from starlette.responses import Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.provider_keys import signing_key
from cognito_explorer.sandbox.federation.saml_metadata import REDIRECT, load_metadata
from cognito_explorer.sandbox.federation.saml_request import logout_request, redirect_url
from cognito_explorer.sandbox.hosted_ui.answers import error_page, redirect
from cognito_explorer.sandbox.hosted_ui.detours import bind, come_back, set_out
from cognito_explorer.sandbox.hosted_ui.sessions import Session, end_session, find_session
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.identity_providers import find_provider
from cognito_explorer.sandbox.user_pools.users import load_user


def log_out(visit: Visit) -> Response:
    """To `logout_uri` if that is sent, else to the sign-in page; over the SAML provider where that is set."""
    url, problem = _way_out(visit)
    if problem is not None:
        return problem
    session = find_session(visit)
    response = (_over_provider(visit, session) if session else None) or redirect(url)
    end_session(visit, response)
    return response


def return_from_saml(visit: Visit) -> Response:
    """The provider's LogoutResponse: whatever it says, the session here is over, and the state is secret and ours."""
    state = visit.posted("RelayState") or visit.asked("RelayState")
    with visit.world.store.transaction():
        found = come_back(visit, state, is_bound=False)
    if found is None:
        return error_page(visit, "relay_state_invalid")
    url, problem = _way_out(found[1])
    return redirect(url) if problem is None else problem


def _way_out(visit: Visit) -> tuple[str, Response | None]:
    """Where a sign-out leads, or the error page that says why it leads nowhere."""
    client_id = visit.asked("client_id")
    try:
        client = load_client(visit.world, visit.pool["Id"], client_id)
    except ServiceError:
        return "", error_page(visit, "client_unknown" if client_id else "client_missing")
    logout_uri, redirect_uri = visit.asked("logout_uri"), visit.asked("redirect_uri")
    if logout_uri:
        if logout_uri not in client.get("LogoutURLs", ()):
            return "", error_page(visit, "logout_mismatch", client_id=client_id)
        return logout_uri, None
    for name, value in (("redirect_uri", redirect_uri), ("response_type", visit.asked("response_type"))):
        if not value:
            return "", error_page(visit, f"{name}_missing", client_id=client_id)
    if redirect_uri not in client.get("CallbackURLs", ()):
        return "", error_page(visit, "redirect_mismatch", client_id=client_id)
    return visit.link("login"), None


def _over_provider(visit: Visit, session: Session) -> Response | None:
    """SAML single logout, where the session came through a provider that is set to it."""
    provider = find_provider(visit.world, visit.pool["Id"], session.provider)
    if provider is None or provider["ProviderDetails"].get("IDPSignout", "").lower() != "true":
        return None
    try:
        destination = load_metadata(visit.world, provider).sign_off.get(REDIRECT, "")
    except FederationProblem:
        return None
    subject = _subject(visit, session)
    if not destination or not subject:
        return None
    pool_id = visit.pool["Id"]
    with visit.world.store.transaction():
        detour, cookie = set_out(visit, provider["ProviderName"])
        key = signing_key(visit.world, pool_id)
    message = logout_request(visit.world, pool_id, request_id=detour.token, name_id=subject, destination=destination)
    return bind(visit, redirect(redirect_url(destination, message, detour.state, key)), cookie)


def _subject(visit: Visit, session: Session) -> str:
    user = load_user(visit.world, session.user_id)
    identities: list[dict[str, Any]] = json.loads(user.attributes.get("identities", "[]")) if user else []
    return next((str(each["userId"]) for each in identities if each["providerName"] == session.provider), "")
