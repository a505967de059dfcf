"""What is asked in production before a user loses an attribute or a place in a group; elsewhere nothing is asked."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.dialogs import ask_typed_name
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.user_pools.staged_edits import Edit
from cognito_explorer.gui.user_pools.user_actions import Subject

_AT_MOST, _LONGEST_VALUE = 8, 60


async def may_leave_group(parent: QWidget, subject: Subject, group: str) -> bool:
    """Whether the user shall leave the group."""
    if not subject.typed_name:
        return True
    text = (
        "With their next tokens they lose what the group gives them, its role included. Tokens that were issued keep"
        " naming it until they expire."
    )
    return await ask_typed_name(
        parent,
        title=f"Remove {subject.name} from {group[:40]}?",
        text=text,
        name=subject.typed_name,
        action="Remove from group",
        keep="Keep them in it",
    )


async def may_lose_attributes(parent: QWidget, subject: Subject, edits: Sequence[Edit]) -> bool:
    """Whether the attributes shall go that edits have emptied; where there is none, nothing is asked."""
    lost = [edit for edit in edits if edit.before and not edit.after]
    if not lost or not subject.typed_name:
        return True
    what = lost[0].label if len(lost) == 1 else f"{len(lost)} attributes"
    lines = "\n".join(f"• {edit.label}: {_value(edit)}" for edit in lost[:_AT_MOST])
    if len(lost) > _AT_MOST:
        lines += f"\n• {counted(len(lost) - _AT_MOST, 'more', 'more')}"
    return await ask_typed_name(
        parent,
        title=f"Delete {what} of {subject.name}?",
        text=f"What is there now goes:\n{lines}",
        name=subject.typed_name,
        action="Apply and delete",
        keep="Keep it" if len(lost) == 1 else "Keep them",
    )


def _value(edit: Edit) -> str:
    text = privacy().of_claim(edit.name, edit.before)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
