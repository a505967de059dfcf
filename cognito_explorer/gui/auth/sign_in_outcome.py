"""How an attempt stands once the browser is gone: under way, done, cancelled or failed, and the way on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

WIDTH_PX = 460


class SignInOutcome(QWidget):
    """Icon, title, hint, the code small beneath, and buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("", Tone.MUTED, 32)
        self._title = plain_label("", "section", wrap=True, selectable=True)
        self._hint = plain_label("", "muted", wrap=True, selectable=True)
        self._code = plain_label("", "small", wrap=True, selectable=True)
        for label in (self._title, self._hint, self._code):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.tokens_button = QPushButton(icon("token", "on_accent"), "Show &tokens")
        self.start_over_button = QPushButton(icon("refresh"), "Start &over")
        self.change_button = QPushButton("Change the &request")
        self.explain_button = QPushButton(icon("help"), "E&xplain")
        self.explain_button.hide()
        self._error: ExplorerError | None = None
        self.explain_button.clicked.connect(lambda: explaining().wanted.emit(self._error))
        self._arrange()

    def text(self) -> str:
        """Title and hint as shown."""
        return f"{self._title.text()} {self._hint.text()}".strip()

    def focus_first(self) -> None:
        """Put the keyboard where one goes on."""
        (self.start_over_button if self.tokens_button.isHidden() else self.tokens_button).setFocus()

    def show_waiting(self, text: str) -> None:
        """Something is under way."""
        self._show(("clock", Tone.INFO), text)
        for button in (self.tokens_button, self.start_over_button, self.change_button):
            button.hide()

    def show_done(self, title: str, hint: str) -> None:
        """All is well."""
        self._show(("check-circle", Tone.GOOD), title, hint)
        self.tokens_button.show()
        self.tokens_button.setFocus()

    def show_cancelled(self) -> None:
        """The person gave up."""
        hint = "The private view was closed and everything in it forgotten. No token was issued to this app."
        self._show(("stop", Tone.MUTED), "The sign-in was cancelled.", hint)
        self.start_over_button.setFocus()

    def show_error(self, error: ExplorerError) -> None:
        """What happened, what to do."""
        self._show(("error", Tone.BAD), error.title, error.hint, error.code)
        self._error = error
        self.explain_button.setVisible(bool(error.code))
        self.start_over_button.setFocus()

    def _show(self, looks: tuple[str, Tone], title: str, hint: str = "", code: str = "") -> None:
        self._icon.set_icon(*looks)
        self._title.setText(title)
        for label, text in ((self._hint, hint), (self._code, code)):
            label.setText(text)
            label.setVisible(bool(text))
        self.tokens_button.hide()
        self.explain_button.hide()
        self.start_over_button.show()
        self.change_button.show()

    def _arrange(self) -> None:
        self.tokens_button.setProperty("kind", "primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.tokens_button, self.start_over_button, self.change_button, self.explain_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        # A column of its own: a wrapped label is given its height only where it fills the width.
        column = QWidget()
        column.setMaximumWidth(theme().px(WIDTH_PX))
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addStretch(2)
        inner.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._hint, self._code):
            inner.addWidget(label)
        inner.addSpacing(8)
        inner.addLayout(buttons)
        inner.addStretch(3)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(1)
        layout.addWidget(column, 100)
        layout.addStretch(1)
