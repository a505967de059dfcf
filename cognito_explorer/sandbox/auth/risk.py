"""Adaptive authentication: how unlike a user's earlier sign-ins this one is, and what the pool does about that.

Cognito's own rule is secret. The sandbox's is simple, so that every level can be had on purpose: see docs/sandbox.md.
"""

import hashlib
import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import record_event
from cognito_explorer.sandbox.auth.challenges import started
from cognito_explorer.sandbox.auth.flows import Attempt, Blocked
from cognito_explorer.sandbox.auth.leaked_passwords import is_found, is_refused
from cognito_explorer.sandbox.auth.risk_notices import Notice, send_notice
from cognito_explorer.sandbox.user_pools.risk_configuration import is_enforced, is_protected, risk_configuration
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

LOW, MEDIUM, HIGH = "Low", "Medium", "High"
_SEEN = """
SELECT body FROM auth_events WHERE user_id = ? AND event_id <> ? ORDER BY number DESC LIMIT 200
"""
# Addresses with so many leading bits in common are of one neighbourhood.
_NEIGHBOURHOOD = {4: 16, 6: 48}


@dataclass(frozen=True, slots=True)
class _Known:
    addresses: frozenset[str]
    devices: frozenset[str]


def device_print(context: Mapping[str, Any]) -> str:
    """What tells one device from another in UserContextData or ContextData; nothing where nothing was told."""
    agents = [
        header.get("headerValue", "")
        for header in context.get("HttpHeaders", ())
        if str(header.get("headerName", "")).lower() == "user-agent"
    ]
    told = context.get("EncodedData") or "".join(agents)
    return hashlib.sha256(str(told).encode()).hexdigest()[:32] if told else ""


def assessed(attempt: Attempt, user: User) -> Attempt:
    """The attempt of somebody who passed the first factor, with its risk.

    Raises Blocked where the pool wants that risk, or a leaked password, turned away; the user may be told by mail.
    """
    world, pool = attempt.world, attempt.pool
    if not is_protected(pool):
        return attempt
    attempt, was_assessed = started(attempt), bool(attempt.progress.risk)
    client_id, progress = attempt.client["ClientId"], attempt.progress
    is_leaked = is_found(world, pool, client_id, "SIGN_IN", attempt.values.get("PASSWORD", ""))
    risk = _risk_of(attempt, user)
    attempt = replace(
        attempt, progress=replace(progress, risk=risk, is_compromised=progress.is_compromised or is_leaked)
    )
    if is_leaked and is_refused(world, pool, client_id):
        raise block(attempt, user)
    action = action_of(attempt)
    if action.get("EventAction") == "BLOCK":
        _tell(attempt, user, "BlockEmail")
        raise block(attempt, user)
    if action.get("EventAction") == "NO_ACTION" and not was_assessed:
        _tell(attempt, user, "NoActionEmail")
    return attempt


def assessed_custom(attempt: Attempt, user: User) -> Attempt:
    """The same for somebody whom the pool's own functions let in, by the pool's CustomAuthMode; nothing without one.

    A second factor is not asked for there: what is to be proven is the functions' to decide.
    """
    add_ons = attempt.pool.get("UserPoolAddOns", {})
    mode = add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode")
    if not mode or not is_protected(attempt.pool):
        return attempt
    pool = attempt.pool | {"UserPoolAddOns": add_ons | {"AdvancedSecurityMode": mode}}
    return replace(assessed(replace(attempt, pool=pool), user), pool=attempt.pool)


def action_of(attempt: Attempt) -> dict[str, Any]:
    """What the pool does about the attempt's risk, in the shape of AccountTakeoverActionType; {} for nothing."""
    if not attempt.progress.risk or not is_enforced(attempt.pool):
        return {}
    actions = _takeover(attempt).get("Actions", {})
    found: dict[str, Any] = actions.get(f"{attempt.progress.risk}Action", {})
    return found


def block(attempt: Attempt, user: User) -> Blocked:
    """The refusal of a sign-in that is too risky, which is written down."""
    record_event(attempt, user, "Fail", decision="Block")
    return Blocked("NotAuthorizedException", "Unable to login because of security reasons", keeps_writes=True)


def tell_of_second_factor(attempt: Attempt, user: User) -> None:
    """Mail the user that their sign-in needed a second factor, where the pool wants that."""
    _tell(attempt, user, "MfaEmail")


def is_within(address: str, ranges: Iterable[str]) -> bool:
    """Whether an address lies in one of these CIDR ranges."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    networks = (ipaddress.ip_network(entry, strict=False) for entry in ranges)
    return any(ip.version == network.version and ip in network for network in networks)


def _tell(attempt: Attempt, user: User, notice: Notice) -> None:
    if action_of(attempt).get("Notify"):
        send_notice(attempt, user, _takeover(attempt), notice)


def _takeover(attempt: Attempt) -> dict[str, Any]:
    found: dict[str, Any] = _configuration(attempt).get("AccountTakeoverRiskConfiguration", {})
    return found


def _configuration(attempt: Attempt) -> dict[str, Any]:
    return risk_configuration(attempt.world, attempt.pool["Id"], attempt.client["ClientId"])


def _risk_of(attempt: Attempt, user: User) -> str:
    progress = attempt.progress
    skipped = _configuration(attempt).get("RiskExceptionConfiguration", {}).get("SkippedIPRangeList", ())
    if is_within(progress.ip_address, skipped):
        return ""
    known = _known(attempt.world, user, progress.event_id)
    is_new_device = bool(known.devices) and progress.device_print not in {*known.devices, ""}
    is_new_address = bool(known.addresses) and progress.ip_address not in {*known.addresses, ""}
    if not is_new_address:
        return LOW if is_new_device else ""
    if progress.device_print in known.devices:
        return LOW
    return MEDIUM if _is_near(progress.ip_address, known.addresses) else HIGH


def _known(world: World, user: User, event_id: str) -> _Known:
    """Where sign-ins that were let in came from; one that somebody called invalid teaches nothing."""
    addresses, devices = set(), set()
    for row in world.store.all(_SEEN, (user.id, event_id)):
        event = json.loads(row["body"])
        is_good = event.get("EventFeedback", {}).get("FeedbackValue") != "Invalid"
        if event["EventType"] == "SignIn" and event["EventResponse"] == "Pass" and is_good:
            addresses.add(event.get("EventContextData", {}).get("IpAddress", ""))
            devices.add(event.get("DevicePrint", ""))
    return _Known(frozenset(addresses - {""}), frozenset(devices - {""}))


def _is_near(address: str, known: Iterable[str]) -> bool:
    try:
        bits = _NEIGHBOURHOOD[ipaddress.ip_address(address).version]
    except ValueError:
        return False
    return any(is_within(other, [f"{address}/{bits}"]) for other in known)
