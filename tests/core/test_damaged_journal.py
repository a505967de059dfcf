"""A journal that cannot be read, or whose key cannot: both are kept, a new one is begun, and it is said."""

from pathlib import Path

import pytest

from cognito_explorer.core.journal_file import KEY_NAME, UNREADABLE_KEY_NAME, JournalFile
from cognito_explorer.core.vault import MemoryVault
from tests.core.changes import change_of

KEY = "0f" * 32


@pytest.fixture
def vault() -> MemoryVault:
    """A keyring with the journal's key."""
    kept = MemoryVault()
    kept.put(KEY_NAME, KEY)
    return kept


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal lies."""
    return tmp_path / "data" / "journal.db"


def test_a_damaged_key_is_kept_beside_the_new_one_and_said(path: Path, vault: MemoryVault) -> None:
    first = JournalFile(path, vault)
    first.put(change_of("user ada"))
    first.close()
    vault.put(KEY_NAME, f"{KEY}\n")
    second = JournalFile(path, vault)
    assert vault.get(UNREADABLE_KEY_NAME) == f"{KEY}\n"
    assert UNREADABLE_KEY_NAME in second.troubles[0].hint
    kept = next(path.parent.glob("journal-unreadable-*.db"))
    second.close()
    # Whoever mends the key reads the old journal again.
    vault.put(KEY_NAME, KEY)
    old = JournalFile(kept, vault)
    assert [each.target for each in old.search("", limit=9)] == ["user ada"]
    old.close()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_journal_is_kept_too(path: Path, vault: MemoryVault, share: float) -> None:
    first = JournalFile(path, vault)
    for number in range(100):
        first.put(change_of(f"user {number}"))
    first.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    second = JournalFile(path, vault)
    second.put(change_of("user ada"))
    assert second.troubles[0].code == "JournalUnreadable"
    assert [each.target for each in second.search("", limit=9)] == ["user ada"]
    second.close()
    kept = next(path.parent.glob("journal-unreadable-*.db"))
    assert kept.read_bytes() == whole[: int(len(whole) * share)]
