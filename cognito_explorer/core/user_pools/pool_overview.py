"""A user pool's settings in plain words."""

from dataclasses import dataclass

from cognito_explorer.core.user_pools.pools import MfaSettings, PasswordPolicy, PoolDetail, SignInOptions

_NAMES = {
    "email": "e-mail address",
    "phone_number": "phone number",
    "preferred_username": "preferred username",
    "verified_email": "e-mail to a verified address",
    "verified_phone_number": "text message to a verified phone",
    "admin_only": "administrators only",
    "PASSWORD": "password",
    "EMAIL_OTP": "code by e-mail",
    "SMS_OTP": "code by text message",
    "WEB_AUTHN": "passkey",
}
_TIERS = {
    "LITE": "Lite",
    "ESSENTIALS": "Essentials",
    "PLUS": "Plus",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an overview. `hint` says what it means or why it matters, and may be ""."""

    label: str
    value: str
    hint: str = ""


def describe_in_words(pool: PoolDetail) -> tuple[Fact, ...]:
    """The overview, most asked-for facts first."""
    return (
        Fact("Users", f"about {pool.estimated_users:,}", "Cognito's estimate; it lags a few hours behind."),
        Fact("People sign in with", _sign_in_names(pool.sign_in), "Fixed when the pool was created."),
        Fact("First step of a sign-in", _join(pool.sign_in.first_factors)),
        Fact("Sign-up", *_sign_up(pool.sign_in)),
        Fact("Multi-factor authentication", *_mfa(pool.mfa)),
        Fact("Passwords", describe_password_policy(pool.password_policy)),
        Fact("Temporary passwords", _temporary(pool.password_policy), "After that, resend the invitation."),
        Fact("Forgotten passwords", *_recovery(pool)),
        Fact("Verified automatically", _join(pool.auto_verified) or "nothing"),
        Fact("Usernames", *_case(pool.sign_in)),
        Fact("Sign-in pages", *_domain(pool)),
        Fact("E-mail", *_mail(pool)),
        Fact("Triggers", ", ".join(pool.triggers) or "none"),
        Fact("Feature plan", _TIERS.get(pool.tier, pool.tier or "not stated")),
        Fact("Deletion protection", *_protection(pool)),
    )


def describe_password_policy(policy: PasswordPolicy) -> str:
    """ "At least 8 characters with an upper-case letter, a lower-case letter and a digit"."""
    wanted = (
        (policy.needs_uppercase, "an upper-case letter"),
        (policy.needs_lowercase, "a lower-case letter"),
        (policy.needs_numbers, "a digit"),
        (policy.needs_symbols, "a symbol"),
    )
    kinds = _and([name for is_needed, name in wanted if is_needed])
    text = f"At least {policy.minimum_length} characters" + (f" with {kinds}" if kinds else "")
    return text + (f"; none of the last {policy.history_size}" if policy.history_size else "")


def check_password(policy: PasswordPolicy, password: str) -> str:
    """What a password lacks, as a sentence; "" when nothing. Cognito has the last word."""
    missing = []
    if len(password) < policy.minimum_length:
        missing.append(f"{policy.minimum_length} characters")
    wanted = (
        (policy.needs_uppercase, str.isupper, "an upper-case letter"),
        (policy.needs_lowercase, str.islower, "a lower-case letter"),
        (policy.needs_numbers, str.isdigit, "a digit"),
        (policy.needs_symbols, _is_symbol, "a symbol"),
    )
    missing += [name for is_needed, is_one, name in wanted if is_needed and not any(map(is_one, password))]
    return f"This password still needs {_and(missing)}." if missing else ""


def _is_symbol(character: str) -> bool:
    return character in "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "


def _sign_in_names(sign_in: SignInOptions) -> str:
    if sign_in.username_attributes:
        return f"their {_join(sign_in.username_attributes, ' or ')}"
    if sign_in.alias_attributes:
        return f"a username, or their {_join(sign_in.alias_attributes, ' or ')}"
    return "a username"


def _sign_up(sign_in: SignInOptions) -> tuple[str, str]:
    if sign_in.is_sign_up_open:
        return "open to everyone", ""
    return "closed", "Only administrators create users."


def _mfa(mfa: MfaSettings) -> tuple[str, str]:
    factors = ((mfa.has_totp, "authenticator app"), (mfa.has_sms, "text message"), (mfa.has_email, "e-mail"))
    allowed = _and([name for is_allowed, name in factors if is_allowed])
    if mfa.mode == "OFF":
        return "off", ""
    word = "required for everyone" if mfa.mode == "ON" else "optional, each user decides"
    return f"{word} ({allowed})" if allowed else word, ""


def _temporary(policy: PasswordPolicy) -> str:
    days = policy.temporary_validity_days
    return f"valid for {days} day" + ("" if days == 1 else "s")


def _recovery(pool: PoolDetail) -> tuple[str, str]:
    if not pool.recovery:
        return "a code by text message, else by e-mail", "The pool does not set it; this is Cognito's old default."
    return _join(pool.recovery, ", then "), ""


def _case(sign_in: SignInOptions) -> tuple[str, str]:
    if sign_in.is_case_sensitive:
        return "upper and lower case differ", "Ada and ada are two users. Fixed when the pool was created."
    return "upper and lower case are the same", "Fixed when the pool was created."


def _domain(pool: PoolDetail) -> tuple[str, str]:
    names = [name for name in (pool.custom_domain, pool.domain) if name]
    return (" and ".join(names), "") if names else ("none", "Without a domain there is no hosted UI.")


def _mail(pool: PoolDetail) -> tuple[str, str]:
    if pool.is_mail_sent_by_cognito:
        return "sent by Cognito itself", "At most 50 a day for the whole account."
    return "sent through your SES", ""


def _protection(pool: PoolDetail) -> tuple[str, str]:
    if pool.is_deletion_protected:
        return "on", ""
    return "off", "Anybody with the permission can delete the pool."


def _join(names: tuple[str, ...], glue: str = ", ") -> str:
    return glue.join(_NAMES.get(name, name) for name in names)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
