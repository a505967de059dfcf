"""USER_AUTH: the user chooses how to prove who they are."""

import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth import webauthn
from cognito_explorer.sandbox.auth.challenges import Answer, Question, ask, proven, resumed, take
from cognito_explorer.sandbox.auth.first_factors import OTP_CHANNELS, allowed_factors, available_challenges
from cognito_explorer.sandbox.auth.flows import Attempt, auth_flow, challenge
from cognito_explorer.sandbox.auth.mfa_challenges import answer_email_factor
from cognito_explorer.sandbox.auth.one_time_codes import Delivery, delivered_to, send_sign_in_code
from cognito_explorer.sandbox.auth.passkeys import passkeys_count_as_mfa, prove_passkey, request_options
from cognito_explorer.sandbox.auth.password_flow import check_attempt_hash, finish_password, finish_sign_in
from cognito_explorer.sandbox.auth.sessions import SIGNED_UP, read_session, spend_session
from cognito_explorer.sandbox.auth.sign_in import check_password, hides_users, unknown_user, wrong_credentials
from cognito_explorer.sandbox.auth.sign_ins import has_signed_in
from cognito_explorer.sandbox.auth.srp_flow import start_srp
from cognito_explorer.sandbox.auth.step_up import aimed, reached_level
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    RESET_REQUIRED,
    UNCONFIRMED,
    User,
    check_aliases_free,
    find_user,
    save_user,
)

_CHOICE = "SELECT_CHALLENGE"
_PASSWORDS = ("PASSWORD", "PASSWORD_SRP")
# As seen in a recording of the service for e-mail.
_OTP_DIGITS = {"EMAIL_OTP": 8, "SMS_OTP": 6}


@auth_flow("USER_AUTH", permits=("ALLOW_USER_AUTH",))
def start_choice(attempt: Attempt) -> dict[str, Any]:
    """USERNAME in, the preferred challenge or the choice out. The session of ConfirmSignUp opens the door itself."""
    if attempt.pool["UserPoolTier"] == "LITE":
        raise ServiceError("FeatureUnavailableInTierException", "USER_AUTH requires the ESSENTIALS feature plan.")
    username = attempt.need("USERNAME")
    check_attempt_hash(attempt, username)
    user = find_user(attempt.world, attempt.pool, username)
    if user is None:
        return _start_unknown(attempt, username)
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    attempt = aimed(attempt, user)
    if attempt.session:
        return _enter_after_sign_up(attempt, user)
    if attempt.progress.methods:
        return _step_up(attempt, user)
    preferred = attempt.values.get("PREFERRED_CHALLENGE", "")
    offered = available_challenges(attempt.world, attempt.pool, user)
    if preferred in offered:
        return _begin(attempt, user, preferred, offered)
    if not offered:
        raise wrong_credentials()
    parameters, kept = _passkey_options(attempt, user) if "WEB_AUTHN" in offered else ({}, {})
    return ask(attempt, user, Question(_CHOICE, parameters, kept | {"offered": offered}, offered))


def _enter_after_sign_up(attempt: Attempt, user: User) -> dict[str, Any]:
    state = read_session(attempt.world, attempt.client, attempt.session, SIGNED_UP)
    if state.user_id != user.id or user.status != CONFIRMED or has_signed_in(attempt.world, user.id):
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    spend_session(attempt.world, attempt.session)
    # The code that confirmed the address is what the user has proven.
    return finish_password(proven(attempt, "otp"), user)


def _step_up(attempt: Attempt, user: User) -> dict[str, Any]:
    """Somebody who is signed in proves what is missing to the level, if anything is."""
    if reached_level(attempt.progress.methods) >= attempt.progress.level:
        return finish_sign_in(attempt, user)
    return finish_password(attempt, user)


def _start_unknown(attempt: Attempt, username: str) -> dict[str, Any]:
    """Where users are hidden an unknown one is asked like any other; nothing they answer is right."""
    if not hides_users(attempt.client):
        raise unknown_user(attempt.client)
    preferred = attempt.values.get("PREFERRED_CHALLENGE", "")
    if preferred == "PASSWORD_SRP" and attempt.values.get("SRP_A"):
        return start_srp(attempt)
    if preferred == "PASSWORD" and attempt.values.get("PASSWORD"):
        raise wrong_credentials()
    if "EMAIL_OTP" in allowed_factors(attempt.pool) and preferred not in _PASSWORDS:
        address = username if "@" in username else f"{username}@{username[::-1]}"
        return ask(attempt, None, Question("EMAIL_OTP", delivered_to("email", address), {}, ("EMAIL_OTP",)))
    name = preferred if preferred in _PASSWORDS else _CHOICE
    return ask(attempt, None, Question(name, {}, {"offered": _PASSWORDS}, _PASSWORDS))


@challenge(_CHOICE)
def answer_choice(attempt: Attempt) -> dict[str, Any]:
    """ANSWER names the challenge; what proves it may come along."""
    chosen = attempt.need("ANSWER")
    answer = take(attempt, _CHOICE, unknown=wrong_credentials())
    if chosen not in answer.kept["offered"]:
        raise ServiceError("InvalidParameterException", f"{chosen} is not an available challenge.")
    if chosen == "WEB_AUTHN" and attempt.values.get("CREDENTIAL"):
        return _finish_passkey(answer)
    begun = _begin(answer.attempt, answer.user, chosen, tuple(answer.kept["offered"]))
    answer.spend()
    return begun


@challenge("PASSWORD")
def answer_password(attempt: Attempt) -> dict[str, Any]:
    """PASSWORD is the password; a wrong one may be tried again."""
    attempt.need("PASSWORD")
    answer = take(attempt, "PASSWORD", unknown=wrong_credentials())
    begun = _begin(answer.attempt, answer.user, "PASSWORD", ())
    answer.spend()
    return begun


@challenge("PASSWORD_SRP")
def answer_password_srp(attempt: Attempt) -> dict[str, Any]:
    """SRP_A leads to PASSWORD_VERIFIER."""
    for name in ("USERNAME", "SRP_A"):
        attempt.need(name)
    state = read_session(attempt.world, attempt.client, attempt.session, "PASSWORD_SRP")
    if state.user_id is not None:
        take(attempt, "PASSWORD_SRP")
    spend_session(attempt.world, attempt.session)
    return start_srp(resumed(attempt, state.body))


@challenge("EMAIL_OTP")
def answer_email(attempt: Attempt) -> dict[str, Any]:
    """EMAIL_OTP_CODE is what was sent, as a first or a second factor."""
    code = (
        attempt.values.get("EMAIL_OTP_CODE") or attempt.values.get("EMAIL_MFA_CODE") or attempt.need("EMAIL_OTP_CODE")
    )
    answer = take(attempt, "EMAIL_OTP", unknown=_wrong_code())
    return _finish_code(answer, "EMAIL_OTP", code) if answer.kept.get("is_first") else answer_email_factor(answer, code)


@challenge("SMS_OTP")
def answer_sms(attempt: Attempt) -> dict[str, Any]:
    """SMS_OTP_CODE is what was sent."""
    code = attempt.need("SMS_OTP_CODE")
    return _finish_code(take(attempt, "SMS_OTP", unknown=_wrong_code()), "SMS_OTP", code)


@challenge("WEB_AUTHN")
def answer_passkey(attempt: Attempt) -> dict[str, Any]:
    """CREDENTIAL is the browser's AuthenticationResponseJSON."""
    attempt.need("CREDENTIAL")
    return _finish_passkey(take(attempt, "WEB_AUTHN", unknown=wrong_credentials()))


def _begin(attempt: Attempt, user: User, name: str, offered: tuple[str, ...]) -> dict[str, Any]:
    return _BEGINNINGS[name](attempt, user, offered)


def _begin_password(attempt: Attempt, user: User, offered: tuple[str, ...]) -> dict[str, Any]:
    password = attempt.values.get("PASSWORD")
    if not password:
        return ask(attempt, user, Question("PASSWORD", available=offered))
    user = check_password(attempt.world, attempt.pool, attempt.client, user.username, password)
    return finish_password(proven(attempt, "pwd", result="Password"), user)


def _begin_srp(attempt: Attempt, user: User, offered: tuple[str, ...]) -> dict[str, Any]:
    if not attempt.values.get("SRP_A"):
        return ask(attempt, user, Question("PASSWORD_SRP", available=offered))
    return start_srp(attempt)


def _begin_code(name: str) -> Callable[[Attempt, User, tuple[str, ...]], dict[str, Any]]:
    def begin(attempt: Attempt, user: User, offered: tuple[str, ...]) -> dict[str, Any]:
        code, delivered = send_sign_in_code(attempt, user, Delivery(OTP_CHANNELS[name], _OTP_DIGITS[name]))
        address = user.attributes[OTP_CHANNELS[name]]
        kept = {"code": code, "is_first": True, "address": address}
        return ask(attempt, user, Question(name, delivered, kept, offered))

    return begin


def _begin_passkey(attempt: Attempt, user: User, offered: tuple[str, ...]) -> dict[str, Any]:
    parameters, kept = _passkey_options(attempt, user)
    return ask(attempt, user, Question("WEB_AUTHN", parameters, kept, offered))


_BEGINNINGS = {
    "PASSWORD": _begin_password,
    "PASSWORD_SRP": _begin_srp,
    "EMAIL_OTP": _begin_code("EMAIL_OTP"),
    "SMS_OTP": _begin_code("SMS_OTP"),
    "WEB_AUTHN": _begin_passkey,
}


def _passkey_options(attempt: Attempt, user: User) -> tuple[dict[str, str], dict[str, Any]]:
    challenge_text = webauthn.encode(attempt.world.chance.token_bytes(32))
    options = request_options(attempt.world, attempt.pool, user, challenge_text)
    return {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}, {"challenge": challenge_text}


def _finish_passkey(answer: Answer) -> dict[str, Any]:
    attempt, user = answer.attempt, answer.user
    try:
        credential = read_json(attempt.need("CREDENTIAL"))
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise ServiceError("InvalidParameterException", "CREDENTIAL is not an AuthenticationResponseJSON.")
    try:
        prove_passkey(attempt.world, attempt.pool, user, answer.kept["challenge"], credential)
    except webauthn.Refused as refusal:
        code = "InvalidParameterException" if refusal.complaint == "malformed" else "NotAuthorizedException"
        raise ServiceError(code, refusal.text) from None
    if user.status == UNCONFIRMED:
        raise ServiceError("UserNotConfirmedException", "User is not confirmed.")
    answer.spend()
    if passkeys_count_as_mfa(attempt.world, attempt.pool, user):
        return finish_sign_in(proven(attempt, "hwk", "user", "mfa"), user)
    return finish_password(proven(attempt, "hwk"), user)


def _finish_code(answer: Answer, name: str, code: str) -> dict[str, Any]:
    if not hmac.compare_digest(str(answer.kept["code"]).encode(), code.encode()):
        raise _wrong_code()
    answer.spend()
    user = _confirmed(answer, OTP_CHANNELS[name])
    return finish_password(proven(answer.attempt, "otp" if name == "EMAIL_OTP" else "sms"), user)


def _confirmed(answer: Answer, channel: str) -> User:
    """A right code also verifies the address and confirms who had not been."""
    user = answer.user
    status = CONFIRMED if user.status in (UNCONFIRMED, RESET_REQUIRED) else user.status
    is_verified = user.attributes.get(f"{channel}_verified") == "true"
    if user.attributes.get(channel) == answer.kept["address"] and not is_verified:
        attributes = {**user.attributes, f"{channel}_verified": "true"}
        check_aliases_free(answer.attempt.world, answer.attempt.pool, attributes, owner=user)
        user = replace(user, attributes=attributes)
    elif status == user.status:
        return user
    return save_user(answer.attempt.world, replace(user, status=status))


def _wrong_code() -> ServiceError:
    return ServiceError("CodeMismatchException", "Invalid code or auth state for the user.")
