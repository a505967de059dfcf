"""The blocks of a pool that CreateUserPool and UpdateUserPool set, and what each is when left out."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError

# Kept as given and absent when not given.
_PLAIN_BLOCKS = [
    "AutoVerifiedAttributes",
    "SmsVerificationMessage",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "SmsAuthenticationMessage",
    "DeviceConfiguration",
    "SmsConfiguration",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "DcrConfiguration",
    "AccountRecoverySetting",
    "KeyConfiguration",
    "IssuerConfiguration",
    "AcrConfiguration",
]
_DEFAULT_PASSWORD_POLICY: dict[str, Any] = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}


def build_settings(params: Mapping[str, Any], *, tier: str) -> dict[str, Any]:
    """Every replaceable block: as given, or its default. Contradictions have been checked."""
    settings: dict[str, Any] = {name: params[name] for name in _PLAIN_BLOCKS if name in params}
    return settings | {
        "Policies": _policies(params.get("Policies", {})),
        "DeletionProtection": params.get("DeletionProtection", "INACTIVE"),
        "LambdaConfig": params.get("LambdaConfig", {}),
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"}
        | params.get("VerificationMessageTemplate", {}),
        "MfaConfiguration": params.get("MfaConfiguration", "OFF"),
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"} | params.get("EmailConfiguration", {}),
        "UserPoolTags": params.get("UserPoolTags", {}),
        "AdminCreateUserConfig": _admin_create_user(params),
        "UserPoolTier": params.get("UserPoolTier", tier),
    }


def _admin_create_user(params: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(params.get("AdminCreateUserConfig", {}))
    policy = params.get("Policies", {}).get("PasswordPolicy", {})
    days = policy.get("TemporaryPasswordValidityDays")
    unused = given.get("UnusedAccountValidityDays")
    if days and unused and days != unused:
        raise ServiceError(
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        )
    effective = days or unused or 7
    return {"AllowAdminCreateUserOnly": False} | given | {"UnusedAccountValidityDays": effective}


def _policies(given: Mapping[str, Any]) -> dict[str, Any]:
    policy = given.get("PasswordPolicy")
    password = dict(_DEFAULT_PASSWORD_POLICY)
    if policy is not None:
        password = {name: False if name.startswith("Require") else value for name, value in password.items()} | policy
        password["TemporaryPasswordValidityDays"] = policy.get("TemporaryPasswordValidityDays") or 7
    sign_in = {"AllowedFirstAuthFactors": ["PASSWORD"]} | given.get("SignInPolicy", {})
    return {"PasswordPolicy": password, "SignInPolicy": sign_in}
