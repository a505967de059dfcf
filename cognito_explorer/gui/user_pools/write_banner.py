"""Why a write failed. Where no answer came, first the way to look, and only beside it the way to do it again."""

from copy import copy

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from cognito_explorer.core.aws.errors import is_unsure
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.icons import icon


class WriteBanner(ErrorBanner):
    """`look_wanted`: what was to be changed must be read anew; `show_looked` says that it was."""

    look_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, is_narrow=True)
        self.look_button = QPushButton(icon("search"), "Look now")
        self.look_button.clicked.connect(self.look_wanted)
        self.add_button(self.look_button)
        self.look_button.hide()
        self.explain_button.setToolTip("Explain this error")
        self.explain_button.setAccessibleName("Explain")
        self._again = self._whose = ""
        self._has_looked = False

    @property
    def must_look(self) -> bool:
        """Whether nobody knows what became of the write, and nobody has looked since."""
        is_due = self.error is not None and is_unsure(self.error) and not self._has_looked
        return is_due and not self._whose

    def show_failure(self, error: ExplorerError, *, again: str, whose: str = "") -> None:
        """Say why; `again` is what the other button does, "" where nothing can be repeated.

        `whose` write it was, where somebody else is shown by now: that is said, and looking here would not tell.
        """
        self._again, self._whose, self._has_looked = again, whose, False
        if whose:
            error = copy(error)
            error.title = f"{whose}: {error.title}"
        self._show(error)

    def show_looked(self, name: str) -> None:
        """What stands on the page was read after the write: whoever looks at it can tell."""
        error = self.error
        if error is None or not self.must_look:
            return
        self._has_looked = True
        hint = (
            f"{name} was read again since: what you see is how it stands. A slow endpoint may still do it; do it again"
            " only where it was not done."
        )
        looked = Unreachable(error.title, hint, code=error.code, operation=error.operation)
        looked.said = error.said
        self._show(looked)

    def _show(self, error: ExplorerError) -> None:
        self.show_error(error, retry=self._again)
        self.retry_button.setVisible(bool(self._again))
        self.look_button.setText("Look again" if self._has_looked else "Look now")
        self.look_button.setVisible(is_unsure(error) and not self._whose)
        # Four buttons in words would make the inspector wider.
        self.explain_button.setText("" if is_unsure(error) else "Explain")
