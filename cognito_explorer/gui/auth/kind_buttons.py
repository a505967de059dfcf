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
        self._made: dict[TokenKind, QPushButton] = {}
        self.buttons: dict[TokenKind, QPushButton] = {}
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(4)
        for kind in KINDS:
            self._make(kind)

    def show_kinds(self, kinds: Iterable[TokenKind]) -> None:
        """Offer these instead, in this order."""
        wanted = list(kinds)
        if wanted == list(self.buttons):
            return
        # A button that is made anew costs the window a second layout before it can be painted: they are kept.
        if [kind for kind in self._made if kind in wanted] != wanted:
            self._made = {kind: self._made[kind] for kind in (*wanted, *(set(self._made) - set(wanted)))}
            for button in self._made.values():
                self._line.addWidget(button)
        for kind, button in self._made.items():
            button.setVisible(kind in wanted)
        self.buttons = {kind: self._made[kind] for kind in wanted}

    def _make(self, kind: TokenKind) -> None:
        button = QPushButton(_WORDS.get(kind, KINDS[kind]), self)
        button.setCheckable(True)
        button.setAccessibleName(KINDS[kind])
        button.clicked.connect(lambda _checked=False: self.chosen.emit(kind))
        button.hide()
        self._line.addWidget(button)
        self._made[kind] = button

    def mark(self, kind: TokenKind) -> None:
        """This one is on show."""
        for each, button in self.buttons.items():
            button.setChecked(each == kind)
