"""A pool's second factors, which have operations of their own."""

import json
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.features_in_use import stored_factors
from cognito_explorer.sandbox.user_pools.pool_checks import check_passwordless, check_sms_configuration
from cognito_explorer.sandbox.user_pools.pools import pool_of, save_pool
from cognito_explorer.sandbox.user_pools.sms_role import check_sms_role
from cognito_explorer.sandbox.world import Call, World

_BLOCKS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration")


def load_mfa_config(world: World, pool: dict[str, Any]) -> dict[str, Any]:
    """The factors of a pool, in the shape of GetUserPoolMfaConfig."""
    factors = stored_factors(world, pool["Id"])
    if "SmsMfaConfiguration" not in factors and "SmsConfiguration" in pool:
        factors["SmsMfaConfiguration"] = {"SmsConfiguration": pool["SmsConfiguration"]}
    return factors | {"MfaConfiguration": pool["MfaConfiguration"]}


@operation("cognito-idp", "GetUserPoolMfaConfig")
def get_mfa_config(call: Call) -> dict[str, Any]:
    """Which second factors the pool offers, and whether it demands one."""
    return load_mfa_config(call.world, pool_of(call))


@operation("cognito-idp", "SetUserPoolMfaConfig")
def set_mfa_config(call: Call) -> dict[str, Any]:
    """Replace the pool's second factors."""
    pool = pool_of(call)
    mode = call.params.get("MfaConfiguration", "OFF")
    factors = {name: call.params[name] for name in _BLOCKS if name in call.params}
    _check_factors(pool, mode, factors)
    sms = factors.get("SmsMfaConfiguration", {}).get("SmsConfiguration")
    check_sms_role(call.world, pool, sms or {})
    call.world.store.execute("UPDATE user_pools SET mfa = ? WHERE id = ?", (json.dumps(factors), pool["Id"]))
    pool = pool | {"MfaConfiguration": mode}
    if sms:
        pool = pool | {"SmsConfiguration": sms}
    return load_mfa_config(call.world, save_pool(call.world, pool))


def _check_factors(pool: dict[str, Any], mode: str, factors: dict[str, Any]) -> None:
    totp = factors.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False)
    email = "EmailMfaConfiguration" in factors
    _check_relying_party(factors.get("WebAuthnConfiguration", {}).get("RelyingPartyId", "localhost"))
    if mode != "OFF" and not (totp or email or "SmsMfaConfiguration" in factors):
        raise ServiceError("InvalidParameterException", "Invalid MFA configuration given, no MFA factor is enabled.")
    check_passwordless(pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"], mode)
    sms = factors.get("SmsMfaConfiguration")
    if sms is not None and mode != "OFF" and "SmsConfiguration" not in sms and "SmsConfiguration" not in pool:
        raise ServiceError("InvalidParameterException", "SMS configuration is required to use SMS MFA.")
    check_sms_configuration((sms or {}).get("SmsConfiguration", {}))
    if email:
        require_feature(pool["UserPoolTier"], "Email MFA")
    if email and pool["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER":
        raise ServiceError(
            "InvalidParameterException",
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount"
            " of COGNITO_DEFAULT.",
        )


def _check_relying_party(name: str) -> None:
    # A passkey for a whole public suffix would be good for everybody's sites; names without a dot are all suffixes.
    if "." not in name.strip(".") and name != "localhost":
        raise ServiceError("InvalidParameterException", f"The relying party ID {name} must not be a public suffix.")
