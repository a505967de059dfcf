"""Which second factor a user is asked for."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.auth.mfa_settings import CHANNELS, EMAIL, FACTORS, SMS, TOTP, MfaSettings
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.mfa_config import load_mfa_config
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_BLOCKS = {SMS: "SmsMfaConfiguration", EMAIL: "EmailMfaConfiguration"}
_RECOVERY = {"verified_phone_number": SMS, "verified_email": EMAIL}


def pool_factors(world: World, pool: dict[str, Any]) -> tuple[str, ...]:
    """The second factors a pool offers."""
    config = load_mfa_config(world, pool)
    offered = {factor for factor, block in _BLOCKS.items() if block in config}
    if config.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"):
        offered.add(TOTP)
    return tuple(factor for factor in FACTORS if factor in offered)


def candidates(world: World, pool: dict[str, Any], user: User, settings: MfaSettings) -> tuple[str, ...]:
    """The factors a sign-in may ask for: none means tokens where MFA is optional, and MFA_SETUP where it is required.

    Raises MFAMethodNotFoundException where the only channel is the one passwords are recovered by.
    """
    mode = pool["MfaConfiguration"]
    if mode == "OFF":
        return ()
    chosen = registered_factors(world, pool, user, settings)
    if chosen or mode == "OPTIONAL":
        return (settings.preferred,) if settings.preferred in chosen else chosen
    usable = _usable(world, pool, user, settings)
    return _by_attributes(pool, tuple(factor for factor in usable if factor != TOTP))


def registered_factors(world: World, pool: dict[str, Any], user: User, settings: MfaSettings) -> tuple[str, ...]:
    """The factors a user turned on and can use; where the pool requires one, a registered software token, too."""
    is_required = pool["MfaConfiguration"] == "ON"
    return tuple(
        factor
        for factor in _usable(world, pool, user, settings)
        if factor in settings.enabled or (factor == TOTP and is_required)
    )


def _usable(world: World, pool: dict[str, Any], user: User, settings: MfaSettings) -> tuple[str, ...]:
    offered = pool_factors(world, pool)
    usable = {factor for factor, channel in CHANNELS.items() if factor in offered and user.attributes.get(channel)}
    # A registered software token goes on counting when the pool stops offering it.
    return tuple(factor for factor in FACTORS if factor in usable or (factor == TOTP and settings.secret))


def _by_attributes(pool: Mapping[str, Any], channels: tuple[str, ...]) -> tuple[str, ...]:
    # The channel that recovers a lost password must not be the second factor, too, where somebody chose it for that.
    mechanisms = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    recovering = [
        _RECOVERY[entry["Name"]]
        for entry in sorted(mechanisms, key=lambda entry: int(entry["Priority"]))
        if entry["Name"] in _RECOVERY
    ]
    if len(channels) > 1:
        return tuple(factor for factor in channels if factor not in recovering[:1])
    if channels and recovering == list(channels):
        raise ServiceError(
            "MFAMethodNotFoundException",
            "The only second factor of the user is the only way to recover the password, too.",
        )
    return channels
