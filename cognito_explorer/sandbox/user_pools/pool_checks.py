"""What contradicts what in a pool's settings; raised in Cognito's words when a pool is made or replaced."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError

Settings = Mapping[str, Any]

MAX_TAGS = 50
_SES_REGIONS = ("eu-west-1", "us-east-1", "us-west-2")


def check_settings(params: Settings, factors: Settings) -> None:
    """Raises InvalidParameterException for contradictions.

    `params` are the blocks of CreateUserPool or UpdateUserPool, `factors` the second factors the pool has already.
    """
    for check in _CHECKS:
        check(params)
    _check_second_factors(params, factors)


def check_email_configuration(email: Settings) -> None:
    """Raises InvalidParameterException for a sender that cannot be."""
    account, source = email.get("EmailSendingAccount", "COGNITO_DEFAULT"), email.get("SourceArn", "")
    if account == "DEVELOPER" and not source:
        raise _invalid("Source ARN is required to use DEVELOPER email sending owner")
    if source:
        check_source_region(source)


def check_sms_configuration(sms: Settings) -> None:
    """Raises InvalidParameterException for text messages by two services at once."""
    if sms.get("SnsCallerArn") and sms.get("EumsSms"):
        raise _invalid("SmsConfiguration takes either SnsCallerArn or EumsSms, not both.")


def check_source_region(source_arn: str) -> None:
    """Raises InvalidParameterException for an SES identity in a region Cognito does not send from."""
    parts = source_arn.split(":")
    if len(parts) > 3 and parts[3] not in _SES_REGIONS:
        raise _invalid(f"Provided SourceArn must be in one of the following SES regions: {', '.join(_SES_REGIONS)}.")


def check_tags(tags: Mapping[str, str]) -> None:
    """Raises InvalidParameterException for too many tags and for keys that are AWS's own."""
    if len(tags) > MAX_TAGS:
        raise _invalid(f"A user pool takes at most {MAX_TAGS} tags.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise _invalid("Tag keys must not start with aws:.")


def check_passwordless(factors: Iterable[str], mode: str) -> None:
    """Raises InvalidParameterException where first factors are codes and a second factor is required as well."""
    if {"EMAIL_OTP", "SMS_OTP"} & set(factors) and mode == "ON":
        raise _invalid("Passwordless sign-in with one-time passwords cannot be used when MFA is required.")


def _check_pool_tags(params: Settings) -> None:
    try:
        check_tags(params.get("UserPoolTags", {}))
    except ServiceError as problem:
        # Beside other settings, tags have an exception of their own.
        raise ServiceError("UserPoolTaggingException", problem.message) from None


def _check_email(params: Settings) -> None:
    check_email_configuration(params.get("EmailConfiguration", {}))


def _check_sms(params: Settings) -> None:
    check_sms_configuration(params.get("SmsConfiguration", {}))


def _check_verification(params: Settings) -> None:
    verified = set(params.get("AutoVerifiedAttributes", ()))
    if "phone_number" in verified and not params.get("SmsConfiguration"):
        raise _invalid("SMS configuration is required when phone_number is selected for auto verification")
    before = params.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate", ())
    if not set(before) <= verified:
        raise _invalid(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"
        )


def _check_recovery(params: Settings) -> None:
    mechanisms = params.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    names = [entry["Name"] for entry in mechanisms]
    if "admin_only" in names and len(names) > 1:
        raise _invalid("Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")
    priorities = {entry["Priority"] for entry in mechanisms}
    if len(set(names)) < len(names) or len(priorities) < len(names):
        raise _invalid("Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.")


def _check_sign_in(params: Settings) -> None:
    policy = params.get("Policies", {}).get("SignInPolicy", {})
    factors = policy.get("AllowedFirstAuthFactors", ["PASSWORD"])
    if "PASSWORD" not in factors:
        raise _invalid("Password should be configured as one of the allowed first auth factors.")
    if "SOFTWARE_TOKEN" in factors:
        raise _invalid("SOFTWARE_TOKEN is not supported as a first auth factor.")
    check_passwordless(factors, params.get("MfaConfiguration", "OFF"))


def _check_triggers(params: Settings) -> None:
    triggers = params.get("LambdaConfig", {})
    if {"CustomSMSSender", "CustomEmailSender"} & triggers.keys() and "KMSKeyID" not in triggers:
        raise _invalid("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
    new = triggers.get("PreTokenGenerationConfig", {}).get("LambdaArn")
    old = triggers.get("PreTokenGeneration")
    if new and old and new != old:
        raise _invalid("PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function.")


def _check_levels(params: Settings) -> None:
    levels = list(params.get("AcrConfiguration", {}).values())
    if len(set(map(str, levels))) < len(levels):
        raise _invalid("AcrConfiguration cannot use one value for two levels.")


def _check_second_factors(params: Settings, factors: Settings) -> None:
    is_wanted = params.get("MfaConfiguration", "OFF") != "OFF"
    has_other = factors.get("SoftwareTokenMfaConfiguration", {}).get("Enabled") or "EmailMfaConfiguration" in factors
    if is_wanted and not has_other and not params.get("SmsConfiguration"):
        raise _invalid(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)


_CHECKS: tuple[Callable[[Settings], None], ...] = (
    _check_email,
    _check_sms,
    _check_pool_tags,
    _check_verification,
    _check_recovery,
    _check_sign_in,
    _check_triggers,
    _check_levels,
)
