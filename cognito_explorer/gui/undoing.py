"""What is asked before a change is taken back, wherever the button for it stands."""

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.undo import inverse_of
from cognito_explorer.gui.lib.dialogs import confirm_with_care


async def is_sure(parent: QWidget, change: Change, *, is_production: bool) -> bool:
    """In production, what takes something away from somebody is asked about, as anywhere else there."""
    inverse = inverse_of(change)
    if not (inverse.is_destructive and is_production):
        return True
    return await confirm_with_care(
        parent,
        title=f"{inverse.title}?",
        text="It is checked first that nothing has changed since. This, too, is noted in the journal.",
        action="Undo the change",
        keep="Leave it",
        typed_name=change.target.rpartition(" ")[2],
    )
