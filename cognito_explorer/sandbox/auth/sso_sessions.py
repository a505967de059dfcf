"""Browsers' sessions at the hosted pages as sessions people can look through and end, where the pool tracks them."""

import string
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.user_pools.session_configuration import tracking_of
from cognito_explorer.sandbox.world import World

_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class SsoSession:
    """One tracked session of a browser; `client_id` is the client it was opened for. Times are epoch seconds."""

    session_id: str
    client_id: str
    created_at: float
    active_at: float


def track_sso_session(
    world: World, pool: dict[str, Any], user_id: int, client_id: str, *, cookie_hash: str, expires_at: float
) -> str:
    """List a browser's fresh session and return its id; nothing where the pool tracks none.

    It goes when the browser's session goes, and the other way round.
    """
    if tracking_of(world, pool) is None:
        return ""
    session_id, now = f"sso{world.chance.text(_LETTERS, 25)}", world.clock.now()
    world.store.execute(
        "INSERT INTO sso_sessions (session_id, cookie_hash, user_id, client_id, created_at, active_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session_id, cookie_hash, user_id, client_id, now, now, expires_at),
    )
    return session_id


def sso_session_of(world: World, cookie_hash: str) -> str:
    """The id of a browser's session, if it is tracked."""
    row = world.store.one("SELECT session_id FROM sso_sessions WHERE cookie_hash = ?", (cookie_hash,))
    return row["session_id"] if row else ""


def sso_sessions_of(world: World, user_id: int, limit: int) -> list[SsoSession]:
    """A user's live sessions of browsers, newest first."""
    sql = (
        "SELECT session_id, client_id, created_at, active_at FROM sso_sessions WHERE user_id = ? AND expires_at > ?"
        " ORDER BY created_at DESC, rowid DESC LIMIT ?"
    )
    return [SsoSession(**dict(row)) for row in world.store.all(sql, (user_id, world.clock.now(), limit))]


def note_sso_activity(world: World, session_id: str) -> None:
    """Tokens were had by a browser's session."""
    if session_id:
        world.store.execute(
            "UPDATE sso_sessions SET active_at = ? WHERE session_id = ?", (world.clock.now(), session_id)
        )


def end_sso_session(world: World, session_id: str) -> None:
    """End a browser's session: it has to sign in again. Tokens live on."""
    world.store.execute("DELETE FROM sso_sessions WHERE session_id = ?", (session_id,))
