"""A widget for one noun: its work, its four faces, and when it must load anew."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError, NotOffered, Unreachable
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.faces import BusyBar, EmptyFace, ErrorBanner, Skeleton
from cognito_explorer.gui.lib.tasks import TaskScope

PATIENCE_MS = 150


class HasOperation(Protocol):
    """What a panel wants to know of a write: the name of its operation."""

    @property
    def operation(self) -> str:
        """boto3's name of the operation."""


class HasAnswer(Protocol):
    """What a panel wants to know of a call: whether it was answered."""

    @property
    def outcome(self) -> str:
        """ "ok", or an error's code."""

    @property
    def status(self) -> int:
        """The HTTP status, 0 when no answer came."""


SubscribeCalls = Callable[[Callable[[HasAnswer], None]], Callable[[], object]]
Subscribe = Callable[[Callable[[HasOperation], None]], Callable[[], object]]


class Panel(QWidget):
    """Loads when first shown (`reload`), keeps its content under errors, and dies with its tasks.

    A subclass builds its widgets, calls `set_content`, overrides `reload` to start its loading through `tasks`, and
    calls `show_content` or `show_empty` when there is something to show.
    """

    STALE_AFTER: ClassVar[frozenset[str]] = frozenset()
    title_changed = Signal()
    commands_changed = Signal()  # something else may or may not be done now: menus and shortcuts must ask anew

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inspector: QWidget | None = None  # shown at the right while this panel is the active tab
        self._title = title
        self._has_shown_content = False
        self._is_stale = True
        self.tasks = TaskScope(self)
        self.banner = ErrorBanner()
        self.empty = EmptyFace()
        self._busy_bar = BusyBar()
        self._skeleton = Skeleton()
        self._blank = QWidget()
        self._content = QWidget()
        self._stack = QStackedWidget()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self.__assemble()
        self.__connect()

    @property
    def title(self) -> str:
        """What the tab is called."""
        return self._title

    def set_title(self, title: str) -> None:
        """Call the tab something else."""
        self._title = title
        self.title_changed.emit()

    @property
    def face(self) -> str:
        """Which face is shown: blank, loading, empty or content. The error banner is apart from it."""
        shown = self._stack.currentWidget()
        faces = ((self._blank, "blank"), (self._skeleton, "loading"), (self.empty, "empty"))
        return next((name for face, name in faces if face is shown), "content")

    @property
    def is_busy_bar_shown(self) -> bool:
        """Whether the thin bar is running."""
        return self._busy_bar.is_running

    def set_content(self, content: QWidget) -> None:
        """Say which widget is the full face. It is shown at the first `show_content`."""
        was_shown = self._stack.currentWidget() is self._content
        self._stack.addWidget(content)
        self._stack.removeWidget(self._content)
        self._content.deleteLater()
        self._content = content
        if was_shown:
            self._stack.setCurrentWidget(content)

    def reload(self) -> None:
        """Load anew. Called when first shown, on Retry, on F5 and after a write named in STALE_AFTER."""

    def retry(self) -> None:
        """Do again what the banner says has failed: load anew, where nothing else is said."""
        self.reload()

    def show_content(self) -> None:
        """Show the full face."""
        self._has_shown_content = True
        self._stack.setCurrentWidget(self._content)

    def show_empty(
        self,
        text: str,
        hint: str = "",
        *,
        icon: str = "",
        action: str = "",
        run: Callable[[], object] | None = None,
    ) -> None:
        """Say what would be here, with the button that fills it."""
        self._has_shown_content = True
        self.empty.show_text(text, hint, icon_name=icon)
        self.empty.set_action(action, run)
        self._stack.setCurrentWidget(self.empty)

    def show_error(self, error: ExplorerError) -> None:
        """Show an error beneath the content, which stays where it is, or on top where there is none.

        A page whose endpoint lacks what it needs says so instead.
        """
        if isinstance(error, NotOffered) and not self._has_shown_content:
            self.show_empty(error.title, error.hint, icon="info")
        else:
            # What comes on top pushes the page down: whoever is about to click hits something else.
            self._whole.removeWidget(self.banner)
            self._whole.insertWidget(-1 if self._has_shown_content else 1, self.banner)
            self.banner.show_error(error)

    def clear_error(self) -> None:
        """Take the error away."""
        self.banner.dismiss()

    def follow(self, subscribe: Subscribe) -> None:
        """Reload after writes named in STALE_AFTER: pass `journal.subscribe`. Ends with the panel."""
        unsubscribe = subscribe(self._hear)
        self.destroyed.connect(partial(_forget, unsubscribe))

    def follow_answers(self, subscribe: SubscribeCalls) -> None:
        """Come back when a call is answered again: pass `calls.subscribe` of the door. Ends with the panel."""
        self.destroyed.connect(partial(_forget, subscribe(self._hear_answer)))

    def come_back(self) -> None:
        """The connection answers again: load what got no answer, take away what says so."""
        if isinstance(self.banner.error, Unreachable):
            self.clear_error()
            self.reload()

    def commands(self) -> list[Command]:
        """The commands that join menus and palette while this panel is the active tab."""
        return []

    def focus_first(self) -> None:
        """Put the keyboard where work begins."""
        self._content.setFocus()

    def take_text(self, text: str) -> None:
        """Take what was typed or pasted into the universal box: a token to read, a scrap to search for."""

    def take_clipboard(self) -> None:
        """Take what was copied, where this page is one to paste something on."""

    def has_unsaved_edits(self) -> bool:
        """Whether closing the tab would lose something."""
        return False

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.reload()

    def _hear(self, change: HasOperation) -> None:
        if change.operation not in self.STALE_AFTER:
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def _hear_answer(self, call: HasAnswer) -> None:
        # Its own answers do not count: a page that is half answered would ask without end.
        if (call.outcome == "ok" or call.status) and not self.tasks.is_busy:
            self.come_back()

    def __assemble(self) -> None:
        for face in (self._blank, self._skeleton, self.empty, self._content):
            self._stack.addWidget(face)
        layout = self._whole = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self._busy_bar, self.banner):
            layout.addWidget(part)
        # Large type on a small screen: a page scrolls sideways rather than keep the window from being narrow.
        room = QScrollArea()
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.setProperty("role", "scrolled")
        room.setWidget(self._stack)
        layout.addWidget(room, 1)

    def __connect(self) -> None:
        self.tasks.started.connect(lambda _name: self.clear_error())
        self.tasks.failed.connect(lambda _name, error: self.show_error(error))
        self.tasks.stopped.connect(self._show_stopped)
        self.tasks.busy_changed.connect(self._show_busy)
        self.tasks.tasks_changed.connect(self.commands_changed)
        self._patience.timeout.connect(self._lose_patience)
        self.banner.retry_wanted.connect(lambda: self.retry())

    def _show_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._patience.start()
            return
        self._patience.stop()
        self._busy_bar.set_running(False)
        if not self._has_shown_content:
            failed = self.banner.error is not None
            self._stack.setCurrentWidget(self._blank if failed else self._content)

    def _show_stopped(self, _name: str) -> None:
        """An empty list would say that there is nothing."""
        if not self._has_shown_content:
            hint = "You stopped it before an answer came."
            self.show_empty("Nothing was loaded", hint, icon="stop", action="Load it", run=self.reload)

    def _lose_patience(self) -> None:
        self._busy_bar.set_running(True)
        if not self._has_shown_content:
            self._stack.setCurrentWidget(self._skeleton)


def _forget(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
