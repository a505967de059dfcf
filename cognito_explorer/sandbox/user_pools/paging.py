"""Pages of a list, and the signed tokens between them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Listing:
    """A query whose last two parameters are the key to start after and a limit, and whose rows have a `page_key`.

    A token is good for the same purpose with the same parameters alone.
    """

    purpose: str
    sql: str
    parameters: tuple[Any, ...]
    start: str | int = ""


def read_page(world: World, listing: Listing, *, limit: int, token: str | None) -> tuple[list[Row], str | None]:
    """The rows of one page, and the token of the next page if there is one."""
    purpose = " ".join(map(str, (listing.purpose, *listing.parameters)))
    after = unseal(world, purpose, token)[0] if token else listing.start
    rows = world.store.all(listing.sql, (*listing.parameters, after, limit + 1))
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], seal(world, purpose, [rows[limit - 1]["page_key"]])


def seal(world: World, purpose: str, payload: Sequence[Any], *, lifetime_s: float | None = None) -> str:
    """A token only this sandbox can have made. `lifetime_s` None means it never expires."""
    expires_at = None if lifetime_s is None else world.clock.now() + lifetime_s
    body = json.dumps([purpose, expires_at, list(payload)], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(world, body) + body).decode()


def unseal(world: World, purpose: str, token: str) -> list[Any]:
    """What `seal` put in; raises InvalidParameterException for a garbled, foreign or expired token."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        raw = b""
    signature, body = raw[:32], raw[32:]
    if not hmac.compare_digest(signature, _sign(world, body)):
        raise ServiceError("InvalidParameterException", "Invalid pagination token.")
    made_for, expires_at, payload = json.loads(body)
    if made_for != purpose:
        raise ServiceError("InvalidParameterException", "Invalid pagination token.")
    if expires_at is not None and world.clock.now() > expires_at:
        raise ServiceError("InvalidParameterException", "Pagination token has expired.")
    return list(payload)


def _sign(world: World, body: bytes) -> bytes:
    return hmac.new(sandbox_secret(world, "paging"), body, hashlib.sha256).digest()


def sandbox_secret(world: World, name: str) -> bytes:
    """A random key that stays the same for this data folder; made when first asked for."""
    row = world.store.one("SELECT value FROM user_pool_secrets WHERE name = ?", (name,))
    if row is not None:
        return bytes(row["value"])
    value = world.chance.token_bytes(32)
    world.store.execute("INSERT INTO user_pool_secrets (name, value) VALUES (?, ?)", (name, value))
    return value
