"""Second factors at sign-in: SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA, the choice between them, and setting one up."""

import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth import totp
from cognito_explorer.sandbox.auth.challenges import Answer, Question, ask, proven, take
from cognito_explorer.sandbox.auth.codes import count_attempt
from cognito_explorer.sandbox.auth.flows import Attempt, after_password, challenge
from cognito_explorer.sandbox.auth.lockout import check_lockout, clear_lockout, count_failure
from cognito_explorer.sandbox.auth.mfa_choice import candidates, pool_factors, registered_factors
from cognito_explorer.sandbox.auth.mfa_settings import (
    CHANNELS,
    EMAIL,
    SMS,
    TOTP,
    MfaSettings,
    load_mfa_settings,
    save_mfa_settings,
)
from cognito_explorer.sandbox.auth.one_time_codes import Delivery, send_sign_in_code
from cognito_explorer.sandbox.auth.password_flow import finish_sign_in
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.schema import check_changed_attributes
from cognito_explorer.sandbox.user_pools.users import User, check_aliases_free, save_user

SETUP = "MFA_SETUP"
_CHOICE = "SELECT_MFA_TYPE"
# The API's reference calls the answer EMAIL_MFA, the guide EMAIL_OTP.
_ALSO_CALLED = {"EMAIL_MFA": EMAIL}
# What the pages have a form for.
_SET_UP_AT_PAGES = frozenset((TOTP, EMAIL))
_MFA_DIGITS = 6
_MAILS_PER_HOUR = 20


@after_password(30)
def ask_for_mfa(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The second factor's challenge, the choice of one, or MFA_SETUP; None where tokens may be issued."""
    needs_second = attempt.progress.level > 1 and "mfa" not in attempt.progress.methods
    if attempt.pool["MfaConfiguration"] == "OFF" and not needs_second:
        return None
    settings = load_mfa_settings(attempt.world, user)
    factors = candidates(attempt.world, attempt.pool, user, settings)
    if needs_second and not factors:
        factors = registered_factors(attempt.world, attempt.pool, user, settings)
    if factors:
        return ask_for_one_of(attempt, user, factors)
    if attempt.pool["MfaConfiguration"] != "ON":
        return None
    offered = pool_factors(attempt.world, attempt.pool)
    can_set_up_here = needs_second or (attempt.enter is not None and _SET_UP_AT_PAGES.intersection(offered))
    if settings.is_self_registered and not can_set_up_here:
        # Who registered by themselves gets tokens once, to register a factor with; the pages ask for one at once.
        save_mfa_settings(attempt.world, user, replace(settings, is_self_registered=False))
        return None
    parameters = {"USER_ID_FOR_SRP": user.username, "MFAS_CAN_SETUP": json.dumps(offered)}
    return ask(attempt, user, Question(SETUP, parameters, {"factors": offered}))


def ask_for_one_of(attempt: Attempt, user: User, factors: Sequence[str]) -> dict[str, Any]:
    """The challenge of the one factor there is, or the choice between several."""
    if len(factors) == 1:
        return ask_for_factor(attempt, user, factors[0])
    parameters = {"USER_ID_FOR_SRP": user.username, "MFAS_CAN_CHOOSE": json.dumps(factors)}
    return ask(attempt, user, Question(_CHOICE, parameters, {"factors": factors}))


def ask_for_factor(attempt: Attempt, user: User, factor: str, **kept: Any) -> dict[str, Any]:
    """The challenge of one second factor; a code goes out where it needs one."""
    parameters = {"USER_ID_FOR_SRP": user.username}
    if factor == TOTP:
        name = load_mfa_settings(attempt.world, user).device_name
        if name:
            parameters["FRIENDLY_DEVICE_NAME"] = name
        return ask(attempt, user, Question(TOTP, parameters))
    if factor == EMAIL:
        count_attempt(attempt.world, user, "EmailMfa", _MAILS_PER_HOUR)
    code, delivered = send_sign_in_code(attempt, user, Delivery(CHANNELS[factor], _MFA_DIGITS))
    return ask(attempt, user, Question(factor, parameters | delivered, {"code": code} | kept))


@challenge(_CHOICE)
def answer_choice(attempt: Attempt) -> dict[str, Any]:
    """ANSWER names one of the offered factors."""
    answer = take(attempt, _CHOICE)
    given = attempt.need("ANSWER")
    factor = _ALSO_CALLED.get(given, given)
    if factor not in answer.kept["factors"]:
        raise ServiceError("InvalidParameterException", f"Invalid MFA type {given}.")
    answer.spend()
    return ask_for_factor(answer.attempt, answer.user, factor)


@challenge(SMS)
def answer_sms(attempt: Attempt) -> dict[str, Any]:
    """SMS_MFA_CODE is what was sent."""
    answer = take(attempt, SMS)
    return _finish(answer, attempt.need("SMS_MFA_CODE"), "sms")


def answer_email_factor(answer: Answer, code: str) -> dict[str, Any]:
    """EMAIL_OTP as a second factor; the challenge of this name may be a first one, too."""
    return _finish(answer, code, "otp")


def _finish(answer: Answer, code: str, method: str) -> dict[str, Any]:
    user = answer.user
    check_code(answer, code)
    setup = answer.kept.get("setup")
    if setup:
        attributes = {**user.attributes, setup: answer.kept["address"], f"{setup}_verified": "true"}
        check_aliases_free(answer.attempt.world, answer.attempt.pool, attributes, owner=user)
        user = save_user(answer.attempt.world, replace(user, attributes=attributes))
        factor = next(name for name, channel in CHANNELS.items() if channel == setup)
        _enable(answer.attempt, user, lambda settings: _with_factor(settings, factor))
    answer.spend()
    return finish_sign_in(proven(answer.attempt, method, "mfa", result="Mfa"), user)


def check_code(answer: Answer, code: str, *, counts: bool = True) -> None:
    """Raises CodeMismatchException for a wrong code; the session may be tried again until the lockout says no."""
    world = answer.attempt.world
    if counts:
        check_lockout(world, answer.user)
    if not hmac.compare_digest(str(answer.kept["code"]).encode(), code.encode()):
        if counts:
            count_failure(world, answer.user)
        text = "Invalid code or auth state for the user."
        raise ServiceError("CodeMismatchException", text, keeps_writes=True)
    if counts:
        clear_lockout(world, answer.user)


@challenge(TOTP)
def answer_software_token(attempt: Attempt) -> dict[str, Any]:
    """SOFTWARE_TOKEN_MFA_CODE is what the authenticator shows, and good once."""
    answer = take(attempt, TOTP)
    code = attempt.need("SOFTWARE_TOKEN_MFA_CODE")
    world, user = attempt.world, answer.user
    check_lockout(world, user)
    settings = load_mfa_settings(world, user)
    step = totp.find_step(world.clock, settings.secret, code) if settings.secret else None
    if step is None:
        count_failure(world, user)
        raise ServiceError("CodeMismatchException", "Invalid code received for user", keeps_writes=True)
    if step in settings.used_steps:
        raise ServiceError("ExpiredCodeException", "Your software token has already been used once.")
    clear_lockout(world, user)
    save_mfa_settings(world, user, replace(settings, used_steps=totp.with_used(settings.used_steps, step)))
    answer.spend()
    return finish_sign_in(proven(answer.attempt, "otp", "mfa", result="Mfa"), user)


@challenge(SETUP)
def answer_setup(attempt: Attempt) -> dict[str, Any]:
    """The session of VerifySoftwareToken ends the sign-in; `email` or `phone_number` is proven by a code first."""
    answer = take(attempt, SETUP)
    if answer.kept.get("is_verified"):
        _enable(answer.attempt, answer.user, lambda settings: _with_factor(settings, TOTP))
        answer.spend()
        return finish_sign_in(proven(answer.attempt, "otp", "mfa", result="Mfa"), answer.user)
    for factor in answer.kept["factors"]:
        address = attempt.values.get(CHANNELS.get(factor, ""))
        if address:
            return _set_up_channel(answer, factor, address)
    raise ServiceError("InvalidParameterException", "No MFA factor was set up.")


def _set_up_channel(answer: Answer, factor: str, address: str) -> dict[str, Any]:
    attempt, channel = answer.attempt, CHANNELS[factor]
    check_changed_attributes(attempt.pool, {channel: address})
    attributes = {**answer.user.attributes, channel: address}
    answer.spend()
    # The address becomes the user's with the right code, not before.
    return ask_for_factor(attempt, replace(answer.user, attributes=attributes), factor, setup=channel, address=address)


def _with_factor(settings: MfaSettings, factor: str) -> MfaSettings:
    return replace(
        settings,
        enabled=settings.enabled | {factor},
        preferred=settings.preferred or factor,
        is_self_registered=False,
    )


def _enable(attempt: Attempt, user: User, change: Callable[[MfaSettings], MfaSettings]) -> None:
    save_mfa_settings(attempt.world, user, change(load_mfa_settings(attempt.world, user)))
