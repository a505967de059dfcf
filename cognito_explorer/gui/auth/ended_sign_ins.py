"""Which sign-ins were ended in this run, on whatever page of the app, for every page that shows such tokens."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd, SignInEnds
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet
from cognito_explorer.core.journal import Change, Journal
from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.times import clock

_MOST = 1_000


class EndedSignIns(QObject):
    """`changed`: another one was ended. The tokens page tells what it did itself; all else is in the journal."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ends = SignInEnds()
        self._journal: Journal | None = None
        self._stop: Callable[[], None] = lambda: None

    def follow(self, journal: Journal) -> None:
        """Take in what users' pages have ended in this run, and what they will."""
        if self._journal is journal:
            return
        self._stop()
        self._journal, self._stop = journal, journal.subscribe(self._take)
        for change in reversed(journal.of_this_run(_MOST)):
            self._take(change)

    def note(self, tokens: TokenSet, by: EndedBy, *, ahead: timedelta) -> None:
        """Cognito has just accepted it. `ahead`: how far its clock is from this computer's."""
        self._ends.note(tokens, SignInEnd(by, datetime.now(UTC) + ahead))
        self.changed.emit()

    def of(
        self, token: DecodedToken, beside: Mapping[TokenKind, DecodedToken], ahead: timedelta = timedelta()
    ) -> SignInEnd | None:
        """The end of a token; a refresh token names no sign-in, and shares that of those it came with."""
        end = self._ends.of(token, ahead)
        if end is None and token.kind == "refresh":
            end = self._ends.of_any(beside, ahead)
        return _told(end)

    def of_any(self, tokens: Mapping[TokenKind, DecodedToken], ahead: timedelta = timedelta()) -> SignInEnd | None:
        """The end of the sign-in that tokens are of."""
        return _told(self._ends.of_any(tokens, ahead))

    def _take(self, change: Change) -> None:
        if self._ends.note_change(change):
            self.changed.emit()


def ended_sign_ins() -> EndedSignIns:
    """The application's."""
    return of_application(EndedSignIns)


def _told(end: SignInEnd | None) -> SignInEnd | None:
    return replace(end, told_at=clock().time_of_day(end.at)) if end is not None else None
