"""The journal at rest: an SQLCipher file of this person alone, its key in the keyring. Blocks; one thread uses it."""

import json
import os
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from cognito_explorer.core import paths
from cognito_explorer.core.errors import ExplorerError, WriteRefused
from cognito_explorer.core.journal import Change, marks_of
from cognito_explorer.core.vault import Vault, open_keyring

R = TypeVar("R")

KEY_NAME = "journal/key"
UNREADABLE_KEY_NAME = "journal/key-unreadable"
_KEY_BYTES = 32
_KEY = re.compile(r"[0-9a-f]{64}")
_BUSY_S = 5.0
_JSON, _TIMES = frozenset({"before", "after"}), frozenset({"at", "undone_at"})
_LATE = ("outcome", "trouble", "request_id", "undone_by", "undone_at", "words")
_COLUMNS = tuple(each.name for each in fields(Change))
_ALL = ", ".join(_COLUMNS)
# Of the column `unseen`: nobody was told of it either.
_UNTOLD = "untold"


def journal_path() -> Path:
    """Where the journal of this computer's user lies."""
    return paths.data_folder() / "journal.db"


def open_journal() -> "JournalFile":
    """The journal of this computer's user. Raises VaultUnavailable, and WriteRefused for a folder not to be written."""
    return JournalFile(journal_path(), open_keyring())


class JournalFile:
    """Several processes may have it open. One that cannot be read is renamed and kept, and a new one begun.

    Each process holds a lock for as long as it lives: what it left running is unfinished once that lock is free.
    """

    def __init__(self, path: Path, vault: Vault) -> None:
        self.troubles: list[ExplorerError] = []
        self.unfinished: list[Change] = []
        self._path = path
        self._writer = uuid4().hex
        self._connection: Any = None
        self._inode = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._begin(vault)
        except (OSError, _sqlite().OperationalError) as trouble:
            self._let_go()
            raise _unwritable(path, trouble) from trouble

    def put(self, change: Change, *, is_left: bool = False) -> None:
        """Keep a change or its outcome, and what it takes back: on the disk when this returns. Raises WriteRefused."""
        self._do(lambda connection: self._put(connection, change, is_left=is_left), _unwritable)

    def search(self, text: str, *, limit: int, skip: int = 0, outcome: str = "") -> list[Change]:
        """The changes in which every word occurs, newest first; of one outcome or any. Raises ExplorerError."""
        wanted = text.casefold().split()
        where = " AND ".join([*(["instr(words, ?) > 0"] * len(wanted)), *(["outcome = ?"] if outcome else [])]) or "1"
        statement = f"SELECT {_ALL} FROM change WHERE {where} ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?"  # noqa: S608
        values = (*wanted, *([outcome] if outcome else []), limit, skip)
        return self._do(lambda connection: [_parse(row) for row in connection.execute(statement, values)], _unread)

    def note_seen(self, change_ids: Sequence[str]) -> None:
        """The next run says nothing of these. Raises WriteRefused."""
        marks = [(change_id,) for change_id in change_ids]
        statement = "UPDATE change SET unseen = '' WHERE id = ?"
        self._do(lambda connection: connection.executemany(statement, marks), _unwritable)

    def close(self) -> None:
        """Let go of the file and of the sign that this process lives."""
        self._let_go()
        self._alive.close()
        _alive_path(self._path, self._writer).unlink(missing_ok=True)

    def _put(self, connection: Any, change: Change, *, is_left: bool) -> None:
        if not change.undoes and not is_left:
            self._upsert(connection, change)
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._upsert(connection, change)
            if is_left:
                connection.execute("UPDATE change SET unseen = ? WHERE id = ?", (_UNTOLD, change.id))
            for marked in marks_of(change, lambda change_id: _find(connection, change_id)):
                self._upsert(connection, marked)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(_sqlite().DatabaseError):
                connection.execute("ROLLBACK")
            raise

    def _upsert(self, connection: Any, change: Change) -> None:
        row = {name: getattr(change, name) for name in _COLUMNS}
        row |= {name: json.dumps(dict(row[name]), ensure_ascii=False) for name in _JSON}
        row |= {name: row[name].isoformat() if row[name] else "" for name in _TIMES}
        row |= {"words": change.words(), "writer": self._writer}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        late = ", ".join(f"{name} = excluded.{name}" for name in _LATE)
        # Names of columns are the record's own.
        statement = f"INSERT INTO change ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {late}"  # noqa: S608
        connection.execute(statement, tuple(row.values()))

    def _begin(self, vault: Vault) -> None:
        """Open, and settle what the dead have left, while no other process does."""
        entry = _hold(self._path.with_suffix(".lock"), _BUSY_S)
        if entry is None:
            raise OSError("another Cognito Explorer is just opening it")
        try:
            self._key, self._is_key_damaged = _key(vault)
            self._alive: Any = _hold(_alive_path(self._path, self._writer), 0)
            self._settle()
        finally:
            entry.close()

    def _opened(self) -> Any:
        """The connection to the file that lies there now: somebody may have deleted the one that was open."""
        if self._connection is not None and _inode(self._path) != self._inode:
            self._let_go()
            # Another process that found it damaged has set it aside, and has said so.
            if self._inode not in map(_inode, self._path.parent.glob(f"{self._path.stem}-unreadable-*")):
                self.troubles.append(_gone(self._path))
        if self._connection is None:
            self._connection = self._open()
            self._inode = _inode(self._path)
        return self._connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> Any:
        try:
            return _connect(self._path, self._key)
        except _sqlite().DatabaseError as trouble:
            if type(trouble) is not _sqlite().DatabaseError:
                raise
            self._set_aside()
            return _connect(self._path, self._key)

    def _set_aside(self) -> None:
        """An unreadable journal may still be read by somebody who finds the key: it is never overwritten."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        kept = self._path.with_name(f"{self._path.stem}-unreadable-{stamp}{self._path.suffix}")
        for end in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + end)
            if part.exists():
                part.rename(kept.with_name(kept.name + end))
        title = "The journal of changes could not be read; a new one was begun."
        hint = f"The old one is kept as {kept}. It is damaged, or its key in the keyring was deleted or replaced."
        if self._is_key_damaged:
            hint = f"The old one is kept as {kept}, and its damaged key in the keyring as {UNREADABLE_KEY_NAME}."
        self.troubles.append(ExplorerError(title, hint, code="JournalUnreadable"))

    def _settle(self) -> None:
        statement = f"SELECT {_ALL}, writer FROM change WHERE outcome = 'running' ORDER BY at"  # noqa: S608
        left = self._do(lambda connection: connection.execute(statement).fetchall(), _unwritable)
        dead = {row[-1] for row in left} - self._living()
        for row in left:
            if row[-1] in dead:
                self.put(replace(_parse(row), outcome="unknown", trouble="The app ended meanwhile."), is_left=True)
        statement = f"SELECT {_ALL} FROM change WHERE unseen != '' AND outcome = 'unknown' ORDER BY at"  # noqa: S608
        self.unfinished = self._do(lambda connection: [_parse(row) for row in connection.execute(statement)], _unread)
        statement = "UPDATE change SET unseen = 'yes' WHERE unseen = ?"
        count = self._do(lambda connection: connection.execute(statement, (_UNTOLD,)).rowcount, _unwritable)
        if count:
            title = f"{count} {'change' if count == 1 else 'changes'} of an earlier run ended without an answer."
            self.troubles.append(
                ExplorerError(title, "Look whether it was done before you try again.", code="Unfinished")
            )

    def _living(self) -> set[str]:
        """The writers whose processes live. What the dead have left behind to say so is swept up."""
        living = set()
        for path in self._path.parent.glob(f"{self._path.stem}.*.alive"):
            lock = None if path == _alive_path(self._path, self._writer) else _hold(path, 0)
            if lock is None:
                living.add(path.name.split(".")[-2])
                continue
            lock.close()
            path.unlink(missing_ok=True)
        return living

    def _do(self, work: Callable[[Any], R], failed: Callable[[Path, Exception], ExplorerError]) -> R:
        """What `work` makes of the connection. Where the file is damaged, it is set aside and a new one begun."""
        damaged = _sqlite().DatabaseError
        try:
            for is_own_damage in (False, True):
                try:
                    return work(self._opened())
                except damaged as trouble:
                    if type(trouble) is not damaged:
                        raise
                # Damaged while it was open; another process may have begun a new one already.
                self._let_go()
                if is_own_damage:
                    self._set_aside()
            return work(self._opened())
        except (OSError, damaged) as trouble:
            if isinstance(trouble, OSError | _sqlite().OperationalError) or type(trouble) is damaged:
                raise failed(self._path, trouble) from trouble
            raise


def _sqlite() -> Any:
    """Loaded by who needs it: the app starts without."""
    from sqlcipher3 import dbapi2

    return dbapi2


def _key(vault: Vault) -> tuple[str, bool]:
    """The journal's key, and whether another stood in its place that is none: who mends it can read the old journal."""
    found = vault.get(KEY_NAME)
    if _KEY.fullmatch(found):
        return found, False
    if found and not vault.get(UNREADABLE_KEY_NAME):  # the first one is the oldest journal's
        vault.put(UNREADABLE_KEY_NAME, found)
    key = secrets.token_hex(_KEY_BYTES)
    vault.put(KEY_NAME, key)
    return key, bool(found)


def _connect(path: Path, key: str) -> Any:
    _make_private(path)
    connection = _sqlite().connect(str(path), timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        # It would tell the terminal about every wrong key.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("PRAGMA journal_mode = WAL")
        # Not NORMAL: an intent must outlive a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        _make_table(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_table(connection: Any) -> None:
    """The table, with the columns an older app did not know."""
    columns = (*_COLUMNS[1:], "words", "writer", "unseen")
    declared = ", ".join(f"{name} TEXT NOT NULL DEFAULT ''" for name in columns)
    connection.execute(f"CREATE TABLE IF NOT EXISTS change (id TEXT PRIMARY KEY, {declared})")
    connection.execute("CREATE INDEX IF NOT EXISTS change_at ON change (at)")
    present = {row[1] for row in connection.execute("PRAGMA table_info(change)")}
    for name in columns:
        if name not in present:
            connection.execute(f"ALTER TABLE change ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")


def _make_private(path: Path) -> None:
    """Create a file for its owner's eyes. One that is there is not opened: closing it would end SQLite's locks."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        path.chmod(0o600)


def _hold(path: Path, timeout_s: float) -> Any | None:
    """A lock the system takes away when its process dies; None while another holds it."""
    _make_private(path)
    connection = _sqlite().connect(str(path), timeout=timeout_s, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except _sqlite().OperationalError as trouble:
        connection.close()
        if "locked" in str(trouble):
            return None
        raise
    return connection


def _alive_path(path: Path, writer: str) -> Path:
    return path.with_name(f"{path.stem}.{writer}.alive")


def _inode(path: Path) -> int:
    """Which file lies there; 0 for none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _find(connection: Any, change_id: str) -> Change | None:
    row = connection.execute(f"SELECT {_ALL} FROM change WHERE id = ?", (change_id,)).fetchone()  # noqa: S608
    return _parse(row) if row is not None else None


def _parse(row: Any) -> Change:
    values = dict(zip(_COLUMNS, row, strict=False))
    values |= {name: json.loads(values[name]) for name in _JSON}
    values |= {name: datetime.fromisoformat(values[name]) if values[name] else None for name in _TIMES}
    return Change(**values)


def _unwritable(path: Path, trouble: Exception) -> ExplorerError:
    title = "Nothing was changed: the journal cannot be written."
    hint = f"Every change is noted before it is sent. Make room and see that you may write into {path.parent}."
    return WriteRefused(title, f"{hint} ({trouble})", code="JournalUnwritable")


def _gone(path: Path) -> ExplorerError:
    title = "The file of the journal of changes was deleted or replaced while it was in use."
    hint = f"What it held is gone unless you have a copy. Changes are noted in {path} from now on."
    return ExplorerError(title, hint, code="JournalGone")


def _unread(path: Path, trouble: Exception) -> ExplorerError:
    return ExplorerError("The journal cannot be read.", f"Look at {path}. ({trouble})", code="JournalUnread")
