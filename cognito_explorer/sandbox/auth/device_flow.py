"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves itself in place of a second factor."""

import base64
import hmac
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth import srp
from cognito_explorer.sandbox.auth.challenges import Question, ask, kept_progress, proven, take
from cognito_explorer.sandbox.auth.devices import (
    REMEMBERED,
    Device,
    find_device,
    get_device,
    is_tracking,
    unknown_device,
)
from cognito_explorer.sandbox.auth.flows import Attempt, after_password, challenge
from cognito_explorer.sandbox.auth.mfa_choice import candidates
from cognito_explorer.sandbox.auth.mfa_settings import load_mfa_settings
from cognito_explorer.sandbox.auth.password_flow import finish_sign_in
from cognito_explorer.sandbox.auth.sessions import ChallengeState, newest_session, open_session
from cognito_explorer.sandbox.auth.sign_in import wrong_credentials
from cognito_explorer.sandbox.auth.srp_flow import check_fresh, read_public, session_of
from cognito_explorer.sandbox.user_pools.users import User, find_user

_FIRST, _SECOND = "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"
_ANSWER_WITHIN_S = 60


@after_password(20)
def ask_for_device(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The device's challenge, where it is remembered and may stand for what the pool asks.

    Raises ResourceNotFoundException for a key of nobody's.
    """
    key = attempt.progress.device_key
    if not key or not is_tracking(attempt.pool) or attempt.is_admin or attempt.enter is not None:
        return None
    device = find_device(attempt.world, user.id, key)
    if device is None:
        raise unknown_device()
    if device.status != REMEMBERED or not _may_stand_in(attempt, user):
        return None
    return ask(attempt, user, Question(_FIRST, {"USERNAME": user.username}, {"device": key}))


def _may_stand_in(attempt: Attempt, user: User) -> bool:
    world, pool = attempt.world, attempt.pool
    if attempt.progress.level > 1:
        return False
    if pool["MfaConfiguration"] == "OFF":
        return True
    is_asked = bool(candidates(world, pool, user, load_mfa_settings(world, user)))
    if not is_asked:
        # Where a second factor is required, it has to be set up first.
        return bool(pool["MfaConfiguration"] == "OPTIONAL")
    return bool(pool["DeviceConfiguration"].get("ChallengeRequiredOnNewDevice"))


@challenge(_FIRST)
def answer_device_key(attempt: Attempt) -> dict[str, Any]:
    """DEVICE_KEY and SRP_A in, salt and SRP_B out. Clients may leave the session out: the newest one is meant."""
    username, key = attempt.need("USERNAME"), attempt.need("DEVICE_KEY")
    public_a = read_public(attempt.need("SRP_A"))
    if not attempt.session:
        user = find_user(attempt.world, attempt.pool, username)
        session = newest_session(attempt.world, attempt.client, user.id, _FIRST) if user else ""
        attempt = replace(attempt, session=session)
    answer = take(attempt, _FIRST)
    if answer.kept["device"] != key:
        raise unknown_device()
    device = get_device(attempt.world, answer.user, key)
    answer.spend()
    return _ask_for_proof(answer.attempt, answer.user, device, public_a)


def _ask_for_proof(attempt: Attempt, user: User, device: Device, public_a: int) -> dict[str, Any]:
    b = srp.new_secret_exponent()
    block = base64.b64encode(attempt.world.chance.token_bytes(256)).decode()
    kept = {"A": f"{public_a:x}", "b": f"{b:x}", "device": device.key} | kept_progress(attempt)
    state = ChallengeState(attempt.pool["Id"], attempt.client["ClientId"], user.id, _SECOND, kept)
    session = session_of(block)
    open_session(attempt.world, attempt.client, state, session=session, lifetime_s=_ANSWER_WITHIN_S)
    return {
        "ChallengeName": _SECOND,
        "Session": session,
        "ChallengeParameters": {
            "SALT": device.salt,
            "SRP_B": f"{srp.public_value(int(device.verifier, 16), b):x}",
            "SECRET_BLOCK": block,
            "DEVICE_KEY": device.key,
            "USERNAME": user.username,
            "USER_ID_FOR_SRP": user.username,
        },
    }


@challenge(_SECOND)
def answer_device_proof(attempt: Attempt) -> dict[str, Any]:
    """The signature ends the sign-in; every challenge can be answered once."""
    block, timestamp = attempt.need("PASSWORD_CLAIM_SECRET_BLOCK"), attempt.need("TIMESTAMP")
    signature = attempt.need("PASSWORD_CLAIM_SIGNATURE")
    answer = take(replace(attempt, session=session_of(block)), _SECOND)
    device = get_device(attempt.world, answer.user, str(answer.kept["device"]))
    check_fresh(attempt.world, timestamp)
    answer.spend()
    secret = srp.session_key(int(answer.kept["A"], 16), int(device.verifier, 16), int(answer.kept["b"], 16))
    wanted = srp.claim_signature(secret or b"", device.group_key + device.key, base64.b64decode(block), timestamp)
    if secret is None or not hmac.compare_digest(wanted.encode(), signature.encode()):
        refusal = wrong_credentials()
        refusal.keeps_writes = True
        raise refusal
    return finish_sign_in(proven(answer.attempt, "hwk"), answer.user)
