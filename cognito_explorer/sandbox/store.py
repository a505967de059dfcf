"""SQLite under the sandbox: one file, one writer, every acknowledged write survives a killed process."""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError

Row = sqlite3.Row


class Store:
    """One SQLite database. Every method may be called from any thread; transactions are exclusive and nest."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # WAL survives a killed process without a sync per commit; a power cut may lose the last seconds, no more.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def create_tables(self, schema: str) -> None:
        """Run a script of `CREATE … IF NOT EXISTS` statements."""
        with self._lock:
            self._connection.executescript(schema)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run one statement for each row and return how many rows it changed."""
        with self._lock:
            return self._connection.executemany(sql, rows).rowcount

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        with self._lock:
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Every row; callers bound it with LIMIT."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, except that a ServiceError may keep its writes. Nested transactions join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException as error:
                self._depth -= 1
                if self._depth == 0:
                    is_kept = isinstance(error, ServiceError) and error.keeps_writes
                    self._connection.execute("COMMIT" if is_kept else "ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    @contextmanager
    def unlinked_transaction(self) -> Iterator[None]:
        """One in which foreign keys do not count: whole tables go at once there, in any order. Not to be nested."""
        with self._lock:
            self._connection.execute("PRAGMA foreign_keys = OFF")
            try:
                with self.transaction():
                    yield
            finally:
                self._connection.execute("PRAGMA foreign_keys = ON")

    def clear_tables(self, kept: Collection[str]) -> None:
        """Delete every row of all tables but these, without what triggers would do about each; in a transaction."""
        with self._lock:
            triggers = self.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            # A table with a trigger is emptied row by row, which takes minutes with a million users.
            for trigger in triggers:
                self.execute(f'DROP TRIGGER "{trigger["name"]}"')
            for table in self.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
                if table["name"] not in kept:
                    self.execute(f'DELETE FROM "{table["name"]}"')  # noqa: S608  # a table's name is no parameter
            for trigger in triggers:
                self.execute(trigger["sql"])

    def close(self) -> None:
        """Write everything back into the one file and let go of it."""
        with self._lock:
            self._connection.close()
