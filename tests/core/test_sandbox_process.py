"""The sandbox child as the app starts, watches and ends it."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cognito_explorer.core.errors import ExplorerError, InvalidInput, Unreachable
from cognito_explorer.core.sandbox_process import SandboxProcess, find_running


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[SandboxProcess]:
    sandbox = SandboxProcess(tmp_path / "world", seed="empty")
    yield sandbox
    await sandbox.stop()


async def test_it_starts_answers_and_stops(process: SandboxProcess) -> None:
    running = await process.start()
    assert (await process.status())["pid"] == running.pid
    assert await process.outbox() == ()
    assert running.secret_access_key not in repr(running)
    assert running.control_token not in repr(running)
    await process.stop()
    assert find_running(process.data) is None
    with pytest.raises(Unreachable):
        _ = process.running


async def test_a_second_app_attaches_and_leaves_it_running(process: SandboxProcess) -> None:
    running = await process.start()
    second = SandboxProcess(process.data)
    attached = await second.start()
    assert attached.is_attached
    assert attached.pid == running.pid
    with pytest.raises(InvalidInput, match="another window"):
        await second.reset()
    await second.stop()
    assert (await process.status())["pid"] == running.pid


async def test_a_killed_sandbox_is_noticed_and_comes_back_on_its_port(tmp_path: Path) -> None:
    ended = asyncio.Event()
    process = SandboxProcess(tmp_path / "world", on_exit=ended.set, seed="empty")
    first = await process.start()
    os.kill(first.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    await ended.wait()
    assert not process.is_running
    second = await process.start()
    assert second.port == first.port
    assert second.access_key_id == first.access_key_id
    await process.stop()


async def test_a_stop_that_was_asked_for_is_no_exit(tmp_path: Path) -> None:
    exits: list[str] = []
    process = SandboxProcess(tmp_path / "world", on_exit=lambda: exits.append("ended"), seed="empty")
    await process.start()
    await process.stop()
    await asyncio.to_thread(int)
    assert exits == []


async def test_a_reset_makes_a_fresh_world(process: SandboxProcess) -> None:
    first = await process.start()
    second = await process.reset()
    assert second.pid != first.pid
    assert second.secret_access_key != first.secret_access_key
    assert second.port == first.port


async def test_a_folder_that_is_not_ours_is_refused_in_the_sandboxs_own_words(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear Ada")
    with pytest.raises(ExplorerError, match="not a sandbox's") as refused:
        await SandboxProcess(tmp_path / "letters").start()
    assert refused.value.code == "exit 2"
    assert (tmp_path / "letters" / "dear.txt").read_text() == "Dear Ada"


async def test_a_seeding_that_was_cut_off_begins_again(process: SandboxProcess) -> None:
    process.data.parent.joinpath("world.unfinished").touch()
    await process.start()
    await process.stop()
    assert not process.data.parent.joinpath("world.unfinished").exists()
    process.data.parent.joinpath("world.unfinished").touch()
    await process.start()  # The seed is refused now, because the world is finished, and left out.
    assert (await process.status())["seed"] == "empty"


async def test_a_process_is_made_in_a_thread_of_its_own(process: SandboxProcess) -> None:
    makers: set[int] = set()
    # An audit hook cannot be taken away again: this one does no harm.
    sys.addaudithook(lambda event, _args: makers.add(threading.get_ident()) if event == "subprocess.Popen" else None)
    await process.start()
    assert makers
    assert threading.get_ident() not in makers


async def test_a_start_that_is_called_off_leaves_no_process(tmp_path: Path) -> None:
    process = SandboxProcess(tmp_path / "world", seed="empty")
    for turns in range(4):
        start = asyncio.get_running_loop().create_task(process.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start
    # It comes up at last: whatever was begun before has let go of the folder.
    assert not (await process.start()).is_attached
    await process.stop()
