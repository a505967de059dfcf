"""A process of its own that writes into a journal: `PATH KEY leave|COUNT`. It says "ready" and waits for a line."""

import sys
from pathlib import Path

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
    _say_and_wait()
    for number in range(0 if errand == "leave" else int(errand)):
        change: Change = change_of(f"{errand} {number}", outcome="accepted")
        journal.put(change)
    _say_and_wait()
    journal.close()


def _say_and_wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    _main(*sys.argv[1:])
