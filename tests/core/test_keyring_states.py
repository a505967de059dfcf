"""A real Secret Service that is locked, opened again, gone, or missing an entry: it is said, and nothing is lost."""

import gc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backends.null
import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.sso_tokens import SsoTokens
from cognito_explorer.core.errors import InvalidInput, VaultUnavailable, WriteRefused
from cognito_explorer.core.journal import Intent, Journal, Sender
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.profiles import IdsFile, Profile, Profiles, check_profile
from cognito_explorer.core.vault import SERVICE, KeyringVault, open_keyring
from tests.secret_service_fixture import lock, unlock

TOKEN = "".join(chr(97 + number % 26) for number in range(2_345))
KEYS = Profile(
    id="k",
    name="Production",
    kind="keys",
    region="eu-west-1",
    color="#3A57D6",
    access_key_id="AKIAOWN",
    secret_access_key="own",
    session_token=TOKEN,
)


pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def vault(secret_service: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringVault]:
    from keyring.backends.SecretService import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    yield open_keyring()
    # keyring leaves its connection to the bus open when a collection is locked: it is warned of here, and in no other.
    gc.collect()


@pytest.fixture
def profiles(vault: KeyringVault, tmp_path: Path) -> Profiles:
    """One profile is kept."""
    made = Profiles(vault, IdsFile(tmp_path / "profiles.json"))
    made.save(KEYS)
    return made


def delete(entry: str) -> None:
    """As a person does in the system's own program for passwords."""
    keyring.delete_password(SERVICE, entry)


def test_what_a_locked_keyring_keeps_is_there_again_when_it_is_unlocked(
    vault: KeyringVault, profiles: Profiles
) -> None:
    lock()
    for work in (
        profiles.load_all,
        profiles.lost,
        lambda: profiles.delete("k"),
        lambda: profiles.save(KEYS),
        lambda: vault.put("token", "new"),
        lambda: vault.forget("token"),
        open_keyring,
    ):
        with pytest.raises(VaultUnavailable, match="The keyring is locked") as locked:
            work()
        assert locked.value.hint.startswith("Unlock")
    unlock()
    assert profiles.load_all() == (KEYS,)
    assert profiles.lost() == ()


def test_a_journal_whose_key_is_locked_away_is_not_touched(vault: KeyringVault, tmp_path: Path) -> None:
    path = tmp_path / "data" / "journal.db"
    JournalFile(path, vault).close()
    before, key = path.read_bytes(), vault.get(KEY_NAME)
    lock()
    with pytest.raises(VaultUnavailable, match="The keyring is locked"):
        JournalFile(path, vault)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("journal-unreadable-*"))
    unlock()
    JournalFile(path, vault).close()
    assert vault.get(KEY_NAME) == key


async def changed(journal: Journal, target: str, *, is_sandbox: bool = False) -> None:
    sender = Sender("p", is_sandbox=is_sandbox)
    await journal.finish(await journal.begin(Intent(target), sender, operation="admin_enable_user"), "accepted")


async def test_while_the_keyring_is_locked_only_the_sandbox_is_changed_and_all_is_kept_when_it_opens(
    vault: KeyringVault, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "journal.db"
    journal = Journal(lambda: JournalFile(path, open_keyring()))
    lock()
    await changed(journal, "user in the sandbox", is_sandbox=True)
    for _ in range(2):
        with pytest.raises(WriteRefused, match="Nothing was changed: the keyring is locked") as refused:
            await changed(journal, "user ada")
        assert refused.value.hint.count("Unlock your keyring") == 1
    assert [each.target for each in await journal.search()] == ["user in the sandbox"]
    assert [each.title for each in journal.troubles] == [
        "Only the sandbox can be changed: the keyring is locked, and the journal's key is in it."
    ]
    unlock()
    await changed(journal, "user ada")
    assert journal.troubles == []
    await journal.close()
    with closing(JournalFile(path, vault)) as kept:
        found = [(each.target, each.outcome) for each in kept.search("", limit=9)]
    assert found == [("user ada", "accepted"), ("user in the sandbox", "accepted")]


async def test_a_locked_keyring_refuses_a_write_of_every_other_profile_and_sends_nothing(
    vault: KeyringVault, tmp_path: Path
) -> None:
    lock()
    journal = Journal(lambda: JournalFile(tmp_path / "journal.db", open_keyring()))
    profile = replace(KEYS, endpoint_url="http://127.0.0.1:9", chosen_mode="admin")
    aws = await Aws.open(profile, journal=journal)
    with pytest.raises(WriteRefused, match="the keyring is locked"):
        await aws.write(Intent("user ada"), aws.idp.admin_enable_user, UserPoolId="us-east-1_abc", Username="ada")
    assert (aws.calls.recent(), journal.recent()) == ((), ())
    aws.close()
    await journal.close()


async def test_a_journal_goes_on_when_the_keyring_goes_after_it_was_opened(vault: KeyringVault, tmp_path: Path) -> None:
    journal = Journal(lambda: JournalFile(tmp_path / "journal.db", open_keyring()))
    await journal.open()
    lock()
    await changed(journal, "user ada")
    unlock()
    delete(KEY_NAME)
    await changed(journal, "user bob")
    await journal.close()
    with closing(JournalFile(tmp_path / "journal.db", vault)) as anew:
        assert anew.search("", limit=9) == []
        (trouble,) = anew.troubles
        assert trouble.code == "JournalUnreadable"
        assert str(tmp_path / "journal-unreadable-") in trouble.hint


async def test_where_no_keyring_is_there_only_the_sandbox_is_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]
    journal = Journal(lambda: JournalFile(tmp_path / "journal.db", open_keyring()))
    await changed(journal, "user in the sandbox", is_sandbox=True)
    with pytest.raises(WriteRefused, match="there is no keyring"):
        await changed(journal, "user ada")
    await journal.close()


def test_where_no_keyring_answers_nothing_is_taken_for_forgotten(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    for work in (profiles.load_all, profiles.lost, lambda: profiles.save(KEYS), lambda: profiles.delete("k")):
        with pytest.raises(VaultUnavailable, match="did not answer") as absent:
            work()
        assert "install a keyring" in absent.value.hint
    monkeypatch.undo()


def test_a_profile_whose_entry_was_deleted_is_missed_and_can_be_taken_off_the_list(
    vault: KeyringVault, profiles: Profiles
) -> None:
    facts = vault.get("profile/k/facts")
    delete("profile/k/facts")
    assert profiles.load_all() == ()
    assert profiles.lost() == ("k",)
    vault.put("profile/k/facts", facts)
    assert profiles.load_all() == (KEYS,), "until then it comes back with the keyring's copy"
    delete("profile/k/facts")
    profiles.delete("k")
    assert profiles.lost() == ()
    assert vault.get("profile/k/secret_access_key") == ""


def test_a_profile_whose_key_was_deleted_says_what_to_enter(profiles: Profiles) -> None:
    delete("profile/k/secret_access_key")
    (found,) = profiles.load_all()
    with pytest.raises(InvalidInput, match="Enter both the access key id and the secret access key"):
        check_profile(found)
    profiles.save(KEYS)
    assert profiles.load_all() == (KEYS,)


def test_a_token_of_single_sign_on_that_lost_a_part_is_no_token(vault: KeyringVault) -> None:
    tokens = SsoTokens(lambda: vault)
    tokens["0f"] = {"accessToken": TOKEN}
    delete("sso/0f#1")
    assert "0f" not in SsoTokens(lambda: vault), "somebody is asked to sign in again"
    assert tokens["0f"] == {"accessToken": TOKEN}, "and this run goes on with what it has"


def test_a_token_that_lost_a_piece_is_never_used_and_the_profile_says_so(
    vault: KeyringVault, profiles: Profiles
) -> None:
    keyring.delete_password(SERVICE, "profile/k/session_token#1")
    (found,) = profiles.load_all()
    assert found == replace(KEYS, session_token="", lost_part="session token")
    with pytest.raises(InvalidInput, match="lost a part of the session token of “Production”"):
        check_profile(found)
    with pytest.raises(InvalidInput, match="lost a part"):
        profiles.save(replace(found, region="eu-west-3"))
    profiles.save(replace(found, session_token=TOKEN, lost_part=""))
    assert profiles.load("k") == KEYS


def test_a_sign_in_that_lost_a_piece_counts_as_none(vault: KeyringVault) -> None:
    SsoTokens(lambda: vault)["session"] = {"accessToken": TOKEN}
    assert SsoTokens(lambda: vault).own("session") == TOKEN
    keyring.delete_password(SERVICE, "sso/session#2")
    later = SsoTokens(lambda: vault)
    assert later.own("session") == ""
    assert later.get("session") is None
    later.forget_all()
    assert keyring.get_password(SERVICE, "sso/session") is None
