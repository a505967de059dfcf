"""The form for one profile, of any kind."""

import asyncio
from dataclasses import replace
from typing import Any, get_args

from PySide6.QtWidgets import QPushButton, QWidget

from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.shared_profiles import SharedProfile, list_shared_profiles
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Profile, ProfileKind, clean_name
from cognito_explorer.gui.connection.mode_raising import with_agreed_mode
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection.profile_fields import kept_values, problem_of_fips, profile_fields, show_fitting
from cognito_explorer.gui.connection.profile_modes import ORDER
from cognito_explorer.gui.connection.profile_trust import ProfileTrust
from cognito_explorer.gui.connection.region_question import check_region
from cognito_explorer.gui.lib.dialogs import ask_form
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.tasks import TaskScope

_ASKED_WITH = (
    "name",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
    "region",
    "endpoint_url",
    "proxy_url",
)
_KEEPING = {
    False: "The profile is kept in your system's keyring.",
    True: "You go on without a keyring: the profile is kept in memory and forgotten when you quit. Nothing can be"
    " changed through it, for the journal has no place for its key.",
}


async def edit_profile(
    parent: QWidget, profile: Profile, book: ProfileBook, *, title: str, person: Person | None = None
) -> bool:
    """Ask for a profile and save it; True when it was saved. Errors keep the dialog open, with what was typed.

    With a `person`, who may sign in, account and permission set can be chosen from a list.
    """
    shared, trouble = await asyncio.to_thread(_shared_profiles)
    taken = frozenset(other.name for other in book.all() if other.id != profile.id)
    form = Form(profile_fields(profile, shared, taken))
    trust = ProfileTrust(profile, form)
    if person is not None:
        _offer_roles(form, profile, trust, person)
    show_fitting(form)
    form.changed.connect(lambda: show_fitting(form))

    async def submit() -> None:
        edited = _read(profile, form, shared)
        if not edited.endpoint_url:  # an emulator knows Regions that AWS does not have
            key = "shared_region" if edited.kind == "aws_profile" else "region"
            await check_region(form.window(), form, key, edited.region)
        edited = await with_agreed_mode(form.window(), profile, edited)
        await book.save(replace(edited, is_foreign=trust.is_foreign(edited)))

    text = " ".join(part for part in (_KEEPING[book.is_for_this_run_only], trouble) if part)
    return await ask_form(parent, form, title=title, text=text, action="Save profile", submit=submit)


def _offer_roles(form: Form, profile: Profile, trust: ProfileTrust, person: Person) -> None:
    """A button that fills in account and permission set."""
    tasks = TaskScope(form)
    button = QPushButton(icon("sign-in"), "Choose account and permission &set…")
    button.setAutoDefault(False)
    button.setToolTip("Signs in to IAM Identity Center where that is needed, and lists what is yours there")

    async def pick(there: Profile) -> None:
        from cognito_explorer.gui.connection.role_picker import pick_role

        if not await trust.confirm(form.window(), there):
            return
        choice = await pick_role(form.window(), there, person)
        if choice is not None:
            form.set_values(dict(zip(("sso_account_id", "sso_role_name"), choice, strict=True)))

    def begin() -> None:
        asked: dict[str, Any] = {key: str(form.values()[key]) for key in _ASKED_WITH}
        missing = [key for key in ("sso_start_url", "sso_region") if not asked[key]]
        for key in missing:
            form.show_error(key, "This is needed to list your accounts.")
            form.editor(missing[0]).setFocus()
        if not missing:
            there = replace(profile, kind="sso", is_foreign=False, **asked)
            tasks.start("pick", pick(there), label="Choosing account and permission set")

    button.clicked.connect(begin)
    form.add_beneath("sso_region", button)


def _shared_profiles() -> tuple[tuple[SharedProfile, ...], str]:
    """Those of the files, and what is wrong with them."""
    try:
        return list_shared_profiles(), ""
    except InvalidInput as error:
        return (), f"Of your AWS configuration files, {error.title}"


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
    if problem := problem_of_fips(form, region):
        form.show_error("use_fips", problem)
        form.editor("use_fips").setFocus()
        raise InvalidInput("FIPS endpoints cannot be used here.", problem)
    flags = {key: value for key, value in form.values().items() if isinstance(value, bool)}
    mode = next((mode for mode in ORDER if mode == values["chosen_mode"]), "read-only")
    settled = {"name": clean_name(values["name"]), "kind": kind, "region": region, "chosen_mode": mode, "lost_part": ""}
    return replace(profile, **(values | flags | settled))
