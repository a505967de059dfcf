"""JSON Web Tokens, read as far as they can be read. Nothing in them is believed, and nothing makes this fail."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from cognito_explorer.core.auth.json_reading import read_object
from cognito_explorer.core.auth.look_alikes import in_latin, named
from cognito_explorer.core.auth.tokens import DecodedToken, Payload, TokenKind, kind_of, load_balancer_in

JwtForm = Literal["signed", "encrypted", "part", "opaque"]
JwtPart = Literal["whole", "header", "claims", "signature"]

PADDED = "It is padded with “=”, as load balancers write it; a JWT is not (RFC 7515, section 2)."
STANDARD = "It is in the standard base64 alphabet (“+” and “/”), where a JWT has “-” and “_” (RFC 7515, section 2)."
HALF_BYTE = "It was cut off in the middle of a byte."
# Tokens in tokens in tokens: nobody makes more than two.
_DEEPEST_NESTING = 3
# What claims have and no header has, and the other way round.
_CLAIMS = frozenset({"sub", "exp", "iat", "aud", "token_use"})
_FIELDS = frozenset({"alg", "enc", "typ", "kid"})
_CLAIMS_ALONE = "These are the claims of a token alone: header and signature are missing."
_NOT_BASE64URL = re.compile(r"[^A-Za-z0-9_-]")
# Where what is no part of anything else stands.
_ALONE = "alone"
_WRAPPINGS = "\"'`<>,; \t\r\n"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in one part of a token, as a sentence. `is_end`: what comes after it could not be read."""

    part: JwtPart
    sentence: str
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class ReadJwt:
    """What could be read of a token. `form` is "part" where it was cut off, "opaque" where it is no JWT at all.

    `signed_text` is what the signature covers, `inner` the token that this one carries instead of claims.
    """

    raw: str = field(repr=False)
    form: JwtForm
    kind: TokenKind
    header: dict[str, Any] = field(default_factory=dict, repr=False)
    claims: dict[str, Any] = field(default_factory=dict, repr=False)
    signature: bytes = field(default=b"", repr=False)
    signed_text: str = field(default="", repr=False)
    troubles: tuple[Trouble, ...] = ()
    inner: "ReadJwt | None" = None

    @property
    def decoded(self) -> DecodedToken:
        """The same for whoever asks what is in a token and not how well it could be read."""
        is_cut = any(each.is_end and each.part in ("whole", "claims") for each in self.troubles)
        payload: Payload = "token" if self.inner is not None else "cut" if is_cut else "claims"
        return DecodedToken(self.kind, self.raw, self.header, self.claims, payload)

    @property
    def is_whole(self) -> bool:
        """Whether it could be read from its beginning to its end."""
        return self.form in ("signed", "encrypted") and not any(each.is_end for each in self.troubles)


def read_jwt(text: str) -> ReadJwt:
    """Read a token; white space, quotes and "Bearer" around it are forgiven. Never raises."""
    return _read(_bare(text), 0)


def with_inner(token: ReadJwt, where: str) -> Iterator[tuple[ReadJwt, str]]:
    """A token and those that it carries inside, the outermost first, each with where it stood in words."""
    yield token, where
    while token.inner is not None:
        token, where = token.inner, f"{where}, inside another token" if where != _ALONE else "inside another token"
        yield token, where


def _read(raw: str, nesting: int) -> ReadJwt:
    parts = raw.split(".", 6)
    found = _Found()
    header = found.take_object(parts[0], "header")
    if not header and found.is_stopped:
        sentence = "It is no JWT: its beginning is not a header." if raw else "There is no token here."
        return ReadJwt(raw, "opaque", "other", troubles=(Trouble("whole", sentence, is_end=True),))
    if len(parts) == 1 and _are_claims(header):
        alone = (*found.troubles, Trouble("whole", _CLAIMS_ALONE, is_end=True))
        return ReadJwt(raw, "part", kind_of(header), claims=header, troubles=alone)
    if len(parts) == 5:
        return ReadJwt(raw, "encrypted", "refresh", header, troubles=tuple(found.troubles))
    inner, claims = None, {}
    if len(parts) > 1:
        content = found.take_bytes(parts[1], "claims")
        inner = _inner(content, nesting)
        if inner is None:
            claims = found.take_members(content, "claims")
    form: JwtForm = "signed" if len(parts) == 3 else "part"
    signature = found.take_bytes(parts[2], "signature") if form == "signed" else b""
    troubles = (*found.troubles, *_troubles_at_end(parts, header))
    if load_balancer_in(header):
        # Padding belongs to it: the signature covers the parts as they stand.
        troubles = tuple(each for each in troubles if each.sentence != PADDED)
    signed_text = raw.rpartition(".")[0] if form == "signed" else ""
    return ReadJwt(raw, form, kind_of(claims), header, claims, signature, signed_text, troubles, inner)


def _are_claims(members: dict[str, Any]) -> bool:
    return bool(_CLAIMS & members.keys()) and not _FIELDS & members.keys()


def _troubles_at_end(parts: list[str], header: dict[str, Any]) -> Iterator[Trouble]:
    """That parts are missing or too many, or that the last one is empty."""
    if len(parts) != 3:
        yield Trouble("whole", _wrong_count(parts), is_end=True)
    elif not parts[2] and str(header.get("alg")).lower() != "none":
        yield Trouble("signature", "It is empty: nobody signed this, or it was taken away.")


class _Found:
    """Collects troubles while the parts are read."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []

    @property
    def is_stopped(self) -> bool:
        return any(each.is_end for each in self.troubles)

    def take_object(self, text: str, part: JwtPart) -> dict[str, Any]:
        return self.take_members(self.take_bytes(text, part), part)

    def take_members(self, raw: bytes, part: JwtPart) -> dict[str, Any]:
        found = read_object(raw)
        self.troubles += [Trouble(part, remark) for remark in found.remarks]
        if found.stopped:
            self.troubles.append(Trouble(part, found.stopped, is_end=True))
        return found.members

    def take_bytes(self, text: str, part: JwtPart) -> bytes:
        """The bytes up to the first character that is not base64url. Load balancers pad what they sign."""
        plain = text.rstrip("=")
        if len(plain) < len(text):
            self.troubles.append(Trouble(part, PADDED))
            text = plain
        if "+" in text or "/" in text:
            self.troubles.append(Trouble(part, STANDARD))
            text = text.replace("+", "-").replace("/", "_")
        if (latin := in_latin(text)) != text:
            at = next(at for at, (one, other) in enumerate(zip(text, latin, strict=True)) if one != other)
            sentence = f"Character {at + 1} is a {named(text[at])} “{text[at]}”, which only looks like “{latin[at]}”."
            self.troubles.append(Trouble(part, sentence))
            text = latin
        odd = None if text.isascii() and text.replace("-", "").replace("_", "").isalnum() else _odd_in(text)
        if odd is not None:
            sentence = f"Character {odd + 1} is not base64url (RFC 7515, section 2)."
            self.troubles.append(Trouble(part, sentence, is_end=True))
            text = text[:odd]
        if len(text) % 4 == 1:
            self.troubles.append(Trouble(part, HALF_BYTE, is_end=True))
            text = text[:-1]
        return binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))


def _odd_in(text: str) -> int | None:
    found = _NOT_BASE64URL.search(text)
    return found.start() if found else None


def _inner(content: bytes, nesting: int) -> ReadJwt | None:
    """A token inside the token (RFC 7519, section 5.2)."""
    if nesting >= _DEEPEST_NESTING or not content.startswith((b"ey", b"ew", b'"ey')) or b"." not in content:
        return None
    return _read(content.decode("ascii", "replace").strip('"'), nesting + 1)


def _wrong_count(parts: list[str]) -> str:
    if len(parts) == 1:
        return "It ends within its header; the claims and the signature are missing."
    if len(parts) == 2:
        return "It ends within its claims; the signature is missing."
    count = "more than six" if len(parts) > 6 else str(len(parts))
    return f"It has {count} parts; a signed token has three, an encrypted one five."


def _bare(text: str) -> str:
    joined = "".join(text.split()).strip(_WRAPPINGS)
    for prefix in ("authorization:", "bearer"):
        if joined[: len(prefix)].lower() == prefix:
            joined = joined[len(prefix) :].strip(_WRAPPINGS)
    return joined
