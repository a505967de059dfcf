"""What each claim of a token means, from resources/texts/claims.json."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cognito_explorer import resources
from cognito_explorer.core.auth.time_units import wrong_unit
from cognito_explorer.core.auth.tokens import DecodedToken, instant

_BY_TRIGGER = "Probably added by a pre token generation trigger."
_TIMES = frozenset({"exp", "iat", "nbf", "auth_time", "updated_at"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its name, its value as text and as it came, and what it means. `is_time`: epoch seconds."""

    name: str
    text: str
    value: Any
    meaning: str
    is_time: bool = False


def claims_of(token: DecodedToken) -> tuple[Claim, ...]:
    """A token's claims in the order they stand in it, each explained."""
    return tuple(_claim(name, value, token) for name, value in token.claims.items())


def header_of(token: DecodedToken) -> tuple[Claim, ...]:
    """The header's fields, each explained; those of an encrypted token mean other things than those of a signed one."""
    texts = _texts()["header"] | (_texts()["encrypted header"] if "enc" in token.header else {})
    return tuple(
        Claim(name, as_text(value), value, texts.get(name, "A header field this version does not know."))
        for name, value in token.header.items()
    )


def meaning_of(name: str, token: DecodedToken) -> str:
    """What a claim means in this kind of token; a private claim of the issuer's where nothing is known of it."""
    texts = _texts()
    found = texts.get(token.kind, {}).get(name) or texts["any"].get(name)
    if found:
        return str(found)
    if name in texts["registered"]:
        return _registered(texts["registered"][name], token)
    if name.startswith("custom:"):
        return f"Custom attribute {name.removeprefix('custom:')} of this pool. In ID tokens it is always a string."
    if name.startswith("dev:"):
        plain = name.removeprefix("dev:").removeprefix("custom:")
        return f"Developer-only attribute {plain} of this pool; an old kind of custom attribute."
    if name.startswith("cognito:"):
        return "A claim of Cognito's own that this version does not know."
    by_trigger = f" {_BY_TRIGGER}" if token.pool_id else ""
    unnamed = "the provider that the load balancer asked" if token.load_balancer else "an unnamed issuer"
    return f"Private claim of {token.issuer or unnamed}.{by_trigger}"


def as_text(value: Any) -> str:
    """A claim's value for people: strings bare, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _registered(text: str, token: DecodedToken) -> str:
    """A claim of IANA's registry that Cognito never writes: whoever added it may mean something else by it."""
    if not token.pool_id:
        return text
    return f"Cognito never writes it. {_BY_TRIGGER} What it is registered for: {text}"


def _claim(name: str, value: Any, token: DecodedToken) -> Claim:
    is_time = name in _TIMES and instant(value) is not None
    meaning = meaning_of(name, token)
    misread = wrong_unit(value) if name in _TIMES else None
    if misread is not None:
        meaning = f"In {misread.unit}. {misread.sentence} {meaning}"
    return Claim(name, as_text(value), value, meaning, is_time)


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(resources.read_text("texts", "claims.json"))
    return found
