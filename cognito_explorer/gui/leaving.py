"""Quitting while a change is under way: waits for its answer, or leaves it and says that its outcome is unknown."""

from typing import TYPE_CHECKING

from cognito_explorer.core.journal import Change
from cognito_explorer.gui.lib.dialogs import Dialog, finished
from cognito_explorer.gui.lib.faces import BusyBar
from cognito_explorer.gui.lib.labels import breakable, plain_label
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.logs.outcomes import target_of

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow

_AT_MOST = 6
_WAITING = (
    "The app ends as soon as the answers are here. If you quit now, nobody learns whether it was done: the journal"
    " shows it as unknown."
)
_WORDS = {"accepted": "done", "running": "no answer yet", "unknown": "unknown, no answer came"}


async def may_leave(window: "MainWindow") -> bool:
    """Whether the app may end: at once where nothing is under way. What is left without an answer is noted so."""
    if not window.connections.journal.running():
        return True
    dialog = LeavingDialog(window)
    if not await finished(dialog):
        return False
    await window.connections.abandon_writes()
    return True


class LeavingDialog(Dialog):
    """Ends by itself when everything was done; what was not done stays to be read."""

    def __init__(self, window: "MainWindow") -> None:
        journal = window.connections.journal
        changes = journal.running()
        super().__init__(window, f"{counted(len(changes), 'change')} still under way", _WAITING)
        self._changes = list(changes)
        self.lines = plain_label("", wrap=True)
        self._bar = BusyBar()
        self._bar.set_running(True)
        self.body.addWidget(self.lines)
        self.body.addWidget(self._bar)
        self.add_safe("Go back").setDefault(True)
        self.quit_button = self.add_action("Quit now", destructive=True)
        self.quit_button.clicked.connect(self.accept)
        stop = journal.subscribe(self._hear)
        self.finished.connect(lambda _code: stop())
        self.destroyed.connect(lambda: stop())
        self._show()

    def _hear(self, change: Change) -> None:
        self._changes = [change if each.id == change.id else each for each in self._changes]
        self._show()
        if all(each.outcome == "accepted" for each in self._changes):
            self.accept()

    def _show(self) -> None:
        shown = [_in_words(each) for each in self._changes[:_AT_MOST]]
        rest = len(self._changes) - len(shown)
        self.lines.setText("\n".join([*shown, *([f"• {counted(rest, 'more', 'more')}"] if rest else [])]))
        is_waiting = any(each.outcome == "running" for each in self._changes)
        self._bar.set_running(is_waiting)
        self.quit_button.setText("Quit now" if is_waiting else "Quit")


def _in_words(change: Change) -> str:
    word = _WORDS.get(change.outcome, change.outcome)
    trouble = f" ({change.trouble})" if change.trouble and change.outcome != "unknown" else ""
    return f"• {breakable(f'{change.action} of {target_of(change)}')}: {word}{trouble}"
