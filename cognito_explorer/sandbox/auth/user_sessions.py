"""Sign-ins as sessions people can look through and end one by one, where the pool tracks them."""

import string
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.auth.sign_ins import SignIn, revoke_sign_in
from cognito_explorer.sandbox.auth.sso_sessions import (
    SsoSession,
    end_sso_session,
    note_sso_activity,
    sso_sessions_of,
)
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.session_configuration import tracking_of
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_MAX_LISTED = 125
_DEFAULT_PER_USER = 20
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class UserSession:
    """One tracked sign-in; `origin_id` is the browser's session it came through. Times are epoch seconds."""

    session_id: str
    event_id: str
    client_id: str
    created_at: float
    active_at: float
    ip_address: str
    origin_id: str = ""


def track_session(world: World, pool: dict[str, Any], sign_in: SignIn, expires_at: float) -> None:
    """List a fresh sign-in as a session; the oldest ones beyond the pool's limit are ended."""
    tracking = tracking_of(world, pool)
    if tracking is None:
        return
    note_sso_activity(world, sign_in.grant.get("sso_session", ""))
    now = world.clock.now()
    world.store.execute("DELETE FROM user_sessions WHERE user_id = ? AND expires_at < ?", (sign_in.user_id, now))
    kept = tracking.get("TokenSession", {}).get("MaxPerUser", _DEFAULT_PER_USER)
    sql = "SELECT event_id FROM user_sessions WHERE user_id = ? ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?"
    for row in world.store.all(sql, (sign_in.user_id, kept - 1)):
        revoke_sign_in(world, row["event_id"])
    world.store.execute(
        "INSERT INTO user_sessions (session_id, user_id, event_id, client_id, created_at, active_at, expires_at,"
        " ip_address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            f"tkn{world.chance.text(_LETTERS, 25)}",
            sign_in.user_id,
            sign_in.event_id,
            sign_in.client_id,
            now,
            now,
            expires_at,
            sign_in.grant.get("ip_address", ""),
        ),
    )


def note_activity(world: World, pool: dict[str, Any], sign_in: SignIn) -> None:
    """A refresh shows that a session is in use."""
    if tracking_of(world, pool) is not None:
        note_sso_activity(world, sign_in.grant.get("sso_session", ""))
        world.store.execute(
            "UPDATE user_sessions SET active_at = ? WHERE event_id = ?", (world.clock.now(), sign_in.event_id)
        )


def sessions_of(world: World, user: User) -> list[UserSession | SsoSession]:
    """A user's live sessions, newest first: those of tokens and those of browsers."""
    found: list[UserSession | SsoSession] = [
        *_token_sessions(world, user),
        *sso_sessions_of(world, user.id, _MAX_LISTED),
    ]
    return sorted(found, key=lambda session: session.created_at, reverse=True)[:_MAX_LISTED]


def _token_sessions(world: World, user: User) -> list[UserSession]:
    sql = (
        "SELECT user_sessions.*, COALESCE(json_extract(grant_body, '$.sso_session'), '') AS origin_id"
        " FROM user_sessions JOIN sign_ins USING (event_id)"
        " WHERE user_sessions.user_id = ? AND expires_at >= ?"
        " ORDER BY created_at DESC, user_sessions.rowid DESC LIMIT ?"
    )
    return [
        UserSession(**{name: row[name] for name in UserSession.__slots__})
        for row in world.store.all(sql, (user.id, world.clock.now(), _MAX_LISTED))
    ]


def end_session(
    world: World, user: User, session_id: str, *, current_event_id: str = "", with_linked: bool = False
) -> None:
    """End one session; raises ResourceNotFoundException, and refuses the caller's own.

    The end of a browser's session leaves its tokens, that of tokens leaves the browser's session, unless `with_linked`.
    """
    sessions = sessions_of(world, user)
    found = next((entry for entry in sessions if entry.session_id == session_id), None)
    if found is None:
        raise ServiceError("ResourceNotFoundException", "Session does not exist.")
    if isinstance(found, UserSession):
        if found.event_id == current_event_id:
            raise ServiceError("InvalidParameterException", "The current session cannot be revoked.")
        revoke_sign_in(world, found.event_id)
        if with_linked:
            end_sso_session(world, found.origin_id)
        return
    end_sso_session(world, found.session_id)
    for entry in sessions if with_linked else ():
        if isinstance(entry, UserSession) and entry.origin_id == found.session_id:
            revoke_sign_in(world, entry.event_id)


def describe_session(session: UserSession | SsoSession, *, current_event_id: str = "") -> dict[str, Any]:
    """A session in API shape; which one is the caller's is told to the user alone."""
    shown: dict[str, Any] = {
        "SessionId": session.session_id,
        "SessionType": "TOKEN" if isinstance(session, UserSession) else "SSO",
        "ClientId": session.client_id,
        "CreateDate": session.created_at,
        "LastActiveDate": session.active_at,
        "IsCurrentSession": False,
    }
    if isinstance(session, UserSession):
        told = {"LastIPAddress": session.ip_address, "OriginSessionId": session.origin_id}
        shown |= {name: value for name, value in told.items() if value}
        shown["IsCurrentSession"] = bool(current_event_id) and session.event_id == current_event_id
    return shown
