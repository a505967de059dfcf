"""The browser's session with a domain: a cookie that lives one hour and is never extended."""

import hashlib
from dataclasses import dataclass

from starlette.responses import Response

from cognito_explorer.sandbox.hosted_ui.answers import set_cookie
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.users import load_user

COOKIE = "cognito"
LIFETIME_S = 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in with this browser, how and through which provider. `auth_time` is in epoch seconds."""

    user_id: int
    auth_time: float
    provider: str
    methods: tuple[str, ...] = ()


def find_session(visit: Visit) -> Session | None:
    """The browser's session; None once it expired, its user was disabled or the domain went to another pool."""
    row = visit.world.store.one(
        "SELECT user_id, auth_time, provider, methods FROM browser_sessions"
        " WHERE cookie_hash = ? AND domain = ? AND expires_at > ?",
        (digest(visit.cookies.get(COOKIE, "")), visit.domain, visit.world.clock.now()),
    )
    user = load_user(visit.world, row["user_id"]) if row else None
    if row is None or user is None or not user.is_enabled or user.pool_id != visit.pool["Id"]:
        return None
    return Session(row["user_id"], row["auth_time"], row["provider"], tuple(row["methods"].split()))


def start_session(visit: Visit, user_id: int, *, provider: str, methods: tuple[str, ...]) -> tuple[Session, str]:
    """A new session and its cookie."""
    cookie, now = visit.world.chance.token_urlsafe(32), visit.world.clock.now()
    visit.world.store.execute("DELETE FROM browser_sessions WHERE expires_at < ?", (now,))
    visit.world.store.execute(
        "INSERT INTO browser_sessions (cookie_hash, domain, user_id, auth_time, expires_at, provider, methods)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (digest(cookie), visit.domain, user_id, now, now + LIFETIME_S, provider, " ".join(methods)),
    )
    return Session(user_id, now, provider, methods), cookie


def end_session(visit: Visit, response: Response) -> None:
    """Forget the browser's session, here and there. Tokens live on."""
    cookie = visit.cookies.get(COOKIE, "")
    visit.world.store.execute("DELETE FROM browser_sessions WHERE cookie_hash = ?", (digest(cookie),))
    set_cookie(response, visit, COOKIE, "", lifetime_s=0)


def digest(secret: str) -> str:
    """What is stored of a cookie or a code."""
    return hashlib.sha256(secret.encode()).hexdigest()
