"""USER_SRP_AUTH and PASSWORD_VERIFIER: the password is proven and never sent."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.sandbox.auth import srp
from cognito_explorer.sandbox.auth.challenges import kept_progress, proven, resumed
from cognito_explorer.sandbox.auth.flows import Attempt, auth_flow, challenge
from cognito_explorer.sandbox.auth.lockout import refuse_password
from cognito_explorer.sandbox.auth.password_flow import check_attempt_hash, finish_password
from cognito_explorer.sandbox.auth.sessions import ChallengeState, open_session, read_session, spend_session
from cognito_explorer.sandbox.auth.sign_in import (
    accept_password,
    check_may_try,
    hides_users,
    unknown_user,
    wrong_credentials,
)
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.paging import sandbox_secret
from cognito_explorer.sandbox.user_pools.passwords import Verifier, complete, pool_name
from cognito_explorer.sandbox.user_pools.users import User, find_user, load_user
from cognito_explorer.sandbox.world import World

_NAME = "PASSWORD_VERIFIER"
_ANSWER_WITHIN_S = 60
_CLOCK_SKEW_S = 300
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@auth_flow("USER_SRP_AUTH", permits=("ALLOW_USER_SRP_AUTH",))
def start_srp(attempt: Attempt) -> dict[str, Any]:
    """USERNAME and SRP_A in, salt and SRP_B out; where users are hidden an unknown one gets a stable false salt."""
    username, public_a = attempt.need("USERNAME"), read_public(attempt.need("SRP_A"))
    check_attempt_hash(attempt, username)
    user = find_user(attempt.world, attempt.pool, username)
    if user is None and not hides_users(attempt.client):
        raise unknown_user(attempt.client)
    if user is not None:
        check_may_try(attempt.world, attempt.client, user)
    proof = _proof_of(attempt, user) or _false_proof(attempt, username)
    b = srp.new_secret_exponent()
    public_b = f"{srp.public_value(int(proof.verifier, 16), b):x}"
    block = base64.b64encode(attempt.world.chance.token_bytes(256)).decode()
    name = user.username if user else username
    state = ChallengeState(
        attempt.pool["Id"],
        attempt.client["ClientId"],
        user.id if user else None,
        _NAME,
        {"A": f"{public_a:x}", "b": f"{b:x}", "B": public_b, "v": proof.verifier, "username": name}
        | kept_progress(attempt),
    )
    key = session_of(block)
    open_session(attempt.world, attempt.client, state, session=key, lifetime_s=_ANSWER_WITHIN_S)
    return {
        "ChallengeName": _NAME,
        "ChallengeParameters": {
            "SALT": proof.salt,
            "SRP_B": public_b,
            "SECRET_BLOCK": block,
            "USER_ID_FOR_SRP": name,
            "USERNAME": name,
        },
    }


@challenge(_NAME)
def answer_password_verifier(attempt: Attempt) -> dict[str, Any]:
    """Check the signature; every challenge can be answered once."""
    username, timestamp = attempt.need("USERNAME"), attempt.need("TIMESTAMP")
    block, signature = attempt.need("PASSWORD_CLAIM_SECRET_BLOCK"), attempt.need("PASSWORD_CLAIM_SIGNATURE")
    check_attempt_hash(attempt, username)
    key = session_of(block)
    state = read_session(attempt.world, attempt.client, key, _NAME)
    user = load_user(attempt.world, state.user_id) if state.user_id is not None else None
    _check_same_user(attempt, username, user, state)
    check_fresh(attempt.world, timestamp)
    spend_session(attempt.world, key)
    if user is None:
        raise wrong_credentials()
    check_may_try(attempt.world, attempt.client, user)
    if not _is_signed(attempt.pool, state.body, (block, timestamp, signature)):
        raise refuse_password(attempt.world, user)
    user = accept_password(attempt.world, attempt.pool, user)
    return finish_password(proven(resumed(attempt, state.body), "pwd", result="Password"), user)


def _is_signed(pool: dict[str, Any], body: dict[str, Any], claim: tuple[str, str, str]) -> bool:
    block, timestamp, signature = claim
    key = srp.session_key(*(int(body[name], 16) for name in ("A", "v", "b")), public_b=int(body["B"], 16))
    if key is None:
        return False
    user = pool_name(pool) + body["username"]
    wanted = srp.claim_signature(key, user, base64.b64decode(block), timestamp)
    return hmac.compare_digest(wanted.encode(), signature.encode())


def _check_same_user(attempt: Attempt, username: str, user: User | None, state: ChallengeState) -> None:
    named = find_user(attempt.world, attempt.pool, username)
    is_same = named.id == user.id if named and user else username == state.body["username"]
    if not is_same:
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")


def read_public(text: str) -> int:
    """SRP_A as a number; raises InvalidParameterException for one that would make the secret predictable."""
    try:
        number = int(text, 16)
    except ValueError:
        number = 0
    if number % srp.N == 0:
        raise ServiceError("InvalidParameterException", "Invalid SRP_A.")
    return number


def session_of(block: str) -> str:
    """The session a SECRET_BLOCK stands for."""
    try:
        raw = base64.b64decode(block, validate=True)
    except (binascii.Error, ValueError):
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.") from None
    return "srp-" + hashlib.sha256(raw).hexdigest()


def _proof_of(attempt: Attempt, user: User | None) -> Verifier | None:
    return complete(attempt.pool, user.username, user.password.proof) if user and user.password else None


def _false_proof(attempt: Attempt, username: str) -> Verifier:
    secret = sandbox_secret(attempt.world, "false salts")
    digest = hmac.new(secret, f"{attempt.pool['Id']}/{username}".encode(), hashlib.sha256).digest()
    verifier = srp.power_of_g(int.from_bytes(secrets.token_bytes(32), "big"))
    return Verifier(f"{int.from_bytes(digest[:16], 'big'):x}", f"{verifier:x}")


def check_fresh(world: World, timestamp: str) -> None:
    """Raises NotAuthorizedException for a TIMESTAMP of another time."""
    at = _read_timestamp(timestamp)
    # The caller's own clock does not move with the sandbox's.
    now = world.clock.now()
    if min(abs(now - at), abs(now - world.clock.offset_s - at)) > _CLOCK_SKEW_S:
        raise wrong_credentials()


def _read_timestamp(timestamp: str) -> float:
    try:
        _, month, day, time, zone, year = timestamp.split()
        hour, minute, second = time.split(":")
        moment = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
    except ValueError:
        moment, zone = datetime.fromtimestamp(0, UTC), ""
    if zone != "UTC":
        raise ServiceError(
            "InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
        )
    return moment.timestamp()
