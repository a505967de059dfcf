"""Confirmation codes: issue, redeem, and how often a person may try."""

import hmac
from collections.abc import Mapping
from typing import Any, Literal

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers.letters import Letter
from cognito_explorer.sandbox.user_pools.messages import send_code
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

Purpose = Literal["SignUp", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute"]

_HOUR_S = 3600
_DAY_S = 86400
# A code asked for again replaces the first one; changing and verifying an attribute share their code.
_KEPT_AS = {"ResendCode": "SignUp", "UpdateUserAttribute": "Attribute", "VerifyUserAttribute": "Attribute"}


def issue_code(
    world: World,
    pool: Mapping[str, Any],
    user: User,
    purpose: Purpose,
    contact: tuple[str, str],
    *,
    lifetime_s: int | None = None,
) -> dict[str, str]:
    """Draw a six-digit code, send it to `contact` (attribute and value) and return the CodeDeliveryDetails.

    It lives as long as codes of its purpose do, unless told otherwise.
    """
    attribute, destination = contact
    code = f"{world.chance.randbelow(1_000_000):06d}"
    expires_at = world.clock.now() + (lifetime_s or _lifetime_s(purpose))
    world.store.execute(
        "INSERT OR REPLACE INTO confirmation_codes (user_id, purpose, attribute, value, code, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (user.id, _key(purpose, attribute), attribute, destination, code, expires_at),
    )
    where: Literal["email", "phone_number"] = "email" if attribute == "email" else "phone_number"
    return send_code(world, pool, user, Letter(purpose, where, code, destination))


def redeem_code(world: World, user: User, purpose: Purpose, code: str, *, attribute: str = "") -> tuple[str, str]:
    """Spend a code and return the attribute and value it was sent to.

    Raises CodeMismatchException or ExpiredCodeException. `attribute` is needed where codes are kept per attribute.
    """
    key = _key(purpose, attribute)
    row = world.store.one("SELECT * FROM confirmation_codes WHERE user_id = ? AND purpose = ?", (user.id, key))
    if row is None or world.clock.now() > row["expires_at"]:
        raise _no_code()
    if not hmac.compare_digest(row["code"].encode(), code.encode()):
        raise wrong_code()
    world.store.execute("DELETE FROM confirmation_codes WHERE user_id = ? AND purpose = ?", (user.id, key))
    return row["attribute"], row["value"]


def wrong_code() -> ServiceError:
    """The answer to a wrong code, which still counts as an attempt."""
    text = "Invalid verification code provided, please try again."
    return ServiceError("CodeMismatchException", text, keeps_writes=True)


def simulate_code(
    world: World, pool: Mapping[str, Any], username: str, purpose: Purpose, *, lifetime_s: int | None = None
) -> None:
    """Remember that a code was asked for in the name of nobody, so that what follows is answered as for somebody."""
    now = world.clock.now()
    world.store.execute("DELETE FROM simulated_codes WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT OR REPLACE INTO simulated_codes (pool_id, purpose, username, expires_at) VALUES (?, ?, ?, ?)",
        (pool["Id"], _key(purpose, ""), username, now + (lifetime_s or _lifetime_s(purpose))),
    )


def refuse_simulated(world: World, pool: Mapping[str, Any], username: str, purpose: Purpose) -> ServiceError:
    """What a code in the name of nobody is answered: wrong where one was asked for, else too old."""
    row = world.store.one(
        "SELECT 1 FROM simulated_codes WHERE pool_id = ? AND purpose = ? AND username = ? AND expires_at >= ?",
        (pool["Id"], _key(purpose, ""), username, world.clock.now()),
    )
    return _no_code() if row is None else wrong_code()


def count_attempt(world: World, user: User, purpose: str, limit_per_hour: int) -> None:
    """Count one attempt; raises LimitExceededException when there were too many within an hour."""
    now = world.clock.now()
    world.store.execute("DELETE FROM attempts WHERE user_id = ? AND at < ?", (user.id, now - _HOUR_S))
    row = world.store.one(
        "SELECT COUNT(*) AS number FROM attempts WHERE user_id = ? AND purpose = ?", (user.id, purpose)
    )
    if row is not None and row["number"] >= limit_per_hour:
        raise ServiceError("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    world.store.execute("INSERT INTO attempts (user_id, purpose, at) VALUES (?, ?, ?)", (user.id, purpose, now))


def _key(purpose: str, attribute: str) -> str:
    kept_as = _KEPT_AS.get(purpose, purpose)
    return f"{kept_as}:{attribute}" if kept_as == "Attribute" else kept_as


def _lifetime_s(purpose: Purpose) -> int:
    return _HOUR_S if purpose == "ForgotPassword" else _DAY_S


def _no_code() -> ServiceError:
    text = "Invalid code provided, please request a code again."
    return ServiceError("ExpiredCodeException", text, keeps_writes=True)
