"""Auth events: what threat protection writes down of every sign-in, and what people say of it afterwards."""

import json
from typing import Any, Literal

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.auth.leaked_passwords import Occasion, is_found
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.risk_configuration import is_protected
from cognito_explorer.sandbox.user_pools.users import User, find_user
from cognito_explorer.sandbox.world import World

EventType = Literal["SignIn", "SignUp", "ForgotPassword", "PasswordChange", "ResendCode"]
EventResponse = Literal["Pass", "Fail", "InProgress"]
Decision = Literal["NoRisk", "AccountTakeover", "Block"]

KEPT_S = 2 * 365 * 86400
FEEDBACK_PURPOSE = "auth event feedback"


def check_protected(pool: dict[str, Any]) -> None:
    """Raises UserPoolAddOnNotEnabledException where a pool has no threat protection."""
    if not is_protected(pool):
        raise ServiceError("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for the user pool.")


def record_event(attempt: Attempt, user: User, response: EventResponse, *, decision: Decision = "NoRisk") -> None:
    """Write down how far a sign-in has come; its later steps replace what was written of the earlier ones."""
    if not is_protected(attempt.pool):
        return
    progress = attempt.progress
    body: dict[str, Any] = {
        "EventType": "SignIn",
        "EventResponse": response,
        "EventRisk": _risk(decision, progress.risk, is_compromised=progress.is_compromised),
        "ChallengeResponses": [
            {"ChallengeName": name, "ChallengeResponse": result} for name, result in progress.results
        ],
    }
    if progress.ip_address:
        body["EventContextData"] = {"IpAddress": progress.ip_address}
    if progress.device_print:
        body["DevicePrint"] = progress.device_print
    _write(attempt.world, user, progress.event_id or attempt.world.chance.uuid4(), body)


def record_deed(world: World, pool: dict[str, Any], user: User, event_type: EventType, params: dict[str, Any]) -> None:
    """Write down a sign-up, a password change or a code that was asked for; `params` are those of the operation."""
    if not is_protected(pool):
        return
    password = params.get("Password") or params.get("ProposedPassword") or ""
    occasion: Occasion = "SIGN_UP" if event_type == "SignUp" else "PASSWORD_CHANGE"
    is_compromised = is_found(world, pool, params.get("ClientId", ""), occasion, password)
    risk = _risk("NoRisk", "", is_compromised=is_compromised)
    body: dict[str, Any] = {"EventType": event_type, "EventResponse": "Pass", "EventRisk": risk}
    address = params.get("UserContextData", {}).get("IpAddress")
    if address:
        body["EventContextData"] = {"IpAddress": address}
    _write(world, user, world.chance.uuid4(), body)


def record_deed_of(
    world: World, pool: dict[str, Any], username: str, event_type: EventType, params: dict[str, Any]
) -> None:
    """The same for somebody who is known by name, if anybody is."""
    user = find_user(world, pool, username) if is_protected(pool) else None
    if user is not None:
        record_deed(world, pool, user, event_type, params)


def give_feedback(world: World, user: User, event_id: str, value: str, provider: str) -> None:
    """Keep what somebody says of an event; raises ResourceNotFoundException."""
    row = world.store.one("SELECT * FROM auth_events WHERE event_id = ? AND user_id = ?", (event_id, user.id))
    if row is None:
        raise ServiceError("ResourceNotFoundException", "The auth event does not exist.")
    feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": world.clock.now()}
    body = json.loads(row["body"]) | {"EventFeedback": feedback}
    world.store.execute("UPDATE auth_events SET body = ? WHERE number = ?", (json.dumps(body), row["number"]))


def describe_event(row: Row) -> dict[str, Any]:
    """An event in API shape."""
    body: dict[str, Any] = json.loads(row["body"])
    # The sandbox's own, to tell devices apart.
    body.pop("DevicePrint", None)
    return {"EventId": row["event_id"], "CreationDate": row["created_at"]} | body


def _risk(decision: Decision, level: str, *, is_compromised: bool) -> dict[str, Any]:
    if level and decision == "NoRisk":
        decision = "AccountTakeover"
    risk: dict[str, Any] = {"RiskDecision": decision, "CompromisedCredentialsDetected": is_compromised}
    return risk | ({"RiskLevel": level} if level else {})


def _write(world: World, user: User, event_id: str, body: dict[str, Any]) -> None:
    now = world.clock.now()
    world.store.execute("DELETE FROM auth_events WHERE user_id = ? AND created_at < ?", (user.id, now - KEPT_S))
    world.store.execute(
        "INSERT INTO auth_events (event_id, user_id, created_at, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (event_id) DO UPDATE SET body = excluded.body",
        (event_id, user.id, now, json.dumps(body)),
    )
