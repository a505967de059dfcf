"""The mark of what makes a user count for the month's bill: beside buttons and calls, in questions and menus."""

from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.tokens import Tone

# A question with this sentence in its text carries the badge, too.
BILLABLE = "This makes the user count as active this month, which AWS bills."
WORD = "Billable"


def billable_badge() -> StatusBadge:
    """The mark, with the sentence when the mouse is over it."""
    badge = StatusBadge()
    badge.set_status(WORD, Tone.INFO, "tag", tip=BILLABLE)
    return badge


def in_menu(title: str, keys: str = "") -> str:
    """The title of a menu's entry with the mark where keys stand: Qt shows there what follows a tab."""
    return f"{title}\t{f'{WORD}   {keys}' if keys else WORD}"
