"""The folder one sandbox lives in: marked as ours, locked while in use, readable by its owner only."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

MARKER = ".cognito-explorer-sandbox"
LOCK = "sandbox.lock"
RUNNING = "running.json"
DATABASE = "world.sqlite3"


class FolderRefused(Exception):  # noqa: N818  # read as a sentence: the folder was refused
    """The folder is not ours to use. The text is for people."""


class FolderInUse(Exception):  # noqa: N818  # read as a sentence: the folder is in use
    """Another sandbox holds the folder. The text is for people."""


class DataFolder:
    """An opened folder. The lock is held until `close` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _adopt(path)
        self._lock = _take_lock(path)

    @property
    def database(self) -> Path:
        """Where the world is kept."""
        return self.path / DATABASE

    def write_running(self, ready: dict[str, Any]) -> None:
        """Leave the ready line for a second app, which attaches instead of starting its own sandbox."""
        target = self.path / RUNNING
        draft = target.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(ready, file)
        draft.replace(target)

    def erase_world(self) -> None:
        """Delete the database, for a world whose seeding never came to its end."""
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RUNNING):
            (self.path / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let the next one in."""
        (self.path / RUNNING).unlink(missing_ok=True)
        os.close(self._lock)


def reset_folder(path: Path) -> None:
    """Delete a sandbox folder. Raises FolderRefused without our marker and FolderInUse while a sandbox runs on it."""
    if not path.exists():
        return
    if not (path / MARKER).is_file():
        raise FolderRefused(f"{path} is not a sandbox folder (it has no {MARKER}), so it was not deleted.")
    lock = _take_lock(path)
    try:
        for entry in path.iterdir():
            if entry.name in (LOCK, MARKER):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    finally:
        os.close(lock)
    # Windows deletes no open file, so the lock and the marker go last, after the lock was let go.
    (path / LOCK).unlink(missing_ok=True)
    (path / MARKER).unlink(missing_ok=True)
    path.rmdir()


def _adopt(path: Path) -> None:
    """Make the folder, or accept an empty one or one of ours."""
    try:
        _prepare(path)
    except OSError as problem:
        raise FolderRefused(f"{path} cannot be used: {problem.strerror}.") from problem


def _prepare(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise FolderRefused(f"{path} is a file, not a folder.")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = path / MARKER
    if not marker.exists():
        if any(path.iterdir()):
            raise FolderRefused(f"{path} holds files that are not a sandbox's. Choose an empty folder.")
        marker.write_text("This folder belongs to Cognito Explorer's sandbox.\n", encoding="utf-8")
    path.chmod(0o700)


def _take_lock(path: Path) -> int:
    descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock_whole(descriptor)
    except OSError as busy:
        os.close(descriptor)
        raise FolderInUse(f"Another sandbox is running on {path}.") from busy
    return descriptor


if sys.platform == "win32":
    import msvcrt

    def _lock_whole(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_whole(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
