"""Registering an authenticator app: AssociateSoftwareToken, VerifySoftwareToken and taking one away."""

from dataclasses import dataclass, replace
from typing import Any

from cognito_explorer.sandbox.auth import totp
from cognito_explorer.sandbox.auth.mfa_challenges import SETUP
from cognito_explorer.sandbox.auth.mfa_choice import pool_factors
from cognito_explorer.sandbox.auth.mfa_settings import TOTP, load_mfa_settings, save_mfa_settings
from cognito_explorer.sandbox.auth.sessions import ChallengeState, open_session, read_session, spend_session
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.pools import load_pool, pool_of
from cognito_explorer.sandbox.user_pools.users import User, get_user, load_user
from cognito_explorer.sandbox.world import Call


@dataclass(frozen=True, slots=True)
class _Person:
    """Who registers: signed in, or (with the state of an MFA_SETUP session) on the way there."""

    pool: dict[str, Any]
    user: User
    state: ChallengeState | None = None


@operation("cognito-idp", "AssociateSoftwareToken")
def associate_software_token(call: Call) -> dict[str, Any]:
    """A new secret for an authenticator app. A token registered before goes on counting until this one is verified."""
    person = _person_of(call)
    if TOTP not in pool_factors(call.world, person.pool):
        raise ServiceError(
            "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"
        )
    secret = call.world.chance.base32(totp.SECRET_LETTERS)
    settings = load_mfa_settings(call.world, person.user)
    save_mfa_settings(call.world, person.user, replace(settings, pending_secret=secret))
    return {"SecretCode": secret} | _next_session(call, person)


@operation("cognito-idp", "VerifySoftwareToken")
def verify_software_token(call: Call) -> dict[str, Any]:
    """The authenticator's first code registers it."""
    person = _person_of(call)
    settings = load_mfa_settings(call.world, person.user)
    if not settings.pending_secret:
        raise ServiceError("InvalidParameterException", "No software token was associated with the user.")
    step = totp.find_step(call.world.clock, settings.pending_secret, call.params["UserCode"])
    if step is None:
        raise ServiceError("EnableSoftwareTokenMFAException", "Code mismatch")
    registered = replace(
        settings,
        secret=settings.pending_secret,
        pending_secret="",
        device_name=call.params.get("FriendlyDeviceName", ""),
        used_steps=(step,),
    )
    save_mfa_settings(call.world, person.user, registered)
    return {"Status": "SUCCESS"} | _next_session(call, person, is_verified=True)


@operation("cognito-idp", "AdminDeleteSoftwareToken")
def admin_delete_software_token(call: Call) -> dict[str, Any]:
    """Take a lost authenticator away, so that its owner can register another one."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    settings = load_mfa_settings(call.world, user)
    if not settings.secret:
        raise ServiceError("InvalidParameterException", "User has not verified software token mfa")
    left = replace(
        settings,
        secret="",
        pending_secret="",
        device_name="",
        used_steps=(),
        enabled=settings.enabled - {TOTP},
        preferred="" if settings.preferred == TOTP else settings.preferred,
    )
    save_mfa_settings(call.world, user, left)
    return {}


def _person_of(call: Call) -> _Person:
    token, session = call.params.get("AccessToken"), call.params.get("Session")
    if bool(token) == bool(session):
        raise ServiceError("InvalidParameterException", "Exactly one of AccessToken and Session must be given.")
    if token:
        pool, user, _ = verify_access_token(call.world, token)
        return _Person(pool, user)
    state = read_session(call.world, None, session or "", SETUP)
    found = load_user(call.world, state.user_id) if state.user_id is not None else None
    if found is None or not found.is_enabled:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    return _Person(load_pool(call.world, state.pool_id), found, state)


def _next_session(call: Call, person: _Person, *, is_verified: bool = False) -> dict[str, str]:
    if person.state is None:
        return {}
    client = load_client(call.world, person.pool["Id"], person.state.client_id)
    spend_session(call.world, call.params["Session"])
    state = replace(person.state, body=person.state.body | {"is_verified": is_verified})
    return {"Session": open_session(call.world, client, state)}
