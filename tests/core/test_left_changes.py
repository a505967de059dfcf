"""Changes whose answer nobody waited for: the next run tells of them."""

from pathlib import Path

from cognito_explorer.core.journal import Intent, Journal, Sender
from cognito_explorer.core.journal_file import JournalFile
from cognito_explorer.core.vault import MemoryVault

NAMES = {"operation": "admin_disable_user", "action": "AdminDisableUser"}


async def test_what_was_not_waited_for_is_told_once_at_the_next_start_and_stands_there_until_it_is_looked_at(
    tmp_path: Path,
) -> None:
    path, vault = tmp_path / "journal.db", MemoryVault()
    earlier = Journal(lambda: JournalFile(path, vault))
    await earlier.leave(await earlier.begin(Intent("user ada"), Sender("p"), **NAMES))
    timed_out = await earlier.begin(Intent("user alan"), Sender("p"), **NAMES)
    await earlier.finish(timed_out, "unknown", "ReadTimeoutError")  # somebody was told at once
    await earlier.close()
    for troubles in (["Unfinished"], []):
        later = JournalFile(path, vault)
        assert [each.code for each in later.troubles] == troubles
        assert [(each.target, each.outcome) for each in later.unfinished] == [("user ada", "unknown")]
        later.close()
    last = JournalFile(path, vault)
    last.note_seen([each.id for each in last.unfinished])
    last.close()
    assert JournalFile(path, vault).unfinished == []
