"""Profiles to a file and from a file; and whether an imported one may lead where it does."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profile_transfer import (
    Imported,
    export_profiles,
    fit_in,
    foreign_addresses,
    foreign_places,
    import_profiles,
    lacks_secrets,
)
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.lib.dialogs import ask_open_file, ask_save_file, confirm, tell
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast

_FILES = "Profiles (*.json)"
_MOST_BYTES = 4_000_000
_NAMED_AT_MOST = 5


async def export_to_file(parent: QWidget, book: ProfileBook) -> None:
    """Ask where to, and write every own profile there, without secrets. Raises InvalidInput."""
    own = tuple(profile for profile in book.all() if profile.kind != "sandbox")
    file = await ask_save_file(parent, title="Export profiles", name="cognito-explorer-profiles.json", kinds=_FILES)
    if file is None:
        return
    try:
        await asyncio.to_thread(file.write_text, export_profiles(own), encoding="utf-8")
    except OSError as trouble:
        raise InvalidInput("The file cannot be written.", "Choose another folder.", code=str(trouble)) from trouble
    toast(parent, f"{counted(len(own), 'profile')} exported, without keys, programs and other secrets.")


async def import_from_file(parent: QWidget, book: ProfileBook, told: Callable[[str], object]) -> None:
    """Ask for a file, and add its profiles; `told` hears how far it is. Raises InvalidInput and VaultUnavailable."""
    file = await ask_open_file(parent, title="Import profiles", kinds=_FILES)
    if file is None:
        return
    try:
        found = import_profiles(await asyncio.to_thread(_read, file))
    except (OSError, UnicodeDecodeError) as trouble:
        raise InvalidInput("The file cannot be read.", "Choose another one.", code=type(trouble).__name__) from trouble
    new = fit_in(found.profiles, book.all())
    await book.add_imported(new, lambda done: told(f"{done} of {len(new)}"))
    came = _what_came(new, len(found.profiles) - len(new))
    if found.left_out:
        await tell(parent, title=f"{counted(len(found.left_out), 'profile')} left out", text=_with_reasons(came, found))
    else:
        toast(parent, came)


def _with_reasons(came: str, found: Imported) -> str:
    shown = found.left_out[:_NAMED_AT_MOST]
    more = len(found.left_out) - len(shown)
    return "\n".join((came, *shown, *([f"And {more:,} more."] if more else [])))


def _what_came(new: tuple[Profile, ...], known: int) -> str:
    """What was imported, what stayed behind, and what must be entered or confirmed before it works."""
    said = [f"{counted(len(new), 'profile')} imported, read-only." if new else "No profile is new."]
    if known:
        said.append(f"{counted(known, 'profile')} {'was' if known == 1 else 'were'} here already.")
    lacking = sum(lacks_secrets(profile) for profile in new)
    programs = sum(profile.kind == "process" for profile in new)
    foreign = sum(profile.is_foreign for profile in new)
    if lacking:
        what = "keys and programs" if programs not in (0, lacking) else "programs" if programs else "keys"
        said.append(f"A file holds no {what}: {'edit it' if len(new) == 1 else f'edit {lacking} of them'} to add them.")
    if foreign:
        who, whose = ("1 leads", "its") if foreign == 1 else (f"{foreign} lead", "their")
        said.append(f"{who} elsewhere than to AWS: you are asked before {whose} first use.")
    return " ".join(said)


def what_was_saved(profile: Profile) -> str:
    """That a profile was saved, and what is asked before it is used."""
    later = " It leads elsewhere than to AWS: you are asked before its first use." if profile.is_foreign else ""
    return f"Profile saved.{later}"


async def confirm_foreign(parent: QWidget, book: ProfileBook, profile: Profile) -> bool:
    """Ask once whether an imported profile may lead where it does; a yes is kept. Raises VaultUnavailable."""
    wants = await ask_foreign(parent, profile)
    kept = book.find(profile.id)
    # Meanwhile it may have been edited: the yes was to another address then.
    if wants and kept is not None and foreign_addresses(kept) == foreign_addresses(profile):
        await book.add_imported((replace(kept, is_foreign=False),))
    return wants


async def ask_foreign(parent: QWidget, profile: Profile) -> bool:
    """Whether an imported profile may lead where it does. Nothing is kept."""
    places = "\n".join(foreign_places(profile))
    return await confirm(
        parent,
        title=f"May “{profile.name}” lead elsewhere than to AWS?",
        text=f"It was imported, and what you do with it would be sent there:\n{places}\nGo on only if you know it.",
        action="Trust it",
        keep="Do not use it",
    )


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InvalidInput("This file is too large to be one of profiles.", "Choose another one.", code="TooLarge")
    return content.decode()
