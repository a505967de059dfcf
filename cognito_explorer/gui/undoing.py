"""Taking a change back, wherever the button for it stands: what is asked before, and what is then sent."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.journal import Change, name_in
from cognito_explorer.core.user_pools.undo import inverse_of, undo
from cognito_explorer.gui.lib.dialogs import confirm_with_care

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


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
        typed_name=name_in(change.target, change.scope),
    )


async def undo_surely(aws: "Aws", change: Change) -> None:
    """Take back what `is_sure` was asked about. Raises as `undo` does."""
    with aws.permit.assured(change.target):
        await undo(aws, change)
