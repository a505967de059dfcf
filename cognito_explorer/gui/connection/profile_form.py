"""The form for one profile: an AWS profile from the shared files, or access keys."""

import asyncio
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Profile, SharedProfile, list_shared_profiles
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Field, Form

_COLORS = (
    ("#3A57D6", "Blue"),
    ("#1A7F4B", "Green"),
    ("#9A5B00", "Amber"),
    ("#C0282D", "Red (production)"),
    ("#7A4CC2", "Violet"),
    ("#57606A", "Grey"),
)
_KEEPING = {
    False: "The profile is kept in your system's keyring.",
    True: "There is no keyring: the profile is kept in memory and forgotten when you quit.",
}
_OF_SHARED = ("aws_profile", "shared_region")
_OF_KEYS = ("access_key_id", "secret_access_key", "session_token", "region")
_REGION_HINT = "Where your user pools are, such as eu-central-1."
_MODE_HINT = "Read-only changes nothing; Support helps one user at a time; Admin does all the credentials allow."
_NO_SHARED = "There is no profile in your AWS configuration files."


async def edit_profile(parent: QWidget, profile: Profile, book: ProfileBook, *, title: str) -> bool:
    """Ask for a profile and save it; True when it was saved. Errors keep the dialog open, with what was typed."""
    shared = await asyncio.to_thread(_shared_profiles)
    form = Form(_fields(profile, shared))
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


def _fields(profile: Profile, shared: tuple[SharedProfile, ...]) -> list[Field]:
    names = [(one.name, f"{one.name} ({one.kind})") for one in shared]
    kinds = [("aws_profile", "A profile from your AWS files"), ("keys", "Access keys")]
    return [
        Field("name", "Name", value=profile.name, is_required=True),
        Field("color", "Colour", kind="choice", choices=_COLORS, value=profile.color),
        Field("kind", "Credentials", kind="choice", choices=tuple(kinds), value=profile.kind),
        Field(
            "aws_profile",
            "AWS profile",
            kind="choice",
            choices=tuple(names) or (("", _NO_SHARED),),
            value=profile.aws_profile or (names[0][0] if names else ""),
        ),
        Field("access_key_id", "Access key id", value=profile.access_key_id, is_required=True, is_identifier=True),
        Field(
            "secret_access_key", "Secret access key", kind="secret", value=profile.secret_access_key, is_required=True
        ),
        Field("session_token", "Session token", kind="secret", value=profile.session_token, hint="For temporary keys."),
        Field("region", "Region", value=profile.region, is_required=True, hint=_REGION_HINT),
        Field("shared_region", "Region", value=profile.region, hint=f"{_REGION_HINT} Empty: as the AWS profile says."),
        Field(
            "endpoint_url",
            "Endpoint",
            value=profile.endpoint_url,
            hint="Only for LocalStack and the like. Empty means AWS.",
        ),
        Field("chosen_mode", "Mode", kind="choice", choices=_modes(), value=profile.mode, hint=_MODE_HINT),
        Field(
            "is_production",
            "Production: frame the window, ask for names to be typed",
            kind="flag",
            value=profile.is_production,
        ),
    ]


def _modes() -> tuple[tuple[str, str], ...]:
    return tuple((mode, MODES[mode].name) for mode in ORDER)


def show_fitting(form: Form) -> None:
    """Show only those fields that belong to the kind of credentials chosen."""
    is_shared = form.values()["kind"] == "aws_profile"
    for keys, shown in ((_OF_SHARED, is_shared), (_OF_KEYS, not is_shared)):
        for key in keys:
            form.show_field(key, shown=shown)


def _read(profile: Profile, form: Form, shared: tuple[SharedProfile, ...]) -> Profile:
    values = {key: str(value) for key, value in form.values().items()}
    is_shared = values["kind"] == "aws_profile"
    region = values["shared_region" if is_shared else "region"]
    if is_shared and not region:
        region = next((one.region for one in shared if one.name == values["aws_profile"]), "")
    if is_shared and not region:
        form.show_error("shared_region", "This AWS profile names no Region. Enter the one your user pools are in.")
        form.editor("shared_region").setFocus()
        raise InvalidInput("This AWS profile names no Region.", "Enter the Region your user pools are in.")
    return replace(
        profile,
        name=values["name"],
        color=values["color"],
        kind="aws_profile" if is_shared else "keys",
        region=region,
        endpoint_url=values["endpoint_url"],
        aws_profile=values["aws_profile"] if is_shared else "",
        access_key_id="" if is_shared else values["access_key_id"],
        secret_access_key="" if is_shared else values["secret_access_key"],
        session_token="" if is_shared else values["session_token"],
        chosen_mode=next((mode for mode in ORDER if mode == values["chosen_mode"]), "read-only"),
        is_production=bool(form.values()["is_production"]),
    )
