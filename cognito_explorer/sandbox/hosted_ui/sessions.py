"""The browser's session with a domain: a cookie that lives one hour and is never extended.

Only where the pool tracks sessions, a client may reuse it longer.
"""

import hashlib
from dataclasses import dataclass, replace

from starlette.responses import Response

from cognito_explorer.sandbox.auth.sso_sessions import sso_session_of, track_sso_session
from cognito_explorer.sandbox.hosted_ui.answers import set_cookie
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.session_configuration import longest_sso_minutes
from cognito_explorer.sandbox.user_pools.users import load_user

COOKIE = "cognito"


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in with this browser, how and through which provider. `auth_time` is in epoch seconds.

    `sso_session` is the id of a tracked session.
    """

    user_id: int
    auth_time: float
    provider: str
    methods: tuple[str, ...] = ()
    sso_session: str = ""


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
    tracked = sso_session_of(visit.world, digest(visit.cookies.get(COOKIE, "")))
    return Session(row["user_id"], row["auth_time"], row["provider"], tuple(row["methods"].split()), tracked)


def start_session(visit: Visit, client_id: str, opened: Session) -> tuple[Session, str, int]:
    """A new session, its cookie and how long that lives; the session this browser had before is over."""
    world = visit.world
    cookie, now = world.chance.token_urlsafe(32), world.clock.now()
    lifetime_s = 60 * longest_sso_minutes(world, visit.pool)
    replaced = digest(visit.cookies.get(COOKIE, ""))
    world.store.execute("DELETE FROM browser_sessions WHERE expires_at < ? OR cookie_hash = ?", (now, replaced))
    world.store.execute(
        "INSERT INTO browser_sessions (cookie_hash, domain, user_id, auth_time, expires_at, provider, methods)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            digest(cookie),
            visit.domain,
            opened.user_id,
            opened.auth_time,
            now + lifetime_s,
            opened.provider,
            " ".join(opened.methods),
        ),
    )
    tracked = track_sso_session(
        world, visit.pool, opened.user_id, client_id, cookie_hash=digest(cookie), expires_at=now + lifetime_s
    )
    return replace(opened, sso_session=tracked), cookie, lifetime_s


def end_session(visit: Visit, response: Response) -> None:
    """Forget the browser's session, here and there. Tokens live on."""
    cookie = visit.cookies.get(COOKIE, "")
    visit.world.store.execute("DELETE FROM browser_sessions WHERE cookie_hash = ?", (digest(cookie),))
    set_cookie(response, visit, COOKIE, "", lifetime_s=0)


def digest(secret: str) -> str:
    """What is stored of a cookie or a code."""
    return hashlib.sha256(secret.encode()).hexdigest()
