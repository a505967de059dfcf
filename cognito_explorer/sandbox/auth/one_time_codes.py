"""Codes that open the door at sign-in, by mail or text message."""

from dataclasses import dataclass
from typing import Any, Literal

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.triggers.letters import Letter, Words
from cognito_explorer.sandbox.user_pools.messages import delivery_details, send_sign_in_message
from cognito_explorer.sandbox.user_pools.mfa_config import load_mfa_config
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_TEXT = "Your authentication code is {####}."
_SUBJECT = "Your authentication code"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a code goes (`email` or `phone_number`) and how many digits it has."""

    channel: str
    digits: int


def draw_code(world: World, digits: int) -> str:
    """A code of so many digits."""
    return f"{world.chance.randbelow(10**digits):0{digits}d}"


def send_sign_in_code(attempt: Attempt, user: User, delivery: Delivery) -> tuple[str, dict[str, str]]:
    """Send a fresh code; returns it with the ChallengeParameters that say where it went."""
    address, code = user.attributes[delivery.channel], draw_code(attempt.world, delivery.digits)
    where: Literal["email", "phone_number"] = "email" if delivery.channel == "email" else "phone_number"
    subject, body = _words(attempt.world, attempt.pool, where)
    letter = Letter("Authentication", where, code, address)
    send_sign_in_message(attempt.world, attempt.pool, user, letter, Words(subject, body))
    return code, delivered_to(where, address)


def delivered_to(channel: str, address: str) -> dict[str, str]:
    """CODE_DELIVERY_DELIVERY_MEDIUM and the masked CODE_DELIVERY_DESTINATION."""
    details = delivery_details(channel, address)
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _words(world: World, pool: dict[str, Any], channel: str) -> tuple[str, str]:
    config = load_mfa_config(world, pool)
    if channel == "email":
        email = config.get("EmailMfaConfiguration", {})
        return email.get("Subject") or _SUBJECT, email.get("Message") or _TEXT
    sms = config.get("SmsMfaConfiguration", {}).get("SmsAuthenticationMessage")
    return "", sms or pool.get("SmsAuthenticationMessage") or _TEXT
