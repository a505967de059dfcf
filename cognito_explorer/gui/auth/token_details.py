"""What is in a token, what it would open, what it differs in from another, and how it ends: a tab for each.

A tab is filled when somebody looks at it, or asks for its part; the one in sight a frame later, after the findings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QTabWidget, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.sign_in_ends import SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.insight.claims import Claim, header_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.auth.token_claims import ClaimRow, TokenClaims, exact_value, value_in_words
from cognito_explorer.gui.auth.token_comparison import KnownToken, TokenComparison
from cognito_explorer.gui.auth.token_consumers import TokenConsumers
from cognito_explorer.gui.auth.token_heading import KINDS
from cognito_explorer.gui.auth.token_lifetimes import TokenLifetimes
from cognito_explorer.gui.auth.token_role import TokenRole
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.late import AfterPaint
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.text_view import SecretText, TextView
from cognito_explorer.gui.lib.times import clock, counted

_KINDS = {"id": "ID token.", "access": "Access token.", "refresh": "Refresh token."}


class TokenDetails(QTabWidget):
    """What is in a token, explained."""

    def __init__(self, aws: Aws | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token: DecodedToken | None = None
        self._told: dict[str, Any] | None = None
        self._left: QWidget | None = None
        self._waiting: dict[QWidget, Callable[[], object]] = {}
        self._claims_part = TokenClaims()
        self._header = RecordTable[Claim](_COLUMNS)
        self._header_view = RecordView(self._header, "token-header")
        self._header_view.share_room("meaning")
        self._frame = AfterPaint(self)
        self._role = TokenRole(aws)
        self.expected = self._consumers = TokenConsumers(aws)
        self._comparison = TokenComparison()
        self._lifetimes = TokenLifetimes()
        self.user_info = TextView("userInfo")
        self.user_info.setContentsMargins(12, 12, 12, 12)
        self._payload = TextView("Payload")
        self._payload.setContentsMargins(12, 12, 12, 12)
        self._raw = SecretText("token")
        self.setDocumentMode(True)
        self.tabBar().setProperty("role", "tight")
        self._add_tabs()
        self._show_tab(self._role, is_shown=False)
        self._show_tab(self.user_info, is_shown=False)
        self.currentChanged.connect(self._follow_choice)
        self._frame.timeout.connect(self.catch_up_shown)
        clock().changed.connect(self._claims_part.retell)
        privacy().changed.connect(self._follow_privacy)

    @property
    def claims_part(self) -> TokenClaims:
        """The claims, up to date."""
        self._catch_up(self._claims_part)
        return self._claims_part

    @property
    def claims(self) -> RecordTable[ClaimRow]:
        """The claims as rows, up to date."""
        return self.claims_part.table

    @property
    def claims_view(self) -> RecordView:
        """The claims as they are looked at, up to date."""
        return self.claims_part.view

    @property
    def header_view(self) -> RecordView:
        """The header as it is looked at, up to date."""
        self._catch_up(self._header_view)
        return self._header_view

    @property
    def header(self) -> RecordTable[Claim]:
        """The header's members as rows, up to date."""
        self._catch_up(self._header_view)
        return self._header

    @property
    def payload(self) -> TextView:
        """The claims as JSON, up to date."""
        self._catch_up(self._payload)
        return self._payload

    @property
    def raw(self) -> SecretText:
        """The token itself, up to date."""
        self._catch_up(self._raw)
        return self._raw

    @property
    def role(self) -> TokenRole:
        """The way to a role, up to date."""
        self._catch_up(self._role)
        return self._role

    @property
    def consumers(self) -> TokenConsumers:
        """Who would take the token, up to date. `expected` is the same for whoever wants what was typed there alone."""
        self._catch_up(self._consumers)
        return self._consumers

    @property
    def comparison(self) -> TokenComparison:
        """The comparison, up to date."""
        self._catch_up(self._comparison)
        return self._comparison

    @property
    def lifetimes(self) -> TokenLifetimes:
        """What each ending does, up to date."""
        self._catch_up(self._lifetimes)
        return self._lifetimes

    def show_token(self, token: DecodedToken, facts: PoolFacts | None = None) -> None:
        """Show another token. One that nobody but Cognito can read has its raw form only."""
        self._token = token
        self._fill(self._claims_part, partial(self._claims_part.show_token, token, facts))
        self._fill(self._header_view, lambda: self._header.set_rows(header_of(token)))
        self._fill(self._payload, lambda: self._payload.set_json(privacy().of_claims(token.claims)))
        size = counted(len(token.raw), "character")
        note = f"{_KINDS.get(token.kind, 'Token.')} {size}. Whoever has it can use it until it expires."
        self._fill(self._raw, partial(self._raw.set_secret, token.raw, note))
        self._show_tab(self._claims_part, is_shown=bool(token.claims))
        self._show_tab(self._header_view, is_shown=bool(token.header))
        self._show_tab(self._payload, is_shown=bool(token.claims))

    def _follow_privacy(self) -> None:
        token = self._token
        if token is not None:
            self._fill(self._payload, lambda: self._payload.set_json(privacy().of_claims(token.claims)))
        if self._told is not None:
            self.user_info.set_json(privacy().of_claims(self._told))

    def show_facts(self, facts: PoolFacts | None) -> None:
        """What the pool says of the token on show."""
        if self._token is not None:
            self._fill(self._claims_part, partial(self._claims_part.show_token, self._token, facts))

    def show_identity_pools(self, details: Sequence[IdentityPoolDetail]) -> None:
        """Trace the token through one of these; others can be searched for where there is a connection."""
        token = self._token
        is_meant = token is not None and token.kind != "refresh" and (bool(details) or self._role.can_search)
        self._show_tab(self._role, is_shown=is_meant)
        self._waiting.pop(self._role, None)
        if is_meant and token is not None:
            self._fill(self._role, partial(self._role.show_traces, details, token))

    def show_set(
        self,
        tokens: Mapping[TokenKind, DecodedToken],
        earlier: Sequence[KnownToken],
        client: AppClient | None,
        ended: SignInEnd | None,
    ) -> None:
        """All tokens of the sign-in, and the earlier ones: to compare with, and to tell what would end them or did."""
        token = self._token
        if token is None:
            return
        beside = [KnownToken(f"{KINDS[kind]} of the same sign-in", each) for kind, each in tokens.items()]
        self._fill(self._comparison, partial(self._comparison.show_token, token, [*beside, *earlier]))
        self._show_tab(self._comparison, is_shown=bool(token.claims))
        self._fill(self._lifetimes, partial(self._lifetimes.show_tokens, tokens, client, ended))
        self._show_tab(self._lifetimes, is_shown=any(each.pool_id for each in tokens.values()))

    def show_consumers(self, context: TokenContext, detail: IdentityPoolDetail | None) -> None:
        """Who would take the token, held against these surroundings."""
        token = self._token
        if token is None:
            return
        known = detail.user_pool_providers if detail is not None else ()
        clients = tuple(each.client_id for each in known if each.pool_id == token.pool_id)
        taken = clients if detail is not None else None
        self._fill(self._consumers, partial(self._consumers.show_token, token, context, taken))

    def show_user_info(self, answer: dict[str, Any] | None) -> None:
        """What userInfo said; None takes it away."""
        self._told = answer
        self._show_tab(self.user_info, is_shown=answer is not None)
        if answer is not None:
            self.user_info.set_json(privacy().of_claims(answer))
            self.setCurrentWidget(self.user_info)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._frame.painted()

    def _add_tabs(self) -> None:
        self.addTab(self._claims_part, "Claims")
        self.addTab(self._header_view, "Header")
        self.addTab(self._payload, "JSON")
        self.addTab(self._raw, "Raw")
        self.addTab(self._consumers, "Will it work?")
        self.addTab(self._role, "Role")
        self.addTab(self._comparison, "Compare")
        self.addTab(self._lifetimes, "Lifetimes")
        self.addTab(self.user_info, "userInfo")

    def _fill(self, part: QWidget, work: Callable[[], object]) -> None:
        """A frame later, if it is looked at; otherwise the newest once somebody does."""
        self._waiting[part] = work
        if part is self.currentWidget():
            self._frame.wait()
            self.update()

    def _catch_up(self, part: QWidget) -> None:
        work = self._waiting.pop(part, None)
        if work is not None:
            work()

    def _follow_choice(self) -> None:
        """Whoever goes to a tab stays there: none that was left is gone back to."""
        self._left = None
        self.catch_up_shown()

    def catch_up_shown(self) -> None:
        """Fill the tab in sight now."""
        part = self.currentWidget()
        if part is not None:
            self._catch_up(part)

    def _show_tab(self, part: QWidget, *, is_shown: bool) -> None:
        """Qt goes to another tab when the one in sight is taken away; once it is back, so is whoever looked at it."""
        left = self._left
        if not is_shown and part is self.currentWidget() and part is not self.user_info:
            left = left or part
        self.setTabVisible(self.indexOf(part), is_shown)
        self._left = left
        if is_shown and part is left:
            self.setCurrentWidget(part)


_COLUMNS: tuple[Column[Claim], ...] = (
    Column("Field", lambda claim: claim.name, is_identifier=True, width=150),
    Column("Value", value_in_words, key="value", tooltip=exact_value, width=240),
    Column("What it means", lambda claim: claim.meaning, key="meaning", width=250),
)
