"""One button for each token of a set: ID, access, refresh."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cognito_explorer.core.auth.tokens import TokenKind
from cognito_explorer.gui.auth.token_heading import KINDS

_WORDS: dict[TokenKind, str] = {"id": "&ID", "access": "&Access", "refresh": "&Refresh"}


class KindButtons(QWidget):
    """`chosen` carries the kind of token to show."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[TokenKind, QPushButton] = {}
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(4)

    def show_kinds(self, kinds: Iterable[TokenKind]) -> None:
        """Offer these instead."""
        wanted = list(kinds)
        if wanted == list(self.buttons):
            return
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for kind in wanted:
            button = QPushButton(_WORDS.get(kind, KINDS[kind]))
            button.setCheckable(True)
            button.setAccessibleName(KINDS[kind])
            button.clicked.connect(lambda _checked=False, kind=kind: self.chosen.emit(kind))
            self.buttons[kind] = button
            self._line.addWidget(button)

    def mark(self, kind: TokenKind) -> None:
        """This one is on show."""
        for each, button in self.buttons.items():
            button.setChecked(each == kind)
