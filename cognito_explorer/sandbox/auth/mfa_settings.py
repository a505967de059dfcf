"""What a user has set about second factors, and the software token they registered."""

import json
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

SMS, TOTP, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
FACTORS = (SMS, TOTP, EMAIL)
CHANNELS = {SMS: "phone_number", EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class MfaSettings:
    """A user's factors. `secret` is the verified software token's, `pending_secret` one that waits for its first code.

    `used_steps` are the TOTP steps whose codes were used. `is_self_registered` until the first factor or sign-in.
    """

    enabled: frozenset[str] = frozenset()
    preferred: str = ""
    has_passkey_mfa: bool = False
    is_legacy: bool = False
    is_self_registered: bool = False
    secret: str = field(default="", repr=False)
    pending_secret: str = field(default="", repr=False)
    device_name: str = ""
    used_steps: tuple[int, ...] = ()


def load_mfa_settings(world: World, user: User) -> MfaSettings:
    """What is kept; a user without an entry has set nothing."""
    row = world.store.one("SELECT body FROM user_mfa WHERE user_id = ?", (user.id,))
    if row is None:
        return MfaSettings()
    body = json.loads(row["body"])
    return MfaSettings(
        **body | {"enabled": frozenset(body["enabled"]), "used_steps": tuple(body["used_steps"])},
    )


def save_mfa_settings(world: World, user: User, settings: MfaSettings) -> None:
    """Keep them."""
    body = {name: getattr(settings, name) for name in MfaSettings.__slots__}
    body |= {"enabled": sorted(settings.enabled), "used_steps": list(settings.used_steps)}
    world.store.execute("INSERT OR REPLACE INTO user_mfa (user_id, body) VALUES (?, ?)", (user.id, json.dumps(body)))


def describe_mfa(world: World, user: User) -> dict[str, Any]:
    """PreferredMfaSetting, UserMFASettingList and the legacy MFAOptions, as GetUser and AdminGetUser show them."""
    settings = load_mfa_settings(world, user)
    shown: dict[str, Any] = {}
    if settings.preferred:
        shown["PreferredMfaSetting"] = settings.preferred
    if settings.enabled:
        shown["UserMFASettingList"] = [factor for factor in FACTORS if factor in settings.enabled]
    if settings.is_legacy:
        shown["MFAOptions"] = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    return shown


def describe_factors(world: World, user: User) -> dict[str, Any]:
    """The same without the legacy part, as GetUserAuthFactors shows it."""
    return {name: value for name, value in describe_mfa(world, user).items() if name != "MFAOptions"}
