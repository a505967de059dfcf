"""The form for one profile, of any kind."""

import asyncio
from dataclasses import replace
from typing import Any, get_args

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Profile, ProfileKind, SharedProfile, list_shared_profiles
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection.profile_fields import kept_values, profile_fields, show_fitting
from cognito_explorer.gui.connection.profile_modes import ORDER
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Form

_KEEPING = {
    False: "The profile is kept in your system's keyring.",
    True: "There is no keyring: the profile is kept in memory and forgotten when you quit.",
}


async def edit_profile(parent: QWidget, profile: Profile, book: ProfileBook, *, title: str) -> bool:
    """Ask for a profile and save it; True when it was saved. Errors keep the dialog open, with what was typed."""
    shared = await asyncio.to_thread(_shared_profiles)
    form = Form(profile_fields(profile, shared))
    show_fitting(form)
    form.changed.connect(lambda: show_fitting(form))

    async def submit() -> None:
        await book.save(_read(profile, form, shared))

    text = _KEEPING[book.is_for_this_run_only]
    return await ask_form(parent, form, title=title, text=text, action="Save profile", submit=submit)


def _shared_profiles() -> tuple[SharedProfile, ...]:
    try:
        return list_shared_profiles()
    except InvalidInput:
        return ()


def _read(profile: Profile, form: Form, shared: tuple[SharedProfile, ...]) -> Profile:
    values: dict[str, Any] = kept_values(form)
    kind: ProfileKind = next((one for one in get_args(ProfileKind) if one == values["kind"]), "aws_profile")
    region = values.pop("shared_region") or values["region"]
    if kind == "aws_profile" and not region:
        region = next((one.region for one in shared if one.name == values["aws_profile"]), "")
    if kind == "aws_profile" and not region:
        form.show_error("shared_region", "This AWS profile names no Region. Enter the one your user pools are in.")
        form.editor("shared_region").setFocus()
        raise InvalidInput("This AWS profile names no Region.", "Enter the Region your user pools are in.")
    flags = {key: value for key, value in form.values().items() if isinstance(value, bool)}
    mode = next((mode for mode in ORDER if mode == values["chosen_mode"]), "read-only")
    # What is saved by hand was seen: a foreign endpoint is confirmed by that.
    settled = {"kind": kind, "region": region, "chosen_mode": mode, "is_foreign": False}
    return replace(profile, **(values | flags | settled))
