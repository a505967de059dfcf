"""The program is killed between a request and its answer: the next start says that nobody knows what became of it."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cognito_explorer.core.journal import Intent, Journal, Sender
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.vault import MemoryVault
from tests.sandbox_fixture import RunningSandbox

KEY = "0f" * 32
_PATIENCE_S = 60


@pytest.fixture
def user(demo_sandbox: RunningSandbox, pool_id: str) -> str:
    """Somebody of this test alone, whose being disabled is answered far too late."""
    name = f"killed-{uuid4().hex[:8]}"
    idp = demo_sandbox.client("cognito-idp")
    idp.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
    return name


async def test_a_write_whose_process_was_killed_is_unknown_and_was_done_all_the_same(
    demo_sandbox: RunningSandbox, pool_id: str, user: str, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "journal.db"
    demo_sandbox.control("faults", {"latency": [{"operations": "cognito-idp:AdminDisableUser", "fixed_ms": 300_000}]})
    try:
        kill_in_the_middle(demo_sandbox, path, pool_id, user)
    finally:
        demo_sandbox.control("faults", {"latency": []})
    vault = MemoryVault()
    vault.put(KEY_NAME, KEY)
    journal = Journal(lambda: JournalFile(path, vault))
    await journal.open()
    (change,) = await journal.search("unknown")
    assert (change.action, change.target, change.outcome) == ("AdminDisableUser", f"user {user}", "unknown")
    assert (change.before, change.after) == ({"enabled": "yes"}, {"enabled": "no"})
    assert (change.case_number, change.trouble) == ("4711", "The app ended meanwhile.")
    assert journal.recent() == (change,)
    assert [trouble.title for trouble in journal.troubles] == [
        "1 change of an earlier run ended without an answer.",
    ]
    await journal.begin(Intent("user somebody else"), Sender("p"), operation="admin_enable_user")
    await journal.close()


def kill_in_the_middle(sandbox: RunningSandbox, path: Path, pool_id: str, user: str) -> None:
    """Kill it when the sandbox has done what was asked for and has not said so."""
    keys = sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"]
    command = [sys.executable, "-m", "tests.core.door_writer", sandbox.endpoint, *keys, str(path), KEY, pool_id, user]
    idp = sandbox.client("cognito-idp")
    with subprocess.Popen(command) as process:
        gives_up_at = time.monotonic() + _PATIENCE_S
        while is_enabled(idp, pool_id, user):
            assert process.poll() is None
            assert time.monotonic() < gives_up_at
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def is_enabled(idp: Any, pool_id: str, user: str) -> bool:
    (found,) = idp.list_users(UserPoolId=pool_id, Filter=f'username = "{user}"')["Users"]
    return bool(found["Enabled"])
