"""The support case that the next writes are for: it goes into the journal with each of them."""

from PySide6.QtWidgets import QLineEdit, QWidget

from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.theme import theme

_WIDTH_PX = 132
_LONGEST = 64


class CaseNumber(QLineEdit):
    """A line without a button: what stands in it counts from now on."""

    def __init__(self, journal: Journal, parent: QWidget | None = None) -> None:
        super().__init__(journal.case_number, parent)
        self._journal = journal
        self.setPlaceholderText("Case number")
        self.setAccessibleName("Case number")
        self.setToolTip("Goes into the journal with every change, until you clear it")
        self.setMaxLength(_LONGEST)
        self.setClearButtonEnabled(True)
        self.setFixedWidth(theme().px(_WIDTH_PX))
        self.textChanged.connect(self._take)

    def _take(self, text: str) -> None:
        self._journal.case_number = text.strip()
