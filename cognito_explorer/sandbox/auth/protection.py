"""Threat protection around a sign-in: failures are written down, forbidden addresses are turned away."""

import ipaddress
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import FEEDBACK_PURPOSE, is_protected, record_event
from cognito_explorer.sandbox.auth.challenges import resumed, started
from cognito_explorer.sandbox.auth.flows import Attempt, Step
from cognito_explorer.sandbox.auth.sessions import session_progress
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.paging import seal
from cognito_explorer.sandbox.user_pools.risk_configuration import risk_configuration
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
    except ServiceError as error:
        if user is None or error.code not in _REFUSALS:
            raise
        if not error.keeps_writes:
            store.execute("ROLLBACK TO sign_in_step")
        _record_failure(attempt, user, error)
        error.keeps_writes = True
        raise


def _record_failure(attempt: Attempt, user: User, error: ServiceError) -> None:
    known = resumed(attempt, session_progress(attempt.world, attempt.session)) if attempt.session else attempt
    is_code = error.code != "NotAuthorizedException" or "Mfa" in dict(known.progress.results)
    results = (*known.progress.results, ("Mfa" if is_code else "Password", "Failure"))
    failed = replace(known, progress=replace(known.progress, results=results))
    record_event(failed, user, "Fail")


def _check_address(attempt: Attempt, user: User) -> None:
    """Raises NotAuthorizedException for an address the risk configuration forbids, and tells the user by mail."""
    config = risk_configuration(attempt.world, attempt.pool["Id"], attempt.client["ClientId"])
    forbidden = config.get("RiskExceptionConfiguration", {}).get("BlockedIPRangeList", ())
    if not is_within(attempt.progress.ip_address, forbidden):
        return
    record_event(attempt, user, "Fail", decision="Block")
    if attempt.pool["UserPoolAddOns"]["AdvancedSecurityMode"] != "ENFORCED":
        return
    _notify(attempt, user, config)
    raise ServiceError("NotAuthorizedException", "Unable to login because of security reasons", keeps_writes=True)


def is_within(address: str, ranges: Any) -> bool:
    """Whether an address lies in one of these CIDR ranges."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    networks = (ipaddress.ip_network(entry, strict=False) for entry in ranges)
    return any(ip.version == network.version and ip in network for network in networks)


def _notify(attempt: Attempt, user: User, config: dict[str, Any]) -> None:
    takeover = config.get("AccountTakeoverRiskConfiguration", {})
    mail = takeover.get("NotifyConfiguration", {}).get("BlockEmail")
    is_wanted = takeover.get("Actions", {}).get("HighAction", {}).get("Notify", False)
    address = user.attributes.get("email")
    if not mail or not is_wanted or not address:
        return
    token = seal(attempt.world, FEEDBACK_PURPOSE, [attempt.pool["Id"], user.sub, attempt.progress.event_id])
    words = _fillings(attempt, user, token)
    body = mail.get("TextBody") or mail.get("HtmlBody") or "{one-click-link-invalid}"
    for name, value in words.items():
        body = body.replace(f"{{{name}}}", value)
    about = {
        "pool_id": user.pool_id,
        "username": user.username,
        "purpose": "AccountTakeOverNotification",
        "code": token,
    }
    attempt.world.outbox.send("EMAIL", address, subject=mail["Subject"], body=body, about=about)


def _fillings(attempt: Attempt, user: User, token: str) -> dict[str, str]:
    return {
        "username": user.username,
        "ip-address": attempt.progress.ip_address,
        "event-id": attempt.progress.event_id,
        "feedback-token": token,
        "one-click-link-valid": f"{attempt.world.endpoint}/?feedback-token={token}&feedback-value=Valid",
        "one-click-link-invalid": f"{attempt.world.endpoint}/?feedback-token={token}&feedback-value=Invalid",
    }
