"""Sign-ins: the event all tokens of one family descend from, and what revoking ends."""

import json
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.world import World


@dataclass(frozen=True, slots=True)
class SignIn:
    """One successful sign-in. `grant` holds what was granted; `auth_time` is in epoch seconds."""

    event_id: str
    origin_jti: str
    pool_id: str
    client_id: str
    user_id: int
    auth_time: float
    grant: dict[str, Any] = field(repr=False)
    is_revoked: bool = False


def record_sign_in(world: World, sign_in: SignIn) -> None:
    """Remember a sign-in so that its tokens can be refreshed and revoked."""
    world.store.execute(
        "INSERT INTO sign_ins (event_id, origin_jti, pool_id, client_id, user_id, auth_time, grant_body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            sign_in.event_id,
            sign_in.origin_jti,
            sign_in.pool_id,
            sign_in.client_id,
            sign_in.user_id,
            sign_in.auth_time,
            json.dumps(sign_in.grant),
        ),
    )


def find_sign_in(world: World, event_id: str) -> SignIn | None:
    """The sign-in a token names in `event_id`, or None once its user is deleted."""
    row = world.store.one("SELECT * FROM sign_ins WHERE event_id = ?", (event_id,))
    if row is None:
        return None
    return SignIn(
        event_id=row["event_id"],
        origin_jti=row["origin_jti"],
        pool_id=row["pool_id"],
        client_id=row["client_id"],
        user_id=row["user_id"],
        auth_time=row["auth_time"],
        grant=json.loads(row["grant_body"]),
        is_revoked=row["revoked_at"] is not None,
    )


def has_signed_in(world: World, user_id: int) -> bool:
    """Whether a user ever had tokens."""
    return world.store.one("SELECT 1 FROM sign_ins WHERE user_id = ? LIMIT 1", (user_id,)) is not None


def revoke_sign_in(world: World, event_id: str) -> None:
    """End one sign-in: its refresh, access and ID tokens, and the session it is listed as."""
    world.store.execute("DELETE FROM user_sessions WHERE event_id = ?", (event_id,))
    world.store.execute(
        "UPDATE sign_ins SET revoked_at = COALESCE(revoked_at, ?) WHERE event_id = ?", (world.clock.now(), event_id)
    )


def revoke_all_sign_ins(world: World, user_id: int) -> None:
    """End every sign-in of a user; new ones are allowed."""
    world.store.execute("DELETE FROM user_sessions WHERE user_id = ?", (user_id,))
    world.store.execute(
        "UPDATE sign_ins SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", (world.clock.now(), user_id)
    )
