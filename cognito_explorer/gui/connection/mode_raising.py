"""The question before more may be changed through a profile than before, wherever its mode is chosen."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.dialogs import confirm


async def may_switch(parent: QWidget, profile: Profile, mode: Mode, *, is_production: bool = False) -> bool:
    """Whether a profile may be in this mode: less at once, more after a question. It counts what it is now."""
    if ORDER.index(mode) <= ORDER.index(profile.mode):
        return True
    place = "This is a production profile. " if profile.is_production or is_production else ""
    return await confirm(
        parent,
        title=f"Switch {profile.name} to {MODES[mode].name}?",
        text=f"{place}{MODES[mode].reach} It stays so until you switch back.",
        action=f"Switch to {MODES[mode].name}",
        keep=f"Stay with {MODES[profile.mode].name}",
        destructive=profile.is_production or is_production,
    )


async def with_agreed_mode(parent: QWidget, before: Profile, edited: Profile) -> Profile:
    """An edited profile in the mode chosen for it, or in the one it had where that is more and was not agreed to."""
    named = replace(before, name=edited.name)
    if await may_switch(parent, named, edited.mode, is_production=edited.is_production):
        return edited
    return replace(edited, chosen_mode=before.mode)
