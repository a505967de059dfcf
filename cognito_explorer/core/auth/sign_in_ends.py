"""Which sign-ins were ended from here in this run. No token tells: its signature and its time stay good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet, decode, instant
from cognito_explorer.core.errors import InvalidInput

EndedBy = Literal["revoked", "signed out"]


@dataclass(frozen=True, slots=True)
class SignInEnd:
    """How and when a token was ended; `told_at` is the time as the reader's clock shows it."""

    by: EndedBy
    at: datetime
    told_at: str = ""


class SignInEnds:
    """Kept as digests, in memory alone. RevokeToken ends an origin_jti, GlobalSignOut all a user was given before."""

    def __init__(self) -> None:
        self._ends: dict[bytes, SignInEnd] = {}

    def note(self, tokens: TokenSet, end: SignInEnd) -> None:
        """Cognito has just done this with the tokens of a sign-in. `end.at`: by the issuer's clock, if it is known."""
        if tokens.refresh_token:
            self._ends[_digest("refresh", tokens.refresh_token)] = end
        try:
            token = decode(tokens.access_token or tokens.id_token)
        except InvalidInput:
            return
        key = _origin_of(token) if end.by == "revoked" else _user_of(token)
        if key:
            self._ends[key] = end

    def of(self, token: DecodedToken) -> SignInEnd | None:
        """The end of one token; None where it was not ended from here."""
        if not self._ends:
            return None
        if token.kind == "refresh":
            return self._ends.get(_digest("refresh", token.raw))
        revoked, signed_out = self._ends.get(_origin_of(token)), self._ends.get(_user_of(token))
        issued_at = instant(token.claims.get("iat"))
        is_before = signed_out is not None and issued_at is not None and issued_at <= signed_out.at
        return revoked or (signed_out if is_before else None)

    def of_any(self, tokens: Mapping[TokenKind, DecodedToken]) -> SignInEnd | None:
        """The end of a sign-in, by whichever of its tokens tells."""
        return _first(self.of(each) for each in tokens.values())


def _first(ends: Iterable[SignInEnd | None]) -> SignInEnd | None:
    return next((each for each in ends if each is not None), None)


def _origin_of(token: DecodedToken) -> bytes:
    origin = token.claims.get("origin_jti")
    return _digest("origin", token.pool_id, origin) if token.pool_id and isinstance(origin, str) else b""


def _user_of(token: DecodedToken) -> bytes:
    subject = token.claims.get("sub")
    return _digest("user", token.pool_id, subject) if token.pool_id and isinstance(subject, str) else b""


def _digest(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode(errors="surrogatepass")).digest()
