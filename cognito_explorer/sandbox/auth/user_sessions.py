"""Sign-ins as sessions people can look through and end one by one, where the pool tracks them."""

import string
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.auth.sign_ins import SignIn, revoke_sign_in
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.documents import load_document
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_MAX_LISTED = 125
_DEFAULT_PER_USER = 20
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class UserSession:
    """One tracked sign-in. Times are epoch seconds."""

    session_id: str
    event_id: str
    client_id: str
    created_at: float
    active_at: float
    ip_address: str


def track_session(world: World, pool: dict[str, Any], sign_in: SignIn, expires_at: float) -> None:
    """List a fresh sign-in as a session; the oldest ones beyond the pool's limit are ended."""
    tracking = _tracking(world, pool)
    if tracking is None:
        return
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
    if _tracking(world, pool) is not None:
        world.store.execute(
            "UPDATE user_sessions SET active_at = ? WHERE event_id = ?", (world.clock.now(), sign_in.event_id)
        )


def sessions_of(world: World, user: User) -> list[UserSession]:
    """A user's live sessions, newest first."""
    sql = (
        "SELECT * FROM user_sessions WHERE user_id = ? AND expires_at >= ? ORDER BY created_at DESC, rowid DESC LIMIT ?"
    )
    return [
        UserSession(**{name: row[name] for name in UserSession.__slots__})
        for row in world.store.all(sql, (user.id, world.clock.now(), _MAX_LISTED))
    ]


def end_session(world: World, user: User, session_id: str, *, current_event_id: str = "") -> None:
    """End one session with its tokens; raises ResourceNotFoundException, and refuses the caller's own."""
    found = next((entry for entry in sessions_of(world, user) if entry.session_id == session_id), None)
    if found is None:
        raise ServiceError("ResourceNotFoundException", "Session does not exist.")
    if found.event_id == current_event_id:
        raise ServiceError("InvalidParameterException", "The current session cannot be revoked.")
    revoke_sign_in(world, found.event_id)


def describe_session(session: UserSession, *, current_event_id: str = "") -> dict[str, Any]:
    """A session in API shape; which one is the caller's is told to the user alone."""
    shown: dict[str, Any] = {
        "SessionId": session.session_id,
        "SessionType": "TOKEN",
        "ClientId": session.client_id,
        "CreateDate": session.created_at,
        "LastActiveDate": session.active_at,
    }
    if session.ip_address:
        shown["LastIPAddress"] = session.ip_address
    return shown | ({"IsCurrentSession": session.event_id == current_event_id} if current_event_id else {})


def _tracking(world: World, pool: dict[str, Any]) -> dict[str, Any] | None:
    if pool["UserPoolTier"] == "LITE":
        return None
    tracking = load_document(world, pool["Id"], "sessions")
    return tracking if tracking.get("UserSessionTracking") == "ENABLED" else None
