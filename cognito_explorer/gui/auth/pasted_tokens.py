"""What somebody pasted, read as tokens: a JWT, a header line, JSON, an address, or anything that holds some."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cognito_explorer.core.auth.jwt_reading import Trouble, read_jwt, with_inner
from cognito_explorer.core.auth.token_text import Watch, find_tokens, is_paseto, why_none
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet, decode
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.insight.party_findings import ADMIN_SCOPE
from cognito_explorer.core.insight.token_findings import scopes_of
from cognito_explorer.core.insight.token_names import name_of, titled
from cognito_explorer.gui.lib.times import clock, counted

LONGEST = 200_000
_ENTRY = re.compile(r"entry \d+ ")
_OWN_NAME = re.compile(r"[^.,\s]*$")
# Whatever else stands in it is no part of a token: a mark of who blotted something out, the end of a log line.
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=-]*)*(?<!\.\.)")
_HEADER = {"alg", "kid", "typ", "enc", "cty"}
_WRAPPINGS = "\"'`<>,; \t\r\n"
_NAMES = {
    "id_token": "id",
    "idtoken": "id",
    "access_token": "access",
    "accesstoken": "access",
    "refresh_token": "refresh",
    "refreshtoken": "refresh",
}


@dataclass(frozen=True, slots=True)
class PastedToken:
    """One of the tokens in a text: where it stood, and what could not be read of it."""

    token: DecodedToken = field(repr=False)
    where: str = ""
    troubles: tuple[Trouble, ...] = ()
    also_at: tuple[str, ...] = ()

    @property
    def whose(self) -> str:
        """Its user, or whatever else names it."""
        token = self.token
        subject = token.claims.get("sub")
        named = subject if isinstance(subject, str) else ""
        return token.username or named or token.client_id or token.issuer

    @property
    def name(self) -> str:
        """What it is, as a list says it."""
        return titled(name_of(self.token))

    @property
    def is_expired(self) -> bool:
        """Whether its exp is past."""
        expires_at = self.token.expires_at
        return expires_at is not None and expires_at <= datetime.now(UTC)

    @property
    def expiry_now(self) -> str:
        """When it expires or expired, in words; "" where it does not say."""
        expires_at = self.token.expires_at
        if expires_at is None:
            return ""
        return f"{'expired' if self.is_expired else 'expires'} {clock().relative(expires_at)}"

    @property
    def request(self) -> str:
        """The request of a recording that it stood in, or ""."""
        return next((_ENTRY.sub("", part) for part in self.where.split(", ") if _ENTRY.match(part)), "")

    @property
    def place(self) -> str:
        """What it stood in there, and in how many other places."""
        inner = ", ".join(part for part in self.where.split(", ") if not _ENTRY.match(part))
        return inner + (f" and {counted(len(self.also_at), 'place')} more" if self.also_at else "")

    @property
    def home(self) -> str:
        """What it stood in, without its own name: those of one answer share it."""
        return _OWN_NAME.sub("", self.where)

    @property
    def places(self) -> tuple[str, ...]:
        """Everywhere it stood."""
        return tuple(each for each in (self.where, *self.also_at) if each)


@dataclass(frozen=True, slots=True)
class ReadTokens:
    """The tokens to show together, by what they are. A refresh token of an unknown form has no header and no claims.

    `found` are all that stood in the text, where more stood in it than belong together or something is damaged.
    """

    tokens: dict[TokenKind, DecodedToken] = field(repr=False)
    found: tuple[PastedToken, ...] = ()

    def troubles_of(self, token: DecodedToken) -> tuple[Trouble, ...]:
        """What could not be read of one of them."""
        return next((each.troubles for each in self.found if each.token is token), ())

    def access_beside(self, token: DecodedToken) -> str:
        """The user pool's access token to ask GetUser about an ID or access token with, or "" where it would not do."""
        access = self.tokens.get("access")
        if access is None or not access.pool_id or token.kind not in ("id", "access"):
            return ""
        return access.raw if ADMIN_SCOPE in scopes_of(access) else ""

    def showing(self, at: int) -> "ReadTokens":
        """The same text, with another of its tokens in front, and those that belong to it."""
        return ReadTokens(_belonging(self.found[at].token, self.found), self.found)

    @property
    def first(self) -> TokenKind:
        """The one to show first."""
        return next(iter(self.tokens))


def read_pasted(text: str, watch: Watch | None = None) -> ReadTokens:
    """The tokens in a text: a token alone, an answer, or anything that holds some (curl, HAR, cookie, address, log).

    `watch` is asked now and then whether to go on, and told how far it is. Raises InvalidInput where not even a
    header can be read.
    """
    try:
        plain = _read_plainly(text)
    except InvalidInput:
        found = _search(text, watch)
        if not found and is_paseto(text):
            raise InvalidInput("This is no JWT.", why_none(text)) from None
        if not found:
            raise
        return ReadTokens(_belonging(_lead(found), found), found)
    found = _search(text, watch) if _is_joined(plain) else ()
    return ReadTokens(_belonging(_lead(found), found), found) if len(found) > 1 else plain


def side_by_side(named: Sequence[tuple[str, ReadTokens]]) -> ReadTokens:
    """The tokens of several files together, each once, with the name of the file where each was found."""
    merged: dict[str, PastedToken] = {}
    for name, read in named:
        for each in read.found or [PastedToken(token) for token in read.tokens.values()]:
            where = ", ".join(part for part in (name, each.where) if part)
            known = merged.get(each.token.raw)
            merged[each.token.raw] = (
                replace(known, also_at=(*known.also_at, where)) if known else replace(each, where=where)
            )
    found = tuple(merged.values())
    return ReadTokens(_belonging(_lead(found), found), found)


def _is_joined(read: ReadTokens) -> bool:
    """Whether two signed tokens, one below the other, were taken for a single encrypted one: five parts, no enc."""
    return any(each.kind == "refresh" and each.header and "enc" not in each.header for each in read.tokens.values())


def _search(text: str, watch: Watch | None) -> tuple[PastedToken, ...]:
    """Every token in a text of which something can be read; where there is none, the header of the first."""
    found: list[PastedToken] = []
    begun: list[PastedToken] = []
    for each in find_tokens(text, watch):
        if each.form == "opaque":
            found.append(PastedToken(DecodedToken("refresh", each.text), each.where, (), each.also_at))
            continue
        for reading, where in with_inner(read_jwt(each.text), each.where):
            pasted = PastedToken(reading.decoded, where, reading.troubles, each.also_at)
            if reading.claims or reading.kind == "refresh" or reading.inner is not None:
                found.append(pasted)
            elif _HEADER & reading.header.keys():
                begun.append(pasted)
    return tuple(found or begun[:1])


def _belonging(first: DecodedToken, found: tuple[PastedToken, ...]) -> dict[TokenKind, DecodedToken]:
    """A token, and of the other kinds those of the same issuer, subject and sign-in."""
    tokens: dict[TokenKind, DecodedToken] = {first.kind: first}
    for each in found:
        token = each.token
        is_beside = token.claims and first.claims and token.kind not in tokens
        if is_beside and _sign_in_of(token) == _sign_in_of(first):
            tokens[token.kind] = token
    refresh = _refresh_beside(tokens, found) if first.kind != "refresh" else None
    return {**tokens, "refresh": refresh} if refresh is not None else tokens


def _refresh_beside(tokens: dict[TokenKind, DecodedToken], found: tuple[PastedToken, ...]) -> DecodedToken | None:
    """The refresh token that came with these: it stood in the same answer, or everything is of one sign-in.

    It names nobody itself.
    """
    offered = [each for each in found if each.token.kind == "refresh"]
    shown = [each for each in found if any(each.token is token for token in tokens.values())]
    homes = {each.home for each in shown}
    at_home = [each for each in offered if each.home and each.home in homes]
    is_one_sign_in = len({_sign_in_of(each.token) for each in found if each.token.claims}) == 1
    beside = at_home or (offered if is_one_sign_in and len(offered) == 1 else [])
    return beside[0].token if beside else None


def _sign_in_of(token: DecodedToken) -> tuple[str, ...]:
    return tuple(str(token.claims.get(name)) for name in ("iss", "sub", "origin_jti"))


def _lead(found: tuple[PastedToken, ...]) -> DecodedToken:
    """The one to show first: the first that tells something."""
    return next((each.token for each in found if each.token.claims), found[0].token)


def _read_plainly(text: str) -> ReadTokens:
    if len(text) > LONGEST:
        raise InvalidInput("No token was found.", why_none(text))
    stripped = text.strip()
    named = _named_in(stripped)
    if named:
        return _read_named(named)
    raw = _unwrap(stripped)
    each = _read_one(raw)
    if not _TOKEN.fullmatch(raw):
        raise InvalidInput("This is not a token.", "Something else stands in it. Copy the token alone.")
    return ReadTokens({each.token.kind: each.token}, (each,) if each.troubles else ())


def read_set(tokens: TokenSet) -> ReadTokens:
    """The tokens of a sign-in. Raises InvalidInput where one is damaged."""
    named = {"id": tokens.id_token, "access": tokens.access_token, "refresh": tokens.refresh_token}
    return _read_named({kind: text for kind, text in named.items() if text})


def as_token_set(found: ReadTokens) -> TokenSet:
    """Pasted tokens as a set, so that they can be refreshed and tried like those of a sign-in."""
    known = [token for kind, token in found.tokens.items() if kind in ("id", "access")]
    leading = found.tokens.get("access") or (known[0] if known else None)
    raw = {kind: token.raw for kind, token in found.tokens.items()}
    now = datetime.now(UTC)
    return TokenSet(
        pool_id=leading.pool_id if leading else "",
        client_id=leading.client_id if leading else "",
        received_at=now,
        expires_at=(leading.expires_at if leading else None) or now,
        id_token=raw.get("id", ""),
        access_token=raw.get("access", ""),
        refresh_token=raw.get("refresh", ""),
    )


def _named_in(text: str) -> dict[str, str]:
    """Tokens by kind, where the text says which is which."""
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except ValueError as trouble:
            at = (
                f" It stops making sense at character {trouble.pos}."
                if isinstance(trouble, json.JSONDecodeError)
                else ""
            )
            hint = f"It begins like a JSON answer with tokens, and cannot be read as one.{at} Copy the whole answer."
            raise InvalidInput("This JSON is damaged.", hint) from trouble
        except RecursionError as trouble:
            raise InvalidInput("This JSON is nested too deeply.", "Copy the token alone.") from trouble
        found = _from_document(document)
        if not found:
            names = "id_token, access_token or refresh_token"
            raise InvalidInput("This JSON holds no tokens.", f"None of its members is called {names}.")
        return found
    if text.lower().startswith(("http://", "https://")):
        try:
            parts = urlsplit(text)
        except ValueError as trouble:
            raise InvalidInput("This address is damaged.", "Copy the whole of it, or the token alone.") from trouble
        return _from_document({name: values[0] for name, values in parse_qs(parts.fragment or parts.query).items()})
    return {}


def _from_document(document: Any) -> dict[str, str]:
    if not isinstance(document, dict):
        return {}
    inner = document.get("AuthenticationResult")
    if isinstance(inner, dict):
        return _from_document(inner)
    named = {_NAMES.get(str(name).lower(), ""): value for name, value in document.items()}
    found = {kind: named.get(kind) for kind in ("id", "access", "refresh")}
    return {kind: _unwrap(text) for kind, text in found.items() if isinstance(text, str) and text.strip()}


def _read_named(named: dict[str, str]) -> ReadTokens:
    tokens: dict[TokenKind, DecodedToken] = {}
    found: list[PastedToken] = []
    for kind, text in named.items():
        each = PastedToken(_read_refresh(text)) if kind == "refresh" else _read_one(text)
        tokens["refresh" if kind == "refresh" else each.token.kind] = each.token
        found.append(each)
    return ReadTokens(tokens, tuple(found) if any(each.troubles for each in found) else ())


def _read_refresh(text: str) -> DecodedToken:
    try:
        return decode(text)
    except InvalidInput:
        # Cognito promises nothing about the form of a refresh token.
        return DecodedToken("refresh", text)


def _unwrap(text: str) -> str:
    """Without line breaks, quotes, "Authorization:" and "Bearer" around it."""
    joined = "".join(text.split()).strip(_WRAPPINGS)
    for prefix in ("authorization:", "bearer"):
        if joined.lower().startswith(prefix):
            joined = joined[len(prefix) :].strip(_WRAPPINGS)
    return joined


def _read_one(text: str) -> PastedToken:
    try:
        decode(text)
    except InvalidInput as trouble:
        how_far = _how_far(text)
        title = "This is only a part of a token." if how_far else trouble.title
        raise InvalidInput(title, how_far + trouble.hint) from trouble
    reading = read_jwt(text)
    return PastedToken(reading.decoded, "", reading.troubles)


def _how_far(text: str) -> str:
    """What of a damaged token could be read: its header, its claims, or nothing."""
    parts = text.split(".")
    if not _is_readable(parts[0]):
        return ""
    if len(parts) > 1 and _is_readable(parts[1]):
        return "The header and the claims could be read; the signature is where it stops. "
    return "The header could be read; what comes after it is where it stops. "


def _is_readable(part: str) -> bool:
    try:
        decode(f"{part}.e30.")
    except InvalidInput:
        return False
    return True
