"""A process of its own that writes into a journal: `PATH KEY leave|full|COUNT`.

It says "ready" and waits for a line.
"""

import sys
from pathlib import Path

from cognito_explorer.core.errors import WriteRefused
from cognito_explorer.core.journal import Change
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.vault import MemoryVault
from tests.core.changes import change_of


def _main(path: str, key: str, errand: str) -> None:
    vault = MemoryVault()
    vault.put(KEY_NAME, key)
    journal = JournalFile(Path(path), vault)
    if errand == "leave":
        journal.put(change_of("left running"))
    if errand == "full":
        _write_without_room(journal, Path(path))
    _say_and_wait()
    for number in range(int(errand) if errand.isdigit() else 0):
        change: Change = change_of(f"{errand} {number}", outcome="accepted")
        journal.put(change)
    _say_and_wait()
    journal.close()


def _write_without_room(journal: JournalFile, path: Path) -> None:
    """One change before, one that no file has room for, and one after: the second is refused in words."""
    import resource  # POSIX's alone

    journal.put(change_of("before", outcome="accepted"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(f"{path.name}-wal").stat().st_size, before[1]))
    try:
        journal.put(change_of("without room", outcome="accepted", trouble="x" * 20_000))
    except WriteRefused:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        journal.put(change_of("after", outcome="accepted"))


def _say_and_wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    _main(*sys.argv[1:])
