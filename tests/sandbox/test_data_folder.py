"""The sandbox's folder: ours, locked, private; and the command line around it."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cognito_explorer.sandbox.data_folder import (
    MARKER,
    RUNNING,
    DataFolder,
    FolderInUse,
    FolderRefused,
    reset_folder,
)
from tests.sandbox_fixture import RunningSandbox, start_sandbox


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """The sandbox's command line, with its standard input closed from the start."""
    command = [sys.executable, "-m", "cognito_explorer.sandbox", "--child", *options]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_folder_and_files_are_the_owners_alone(sandbox: RunningSandbox) -> None:
    assert stat.S_IMODE(sandbox.data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in sandbox.data.iterdir()} == {0o600}


def test_the_ready_line_is_left_for_a_second_app(sandbox: RunningSandbox) -> None:
    assert json.loads((sandbox.data / RUNNING).read_text(encoding="utf-8")) == sandbox.ready
    assert set(sandbox.ready) == {
        *("endpoint", "access_key_id", "secret_access_key", "control_token", "region", "version", "pid"),
    }
    assert sandbox.ready["pid"] == sandbox.process.pid


def test_a_second_sandbox_on_the_folder_exits_3(sandbox: RunningSandbox) -> None:
    done = run("--data", str(sandbox.data))
    assert (done.returncode, done.stdout) == (3, "")
    assert "Another sandbox is running on" in done.stderr
    assert run("--data", str(sandbox.data), "--reset").returncode == 3


def test_a_taken_port_exits_4(sandbox: RunningSandbox, tmp_path: Path) -> None:
    port = sandbox.endpoint.rpartition(":")[2]
    done = run("--data", str(tmp_path / "other"), "--port", port)
    assert done.returncode == 4
    assert f"Port {port}" in done.stderr


def test_a_seed_on_a_filled_folder_exits_2(tmp_path: Path) -> None:
    data = tmp_path / "world"
    start_sandbox(data, "--seed", "empty").stop()
    for seed in ("demo", "empty"):
        done = run("--data", str(data), "--seed", seed)
        assert done.returncode == 2
        assert "A seed fills an empty folder only" in done.stderr
    assert start_sandbox(data).stop() == 0


def test_reset_starts_over(tmp_path: Path) -> None:
    data = tmp_path / "world"
    first = start_sandbox(data)
    first.client("cognito-idp").create_user_pool(PoolName="gone")
    first.stop()
    second = start_sandbox(data, "--reset", "--seed", "empty")
    try:
        assert second.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
        assert second.ready["secret_access_key"] != first.ready["secret_access_key"]
    finally:
        second.stop()


@pytest.mark.parametrize("options", [["--port", "x"], ["--seed", "moon"], ["--port", "70000"], [], ["extra"]])
def test_a_wrong_command_line_exits_2(options: list[str], tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "world")] if options else []
    assert run(*data, *options).returncode == 2


def test_a_closed_standard_input_ends_a_child(tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world")
    assert running.stop() == 0
    assert not (running.data / RUNNING).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    running = start_sandbox(tmp_path / "world")
    running.process.send_signal(number)
    running.process.wait(20)
    assert running.stop() == 0
    assert not (running.data / RUNNING).exists()


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderRefused, match="Choose an empty folder"):
        DataFolder(tmp_path)
    assert run("--data", str(tmp_path)).returncode == 2
    assert run("--data", str(tmp_path), "--reset").returncode == 2
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run("--data", str(tmp_path / "thesis.txt" / "world"))
    assert done.returncode == 2
    assert "world cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_reset_deletes_only_what_bears_the_marker(tmp_path: Path) -> None:
    data = tmp_path / "world"
    folder = DataFolder(data)
    with pytest.raises(FolderInUse):
        reset_folder(data)
    folder.close()
    (data / "sub").mkdir()
    (data / "sub" / "file").write_text("x")
    (data / MARKER).rename(tmp_path / MARKER)
    with pytest.raises(FolderRefused):
        reset_folder(data)
    assert (data / "sub" / "file").exists()
    (tmp_path / MARKER).rename(data / MARKER)
    reset_folder(data)
    assert not data.exists()
    reset_folder(data)


def test_reset_follows_no_link(tmp_path: Path) -> None:
    data, precious = tmp_path / "world", tmp_path / "precious"
    DataFolder(data).close()
    precious.mkdir()
    (precious / "file").write_text("x")
    (data / "link").symlink_to(precious, target_is_directory=True)
    reset_folder(data)
    assert (precious / "file").exists()


def test_a_half_seeded_world_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "world"
    folder = DataFolder(data)
    folder.database.write_bytes(b"")
    folder.close()
    running = start_sandbox(data, "--seed", "empty")
    try:
        assert running.control("status")["seed"] == "empty"
    finally:
        running.stop()


def test_the_example_of_the_documentation_starts_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    assert '"cognito-explorer", "sandbox"' in example
    here = example.replace('"cognito-explorer"', f'{sys.executable!r}, "-m", "cognito_explorer"')
    done = subprocess.run(
        [sys.executable, "-c", f'{here}\nprint(len(idp.list_user_pools(MaxResults=60)["UserPools"]))'],
        env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
