"""Identities as stored: who they are, which logins lead to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools.ids import new_id, region_of
from cognito_explorer.sandbox.identity_pools.login import Login
from cognito_explorer.sandbox.identity_pools.open_id_tokens import PROVIDER
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.world import World

_PROVIDERS = """
SELECT provider FROM identity_logins WHERE identity_id = ?
UNION SELECT provider FROM developer_logins WHERE identity_id = ?
ORDER BY provider
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity. `providers` are names only; `merged_into` is the successor's id once it was merged away."""

    id: str
    pool_id: str
    is_guest: bool
    merged_into: str
    created_at: float
    modified_at: float
    providers: tuple[str, ...]


def find_identity(world: World, identity_id: str) -> Identity | None:
    """The identity with this id."""
    row = world.store.one("SELECT * FROM identities WHERE id = ?", (identity_id,))
    return read_identity(world, row) if row else None


def load_identity(world: World, identity_id: str) -> Identity:
    """Like `find_identity`, but raises ResourceNotFoundException."""
    identity = find_identity(world, identity_id)
    if identity is None:
        raise ServiceError("ResourceNotFoundException", f"Identity '{identity_id}' not found.")
    return identity


def read_identity(world: World, row: Row) -> Identity:
    """A row of the identities table as a record."""
    logins = world.store.all(_PROVIDERS, (row["id"], row["id"]))
    return Identity(
        id=row["id"],
        pool_id=row["pool_id"],
        is_guest=bool(row["is_guest"]),
        merged_into=row["merged_into"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        providers=tuple(login["provider"] for login in logins),
    )


def describe(identity: Identity) -> dict[str, Any]:
    """An identity in the shape of IdentityDescription."""
    return {
        "IdentityId": identity.id,
        "Logins": list(identity.providers),
        "CreationDate": identity.created_at,
        "LastModifiedDate": identity.modified_at,
    }


def create_identity(world: World, pool_id: str, logins: Iterable[Login] = ()) -> Identity:
    """A new identity: a guest without logins."""
    logins = tuple(logins)
    identity_id, now = new_id(world, region_of(pool_id)), world.clock.now()
    world.store.execute(
        "INSERT INTO identities (id, pool_id, is_guest, created_at, modified_at) VALUES (?, ?, ?, ?, ?)",
        (identity_id, pool_id, not logins, now, now),
    )
    link(world, load_identity(world, identity_id), logins)
    return load_identity(world, identity_id)


def link(world: World, identity: Identity, logins: Iterable[Login]) -> None:
    """Let logins lead to an identity; those that already do change nothing."""
    for login in logins:
        owner = owner_of(world, identity.pool_id, login)
        if owner == identity.id:
            continue
        world.store.execute(
            "INSERT INTO identity_logins (pool_id, provider, subject, identity_id) VALUES (?, ?, ?, ?)",
            (identity.pool_id, login.provider, login.subject, identity.id),
        )
        touch(world, identity, is_guest=False)


def touch(world: World, identity: Identity, *, is_guest: bool) -> None:
    """Note that an identity changed, and whether it still is a guest."""
    world.store.execute(
        "UPDATE identities SET is_guest = ?, modified_at = ? WHERE id = ?", (is_guest, world.clock.now(), identity.id)
    )


def unlink(world: World, identity: Identity, providers: Iterable[str]) -> None:
    """Logins of these providers no longer lead to the identity. Without any left it belongs to nobody."""
    for provider in providers:
        for table in ("identity_logins", "developer_logins"):
            world.store.execute(
                f"DELETE FROM {table} WHERE identity_id = ? AND provider = ?",  # noqa: S608  # two names of our own
                (identity.id, provider),
            )
    touch(world, identity, is_guest=False)


def merge_away(world: World, identity: Identity, successor_id: str) -> None:
    """Disable an identity whose person turned out to have another one already; who led to it leads on."""
    now = world.clock.now()
    world.store.execute(
        "UPDATE identities SET merged_into = ?, modified_at = ? WHERE id = ?", (successor_id, now, identity.id)
    )
    world.store.execute("UPDATE identities SET merged_into = ? WHERE merged_into = ?", (successor_id, identity.id))


def owner_of(world: World, pool_id: str, login: Login) -> str | None:
    """The id of the identity a login leads to. A developer's token names it, and merged ones lead on."""
    if login.provider == PROVIDER:
        named = find_identity(world, login.subject)
        return (named.merged_into or named.id) if named is not None and named.pool_id == pool_id else None
    row = world.store.one(
        "SELECT identity_id FROM identity_logins WHERE pool_id = ? AND provider = ? AND subject = ?",
        (pool_id, login.provider, login.subject),
    )
    return str(row["identity_id"]) if row else None
