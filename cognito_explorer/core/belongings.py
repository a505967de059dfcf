"""What the app keeps on this computer: listed for whoever wants it gone, and removed. Blocks."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import platformdirs

from cognito_explorer.core import paths
from cognito_explorer.core.aws.sso_tokens import SsoTokens
from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.core.journal_file import KEY_NAME, UNREADABLE_KEY_NAME, journal_path
from cognito_explorer.core.profiles import IdsFile, Profiles
from cognito_explorer.core.vault import Vault

# Qt's own dialogs write the files and folders that were chosen into it, beside our settings where it can be moved.
QT_SETTINGS = "QtProject.conf"
_NAMES_AT_MOST = 5
# Folders of ours that stand in one of the system's, and go when they are empty.
_NAME_IN_QT = "Cognito Explorer"
_OWN_FOLDERS = ("cognito-explorer", _NAME_IN_QT)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Something that is kept, in words, and the files and folders it lies in; the keyring has no files."""

    title: str
    detail: str
    files: tuple[Path, ...] = ()


def list_belongings(
    vault: Vault, ids_file: Path, settings_file: Path, tokens: SsoTokens, *, with_sandbox: bool = True
) -> tuple[Belonging, ...]:
    """Everything that is there: keyring, index of profiles, journal, settings, log, web view, the sandbox's world.

    Raises VaultUnavailable.
    """
    found = [
        _profiles(vault, ids_file),
        _sign_ins(tokens),
        _journal(vault),
        _files("Settings", "window, columns, theme, the connections open last", [settings_file]),
        _files("File dialogs", "the folders and files chosen last", [settings_file.with_name(QT_SETTINGS)]),
        _files("Log", "warnings and errors of the app", paths.log_folder().glob("*")),
        _files("Web view", "what its engine keeps for itself; no cookie, no page", _web_folders()),
        _files("Cache", "what Qt has prepared to draw windows faster", [_cache_folder()]),
    ]
    if with_sandbox:
        world = paths.sandbox_folder()
        # The second stands beside it while a world is being filled.
        places = [world, world.with_name(f"{world.name}.unfinished")]
        found.append(_files("Sandbox", "its world with every change you made there", places))
    return tuple(each for each in found if each is not None)


def forget_secrets(vault: Vault, ids_file: Path, tokens: SsoTokens) -> None:
    """Remove every entry of the keyring, and the index of profiles.

    What cannot be removed keeps nothing else from going, and stays on the list for the next time; the journal can be
    read until all the rest is gone. Raises VaultUnavailable.
    """
    profiles = Profiles(vault, IdsFile(ids_file))
    works: list[Callable[[], object]] = [
        partial(profiles.delete, profile_id) for profile_id in IdsFile(ids_file).load()
    ]
    works.append(tokens.forget_all)
    troubles = [trouble for work in works if (trouble := _trouble_of(work))]
    if not troubles:
        keys = (partial(vault.forget, name) for name in (UNREADABLE_KEY_NAME, KEY_NAME))
        troubles = [trouble for work in keys if (trouble := _trouble_of(work))]
    if troubles:
        hint = (
            "Unlock the keyring, then choose “Forget everything” again. Files, settings and the sandbox are still here."
        )
        raise VaultUnavailable(f"Not everything is forgotten. {troubles[0].title}", hint, code=troubles[0].code)
    ids_file.unlink(missing_ok=True)


def remove_files(belongings: Iterable[Belonging]) -> list[Path]:
    """Remove the files and the folders that are empty then; answers with what could not be removed."""
    named = [file for each in belongings for file in each.files]
    for file in named:
        if file.is_dir():
            shutil.rmtree(file, ignore_errors=True)
        elif file.exists():
            _unlink(file)
    for folder in {file.parent for file in named} | {paths.config_folder(), paths.data_folder(), paths.log_folder()}:
        _remove_empty(folder)
        if folder.parent.name in _OWN_FOLDERS:
            _remove_empty(folder.parent)
    return [file for file in named if file.exists()]


def _trouble_of(work: Callable[[], object]) -> VaultUnavailable | None:
    try:
        work()
    except VaultUnavailable as trouble:
        return trouble
    return None


def _web_folders() -> Iterable[Path]:
    """Where Qt's web engine keeps what it cannot keep in memory, by the application's name."""
    return [platformdirs.user_data_path(_NAME_IN_QT, appauthor=False) / "QtWebEngine"]


def _cache_folder() -> Path:
    """Where Qt keeps compiled shaders and pipelines, and its web engine what it need not keep."""
    return platformdirs.user_cache_path(_NAME_IN_QT, appauthor=False)


def _profiles(vault: Vault, ids_file: Path) -> Belonging | None:
    ids = IdsFile(ids_file).load()
    if not ids:
        return _files("Profiles", "an index without entries", [ids_file])
    names = [profile.name for profile in Profiles(vault, IdsFile(ids_file)).load_all()]
    shown = ", ".join(names[:_NAMES_AT_MOST]) + (" and others" if len(names) > _NAMES_AT_MOST else "")
    return Belonging(_counted(len(ids), "profile"), f"with all secrets, in the keyring: {shown}", (ids_file,))


def _sign_ins(tokens: SsoTokens) -> Belonging | None:
    count = tokens.count_all()
    title = _counted(count, "sign-in")
    return Belonging(title, "to IAM Identity Center, tokens in the keyring") if count else None


def _journal(vault: Vault) -> Belonging | None:
    path = journal_path()
    found = _files("Journal", "every change made so far, and its key in the keyring", path.parent.glob(f"{path.stem}*"))
    return found or (Belonging("Journal", "its key in the keyring") if vault.get(KEY_NAME) else None)


def _files(title: str, detail: str, files: Iterable[Path]) -> Belonging | None:
    there = tuple(sorted(file for file in files if file.exists()))
    return Belonging(title, detail, there) if there else None


def _unlink(file: Path) -> None:
    try:
        file.unlink()
    except OSError:
        return  # it is told by still being there


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # somebody else's things are in it, or it is gone


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
