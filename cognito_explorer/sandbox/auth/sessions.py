"""The state between two challenges: opaque to the caller, short-lived, good for one success."""

import json
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.world import World

# The challenge a confirmed sign-up has passed; no challenge of the API's is called so.
SIGNED_UP = "CONFIRMED_SIGN_UP"
_REMEMBERED_S = 3600


@dataclass(frozen=True, slots=True)
class ChallengeState:
    """What a challenge waits for. `user_id` is None for a user who is only pretended to exist."""

    pool_id: str
    client_id: str
    user_id: int | None
    challenge: str
    body: dict[str, Any] = field(repr=False)


def open_session(
    world: World, client: dict[str, Any], state: ChallengeState, *, session: str = "", lifetime_s: float = 0
) -> str:
    """Keep the state and return the session that names it; it lives for AuthSessionValidity unless told otherwise."""
    now = world.clock.now()
    # Kept a while after their end, so that "expired" can be told from "never was".
    world.store.execute("DELETE FROM auth_sessions WHERE expires_at < ?", (now - _REMEMBERED_S,))
    session = session or world.chance.token_urlsafe(192)
    expires_at = now + (lifetime_s or client.get("AuthSessionValidity", 3) * 60)
    world.store.execute(
        "INSERT INTO auth_sessions (session, pool_id, client_id, user_id, challenge, body, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session, state.pool_id, state.client_id, state.user_id, state.challenge, json.dumps(state.body), expires_at),
    )
    return session


def read_session(world: World, client: dict[str, Any] | None, session: str, challenge: str) -> ChallengeState:
    """The state of a session; raises NotAuthorizedException for a foreign, expired or spent one.

    Without a `client` any client's session will do: some operations name none.
    """
    row = world.store.one("SELECT * FROM auth_sessions WHERE session = ?", (session,))
    is_foreign = row is not None and client is not None and row["client_id"] != client["ClientId"]
    if row is None or is_foreign or row["challenge"] != challenge:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    if row["is_used"]:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    if world.clock.now() > row["expires_at"]:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user, session is expired.")
    body = json.loads(row["body"])
    return ChallengeState(row["pool_id"], row["client_id"], row["user_id"], row["challenge"], body)


def session_progress(world: World, session: str, user_id: int) -> dict[str, Any]:
    """What a user's session kept, whatever it asked for and however it ended; nothing for one that is not theirs."""
    row = world.store.one("SELECT body FROM auth_sessions WHERE session = ? AND user_id = ?", (session, user_id))
    kept: dict[str, Any] = json.loads(row["body"]) if row else {}
    return kept


def newest_session(world: World, client: dict[str, Any], user_id: int, challenge: str) -> str:
    """The session that last asked a user this challenge, or nothing."""
    row = world.store.one(
        "SELECT session FROM auth_sessions WHERE user_id = ? AND client_id = ? AND challenge = ? AND is_used = 0"
        " ORDER BY rowid DESC LIMIT 1",
        (user_id, client["ClientId"], challenge),
    )
    return str(row["session"]) if row else ""


def spend_session(world: World, session: str) -> None:
    """Mark a session as used."""
    world.store.execute("UPDATE auth_sessions SET is_used = 1 WHERE session = ?", (session,))
