"""Browsers on their way to an external provider: what they asked for, kept until they come back."""

import json
from dataclasses import dataclass, field, replace

from starlette.responses import Response

from cognito_explorer.sandbox.hosted_ui.answers import set_cookie
from cognito_explorer.sandbox.hosted_ui.sessions import digest
from cognito_explorer.sandbox.hosted_ui.visit import Visit

LIFETIME_S = 300
# Cognito gives it twice: some old browsers drop a cookie with a SameSite they do not know.
_COOKIES = ("csrf-state", "csrf-state-legacy")


@dataclass(frozen=True, slots=True)
class Detour:
    """A sign-in under way. `token` is the nonce of an OpenID request or the id of a SAML request."""

    state: str = field(repr=False)
    provider: str
    token: str = field(repr=False)


def set_out(visit: Visit, provider: str) -> tuple[Detour, str]:
    """Remember what the visit asked for; returns the detour and the cookie that ties it to this browser."""
    world = visit.world
    cookie = _cookie_of(visit) or world.chance.token_urlsafe(24)
    detour = Detour(world.chance.token_urlsafe(32), provider, f"_{world.chance.uuid4()}")
    now = world.clock.now()
    world.store.execute("DELETE FROM federation_requests WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO federation_requests (state_hash, domain, cookie_hash, provider, query, token, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            digest(detour.state),
            visit.domain,
            digest(cookie),
            provider,
            json.dumps(list(visit.query)),
            detour.token,
            now + LIFETIME_S,
        ),
    )
    return detour, cookie


def bind(visit: Visit, response: Response, cookie: str) -> Response:
    """Give the browser the cookie."""
    for name in _COOKIES:
        set_cookie(response, visit, name, cookie, lifetime_s=LIFETIME_S)
    return response


def come_back(visit: Visit, state: str, *, is_bound: bool) -> tuple[Detour, Visit] | None:
    """The detour a state belongs to and the visit as it was before; None for an unknown, expired or foreign one.

    A state is good for one return. `is_bound` demands the cookie of the browser that set out: with a form posted
    from another site browsers send no cookie of ours, so a SAML answer cannot bring it.
    """
    row = visit.world.store.one("SELECT * FROM federation_requests WHERE state_hash = ?", (digest(state),))
    if row is None:
        return None
    visit.world.store.execute("DELETE FROM federation_requests WHERE state_hash = ?", (row["state_hash"],))
    is_ours = row["domain"] == visit.domain and visit.world.clock.now() < row["expires_at"]
    if not is_ours or (is_bound and digest(_cookie_of(visit)) != row["cookie_hash"]):
        return None
    before = [(name, value) for name, value in json.loads(row["query"])]
    return Detour(state, row["provider"], row["token"]), replace(visit, query=before, form=[])


def _cookie_of(visit: Visit) -> str:
    return next((visit.cookies[name] for name in _COOKIES if visit.cookies.get(name)), "")
