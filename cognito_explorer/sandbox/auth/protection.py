"""Threat protection around a sign-in: failures are written down, forbidden addresses are turned away."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import record_event
from cognito_explorer.sandbox.auth.challenges import resumed, started
from cognito_explorer.sandbox.auth.flows import Attempt, Blocked, Step
from cognito_explorer.sandbox.auth.risk import HIGH, action_of, block, is_within
from cognito_explorer.sandbox.auth.risk_notices import send_notice
from cognito_explorer.sandbox.auth.sessions import session_progress
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.risk_configuration import is_enforced, is_protected, risk_configuration
from cognito_explorer.sandbox.user_pools.users import User, find_user

_REFUSALS = ("NotAuthorizedException", "CodeMismatchException", "ExpiredCodeException")


def protected(attempt: Attempt, step: Step, *, is_start: bool) -> dict[str, Any]:
    """Run a step of a sign-in; where the pool has threat protection, what fails leaves an event."""
    if not is_protected(attempt.pool) or not attempt.values.get("USERNAME"):
        return step(attempt)
    attempt = started(attempt) if is_start else attempt
    user = find_user(attempt.world, attempt.pool, attempt.values["USERNAME"])
    if user is not None and is_start:
        _check_address(attempt, user)
    return _noting_failure(attempt, user, step)


def _noting_failure(attempt: Attempt, user: User | None, step: Step) -> dict[str, Any]:
    store = attempt.world.store
    store.execute("SAVEPOINT sign_in_step")
    try:
        return step(attempt)
    except Blocked:
        raise
    except ServiceError as error:
        if user is None or error.code not in _REFUSALS:
            raise
        if not error.keeps_writes:
            store.execute("ROLLBACK TO sign_in_step")
        _record_failure(attempt, user, error)
        error.keeps_writes = True
        raise


def _record_failure(attempt: Attempt, user: User, error: ServiceError) -> None:
    kept = session_progress(attempt.world, attempt.session, user.id) if attempt.session else {}
    known = resumed(attempt, kept) if kept else attempt
    is_code = error.code != "NotAuthorizedException" or "Mfa" in dict(known.progress.results)
    results = (*known.progress.results, ("Mfa" if is_code else "Password", "Failure"))
    failed = replace(known, progress=replace(known.progress, results=results))
    record_event(failed, user, "Fail")


def _check_address(attempt: Attempt, user: User) -> None:
    """Raises Blocked for an address the risk configuration forbids, and tells the user by mail."""
    config = risk_configuration(attempt.world, attempt.pool["Id"], attempt.client["ClientId"])
    forbidden = config.get("RiskExceptionConfiguration", {}).get("BlockedIPRangeList", ())
    # Threat protection that only watches turns nobody away.
    if not is_enforced(attempt.pool) or not is_within(attempt.progress.ip_address, forbidden):
        return
    attempt = replace(attempt, progress=replace(attempt.progress, risk=HIGH))
    refusal = block(attempt, user)
    takeover = config.get("AccountTakeoverRiskConfiguration", {})
    if action_of(attempt).get("Notify"):
        send_notice(attempt, user, takeover, "BlockEmail")
    raise refusal
