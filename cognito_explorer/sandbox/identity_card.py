"""What a sandbox keeps about itself: its administrator's keys, its control token and its seed."""

import secrets
from dataclasses import dataclass, field

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.chance import Chance
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


def open_chance(store: Store, seed_number: int | None) -> Chance:
    """The world's randomness; with a number every start of the folder has a sequence of its own, so that no id repeats.

    The number stays with the folder: a start without one goes on with it.
    """
    with store.transaction():
        number = _fact(store, "seed_number", "" if seed_number is None else str(seed_number))
        start = int(_fact(store, "starts", "0")) + 1
        store.execute("UPDATE sandbox_fact SET value = ? WHERE name = 'starts'", (str(start),))
    return Chance(f"{number}/{start}" if number else "")


def _fact(store: Store, name: str, fresh: str) -> str:
    store.execute("INSERT INTO sandbox_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, fresh))
    row = store.one("SELECT value FROM sandbox_fact WHERE name = ?", (name,))
    return fresh if row is None else str(row["value"])
