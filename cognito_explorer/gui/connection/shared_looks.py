"""What a person chooses for a profile of the AWS CLI's files: asked here, kept in the settings, never in the files."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.aws.shared_profiles import is_shared
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.mode_raising import with_agreed_mode
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection.profile_fields import look_fields, region_field
from cognito_explorer.gui.connection.profile_modes import ORDER
from cognito_explorer.gui.connection.region_question import check_region
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Form

_KEPT = "This is kept in the app's settings. The AWS configuration files stay as they are."


async def edit_looks(parent: QWidget, profile: Profile, book: ProfileBook) -> Profile | None:
    """Ask for colour, mode and Region, and keep them; None if it was called off."""
    form = Form([*look_fields(profile), region_field(profile)])
    title = f"How is “{profile.name}” used here?"
    submit = partial(_check_region, form, profile)
    if not await ask_form(parent, form, title=title, text=_KEPT, action="Keep it so", submit=submit):
        return None
    values = form.values()
    changed = replace(
        profile,
        color=str(values["color"]),
        chosen_mode=next((mode for mode in ORDER if mode == values["chosen_mode"]), "read-only"),
        is_production=bool(values["is_production"]),
        region=str(values["region"]),
    )
    changed = await with_agreed_mode(parent, profile, changed)
    await book.save(changed)
    return changed


async def with_region(parent: QWidget, profile: Profile, book: ProfileBook) -> Profile | None:
    """A profile whose Region is known: asked for, and kept, where the files name none. None if it was called off."""
    if profile.region or not is_shared(profile.id):
        return profile
    form = Form([region_field(profile)])
    title = f"Which Region are the user pools of “{profile.name}” in?"
    text = f"The AWS configuration files do not say. {_KEPT}"
    submit = partial(_check_region, form, profile)
    if not await ask_form(parent, form, title=title, text=text, action="Connect", submit=submit):
        return None
    changed = replace(profile, region=str(form.values()["region"]))
    await book.save(changed)
    return changed


async def _check_region(form: Form, profile: Profile) -> None:
    """What stands in the files already is their word."""
    region = str(form.values()["region"])
    if region != profile.region:
        await check_region(form.window(), form, "region", region)
