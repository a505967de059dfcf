"""/passkeys/add: somebody who is signed in registers a passkey."""

import json

from starlette.responses import Response

from cognito_explorer.sandbox.auth.passkeys import complete_registration, start_registration
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, read_request
from cognito_explorer.sandbox.hosted_ui.forms import Unacceptable, check_form, explain
from cognito_explorer.sandbox.hosted_ui.sessions import find_session
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.user_pools.users import User, load_user


def show_add(visit: Visit) -> Response:
    """What the browser needs to make a passkey; whoever is not signed in signs in first."""
    request, user = read_request(visit), _visitor(visit)
    return redirect(visit.link("login")) if user is None else _add_page(visit, request, user)


def add(visit: Visit) -> Response:
    """Keep the passkey the browser made."""
    request, user = read_request(visit), _visitor(visit)
    if user is None:
        return redirect(visit.link("login"))
    try:
        check_form(visit)
        credential = read_json(visit.posted("credential"))
        if not isinstance(credential, dict):
            raise Unacceptable("The browser sent no passkey.")
        with visit.world.store.transaction():
            complete_registration(visit.world, visit.pool, user, request.client["ClientId"], credential)
    except (ServiceError, Unacceptable) as refusal:
        return _add_page(visit, request, user, error=explain(refusal))
    except ValueError:
        return _add_page(visit, request, user, error="The browser sent no passkey.")
    content = {"notice": "Your passkey is registered. You can sign in with it from now on."}
    return page(visit, "passkey_added", content, leads_to=request.redirect_uri)


def _visitor(visit: Visit) -> User | None:
    session = find_session(visit)
    return load_user(visit.world, session.user_id) if session else None


def _add_page(visit: Visit, request: AuthorizationRequest, user: User, *, error: str = "") -> Response:
    try:
        with visit.world.store.transaction():
            options = start_registration(visit.world, visit.pool, user, request.client["ClientId"])
    except ServiceError as refusal:
        return page(visit, "passkey_added", {"error": explain(refusal)}, leads_to=request.redirect_uri)
    content = {"options": json.dumps(options), "username": user.username, "error": error, "script": "passkey.js"}
    return page(visit, "passkey_add", content, leads_to=request.redirect_uri)
