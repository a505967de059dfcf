"""One part of the pool's overview: it loads by itself, and its error stands in its own place."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.user_pools.trouble_line import TroubleLine


class PoolSection(QFrame):
    """A card with a title, a body, and one line for what went wrong. `fill` reads and shows."""

    def __init__(self, title: str, body: QWidget, tasks: TaskScope, fill: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self._title, self._tasks, self._fill = title, tasks, fill
        self.trouble = TroubleLine()
        self.trouble.again_wanted.connect(self.load)
        self.body = body
        self._amount = plain_label("", "muted")
        self._note = plain_label("Loading…", "muted", wrap=True)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label(title, "section"))
        heading.addWidget(self._amount)
        heading.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(heading)
        for part in (self.trouble, self._note, body):
            layout.addWidget(part)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        body.hide()

    @property
    def is_filled(self) -> bool:
        """Whether the body is on show."""
        return not self.body.isHidden()

    @property
    def note(self) -> str:
        """What stands in the body's place."""
        return "" if self._note.isHidden() else self._note.text()

    def load(self) -> None:
        """Read this part anew; what is shown stays meanwhile."""
        self._tasks.start(f"load {self._title}", self._load(), label=f"Loading {self._title.lower()}")

    def come_back(self) -> None:
        """The connection answers again: read what got no answer."""
        if isinstance(self.trouble.error, Unreachable):
            self.load()

    def show_body(self, amount: str = "") -> None:
        """There is something to show."""
        self._amount.setText(amount)
        self._note.hide()
        self.body.show()

    def show_note(self, words: str, *, keep_body: bool = False) -> None:
        """There is nothing: say what would be here. The body may stay, with the button that fills it."""
        self._amount.setText("")
        self._note.setText(words)
        self._note.show()
        self.body.setVisible(keep_body)

    async def _load(self) -> None:
        try:
            await self._fill()
        except ExplorerError as error:
            self.trouble.show_error(error)
            if not self.is_filled:
                self._note.hide()
            return
        self.trouble.show_error(None)
