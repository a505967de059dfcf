"""What a built-in provider remembers: who is signed in with it, its codes and its access tokens."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from cognito_explorer.sandbox.federation.people import Person, find_person
from cognito_explorer.sandbox.world import World

SESSION_LIFETIME_S = 8 * 3600
_LIFETIMES_S = {"code": 60, "token": 3600}


@dataclass(frozen=True, slots=True)
class ProviderGrant:
    """A code or an access token of a provider."""

    person: Person
    body: dict[str, Any] = field(repr=False)


def issue(world: World, kind: Literal["code", "token"], provider: str, person: Person, body: dict[str, Any]) -> str:
    """A new code or token."""
    secret, now = world.chance.token_urlsafe(32), world.clock.now()
    world.store.execute("DELETE FROM provider_grants WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO provider_grants (secret_hash, kind, provider, person, body, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (digest(secret), kind, provider, person.key, json.dumps(body), now + _LIFETIMES_S[kind]),
    )
    return secret


def look_up(world: World, kind: Literal["code", "token"], provider: str, secret: str) -> ProviderGrant | None:
    """What a code or token stands for; a code is used up by that."""
    row = world.store.one(
        "SELECT * FROM provider_grants WHERE secret_hash = ? AND kind = ? AND provider = ? AND expires_at > ?",
        (digest(secret), kind, provider, world.clock.now()),
    )
    person = find_person(provider, row["person"]) if row else None
    if row is None or person is None:
        return None
    if kind == "code":
        world.store.execute("DELETE FROM provider_grants WHERE secret_hash = ?", (row["secret_hash"],))
    return ProviderGrant(person, json.loads(row["body"]))


def start_session(world: World, provider: str, person: Person) -> str:
    """Remember a browser by a cookie, which is returned."""
    cookie, now = world.chance.token_urlsafe(32), world.clock.now()
    world.store.execute("DELETE FROM provider_sessions WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO provider_sessions (cookie_hash, provider, person, expires_at) VALUES (?, ?, ?, ?)",
        (digest(cookie), provider, person.key, now + SESSION_LIFETIME_S),
    )
    return cookie


def signed_in_person(world: World, provider: str, cookie: str) -> Person | None:
    """Who is signed in with a provider in this browser."""
    row = world.store.one(
        "SELECT person FROM provider_sessions WHERE cookie_hash = ? AND provider = ? AND expires_at > ?",
        (digest(cookie), provider, world.clock.now()),
    )
    return find_person(provider, row["person"]) if row else None


def end_session(world: World, cookie: str) -> None:
    """Forget a browser."""
    world.store.execute("DELETE FROM provider_sessions WHERE cookie_hash = ?", (digest(cookie),))


def digest(secret: str) -> str:
    """What is stored of a cookie, a code or a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
