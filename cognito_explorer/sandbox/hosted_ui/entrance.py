"""The way into the application: with a code or, in the implicit flow, with tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from cognito_explorer.sandbox.auth.step_up import is_satisfied, level_name, reached_level
from cognito_explorer.sandbox.auth.tokens import Grant, issue_tokens
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import redirect, set_cookie
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.codes import issue_code
from cognito_explorer.sandbox.hosted_ui.provider_choice import LOCAL
from cognito_explorer.sandbox.hosted_ui.sessions import COOKIE, Session, find_session, start_session
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.session_configuration import sso_session_minutes
from cognito_explorer.sandbox.user_pools.users import User, load_user


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who just proved who they are: by which methods (words of RFC 8176), or through which provider."""

    user: User
    event_id: str = ""
    methods: tuple[str, ...] = ()
    provider: str = LOCAL


def pass_through(visit: Visit, request: AuthorizationRequest) -> Response | None:
    """Straight into the application, if the browser has a session and may use it without asking."""
    session = find_session(visit)
    if session is None or request.prompts & {"login", "select_account"}:
        return None
    age_s = visit.world.clock.now() - session.auth_time
    if request.max_age_s is not None and age_s > request.max_age_s:
        return None
    if age_s >= 60 * sso_session_minutes(visit.world, visit.pool, request.client["ClientId"]):
        return None
    if request.acr_values and not _is_strong_enough(visit, request, session):
        return None
    if visit.asked("identity_provider") and request.provider != session.provider:
        return None
    with visit.world.store.transaction():
        return _enter(visit, request, session)


def _is_strong_enough(visit: Visit, request: AuthorizationRequest, session: Session) -> bool:
    user = load_user(visit.world, session.user_id)
    return user is not None and is_satisfied(visit.world, visit.pool, user, request.acr_values, session.methods)


def admit(visit: Visit, request: AuthorizationRequest, entry: Entry) -> Response:
    """Into the application with a new session."""
    with visit.world.store.transaction():
        opened = Session(entry.user.id, visit.world.clock.now(), entry.provider, entry.methods)
        session, cookie, lifetime_s = start_session(visit, request.client["ClientId"], opened)
        response = _enter(visit, request, session, event_id=entry.event_id)
    set_cookie(response, visit, COOKIE, cookie, lifetime_s=lifetime_s)
    return response


def acr_of(pool: Mapping[str, Any], request: AuthorizationRequest, session: Session) -> str:
    """The level of assurance a session has reached, where the application asks for one."""
    return level_name(pool, reached_level(session.methods)) if request.acr_values else ""


def _enter(visit: Visit, request: AuthorizationRequest, session: Session, *, event_id: str = "") -> Response:
    if request.response_type == "code":
        acr = acr_of(visit.pool, request, session)
        code = issue_code(visit.world, request, session, event_id=event_id, acr=acr)
        return redirect(request.answer_url({"code": code}))
    user = load_user(visit.world, session.user_id)
    assert user is not None
    grant = Grant(
        scopes=request.scopes,
        nonce=request.nonce,
        auth_time=session.auth_time,
        is_hosted=True,
        resource=request.resource,
        event_id=event_id,
        methods=session.methods,
        acr=acr_of(visit.pool, request, session),
        sso_session=session.sso_session,
    )
    try:
        tokens = issue_tokens(visit.world, visit.pool, request.client, user, grant)
    except ServiceError as refusal:
        # What a trigger refuses is told in its words.
        raise request.refuse("invalid_request", refusal.message) from refusal
    # The implicit flow has no refresh token.
    answer = {"access_token": tokens["AccessToken"]}
    if "IdToken" in tokens:
        answer["id_token"] = tokens["IdToken"]
    return redirect(request.answer_url(answer | {"token_type": "bearer", "expires_in": str(tokens["ExpiresIn"])}))
