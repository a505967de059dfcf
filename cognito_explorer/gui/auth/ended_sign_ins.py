"""What somebody revoked or signed out on this app's pages in this run, for every page that shows such tokens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd, SignInEnds
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet
from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.times import clock


class EndedSignIns(QObject):
    """`changed`: another one was ended."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ends = SignInEnds()

    def note(self, tokens: TokenSet, by: EndedBy, *, ahead: timedelta) -> None:
        """Cognito has just accepted it. `ahead`: how far its clock is from this computer's."""
        self._ends.note(tokens, SignInEnd(by, datetime.now(UTC) + ahead))
        self.changed.emit()

    def of(self, token: DecodedToken, beside: Mapping[TokenKind, DecodedToken]) -> SignInEnd | None:
        """The end of a token; a refresh token names no sign-in, and shares that of those it came with."""
        end = self._ends.of(token) or (self._ends.of_any(beside) if token.kind == "refresh" else None)
        return replace(end, told_at=clock().time_of_day(end.at)) if end is not None else None

    def of_any(self, tokens: Mapping[TokenKind, DecodedToken]) -> SignInEnd | None:
        """The end of the sign-in that tokens are of."""
        end = self._ends.of_any(tokens)
        return replace(end, told_at=clock().time_of_day(end.at)) if end is not None else None


def ended_sign_ins() -> EndedSignIns:
    """The application's."""
    return of_application(EndedSignIns)
