"""The line beneath the users table: how many are loaded of how many, what was searched, and loading the rest."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, set_property, set_tone
from cognito_explorer.gui.lib.times import counted, number
from cognito_explorer.gui.lib.tokens import Tone


class UsersFooter(QWidget):
    """`all_wanted`: load every page; `stop_wanted`: no further; `again_wanted`: try the failed page again."""

    all_wanted = Signal()
    stop_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_more = self._is_loading = self._is_earlier = False
        self.error: ExplorerError | None = None
        self.label = ElidedLabel()
        set_property(self.label, "role", "muted")
        self.trouble = ElidedLabel()
        set_tone(self.trouble, Tone.BAD)
        self._mark = IconLabel("error", Tone.BAD)
        self.again_button = QPushButton("Try again")
        self.all_button = QPushButton("Load all")
        self.stop_button = QPushButton("Stop loading")
        for button, signal in (
            (self.again_button, self.again_wanted),
            (self.all_button, self.all_wanted),
            (self.stop_button, self.stop_wanted),
        ):
            button.setProperty("kind", "link")
            button.clicked.connect(signal)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.label, 1)
        layout.addWidget(self._mark)
        layout.addWidget(self.trouble, 2)
        for part in (self.again_button, self.all_button, self.stop_button):
            layout.addWidget(part)
        self.show_trouble(None)
        self._show_buttons()

    def show_amount(self, loaded: int, *, estimate: int, has_more: bool, search: str) -> None:
        """Say how many are loaded. `estimate` is Cognito's own and lags; `search` is "" for everybody."""
        if search:
            amount = f"{number(loaded)} loaded, more to come" if has_more else f"{counted(loaded, 'user')} found"
            words = f"{amount} · server search: {search}"
        elif has_more:
            of_all = f" of about {number(estimate)}" if estimate > loaded else ""
            words = f"{number(loaded)}{of_all} loaded"
        else:
            words = f"All {counted(loaded, 'user')} loaded" if loaded > 1 else counted(loaded, "user")
        who = "" if search else " · everybody, not searched"
        self.label.setText(f"Still the list from before: {words}{who}" if self._is_earlier else words)
        self._has_more = has_more
        self._show_buttons()

    def show_earlier(self, *, is_earlier: bool) -> None:
        """Whether the amount that is shown next is not of what was asked for last, which got no answer."""
        self._is_earlier = is_earlier

    def show_loading(self, is_loading: bool) -> None:
        """Whether everything is being loaded."""
        self._is_loading = is_loading
        self._show_buttons()

    def show_trouble(self, error: ExplorerError | None) -> None:
        """Why the next page did not come, or None."""
        self.error = error
        self.trouble.setText(f"{error.title} {error.hint}" if error else "")
        for part in (self._mark, self.trouble, self.again_button):
            part.setVisible(error is not None)

    def _show_buttons(self) -> None:
        self.stop_button.setVisible(self._is_loading)
        self.all_button.setVisible(self._has_more and not self._is_loading)
