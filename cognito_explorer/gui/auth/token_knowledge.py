"""What was found out beside the tokens on show: signatures, what their pool says, whose clock is right."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.liveness import LiveAnswer
from cognito_explorer.core.auth.sessions import is_refresh_refused
from cognito_explorer.core.auth.sign_in_ends import SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, TokenKind
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.finding import TokenContext, UserState
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.core.insight.token_endings import refresh_until
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.gui.auth.ended_sign_ins import ended_sign_ins
from cognito_explorer.gui.auth.token_surroundings import FactsKey, Surroundings, facts_key

_UNCHECKED = SignatureCheck("not checked", "No connection is open, so the pool's public keys were not fetched.")
_USER_ENDS: dict[UserState, str] = {
    "": "",
    "deleted": "user deleted",
    "replaced": "user not in the pool",
    "disabled": "user disabled",
}
_GRANT_REFUSED = "The token endpoint answered invalid_grant when it was to refresh."
_EXPECTED_WHERE = "This was set under “Will it work?”, and is remembered for tokens of the same issuer."
_ALONE = Surroundings(clients_unread="No connection is open, so no pool's app clients were read.")


@dataclass(slots=True)
class TokenKnowledge:
    """Filled in as answers come. `pool_id` is the page's, `clock` outlives the tokens: it is this computer's."""

    pool_id: str
    is_connected: bool
    clock: ClockSkew | None = None
    checks: dict[TokenKind, SignatureCheck] = field(default_factory=dict)
    around: Surroundings = field(default_factory=Surroundings)
    facts: dict[FactsKey, PoolFacts] = field(default_factory=dict)
    live: dict[str, LiveAnswer] = field(default_factory=dict, repr=False)
    tokens: dict[TokenKind, DecodedToken] = field(default_factory=dict, repr=False)

    @property
    def ahead(self) -> timedelta:
        """How far the issuer's clock is ahead of this computer's, as far as it is known."""
        return self.clock.ahead if self.clock is not None else timedelta()

    def of_other_tokens(self, tokens: dict[TokenKind, DecodedToken]) -> "TokenKnowledge":
        """What is left of it when other tokens are shown."""
        return TokenKnowledge(self.pool_id, self.is_connected, self.clock, tokens=tokens)

    def take_live(self, answer: LiveAnswer) -> None:
        """One answer of GetUser is about both tokens of a sign-in."""
        self.live |= {each.raw: answer for kind, each in self.tokens.items() if kind in ("id", "access")}

    def end(self) -> SignInEnd | None:
        """When the sign-in was ended from here, if it was."""
        return ended_sign_ins().of_any(self.tokens, self.ahead)

    def end_of(self, token: DecodedToken) -> SignInEnd | None:
        """When one of the tokens was ended from here, if it was."""
        return ended_sign_ins().of(token, self.tokens, self.ahead)

    def refused_of(self, token: DecodedToken) -> str:
        """Why Cognito takes a token no more, in two or three words, where it was asked or the pool tells; or ""."""
        live = self.live.get(token.raw)
        return (live.in_words if live is not None else "") or _USER_ENDS[self._user_state(token)]

    def refreshable_until(self) -> datetime | None:
        """Until when the sign-in can be refreshed; None where that is not known, or Cognito refuses it already."""
        is_over = any(each.ends_sign_in for each in self.live.values())
        is_over = is_over or any(self._user_state(each) for each in self.tokens.values())
        if is_over or "refresh" not in self.tokens or self.end() is not None:
            return None
        return refresh_until(self.tokens, self.client())

    def take_failure(self, name: str, error: ExplorerError, kind: TokenKind, refreshing: str) -> bool:
        """What the failure of a task tells of the tokens. `kind`: the one on show. Tells whether it does.

        `refreshing`: the refresh token that was last sent. Others may be on show since.
        """
        refresh = self.tokens.get("refresh")
        if name == "check":
            self.checks[kind] = SignatureCheck("not checked", f"{error.title} {error.hint}")
        elif name == "refresh" and is_refresh_refused(error) and refresh is not None and refresh.raw == refreshing:
            self.live[refresh.raw] = LiveAnswer("refused", _GRANT_REFUSED)
        else:
            return False
        return True

    def _user_state(self, token: DecodedToken) -> UserState:
        """A refresh token names nobody: it is of the user of those it came with."""
        asked = self.tokens.values() if token.kind == "refresh" else (token,)
        states = (facts.user_state for each in asked if (facts := self.facts_of(each)) is not None)
        return next((each for each in states if each), "")

    def check_of(self, kind: TokenKind) -> SignatureCheck | None:
        """What is known of a signature; None while it is being found out."""
        return self.checks.get(kind) or (None if self.is_connected else _UNCHECKED)

    def facts_of(self, token: DecodedToken) -> PoolFacts | None:
        """What the token's pool says of its user and client; None before it was asked."""
        return self.facts.get(facts_key(token))

    def client(self) -> AppClient | None:
        """The app client of the sign-in, where it could be read."""
        return next((each.client for each in self.facts.values() if each.client is not None), None)

    def client_name(self, token: DecodedToken) -> str:
        """The name of a token's app client, or ""."""
        return self.around.client_names.get(token.client_id, "")

    def context_of(self, token: DecodedToken, set_pool_id: str, issuer: str, audience: str) -> TokenContext:
        """What a token is held against. `set_pool_id`: whose app clients were read."""
        # A pasted set may hold a token of another pool than the rest.
        around = _ALONE if not self.is_connected else self.around if token.pool_id == set_pool_id else Surroundings()
        facts = self.facts_of(token)
        return TokenContext(
            self.pool_id,
            "",
            around.client_names,
            self.check_of(token.kind),
            clients_unread=around.clients_unread,
            clock=self.clock,
            client=facts.client if facts is not None else None,
            live=self.live.get(token.raw),
            ended=self.end_of(token),
            issuer=issuer,
            audience=audience,
            expected_where=_EXPECTED_WHERE,
            user_state=self._user_state(token),
        )
