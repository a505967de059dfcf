"""Emptying the store at once: neither foreign keys nor triggers look at each row, and both are back afterwards."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_explorer.sandbox.store import Store

_SCHEMA = """
CREATE TABLE pools (id INTEGER PRIMARY KEY, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id INTEGER NOT NULL REFERENCES pools (id));
CREATE TRIGGER users_counted_out AFTER DELETE ON users BEGIN
    UPDATE pools SET deleted = deleted + 1 WHERE id = OLD.pool_id;
END;
INSERT INTO pools (id) VALUES (1);
INSERT INTO users (pool_id) VALUES (1), (1);
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "world.sqlite3")
    made.create_tables(_SCHEMA)
    yield made
    made.close()


def test_tables_are_emptied_without_a_look_at_each_row(store: Store) -> None:
    with store.unlinked_transaction():
        store.clear_tables(["pools"])
    assert store.all("SELECT * FROM users") == []
    assert [tuple(row) for row in store.all("SELECT * FROM pools")] == [(1, 0)]


def test_keys_and_triggers_count_again_afterwards(store: Store) -> None:
    with store.unlinked_transaction():
        store.clear_tables(["pools"])
    with pytest.raises(sqlite3.IntegrityError):
        store.execute("INSERT INTO users (pool_id) VALUES (2)")
    store.execute("INSERT INTO users (pool_id) VALUES (1)")
    store.execute("DELETE FROM users")
    assert [row["deleted"] for row in store.all("SELECT deleted FROM pools")] == [1]


def test_who_fails_meanwhile_finds_everything_as_it_was(store: Store) -> None:
    with pytest.raises(RuntimeError), store.unlinked_transaction():
        store.clear_tables([])
        raise RuntimeError
    assert len(store.all("SELECT * FROM users")) == 2
    store.execute("DELETE FROM users WHERE id = 1")
    assert [row["deleted"] for row in store.all("SELECT deleted FROM pools")] == [1]
    with pytest.raises(sqlite3.IntegrityError):
        store.execute("DELETE FROM pools")
