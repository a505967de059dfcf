"""What each way of ending a sign-in would do to the tokens on show, and what would live on until when."""

from collections.abc import Mapping
from datetime import UTC, datetime

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.core.auth.sign_in_ends import SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.insight.token_endings import Ending, Survivor, endings_of
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.tokens import Tone


class TokenLifetimes(QScrollArea):
    """One block for each thing that can be done: what it ends, what lives on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endings: tuple[Ending, ...] = ()
        self._blocks: list[QWidget] = []
        self._column = scrolled_column(self, (16, 12, 16, 12), 16)
        self._column.addStretch(1)
        clock().changed.connect(self._fill)
        clock().ticked.connect(self._fill)

    def show_tokens(
        self, tokens: Mapping[TokenKind, DecodedToken], client: AppClient | None, ended: SignInEnd | None = None
    ) -> None:
        """Tell it of these tokens; `client` None: its settings are not known. `ended`: their sign-in is over."""
        rotates = client.rotates_refresh_tokens if client is not None else None
        self.endings = endings_of(tokens, client, now=datetime.now(UTC), rotates=rotates, ended=ended)
        self._fill()

    def text(self) -> str:
        """Everything as it reads."""
        return "\n".join(f"{each.title}: {fact.label} {fact.value}" for each in self.endings for fact in _facts(each))

    def _fill(self) -> None:
        for block in self._blocks:
            block.hide()
            block.deleteLater()
        self._blocks = [_block(each) for each in self.endings]
        for at, block in enumerate(self._blocks):
            self._column.insertWidget(at, block)


def _block(ending: Ending) -> QWidget:
    block = QWidget()
    column = QVBoxLayout(block)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(plain_label(ending.title, "section", wrap=True))
    column.addWidget(FactList(_facts(ending)))
    if ending.note:
        column.addWidget(plain_label(ending.note, "small", wrap=True))
    return block


def _facts(ending: Ending) -> list[Fact]:
    ends = "\n".join(ending.ends) or "nothing"
    lives = "\n".join(_lives(each) for each in ending.survivors) or "nothing"
    return [Fact("Ends", ends, tone=Tone.BAD if ending.ends else Tone.TEXT), Fact("Lives on", lives)]


def _lives(survivor: Survivor) -> str:
    if survivor.is_over:
        return f"{survivor.what}: expired already"
    if survivor.until is None:
        return survivor.what
    return f"{survivor.what}: until {clock().exact(survivor.until)} ({clock().relative(survivor.until)})"
