"""Which first factors a user may sign in with."""

from typing import Any

from cognito_explorer.sandbox.auth.mfa_choice import candidates
from cognito_explorer.sandbox.auth.mfa_settings import load_mfa_settings
from cognito_explorer.sandbox.auth.passkeys import list_passkeys, passkeys_count_as_mfa
from cognito_explorer.sandbox.user_pools.mfa_config import load_mfa_config
from cognito_explorer.sandbox.user_pools.users import FORCE_CHANGE_PASSWORD, User
from cognito_explorer.sandbox.world import World

OTP_CHANNELS = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}


def allowed_factors(pool: dict[str, Any]) -> list[str]:
    """The pool's AllowedFirstAuthFactors."""
    return list(pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])


def configured_factors(world: World, pool: dict[str, Any], user: User) -> list[str]:
    """What of the allowed factors a user has, as GetUserAuthFactors shows it."""
    has = {
        "PASSWORD": user.password is not None,
        "EMAIL_OTP": bool(user.attributes.get("email")),
        "SMS_OTP": bool(user.attributes.get("phone_number")) and _can_text(world, pool),
        "WEB_AUTHN": "WEB_AUTHN" in allowed_factors(pool) and bool(list_passkeys(world, user)),
    }
    return [factor for factor in has if has[factor] and factor in allowed_factors(pool)]


def available_challenges(world: World, pool: dict[str, Any], user: User) -> tuple[str, ...]:
    """AvailableChallenges of USER_AUTH: a password is two of them, and who needs a second factor gets no code."""
    factors = configured_factors(world, pool, user)
    passwords = ("PASSWORD", "PASSWORD_SRP") if "PASSWORD" in factors else ()
    if user.status == FORCE_CHANGE_PASSWORD:
        return passwords
    needs_mfa = pool["MfaConfiguration"] == "ON" or bool(candidates(world, pool, user, load_mfa_settings(world, user)))
    others = [factor for factor in factors if factor != "PASSWORD"]
    if needs_mfa:
        is_enough = "WEB_AUTHN" in others and passkeys_count_as_mfa(world, pool, user)
        others = ["WEB_AUTHN"] if is_enough else []
    return (*passwords, *others)


def _can_text(world: World, pool: dict[str, Any]) -> bool:
    return "SmsConfiguration" in pool or "SmsMfaConfiguration" in load_mfa_config(world, pool)
