"""Where a code may go."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.messages import delivery_details
from cognito_explorer.sandbox.user_pools.users import User

_MECHANISMS = {"verified_email": "email", "verified_phone_number": "phone_number"}


def sign_up_contact(pool: Mapping[str, Any], user: User) -> tuple[str, str] | None:
    """The attribute and value a sign-up is confirmed by; the phone number first where the pool verifies both."""
    wanted = [name for name in ("phone_number", "email") if name in pool.get("AutoVerifiedAttributes", ())]
    return next(((name, user.attributes[name]) for name in wanted if name in user.attributes), None)


def recovery_contact(pool: Mapping[str, Any], user: User) -> tuple[str, str]:
    """The verified attribute and value a password is reset through, by the pool's order of preference.

    Raises InvalidParameterException where there is none or only an administrator may reset.
    """
    mechanisms = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms")
    if mechanisms is None:
        names = ["phone_number", "email"]
    else:
        ordered = sorted(mechanisms, key=lambda mechanism: int(mechanism["Priority"]))
        names = [_MECHANISMS[entry["Name"]] for entry in ordered if entry["Name"] in _MECHANISMS]
    for name in names:
        if name in user.attributes and user.attributes.get(f"{name}_verified") == "true":
            return name, user.attributes[name]
    raise ServiceError(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )


def simulated_delivery(username: str) -> dict[str, str]:
    """CodeDeliveryDetails for a user who does not exist, so that nobody learns that; always the same for one name."""
    return delivery_details("email", username if "@" in username else f"{username}@{username[::-1]}")
