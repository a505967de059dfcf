"""The journal at rest: kept from others, from power cuts, from other processes, and never overwritten."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core.errors import ExplorerError, VaultUnavailable, WriteRefused
from cognito_explorer.core.journal import Change, Intent, Journal, Sender
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.vault import MemoryVault, Vault, open_keyring
from tests.core.changes import change_of

KEY = "0f" * 32
NAMES = {"operation": "admin_enable_user", "action": "AdminEnableUser"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def vault() -> Vault:
    kept = MemoryVault()
    kept.put(KEY_NAME, KEY)
    return kept


@contextmanager
def opened(path: Path, vault: Vault) -> Iterator[JournalFile]:
    journal = JournalFile(path, vault)
    yield journal
    journal.close()


@contextmanager
def other_process(path: Path, errand: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.core.journal_writer", str(path), KEY, errand]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_what_was_written_is_read_again_by_the_next_run(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        change = change_of("user ada", before={"name": "Ä"}, after={"name": "B"}, case_number="4711")
        journal.put(change)
        journal.put(done := change_of("user bob", outcome="accepted", request_id="r-1"))
    with opened(path, vault) as journal:
        assert journal.search("BOB r-1", limit=9) == [done]
        assert [each.target for each in journal.search("ä 4711", limit=9)] == ["user ada"]
        assert journal.search("nobody", limit=9) == []
        assert [each.target for each in journal.search("", limit=1, skip=1)] == ["user ada"]


def test_nobody_else_reads_the_file(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        journal.put(change_of("user ada.lovelace"))
        files = [each for each in path.parent.iterdir() if each.is_file()]
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
        assert len(files) >= 4, "the file, its log, and two locks"
        assert all(b"lovelace" not in each.read_bytes() for each in files)
        assert not path.read_bytes().startswith(b"SQLite format 3")


def test_a_key_is_made_once_and_kept_in_the_keyring(secret_service: None, path: Path) -> None:
    vault = open_keyring()
    with opened(path, vault) as journal:
        journal.put(change_of("user ada", outcome="accepted"))
    assert len(bytes.fromhex(vault.get(KEY_NAME))) == 32
    with opened(path, open_keyring()) as journal:
        assert [each.target for each in journal.search("", limit=9)] == ["user ada"]
        assert journal.troubles == []


def test_a_journal_whose_key_is_gone_is_kept_under_another_name(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        journal.put(change_of("user ada"))
    before = path.read_bytes()
    vault.forget(KEY_NAME)
    with opened(path, vault) as journal:
        assert journal.search("", limit=9) == []
        (trouble,) = journal.troubles
        journal.put(change_of("user bob"))
    (kept,) = path.parent.glob("journal-unreadable-*.db")
    assert kept.read_bytes() == before
    assert str(kept) in trouble.hint
    vault.put(KEY_NAME, KEY)
    with opened(kept, vault) as journal:
        assert [each.target for each in journal.search("", limit=9)] == ["user ada"]


@pytest.mark.parametrize("damage", [b"not a database" * 400, b"short"])
def test_a_damaged_journal_is_kept_under_another_name(path: Path, vault: Vault, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    with opened(path, vault) as journal:
        assert len(journal.troubles) == 1
        journal.put(change_of("user ada", outcome="accepted"))
    (kept,) = path.parent.glob("journal-unreadable-*.db")
    assert kept.read_bytes() == damage
    with opened(path, vault) as journal:
        assert journal.troubles == []
        assert len(journal.search("", limit=9)) == 1


def test_damage_in_the_middle_is_found_at_the_start_and_the_journal_kept(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        for number in range(100):
            journal.put(change_of(f"user {number}", outcome="accepted"))
    damaged = bytearray(path.read_bytes())
    damaged[4_096 : len(damaged)] = b"x" * (len(damaged) - 4_096)
    path.write_bytes(damaged)
    with opened(path, vault) as journal:
        assert [trouble.code for trouble in journal.troubles] == ["JournalUnreadable"]
        journal.put(change_of("user ada", outcome="accepted"))
        assert [each.target for each in journal.search("", limit=9)] == ["user ada"]
    (kept,) = path.parent.glob("journal-unreadable-*.db")
    assert kept.read_bytes() == damaged


def test_a_journal_that_was_deleted_while_open_is_begun_anew_and_it_is_said(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        journal.put(change_of("user ada", outcome="accepted"))
        path.unlink()
        journal.put(change_of("user bob", outcome="accepted"))
        assert [trouble.code for trouble in journal.troubles] == ["JournalGone"]
    with opened(path, vault) as journal:
        assert [each.target for each in journal.search("", limit=9)] == ["user bob"]


def test_two_who_find_the_same_damage_go_on_in_the_same_new_journal(path: Path, vault: Vault) -> None:
    with opened(path, vault) as one, opened(path, vault) as two:
        for number in range(100):
            one.put(change_of(f"user {number}", outcome="accepted"))
        one._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for each in (one, two):
            each._connection.execute("PRAGMA shrink_memory")
        path.write_bytes(b"x" * path.stat().st_size)
        assert one.search("", limit=999) == []
        one.put(change_of("user ada", outcome="accepted"))
        assert [each.target for each in two.search("", limit=999)] == ["user ada"]
        two.put(change_of("user bob", outcome="accepted"))
        assert len(one.search("", limit=999)) == 2
        assert [[trouble.code for trouble in each.troubles] for each in (one, two)] == [["JournalUnreadable"], []]
    assert len(list(path.parent.glob("journal-unreadable-*.db"))) == 1


def test_an_intent_of_a_process_that_was_killed_is_unknown_at_the_next_start(path: Path, vault: Vault) -> None:
    with other_process(path, "leave") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with opened(path, vault) as journal:
        assert [trouble.code for trouble in journal.troubles] == ["Unfinished"]
        assert [(each.target, each.outcome) for each in journal.unfinished] == [("left running", "unknown")]
        assert [each.outcome for each in journal.search("", limit=9)] == ["unknown"]
        assert len(list(path.parent.glob("*.alive"))) == 1
    with opened(path, vault) as journal:
        assert journal.troubles == []
        assert [each.target for each in journal.unfinished] == ["left running"]
        journal.note_seen([journal.unfinished[0].id])
    with opened(path, vault) as journal:
        assert journal.unfinished == []


def test_a_process_that_was_killed_with_nothing_running_leaves_nothing_behind(path: Path, vault: Vault) -> None:
    with other_process(path, "0") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(list(path.parent.glob("*.alive"))) == 1
    with opened(path, vault):
        assert len(list(path.parent.glob("*.alive"))) == 1
    assert list(path.parent.glob("*.alive")) == []


def test_an_intent_of_a_process_that_lives_is_its_own(path: Path, vault: Vault) -> None:
    with other_process(path, "leave") as process, opened(path, vault) as journal:
        assert journal.unfinished == []
        assert [each.outcome for each in journal.search("", limit=9)] == ["running"]
        go_on(process)
        go_on(process)


def test_three_processes_write_at_once_and_nothing_is_lost(path: Path, vault: Vault) -> None:
    with other_process(path, "60") as one, other_process(path, "61") as two, opened(path, vault) as journal:
        go_on(one)
        go_on(two)
        for number in range(62):
            journal.put(change_of(f"62 {number}", outcome="accepted"))
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            go_on(process)
        assert len(journal.search("", limit=999)) == 60 + 61 + 62
        assert journal.troubles == []


def test_a_column_that_an_older_app_did_not_know_is_added(path: Path, vault: Vault) -> None:
    with opened(path, vault) as journal:
        journal.put(change_of("user ada"))
        journal._connection.execute("ALTER TABLE change DROP COLUMN undoes")
    with opened(path, vault) as journal:
        assert [each.undoes for each in journal.search("ada", limit=9)] == [""]


async def test_what_cannot_be_noted_is_not_sent(path: Path, vault: Vault) -> None:
    journal = Journal(lambda: JournalFile(path, vault))
    await asyncio.to_thread(path.mkdir, parents=True)  # where a folder stands, no file can be made
    with pytest.raises(WriteRefused, match="Nothing was changed: the journal cannot be written") as refused:
        await journal.begin(Intent("user ada"), Sender("p"), **NAMES)
    assert str(path.parent) in refused.value.hint
    assert journal.recent() == ()
    await asyncio.to_thread(path.rmdir)
    change = await journal.begin(Intent("user ada"), Sender("p"), **NAMES)
    await journal.finish(change, "accepted")
    assert [each.outcome for each in await journal.search()] == ["accepted"]
    await journal.close()


async def test_a_journal_that_cannot_be_opened_again_refuses_each_write_until_it_can(path: Path, vault: Vault) -> None:
    journal = Journal(lambda: JournalFile(path, vault))
    await journal.finish(await journal.begin(Intent("user ada"), Sender("p"), **NAMES), "accepted")
    await asyncio.to_thread(path.rename, path.with_name("moved.db"))
    await asyncio.to_thread(path.mkdir)
    for _ in range(2):
        with pytest.raises(WriteRefused, match="Nothing was changed: the journal cannot be written"):
            await journal.begin(Intent("user bob"), Sender("p"), **NAMES)
        with pytest.raises(ExplorerError, match="cannot be read"):
            await journal.search()
    await asyncio.to_thread(path.rmdir)
    await asyncio.to_thread(path.with_name("moved.db").rename, path)
    assert [each.target for each in await journal.search()] == ["user ada"]
    await journal.begin(Intent("user eve"), Sender("p"), **NAMES)
    await journal.close()


async def test_on_a_full_disk_nothing_is_sent_and_nothing_lost(path: Path, vault: Vault) -> None:
    made: list[JournalFile] = []

    def make() -> JournalFile:
        made.append(JournalFile(path, vault))
        return made[0]

    journal = Journal(make)
    await journal.finish(await journal.begin(Intent("user ada"), Sender("p"), **NAMES), "accepted")
    pages = made[0]._connection.execute("PRAGMA page_count").fetchone()[0]
    made[0]._connection.execute(f"PRAGMA max_page_count = {pages}")
    long = Intent("user bob", before={"name": "b" * 50_000})
    with pytest.raises(WriteRefused, match="Make room") as refused:
        await journal.begin(long, Sender("p"), **NAMES)
    assert "full" in refused.value.hint
    made[0]._connection.execute("PRAGMA max_page_count = 1000000")
    await journal.finish(await journal.begin(long, Sender("p"), **NAMES), "accepted")
    assert [each.target for each in await journal.search()] == ["user bob", "user ada"]
    assert journal.troubles == []
    await journal.close()


def test_a_file_that_may_not_grow_is_refused_and_goes_on_when_it_may(path: Path, vault: Vault) -> None:
    with other_process(path, "full") as process:
        go_on(process)
        go_on(process)
    with opened(path, vault) as journal:
        assert [each.target for each in journal.search("", limit=9)] == ["after", "before"]
        assert journal.troubles == []


@pytest.mark.parametrize(
    ("code", "why", "todo"),
    [
        ("KeyringLocked", "the keyring is locked, and", "Unlock your keyring"),
        ("", "there is no keyring to keep", "Install a keyring"),
        ("DBusErrorResponse", "did not answer as it should", "whether your keyring still runs"),
    ],
)
async def test_a_keyring_that_is_locked_is_told_from_one_that_is_missing_or_silent(
    code: str, why: str, todo: str
) -> None:
    def no_key() -> JournalFile:
        raise VaultUnavailable("No key.", code=code)

    journal = Journal(no_key)
    with pytest.raises(WriteRefused, match=why) as refused:
        await journal.begin(Intent("user bob"), Sender("p"), **NAMES)
    (told,) = journal.troubles
    for error in (refused.value, told):
        assert why in error.title
        assert todo in error.hint
    await journal.close()


async def test_without_a_keyring_the_sandbox_goes_on_in_memory_and_nothing_else_is_changed(path: Path) -> None:
    def locked() -> JournalFile:
        raise VaultUnavailable("The keyring is locked.", code="KeyringLocked")

    journal, told = Journal(locked), list[ExplorerError]()
    journal.subscribe_troubles(told.append)
    change = await journal.begin(Intent("user ada"), Sender("p", is_sandbox=True), **NAMES)
    await journal.finish(change, "accepted")
    with pytest.raises(WriteRefused, match="Nothing was changed: the keyring is locked") as refused:
        await journal.begin(Intent("user bob"), Sender("p"), **NAMES)
    assert "Unlock your keyring" in refused.value.hint
    assert [(each.target, each.outcome) for each in await journal.search()] == [("user ada", "accepted")]
    said = "Only the sandbox can be changed: the keyring is locked, and the journal's key is in it."
    assert [each.title for each in told] == [said]
    assert not journal.is_kept
    assert not path.parent.exists()
    await journal.close()


async def test_what_was_left_unfinished_is_shown_before_this_runs_changes(path: Path, vault: Vault) -> None:
    with other_process(path, "leave") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    journal = Journal(lambda: JournalFile(path, vault))
    await journal.begin(Intent("user ada"), Sender("p"), **NAMES)
    assert [(each.target, each.outcome) for each in journal.recent()] == [
        ("user ada", "running"),
        ("left running", "unknown"),
    ]
    await journal.close()


async def test_what_is_exported_is_a_line_of_json_for_each_change(path: Path, vault: Vault, tmp_path: Path) -> None:
    journal = Journal(lambda: JournalFile(path, vault))
    for name in ("ada", "bob"):
        await journal.begin(Intent(f"user {name}", {"name": "Ä"}), Sender("p"), **NAMES)
    assert await journal.export(tmp_path / "out.jsonl", "user") == 2
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [line.count('"target": "user ') for line in lines] == [1, 1]
    assert '"before": {"name": "Ä"}' in lines[0]
    await journal.close()


async def test_an_export_that_breaks_off_leaves_what_was_there(path: Path, vault: Vault, tmp_path: Path) -> None:
    journal, out = Journal(lambda: JournalFile(path, vault)), tmp_path / "out.jsonl"
    await journal.begin(Intent("user ada"), Sender("p"), **NAMES)
    await journal.export(out)
    before = await asyncio.to_thread(out.read_bytes)

    def broken(_change: Change) -> Change:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        await journal.export(out, shown=broken)
    assert await asyncio.to_thread(out.read_bytes) == before
    assert sorted(each.name for each in await asyncio.to_thread(lambda: [*tmp_path.iterdir()])) == ["data", "out.jsonl"]
    await journal.close()


def test_what_was_taken_back_reads_undone_in_the_file_and_holds_again_when_that_is_undone(
    path: Path, vault: Vault
) -> None:
    first = change_of("user ada", outcome="accepted")
    second = change_of("user ada", outcome="accepted", undoes=first.id)
    third = change_of("user ada", outcome="accepted", undoes=second.id)
    with opened(path, vault) as journal:
        journal.put(first)
        journal.put(replace(second, outcome="running"))
        assert outcomes(journal, first, second) == ["accepted", "running"]
        journal.put(replace(second, outcome="refused"))
        assert outcomes(journal, first, second) == ["accepted", "refused"]
        journal.put(second)
        (undone,) = journal.search("undone", limit=9)
        assert (undone.id, undone.undone_by, undone.undone_at) == (first.id, second.id, second.at)
        assert json.loads(undone.as_json())["outcome"] == "undone"
        assert json.loads(undone.as_json())["undone_at"] == second.at.isoformat()
    with opened(path, vault) as journal:
        journal.put(third)
        assert outcomes(journal, first, second, third) == ["accepted", "undone", "accepted"]
        journal.put(change_of("user ada", outcome="accepted", undoes=third.id))
        assert outcomes(journal, first, second, third) == ["undone", "accepted", "undone"]
        journal.put(change_of("user ada", outcome="accepted", undoes="nobody knows"))


def outcomes(journal: JournalFile, *changes: Change) -> list[str]:
    return [found.outcome for each in changes for found in journal.search("", limit=9) if found.id == each.id]
