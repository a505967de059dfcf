"""A note that something was done, with a way back for ten seconds."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtWidgets import QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.undo import inverse_of
from cognito_explorer.gui.lib.billable import BILLABLE, WORD
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.toast import Toast, toast
from cognito_explorer.gui.undoing import is_sure, undo_surely

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


class UndoToasts:
    """Undoes as the journal does: the write names what it takes back, and is refused where the world has moved on."""

    def __init__(self, host: QWidget, tasks: TaskScope) -> None:
        self._host, self._tasks = host, tasks
        self._trouble: ExplorerError | None = None
        self._again: Callable[[], None] = lambda: None

    def offer(self, aws: "Aws", change: Change | None, text: str, done: str) -> None:
        """Say `text`, and `done` once it was undone. Without a change that can be undone there is no button."""
        if change is None:
            toast(self._host, text)
            return
        is_billed = inverse_of(change).is_billed
        words = f"Undo · {WORD}" if is_billed else "Undo"
        note = toast(self._host, text, action=(words, partial(self._start, aws, change, done)))
        note.action_button.setToolTip(BILLABLE if is_billed else "")
        # With the page gone there is nobody left to undo it.
        self._host.destroyed.connect(partial(_leave, note))

    def repeat(self, error: ExplorerError | None) -> bool:
        """Undo again what has failed with this error. Whether it was an undo of these."""
        is_ours = error is not None and error is self._trouble
        if is_ours:
            self._again()
        return is_ours

    def _start(self, aws: "Aws", change: Change, done: str) -> None:
        self._tasks.start("undo", self._undo(aws, change, done), label="Undoing")

    async def _undo(self, aws: "Aws", change: Change, done: str) -> None:
        if not await is_sure(self._host, change, is_production=aws.profile.is_production):
            return
        try:
            await undo_surely(aws, change)
        except ExplorerError as error:
            self._trouble, self._again = error, partial(self._start, aws, change, done)
            raise
        toast(self._host, done)


def _leave(note: Toast, _host: object = None) -> None:
    if shiboken6.isValid(note):
        note.leave()
