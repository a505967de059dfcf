"""What may go wrong with the connection, said above the pages, and the way out of each."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cognito_explorer.core.errors import ExplorerError, Unreachable, VaultUnavailable
from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.gui.main_window import MainWindow

_STOPPED = Unreachable(
    "The sandbox has stopped.", "Start it again: your pages and what you have typed stay as they are.", code="Stopped"
)
_ENDED_ELSEWHERE = Unreachable(
    "The other window has ended the sandbox.",
    "It was started there, by another window of the app or in a terminal, and ended with it. Start it here: your pages"
    " and what you have typed stay as they are.",
    code="Stopped",
)


class Recovery(QObject):
    """Shows one trouble at a time in the window's banner; its button does what helps against just that one."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._again: Callable[[], object] = window.session.retry
        connections = window.connections
        window.session.failed.connect(self.show)
        window.session.switching.connect(self._show_front)
        window.tasks.failed.connect(lambda _name, error: self.show(error))
        window.banner.retry_wanted.connect(lambda: self._again())
        self._is_sandbox_gone = False
        connections.sandbox_stopped.connect(self._hear_stop)
        connections.sandbox_started.connect(self._hear_start)
        connections.renewed.connect(self._load_anew)
        connections.forgotten.connect(self._leave)
        self.destroyed.connect(partial(_stop, connections.journal.subscribe_troubles(self._show_journal)))

    def show(self, error: ExplorerError, *, again: Callable[[], object] | None = None, words: str = "Retry") -> None:
        """Say what happened; the button does `again` (the session's own retry, where nothing else is said)."""
        window = self._window
        self._again = again or window.session.retry
        window.banner.show_error(error, retry=words)

    def show_locked(self, trouble: VaultUnavailable, *, again: Callable[[], object]) -> None:
        """The profile used last is in a keyring that cannot be read just now."""
        hint = (
            "The profile you used last is in it. Unlock the keyring and try again, or explore the sandbox for now: the"
            " next start begins with your profile all the same."
        )
        self.show(VaultUnavailable(trouble.title, hint, code=trouble.code), again=again, words="Try again")

    def _show_journal(self, trouble: ExplorerError) -> None:
        """What is wrong with the journal hinders nobody."""
        open_it = partial(self._window.open_page, Page(PageKind.JOURNAL))
        if trouble.code == "Unfinished":
            open_it = partial(self._window.activity_bar.unknown_wanted.emit)
        toast(self._window, trouble.title, action=("Open journal", open_it), tone=Tone.WARN)

    def start_anew(self) -> None:
        """After a reset nothing on the open pages exists any more."""
        window = self._window
        window.workspace.forget_tokens(SANDBOX_PROFILE.id)
        window.sides.close_pages(SANDBOX_PROFILE.id)
        for connection in window.session.of_profile(SANDBOX_PROFILE.id):
            window.session.connect_to(connection.key)

    def _show_front(self) -> None:
        """Another connection is in front: what stood in the banner was about the one before."""
        window, front = self._window, self._window.session.front
        window.banner.dismiss()
        if front is not None and front.profile.id == SANDBOX_PROFILE.id and self._is_sandbox_gone:
            self._show_stopped()
        elif front is not None and front.trouble is not None:
            self.show(front.trouble)

    def _hear_start(self) -> None:
        self._is_sandbox_gone = False
        if self._window.banner.error in (_STOPPED, _ENDED_ELSEWHERE):
            self._window.banner.dismiss()

    def _hear_stop(self) -> None:
        """Told where the sandbox is in front; elsewhere it waits until somebody goes there."""
        self._is_sandbox_gone = True
        front = self._window.session.front
        if front is None or front.profile.id == SANDBOX_PROFILE.id:
            self._show_stopped()

    def _show_stopped(self) -> None:
        sandbox = self._window.connections.sandbox
        is_neighbours = sandbox is not None and sandbox.is_running and sandbox.running.is_attached
        if is_neighbours:
            self.show(_ENDED_ELSEWHERE, again=self._start_restarting, words="Start it here")
        else:
            self.show(_STOPPED, again=self._start_restarting, words="Start it again")

    def _start_restarting(self) -> None:
        self._window.tasks.start("restart_sandbox", self._restart_sandbox(), label="Starting the sandbox")

    async def _restart_sandbox(self) -> None:
        window = self._window
        await window.connections.restart_sandbox()
        self._is_sandbox_gone = False
        window.banner.dismiss()
        for connection in window.session.of_profile(SANDBOX_PROFILE.id):
            if connection.aws is not None:
                window.tree.reload_connection(connection.key)
            elif connection.key == window.session.front_key:
                window.session.retry()

    def _load_anew(self, profile_id: str) -> None:
        """A profile is another one now, behind the same doors: its pages show what it shows now."""
        window = self._window
        profile = window.book.find(profile_id)
        panels = [tab.panel for tab in window.tabs.tabs() if tab.page.aws and tab.page.context.profile_id == profile_id]
        at_rest = [panel for panel in panels if not panel.has_unsaved_edits()]
        for panel in at_rest:
            panel.reload()
        if profile is not None and at_rest:
            toast(window, f"“{profile.name}” was changed: {counted(len(at_rest), 'open page')} loaded anew.")
        if profile is not None and profile_id != SANDBOX_PROFILE.id:
            window.sides.take_edited(profile)

    def _leave(self, profile_id: str) -> None:
        """A profile was deleted, and its pages with it. Whoever looked through it goes to the sandbox."""
        session = self._window.session
        before = session.profile
        if profile_id == SANDBOX_PROFILE.id:
            return  # it is only made anew
        self._window.sides.close_all(profile_id)
        if before is not None and before.id == profile_id:
            if session.front is None:
                session.switch(SANDBOX_PROFILE)
            place = session.profile.name if session.profile is not None else ""
            toast(self._window, f"“{before.name}” and its pages are closed. You are in {place} now.", tone=Tone.WARN)


def _stop(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
