"""Runs an import job in a thread of its own, some lines to a transaction, so that others get their turn between."""

import json
import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cognito_explorer.sandbox.auth.mfa_settings import SMS, MfaSettings, save_mfa_settings
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.import_rows import RowProblem, csv_header, read_row, split_line
from cognito_explorer.sandbox.user_pools.paging import sandbox_secret
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.user_pools.users import insert_user
from cognito_explorer.sandbox.world import World

_ACTIVE = ("Pending", "InProgress", "Stopping")
FIND_ACTIVE = "SELECT * FROM import_jobs WHERE status IN ('Pending', 'InProgress', 'Stopping')"
MAX_USERS = 500_000
_LINES_A_TURN = 50
_PAUSE_S = 0.001
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: str
    message: str


def start_run(world: World, job_id: str) -> None:
    """Import in the background: the thread waits for the transaction that started it, and ends if that failed."""
    threading.Thread(target=_run, args=(world, job_id), name=job_id, daemon=True).start()


def resume_runs(world: World) -> None:
    """Go on with the jobs that were running when the sandbox ended."""
    for row in world.store.all(FIND_ACTIVE):
        start_run(world, row["id"])


def _run(world: World, job_id: str) -> None:
    try:
        lines: Sequence[str] | None = None
        while True:
            with world.store.transaction():
                row = world.store.one("SELECT * FROM import_jobs WHERE id = ?", (job_id,))
                if row is None or row["status"] not in _ACTIVE:
                    return
                if lines is None:
                    lines = _lines(world, job_id)
                _import_some(world, row, lines)
            # The lock goes to whoever asks first, and this thread would always be that.
            time.sleep(_PAUSE_S)
    except sqlite3.ProgrammingError:
        _log.info("the sandbox ended while %s ran; the job goes on when it starts again", job_id)


def _lines(world: World, job_id: str) -> list[str]:
    row = world.store.one("SELECT content FROM import_files WHERE job_id = ?", (job_id,))
    # An undecodable file gives lines that match no header, and the log says so.
    text = bytes(row["content"]).decode("utf-8", "replace") if row else ""
    return [line.removesuffix("\r") for line in text.split("\n")]


def _import_some(world: World, job: Row, lines: Sequence[str]) -> None:
    pool = load_pool(world, job["pool_id"])
    if job["status"] == "Stopping":
        _finish(world, job["id"], "Stopped", "The user import job was stopped by the developer.")
        return
    header = split_line(lines[0])
    if job["position"] == 0 and not _begin(world, pool, job, header, lines):
        return
    first = max(job["position"], 1)
    counts = {"imported": 0, "skipped": 0, "failed": 0}
    for number in range(first, min(first + _LINES_A_TURN, len(lines))):
        if lines[number].strip():
            outcome = _import_line(world, pool, header, lines[number], job=job["id"], number=number)
            counts[outcome.kind] += 1
            _write(world, job["id"], number, outcome)
    world.store.execute(
        "UPDATE import_jobs SET status = 'InProgress', position = ?, imported = imported + ?, skipped = skipped + ?,"
        " failed = failed + ? WHERE id = ?",
        (first + _LINES_A_TURN, *counts.values(), job["id"]),
    )
    if first + _LINES_A_TURN >= len(lines):
        _complete(world, job["id"])


def _begin(world: World, pool: dict[str, Any], job: Row, header: list[str], lines: Sequence[str]) -> bool:
    wanted = csv_header(pool)
    if sorted(header) != sorted(wanted):
        _write(world, job["id"], 0, _Outcome("failed", f"The header must be {','.join(wanted)} in any order."))
        _finish(world, job["id"], "Failed", "The header in the CSV file does not match the user pool.")
        return False
    if len(lines) > MAX_USERS + 2:
        _finish(world, job["id"], "Failed", f"The CSV file has more than {MAX_USERS} users.")
        return False
    return True


def _import_line(
    world: World, pool: dict[str, Any], header: list[str], line: str, *, job: str, number: int
) -> _Outcome:
    try:
        row = read_row(pool, header, line)
        # The thread draws no chance of its own: numbered worlds must repeat.
        name = f"{sandbox_secret(world, 'imports').hex()} {job} {number}"
        user = insert_user(world, pool, replace(row.user, sub=str(uuid.uuid5(uuid.NAMESPACE_OID, name))))
        if row.has_mfa:
            save_mfa_settings(world, user, MfaSettings(frozenset({SMS}), preferred=SMS, is_legacy=True))
    except RowProblem as problem:
        return _Outcome("failed", str(problem))
    except ServiceError as problem:
        is_known = problem.code == "UsernameExistsException"
        return _Outcome("skipped", "The user already exists.") if is_known else _Outcome("failed", problem.message)
    return _Outcome("imported", "The import succeeded.")


def _write(world: World, job_id: str, line: int, outcome: _Outcome) -> None:
    word = {"imported": "SUCCEEDED", "skipped": "SKIPPED", "failed": "FAILED"}[outcome.kind]
    world.store.execute(
        "INSERT OR REPLACE INTO import_log (job_id, line, outcome, message) VALUES (?, ?, ?, ?)",
        (job_id, line, word, f"[{word}] Line Number {line} - {outcome.message}"),
    )


def _complete(world: World, job_id: str) -> None:
    row = world.store.one("SELECT imported, skipped + failed AS others FROM import_jobs WHERE id = ?", (job_id,))
    if row and row["others"] and not row["imported"]:
        _finish(world, job_id, "Failed", "Too many users have failed or been skipped during the import.")
    else:
        _finish(world, job_id, "Succeeded", "Import Job Completed Successfully.")


def _finish(world: World, job_id: str, status: str, message: str) -> None:
    row = world.store.one("SELECT body FROM import_jobs WHERE id = ?", (job_id,))
    body = json.loads(row["body"]) if row else {}
    body |= {"CompletionDate": world.clock.now(), "CompletionMessage": message}
    world.store.execute("UPDATE import_jobs SET status = ?, body = ? WHERE id = ?", (status, json.dumps(body), job_id))
    world.store.execute("DELETE FROM import_files WHERE job_id = ?", (job_id,))
