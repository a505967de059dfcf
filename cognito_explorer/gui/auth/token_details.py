"""Claims, header, payload and the raw token, each in a tab of its own."""

from PySide6.QtWidgets import QTabWidget, QWidget

from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.insight.claims import Claim, claims_of, header_of
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.text_view import SecretText, TextView
from cognito_explorer.gui.lib.times import clock, counted


class TokenDetails(QTabWidget):
    """What is in a token, explained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.claims = RecordTable[Claim](_columns("Claim"))
        self.header = RecordTable[Claim](_columns("Field"))
        self.claims_view = RecordView(self.claims, "token-claims")
        self.header_view = RecordView(self.header, "token-header")
        self.payload = TextView("Payload")
        self.payload.setContentsMargins(12, 12, 12, 12)
        self.raw = SecretText("token")
        self.setDocumentMode(True)
        self.addTab(self.claims_view, "Claims")
        self.addTab(self.header_view, "Header")
        self.addTab(self.payload, "JSON")
        self.addTab(self.raw, "Raw")
        clock().changed.connect(self._retell)

    def show_token(self, token: DecodedToken) -> None:
        """Show another token. One that nobody but Cognito can read has its raw form only."""
        self.claims.set_rows(claims_of(token))
        self.header.set_rows(header_of(token))
        self.payload.set_json(token.claims)
        size = counted(len(token.raw), "character")
        note = f"{_KINDS.get(token.kind, 'Token.')} {size}. Whoever has it can use it until it expires."
        self.raw.set_secret(token.raw, note)
        for at, is_there in enumerate((bool(token.claims), bool(token.header), bool(token.claims))):
            self.setTabVisible(at, is_there)

    def _retell(self) -> None:
        self.claims_view.viewport().update()


_KINDS = {"id": "ID token.", "access": "Access token.", "refresh": "Refresh token."}


def value_in_words(claim: Claim) -> str:
    """A claim's value as it stands, and a time in words behind it."""
    moment = instant(claim.value) if claim.is_time else None
    if moment is None:
        return claim.text
    return f"{claim.text} · {clock().relative(moment)}"


def exact_value(claim: Claim) -> str:
    """The whole value, and a time to the second."""
    moment = instant(claim.value) if claim.is_time else None
    return claim.text if moment is None else f"{claim.text}\n{clock().exact(moment)}"


def _columns(name: str) -> tuple[Column[Claim], ...]:
    first: Column[Claim] = Column(name, lambda claim: claim.name, is_identifier=True, width=150)
    value: Column[Claim] = Column("Value", value_in_words, key="value", tooltip=exact_value, width=240)
    meaning: Column[Claim] = Column("What it means", lambda claim: claim.meaning, key="meaning", width=250)
    return first, value, meaning
