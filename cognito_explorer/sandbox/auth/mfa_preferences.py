"""Which second factors a user turns on and prefers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.mfa_settings import (
    CHANNELS,
    EMAIL,
    SMS,
    TOTP,
    MfaSettings,
    load_mfa_settings,
    save_mfa_settings,
)
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.users import User, get_user
from cognito_explorer.sandbox.world import Call, World

_BLOCKS = {SMS: "SMSMfaSettings", TOTP: "SoftwareTokenMfaSettings", EMAIL: "EmailMfaSettings"}


@operation("cognito-idp", "SetUserMFAPreference")
def set_own_preference(call: Call) -> dict[str, Any]:
    """Turn one's own factors on and off; what is left out stays."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    return _set_preference(call.world, user, call.params)


@operation("cognito-idp", "AdminSetUserMFAPreference")
def admin_set_preference(call: Call) -> dict[str, Any]:
    """Turn a user's factors on and off."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    return _set_preference(call.world, user, call.params)


@operation("cognito-idp", "SetUserSettings")
def set_own_settings(call: Call) -> dict[str, Any]:
    """The legacy way: text messages on, or with an empty list off."""
    _, user, _ = verify_access_token(call.world, call.params["AccessToken"])
    return _set_options(call.world, user, call.params["MFAOptions"])


@operation("cognito-idp", "AdminSetUserSettings")
def admin_set_settings(call: Call) -> dict[str, Any]:
    """The legacy way for administrators."""
    user = get_user(call.world, pool_of(call), call.params["Username"])
    return _set_options(call.world, user, call.params["MFAOptions"])


def _set_preference(world: World, user: User, params: Mapping[str, Any]) -> dict[str, Any]:
    settings = load_mfa_settings(world, user)
    given = {factor: params[block] for factor, block in _BLOCKS.items() if block in params}
    enabled = set(settings.enabled)
    for factor, block in given.items():
        if block.get("Enabled"):
            _check_can_enable(user, settings, factor)
            enabled.add(factor)
        elif "Enabled" in block:
            enabled.discard(factor)
    preferred = _preferred(settings, given, enabled)
    passkey = params.get("WebAuthnMfaSettings", {}).get("Enabled", settings.has_passkey_mfa)
    if passkey and not enabled:
        raise ServiceError("InvalidParameterException", "Passkey MFA needs another MFA method that is enabled.")
    changed = replace(settings, enabled=frozenset(enabled), preferred=preferred, has_passkey_mfa=passkey)
    save_mfa_settings(world, user, changed if SMS in enabled else replace(changed, is_legacy=False))
    return {}


def _preferred(settings: MfaSettings, given: Mapping[str, Mapping[str, bool]], enabled: set[str]) -> str:
    wanted = [factor for factor, block in given.items() if block.get("PreferredMfa")]
    if len(wanted) > 1:
        raise ServiceError("InvalidParameterException", "Only one MFA method can be preferred.")
    if wanted and wanted[0] not in enabled:
        raise ServiceError("InvalidParameterException", "A preferred MFA method must be enabled.")
    if wanted:
        return wanted[0]
    is_dropped = settings.preferred not in enabled or given.get(settings.preferred, {}).get("PreferredMfa") is False
    return "" if is_dropped else settings.preferred


def _check_can_enable(user: User, settings: MfaSettings, factor: str) -> None:
    if factor == TOTP and not settings.secret:
        raise ServiceError("InvalidParameterException", "User has not verified software token mfa")
    if factor in CHANNELS and not user.attributes.get(CHANNELS[factor]):
        text = f"User does not have delivery config set to turn on {factor}"
        raise ServiceError("InvalidParameterException", text)


def _set_options(world: World, user: User, options: list[dict[str, str]]) -> dict[str, Any]:
    for option in options:
        is_sms = option.get("DeliveryMedium", "SMS") == "SMS" and option.get("AttributeName") == "phone_number"
        if not is_sms:
            raise ServiceError("InvalidParameterException", "MFAOptions take SMS to phone_number only.")
    settings = load_mfa_settings(world, user)
    if options:
        _check_can_enable(user, settings, SMS)
        changed = replace(settings, enabled=settings.enabled | {SMS}, is_legacy=True)
    else:
        preferred = "" if settings.preferred == SMS else settings.preferred
        changed = replace(settings, enabled=settings.enabled - {SMS}, preferred=preferred, is_legacy=False)
    save_mfa_settings(world, user, changed)
    return {}
