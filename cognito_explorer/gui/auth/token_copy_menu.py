"""“Copy as”: the token on show as a header, a command, code, a Postman environment, a report for a ticket."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from cognito_explorer.core.auth.token_copies import TokenCopy, copies_of
from cognito_explorer.core.auth.tokens import DecodedToken, TokenSet
from cognito_explorer.core.insight.finding import Finding, Level
from cognito_explorer.gui.lib.clipboard import copy, copy_secret
from cognito_explorer.gui.lib.icons import icon

_LEVELS: dict[Level, str] = {"bad": "failed", "warn": "warning", "unknown": "unknown", "ok": "passed", "info": "note"}


class TokenCopyMenu(QMenu):
    """Made anew each time it opens; what bears the token leaves the clipboard after a minute.

    `findings` gives what was found out about the token on show: it is what a ticket needs.
    """

    def __init__(self, teller: QWidget, parent: QWidget | None = None) -> None:
        super().__init__("&Copy as", parent)
        self._teller = teller
        self._token: DecodedToken | None = None
        self._tokens: TokenSet | None = None
        self.findings: Callable[[], Sequence[Finding]] = tuple
        self.setIcon(icon("copy"))
        self.aboutToShow.connect(self._offer)

    def show_token(self, token: DecodedToken, tokens: TokenSet | None) -> None:
        """Offer the forms of this token."""
        self._token, self._tokens = token, tokens

    def _offer(self) -> None:
        self.clear()
        for form in self._forms():
            action = self.addAction(form.title)
            action.setData(form.name)
            action.triggered.connect(lambda _checked=False, name=form.name: self.copy_form(name))

    def copy_form(self, name: str) -> None:
        """Copy one form by its name ("header", "curl", "python", "javascript", "postman", "report")."""
        form = next((each for each in self._forms() if each.name == name), None)
        if form is None:
            return
        if form.is_secret:
            copy_secret(self._teller, form.text, form.what)
        else:
            copy(self._teller, form.text, form.what)

    def _forms(self) -> tuple[TokenCopy, ...]:
        told = [f"{_LEVELS[each.level]}: {each.title} {each.detail}" for each in self.findings()]
        return copies_of(self._token, self._tokens, findings=told) if self._token is not None else ()
