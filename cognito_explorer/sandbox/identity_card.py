"""What a sandbox keeps about itself: its administrator's keys, its control token and its seed."""

import secrets
from dataclasses import dataclass, field

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """The facts that stay the same for the life of a data folder."""

    administrator: AccessKey
    control_token: str = field(repr=False)


def read_card(store: Store) -> IdentityCard:
    """The folder's facts; made at its first start."""
    store.create_tables(SCHEMA)
    with store.transaction():
        key_id = _fact(store, "access_key_id", "AKIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16)))
        secret = _fact(store, "secret_access_key", secrets.token_urlsafe(30))
        return IdentityCard(AccessKey(key_id, secret), _fact(store, "control_token", secrets.token_urlsafe(24)))


def finished_seed(store: Store) -> str | None:
    """The seed this world was filled with, or None when no seeding has come to its end."""
    store.create_tables(SCHEMA)
    row = store.one("SELECT value FROM sandbox_fact WHERE name = 'seed'")
    return None if row is None else str(row["value"])


def note_seed(store: Store, seed: str) -> None:
    """Write down that the world is filled."""
    store.execute("INSERT INTO sandbox_fact (name, value) VALUES ('seed', ?)", (seed,))


def _fact(store: Store, name: str, fresh: str) -> str:
    store.execute("INSERT INTO sandbox_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, fresh))
    row = store.one("SELECT value FROM sandbox_fact WHERE name = ?", (name,))
    return fresh if row is None else str(row["value"])
