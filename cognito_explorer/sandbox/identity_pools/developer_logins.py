"""Which users of a developer's own provider lead to which identity, as stored."""

from cognito_explorer.sandbox.identity_pools.identities import Identity, load_identity, touch
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.world import World


def find_owner(world: World, pool_id: str, user_identifier: str) -> Identity | None:
    """The identity a developer's user leads to."""
    row = world.store.one(
        "SELECT identity_id FROM developer_logins WHERE pool_id = ? AND user_identifier = ?",
        (pool_id, user_identifier),
    )
    return load_identity(world, row["identity_id"]) if row else None


def add_login(world: World, identity: Identity, provider: str, user_identifier: str) -> None:
    """Let a developer's user, who must not lead anywhere yet, lead to an identity."""
    world.store.execute(
        "INSERT INTO developer_logins (pool_id, provider, user_identifier, identity_id) VALUES (?, ?, ?, ?)",
        (identity.pool_id, provider, user_identifier, identity.id),
    )
    touch(world, identity, is_guest=False)


def remove_login(world: World, identity: Identity, user_identifier: str) -> bool:
    """Whether the user did lead to the identity; no longer."""
    removed = world.store.execute(
        "DELETE FROM developer_logins WHERE identity_id = ? AND user_identifier = ?", (identity.id, user_identifier)
    )
    touch(world, identity, is_guest=False)
    return removed > 0


def move_all(world: World, source: Identity, destination: Identity) -> None:
    """Every login of one identity, the developer's and others, leads to another from now on."""
    for table in ("developer_logins", "identity_logins"):
        world.store.execute(
            f"UPDATE {table} SET identity_id = ? WHERE identity_id = ?",  # noqa: S608  # two names of our own
            (destination.id, source.id),
        )
    touch(world, destination, is_guest=False)


def count_logins(world: World, *identities: Identity) -> int:
    """All logins of some identities, the developer's and others."""
    total = 0
    for identity in identities:
        for table in ("developer_logins", "identity_logins"):
            sql = f"SELECT COUNT(*) AS n FROM {table} WHERE identity_id = ?"  # noqa: S608  # two names of our own
            row: Row | None = world.store.one(sql, (identity.id,))
            total += row["n"] if row else 0
    return total
