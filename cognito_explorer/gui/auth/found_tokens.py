"""The tokens of a text that held more than belong together: each can be chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.gui.auth.found_chooser import FoundChooser
from cognito_explorer.gui.auth.pasted_tokens import ReadTokens
from cognito_explorer.gui.auth.token_heading import know_user_of
from cognito_explorer.gui.lib.dialogs import finished
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.narrow_box import narrow_box
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.visible import visible

_LONGEST_LINE = 200
# More than these are hard to find among each other without a filter.
_FEW = 3


class FoundTokens(QWidget):
    """Seen only where there is something to choose. `chosen` carries the number of the one chosen.

    `asked`: the button that lists all of them with a filter.
    """

    chosen = Signal(int)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = ReadTokens({})
        self.box = narrow_box(16)
        self.box.setAccessibleName("Tokens found in the text")
        self.list_button = QPushButton(icon("filter"), "")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.box, 1)
        line.addWidget(self.list_button)
        self.box.activated.connect(self.chosen)
        self.list_button.clicked.connect(self.asked)
        privacy().changed.connect(self._name_all)
        clock().ticked.connect(self._name_all)
        self.hide()

    def show_read(self, read: ReadTokens) -> None:
        """Offer what was found in a text; the first of those on show is marked."""
        self._read = read
        if not read.found:
            self.hide()
            return
        self.box.clear()
        front = next(iter(read.tokens.values()), None)
        for each in read.found:
            know_user_of(each.token)
            self.box.addItem("")
            if each.token is front:
                self.box.setCurrentIndex(self.box.count() - 1)
        self._name_all()
        self.list_button.setText(f"Choose among {len(read.found)}…")
        self.list_button.setVisible(len(read.found) > _FEW)
        self.setVisible(len(read.found) > len(read.tokens))

    async def ask(self) -> None:
        """List all of them with what tells them apart, and take the one that is chosen."""
        dialog = FoundChooser(self, self._read.found, self.box.currentIndex())
        at = dialog.at if await finished(dialog) else None
        if at is not None:
            self.chosen.emit(at)

    def _name_all(self) -> None:
        for at, each in enumerate(self._read.found):
            told = (each.name, privacy().in_text(each.whose), each.expiry_now, each.where)
            words = " · ".join(part for part in told if part)
            self.box.setItemText(at, visible(f"{at + 1} of {len(self._read.found)} · {words}"[:_LONGEST_LINE]))
            self.box.setItemData(at, plain_tooltip("\n".join(each.places)), Qt.ItemDataRole.ToolTipRole)
