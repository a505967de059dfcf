"""CUSTOM_AUTH: three functions of the pool's owner decide what is asked, and whether the answer will do."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.challenges import Question, ask, resumed
from cognito_explorer.sandbox.auth.flows import Attempt, after_password, auth_flow, challenge
from cognito_explorer.sandbox.auth.password_flow import check_attempt_hash, finish_sign_in
from cognito_explorer.sandbox.auth.risk import assessed_custom
from cognito_explorer.sandbox.auth.sessions import read_session, spend_session
from cognito_explorer.sandbox.auth.sign_in import hides_users, unknown_user, wrong_credentials
from cognito_explorer.sandbox.auth.srp_flow import start_srp
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers import custom_challenges
from cognito_explorer.sandbox.triggers.custom_challenges import Player
from cognito_explorer.sandbox.user_pools.users import UNCONFIRMED, User, find_user, load_user

_NAME = "CUSTOM_CHALLENGE"


@auth_flow("CUSTOM_AUTH", permits=("ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"))
def start_custom(attempt: Attempt) -> dict[str, Any]:
    """USERNAME in; with CHALLENGE_NAME SRP_A the password is proven first, if the functions want it."""
    username = attempt.need("USERNAME")
    check_attempt_hash(attempt, username)
    user = find_user(attempt.world, attempt.pool, username)
    if user is None and not hides_users(attempt.client):
        raise unknown_user(attempt.client)
    if user is not None:
        _check_state(user)
    rounds: tuple[dict[str, Any], ...] = ()
    if attempt.values.get("CHALLENGE_NAME") == "SRP_A":
        attempt.need("SRP_A")
        rounds = (_round("SRP_A", is_right=True),)
    return _next(_with_rounds(attempt, rounds), _player(attempt, user, username))


@challenge(_NAME)
def answer_custom(attempt: Attempt) -> dict[str, Any]:
    """Have the answer judged, and go on to what the functions want next. Every session is good for one answer."""
    username, given = attempt.need("USERNAME"), attempt.need("ANSWER")
    check_attempt_hash(attempt, username)
    state = read_session(attempt.world, attempt.client, attempt.session, _NAME)
    user = load_user(attempt.world, state.user_id) if state.user_id is not None else None
    named = find_user(attempt.world, attempt.pool, username)
    if (named.id if named else None) != (user.id if user else None):
        raise ServiceError("NotAuthorizedException", "Invalid session for the user.")
    if user is not None:
        _check_state(user)
    spend_session(attempt.world, attempt.session)
    attempt = resumed(attempt, state.body)
    player = _player(attempt, user, username)
    is_right = custom_challenges.verify_answer(player, state.body["private"], given)
    done = _round(_NAME, is_right=is_right, metadata=state.body["metadata"])
    return _next(_with_rounds(attempt, (*(attempt.progress.rounds or ()), done)), player)


@after_password(5)
def go_on_after_password(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """In CUSTOM_AUTH a proven password is one round among others."""
    rounds = attempt.progress.rounds
    if rounds is None:
        return None
    attempt = _with_rounds(attempt, (*rounds, _round("PASSWORD_VERIFIER", is_right=True)))
    return _next(attempt, _player(attempt, user, user.username))


def _next(attempt: Attempt, player: Player) -> dict[str, Any]:
    rounds = tuple(attempt.progress.rounds or ())
    decision = custom_challenges.define_challenge(player, rounds)
    if decision.is_refused or (decision.is_passed and player.user is None):
        refusal = wrong_credentials()
        raise ServiceError(refusal.code, refusal.message, keeps_writes=True)
    if decision.is_passed and player.user is not None:
        attempt = replace(attempt, progress=replace(attempt.progress, rounds=None))
        return finish_sign_in(assessed_custom(attempt, player.user), player.user)
    if decision.challenge == "PASSWORD_VERIFIER":
        attempt.need("SRP_A")
        return start_srp(attempt)
    made = custom_challenges.create_challenge(player, decision.challenge, rounds)
    question = Question(
        _NAME,
        {"USERNAME": player.name, **made.public},
        {"private": made.private, "metadata": made.metadata},
    )
    return ask(attempt, player.user, question)


def _player(attempt: Attempt, user: User | None, username: str) -> Player:
    is_hiding = hides_users(attempt.client)
    return Player(attempt.world, attempt.pool, user, user.username if user else username, is_hiding=is_hiding)


def _with_rounds(attempt: Attempt, rounds: tuple[dict[str, Any], ...]) -> Attempt:
    return replace(attempt, progress=replace(attempt.progress, rounds=rounds))


def _round(name: str, *, is_right: bool, metadata: str | None = None) -> dict[str, Any]:
    done: dict[str, Any] = {"challengeName": name, "challengeResult": is_right}
    return done | {"challengeMetadata": metadata}


def _check_state(user: User) -> None:
    if not user.is_enabled:
        raise ServiceError("NotAuthorizedException", "User is disabled.")
    if user.status == UNCONFIRMED:
        raise ServiceError("UserNotConfirmedException", "User is not confirmed.")
