"""Profiles to a file and from a file; and whether an imported one may lead where it does."""

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profile_transfer import export_profiles, foreign_places, import_profiles
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.lib.dialogs import ask_open_file, ask_save_file, confirm
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast

_FILES = "Profiles (*.json)"
_MOST_BYTES = 1_000_000


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
    toast(parent, f"{counted(len(own), 'profile')} exported, without keys and other secrets.")


async def import_from_file(parent: QWidget, book: ProfileBook) -> None:
    """Ask for a file, and add its profiles. Raises InvalidInput and VaultUnavailable."""
    file = await ask_open_file(parent, title="Import profiles", kinds=_FILES)
    if file is None:
        return
    try:
        found = import_profiles(await asyncio.to_thread(_read, file))
    except (OSError, UnicodeDecodeError) as trouble:
        raise InvalidInput("The file cannot be read.", "Choose another one.", code=type(trouble).__name__) from trouble
    await book.add_imported(found)
    toast(parent, f"{counted(len(found), 'profile')} imported, read-only. Edit them to add what is secret.")


async def confirm_foreign(parent: QWidget, book: ProfileBook, profile: Profile) -> bool:
    """Ask once whether an imported profile may lead where it does; a yes is kept. Raises VaultUnavailable."""
    places = "\n".join(foreign_places(profile))
    wants = await confirm(
        parent,
        title=f"May “{profile.name}” lead elsewhere than to AWS?",
        text=f"It was imported, and what you do with it would be sent there:\n{places}\nGo on only if you know it.",
        action="Trust it",
        keep="Do not use it",
    )
    if wants and book.find(profile.id) is not None:
        await book.add_imported((replace(profile, is_foreign=False),))
    return wants


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES).decode()
