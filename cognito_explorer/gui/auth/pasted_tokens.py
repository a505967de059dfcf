"""What somebody pasted, read as tokens: a JWT, a header line, a token endpoint's JSON, an address with tokens."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind, TokenSet, decode
from cognito_explorer.core.errors import InvalidInput

LONGEST = 200_000
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
class ReadTokens:
    """The tokens found, by what they are. A refresh token of an unknown form has no header and no claims."""

    tokens: dict[TokenKind, DecodedToken] = field(repr=False)

    @property
    def first(self) -> TokenKind:
        """The one to show first."""
        return next(iter(self.tokens))


def read_pasted(text: str) -> ReadTokens:
    """The tokens in a text. Raises InvalidInput with what could be read and where it stopped."""
    if len(text) > LONGEST:
        hint = f"It has {len(text):,} characters; a token has a few thousand at most. Copy the token alone."
        raise InvalidInput("This is far too long for a token.", hint)
    stripped = text.strip()
    named = _named_in(stripped)
    if named:
        return _read_named(named)
    token = _read_one(_unwrap(stripped))
    return ReadTokens({token.kind: token})


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
    for kind, text in named.items():
        if kind == "refresh":
            tokens["refresh"] = _read_refresh(text)
        else:
            token = _read_one(text)
            tokens[token.kind] = token
    return ReadTokens(tokens)


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


def _read_one(text: str) -> DecodedToken:
    try:
        return decode(text)
    except InvalidInput as trouble:
        how_far = _how_far(text)
        title = "This is only a part of a token." if how_far else trouble.title
        raise InvalidInput(title, how_far + trouble.hint) from trouble


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
