"""Access and refresh tokens of single sign-on."""

from math import inf, nextafter
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.profile_endpoints.sso_clients import ACCOUNT_ACCESS, SsoClient, digest
from cognito_explorer.sandbox.world import World

# Somebody is signed in for a working day; clients that can refresh get shorter tokens in between.
SESSION_S = 8 * 3600
_REFRESHABLE_S = 3600


def issue_tokens(world: World, client: SsoClient, *, session_ends_at: float | None = None) -> dict[str, Any]:
    """The answer to CreateToken; a refresh token comes with the scope sso:account:access alone."""
    now = world.clock.now()
    ends_at = _new_end(world, client) if session_ends_at is None else session_ends_at
    is_refreshable = ACCOUNT_ACCESS in client.scopes
    lifetime_s = min(_REFRESHABLE_S if is_refreshable else SESSION_S, int(ends_at - now))
    access, refresh = world.chance.token_urlsafe(96), world.chance.token_urlsafe(96)
    world.store.execute("DELETE FROM sso_tokens WHERE session_ends_at < ?", (now,))
    world.store.execute(
        "INSERT INTO sso_tokens (access_hash, refresh_hash, client_id, expires_at, session_ends_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (digest(access), digest(refresh) if is_refreshable else "", client.id, now + lifetime_s, ends_at),
    )
    answer = {"accessToken": access, "tokenType": "Bearer", "expiresIn": lifetime_s}
    return answer | ({"refreshToken": refresh} if is_refreshable else {})


def refresh_tokens(world: World, client: SsoClient, refresh_token: str) -> dict[str, Any]:
    """New tokens for as long as the session lasts; the refresh token is used up."""
    key = digest(refresh_token)
    row = world.store.one(
        "SELECT session_ends_at FROM sso_tokens WHERE refresh_hash = ? AND client_id = ? AND session_ends_at > ?",
        (key, client.id, world.clock.now()),
    )
    if row is None:
        raise ServiceError("InvalidGrantException", "Invalid refresh token provided")
    world.store.execute("UPDATE sso_tokens SET refresh_hash = '' WHERE refresh_hash = ?", (key,))
    return issue_tokens(world, client, session_ends_at=row["session_ends_at"])


def check_access_token(world: World, token: str) -> None:
    """Raise UnauthorizedException unless somebody is signed in by this token."""
    row = world.store.one(
        "SELECT 1 FROM sso_tokens WHERE access_hash = ? AND expires_at > ?", (digest(token), world.clock.now())
    )
    if row is None:
        raise ServiceError("UnauthorizedException", "Session token not found or invalid", status=401)


def end_session(world: World, token: str) -> None:
    """Sign out: no token of this one's session is good any more, whichever refresh it came from."""
    check_access_token(world, token)
    # All tokens of a session end it at the same moment, which no other session of the client has.
    world.store.execute(
        "DELETE FROM sso_tokens WHERE (client_id, session_ends_at) ="
        " (SELECT client_id, session_ends_at FROM sso_tokens WHERE access_hash = ?)",
        (digest(token),),
    )


def _new_end(world: World, client: SsoClient) -> float:
    """When a session that begins now ends. Where the clock stands still, several begin at once."""
    ends_at = world.clock.now() + SESSION_S
    taken = "SELECT 1 FROM sso_tokens WHERE client_id = ? AND session_ends_at = ?"
    while world.store.one(taken, (client.id, ends_at)):
        ends_at = nextafter(ends_at, inf)
    return ends_at
