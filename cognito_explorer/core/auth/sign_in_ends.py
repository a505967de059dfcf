"""Which sign-ins were ended from here in this run. No token tells: its signature and its time stay good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet, decode, instant
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.journal import Change, name_in

EndedBy = Literal["revoked", "signed out", "user disabled", "user deleted"]

# Writes to a user that end every sign-in from before (tokens.md, section 7). Enabling brings none of them back.
_ENDING: dict[str, EndedBy] = {
    "admin_user_global_sign_out": "signed out",
    "admin_disable_user": "user disabled",
    "admin_delete_user": "user deleted",
}
# AWS did these, even where something took them back later.
_DONE = ("accepted", "undone")


@dataclass(frozen=True, slots=True)
class SignInEnd:
    """How and when a token was ended; `told_at` is the time as the reader's clock shows it.

    `is_local`: `at` is by this computer's clock, and not by the issuer's.
    """

    by: EndedBy
    at: datetime
    told_at: str = ""
    is_local: bool = False


class SignInEnds:
    """Kept as digests, in memory alone. RevokeToken ends an origin_jti, all else whatever a user was given before."""

    def __init__(self) -> None:
        self._ends: dict[bytes, list[SignInEnd]] = {}

    def note(self, tokens: TokenSet, end: SignInEnd) -> None:
        """Cognito has just done this with the tokens of a sign-in. `end.at`: by the issuer's clock, if it is known."""
        if tokens.refresh_token:
            self._add(_digest("refresh", tokens.refresh_token), end)
        try:
            token = decode(tokens.access_token or tokens.id_token)
        except InvalidInput:
            return
        self._add(_origin_of(token) if end.by == "revoked" else _subject_of(token), end)

    def note_change(self, change: Change) -> bool:
        """A write of the journal, by its target's sub or else its username. Tells whether it ends sign-ins."""
        by = _ENDING.get(change.operation)
        if by is None or change.outcome not in _DONE or not change.scope:
            return False
        kind, name = ("user", change.target_id) if change.target_id else ("username", name_in(change.target))
        self._add(_digest(kind, change.scope, name), SignInEnd(by, change.at, is_local=True))
        return True

    def of(self, token: DecodedToken, ahead: timedelta = timedelta()) -> SignInEnd | None:
        """What ended one token first; None where it was not ended from here.

        `ahead`: how far the issuer's clock is from this computer's.
        """
        if not self._ends:
            return None
        if token.kind == "refresh":
            return _first(self._ends.get(_digest("refresh", token.raw), ()))
        ended = [*self._ends.get(_subject_of(token), ()), *self._ends.get(_name_of(token), ())]
        issued_at = instant(token.claims.get("iat"))
        by_issuer = (replace(each, at=each.at + ahead, is_local=False) if each.is_local else each for each in ended)
        since = [each for each in by_issuer if issued_at is not None and issued_at <= each.at]
        return _first([*self._ends.get(_origin_of(token), ()), *sorted(since, key=lambda each: each.at)])

    def of_any(self, tokens: Mapping[TokenKind, DecodedToken], ahead: timedelta = timedelta()) -> SignInEnd | None:
        """The end of a sign-in, by whichever of its tokens tells."""
        return _first(self.of(each, ahead) for each in tokens.values())

    def _add(self, key: bytes, end: SignInEnd) -> None:
        if key:
            self._ends.setdefault(key, []).append(end)


def _first(ends: Iterable[SignInEnd | None]) -> SignInEnd | None:
    return next((each for each in ends if each is not None), None)


def _origin_of(token: DecodedToken) -> bytes:
    return _of_pool(token, "origin", token.claims.get("origin_jti"))


def _subject_of(token: DecodedToken) -> bytes:
    return _of_pool(token, "user", token.claims.get("sub"))


def _name_of(token: DecodedToken) -> bytes:
    return _of_pool(token, "username", token.username)


def _of_pool(token: DecodedToken, kind: str, name: object) -> bytes:
    return _digest(kind, token.pool_id, name) if token.pool_id and name and isinstance(name, str) else b""


def _digest(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode(errors="surrogatepass")).digest()
