"""What the app keeps is listed and removed: nothing is left in the XDG folders, and nothing in the keyring."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core import paths
from cognito_explorer.core.aws.sso_tokens import SsoTokens
from cognito_explorer.core.belongings import forget_secrets, list_belongings, remove_files
from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile, journal_path
from cognito_explorer.core.profiles import IdsFile, Profile, Profiles
from cognito_explorer.core.vault import SERVICE, KeyringVault, MemoryVault, Vault
from tests.secret_service_fixture import secret_service

__all__ = ["secret_service"]

CORP = Profile("a", "Corp", "keys", "us-east-1", "#3A57D6", access_key_id="AKIA1", secret_access_key="s" * 2_500)
HOMES = ("CONFIG", "DATA", "CACHE", "STATE")


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The XDG folders of a person without anything."""
    monkeypatch.delenv("COGNITO_EXPLORER_HOME")
    for name in HOMES:
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))
    return tmp_path / "xdg"


def fill(vault: Vault) -> tuple[Path, Path, SsoTokens]:
    """A life's worth of everything: the index, the settings' file and the tokens."""
    ids_file = paths.config_folder() / "profiles.json"
    Profiles(vault, IdsFile(ids_file)).save(CORP)
    tokens = SsoTokens(lambda: vault)
    tokens["key"] = {"accessToken": "of a sign-in"}
    JournalFile(journal_path(), vault).close()
    settings_file = paths.config_folder().with_name("Cognito Explorer") / "Cognito Explorer.ini"
    unfinished = paths.sandbox_folder().with_name("sandbox.unfinished")
    web = Path(os.environ["XDG_DATA_HOME"]) / "Cognito Explorer" / "QtWebEngine" / "Default" / "Cookies"
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "Cognito Explorer"
    log = paths.log_folder() / "cognito-explorer.log"
    for file in (
        settings_file,
        settings_file.with_name("QtProject.conf"),
        log,
        paths.sandbox_folder() / "world.db",
        unfinished,
        web,
        cache / "qtshadercache-x86_64-little_endian-lp64" / "023b9e4228f8",
        cache / "qtpipelinecache-x86_64-little_endian-lp64" / "qqpc_opengl",
        cache / "QtWebEngine" / "Default" / "Cache" / "index",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("something", encoding="utf-8")
    return ids_file, settings_file, SsoTokens(lambda: vault)


def entries_left() -> list[str]:
    """What the Secret Service holds of ours."""
    import secretstorage

    with secretstorage.dbus_init() as bus:
        return [item.get_label() for item in secretstorage.search_items(bus, {"service": SERVICE})]


@pytest.mark.usefixtures("secret_service")
def test_nothing_is_left_in_any_folder_nor_in_the_keyring(homes: Path) -> None:
    from keyring.backends.SecretService import Keyring

    vault = KeyringVault(Keyring())  # type: ignore[no-untyped-call]
    ids_file, settings_file, tokens = fill(vault)
    assert entries_left()
    found = list_belongings(vault, ids_file, settings_file, tokens)
    assert [each.title for each in found] == [
        "1 profile",
        "1 sign-in",
        "Journal",
        "Settings",
        "File dialogs",
        "Log",
        "Web view",
        "Cache",
        "Sandbox",
    ]
    assert found[0].detail.endswith("in the keyring: Corp")
    forget_secrets(vault, ids_file, tokens)
    assert remove_files(list_belongings(vault, ids_file, settings_file, tokens)) == []
    assert entries_left() == []
    assert [path for path in homes.rglob("*") if path.name not in {name.lower() for name in HOMES}] == []
    assert list_belongings(vault, ids_file, settings_file, tokens) == ()


def test_other_peoples_files_beside_ours_stay(homes: Path) -> None:
    vault = MemoryVault()
    ids_file, settings_file, tokens = fill(vault)
    strange = [settings_file.with_name("notes.txt"), paths.data_folder() / "notes.txt"]
    for file in strange:
        file.write_text("mine", encoding="utf-8")
    forget_secrets(vault, ids_file, tokens)
    remove_files(list_belongings(vault, ids_file, settings_file, tokens))
    assert sorted(path for path in homes.rglob("*") if path.is_file()) == sorted(strange)


def test_a_neighbours_sandbox_stays(homes: Path) -> None:
    vault = MemoryVault()
    ids_file, settings_file, tokens = fill(vault)
    found = list_belongings(vault, ids_file, settings_file, tokens, with_sandbox=False)
    assert "Sandbox" not in [each.title for each in found]
    remove_files(found)
    assert {path.name for path in homes.rglob("*") if path.is_file()} == {"world.db", "sandbox.unfinished"}


class StubbornVault(MemoryVault):
    """One entry cannot be removed, as where its collection was locked meanwhile."""

    stuck = "profile/a/secret_access_key"

    def forget(self, key: str) -> None:
        """Remove a value."""
        if key == self.stuck:
            raise VaultUnavailable("The keyring is locked.", "Unlock it.", code="KeyringLocked")
        super().forget(key)


def test_what_cannot_be_removed_keeps_nothing_else_from_going_and_is_on_the_list_again(homes: Path) -> None:
    vault = StubbornVault()
    ids_file, settings_file, tokens = fill(vault)
    Profiles(vault, IdsFile(ids_file)).save(replace(CORP, id="b", name="Other"))
    with pytest.raises(VaultUnavailable, match=r"Not everything is forgotten\. The keyring is locked\.") as trouble:
        forget_secrets(vault, ids_file, tokens)
    assert "Forget everything" in trouble.value.hint
    assert IdsFile(ids_file).load() == ("a",)
    assert tokens.count_all() == 0
    assert vault.get(KEY_NAME), "the journal can still be read"
    assert next(each.title for each in list_belongings(vault, ids_file, settings_file, tokens)) == "1 profile"
    vault.stuck = ""
    forget_secrets(vault, ids_file, tokens)
    assert not ids_file.exists()
    assert not vault.get(KEY_NAME)
