"""The tokens of a text that held more than belong together: each can be chosen."""

from PySide6.QtWidgets import QComboBox, QWidget

from cognito_explorer.gui.auth.pasted_tokens import PastedToken, ReadTokens
from cognito_explorer.gui.auth.token_heading import KINDS

_LONGEST_LINE = 200


class FoundTokens(QComboBox):
    """Seen only where there is something to choose. `activated` (Qt's own) carries the number of the one chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tokens found in the text")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        self.hide()

    def show_read(self, read: ReadTokens) -> None:
        """Offer what was found in a text; the first of those on show is marked."""
        self.clear()
        front = next(iter(read.tokens.values()), None)
        for number, each in enumerate(read.found, start=1):
            self.addItem(f"{number} of {len(read.found)} · {_line(each)}"[:_LONGEST_LINE])
            if each.token is front:
                self.setCurrentIndex(self.count() - 1)
        self.setVisible(len(read.found) > len(read.tokens))


def _line(found: PastedToken) -> str:
    token = found.token
    whose = token.username or token.client_id or token.issuer
    return " · ".join(part for part in (KINDS[token.kind], whose, found.where) if part)
