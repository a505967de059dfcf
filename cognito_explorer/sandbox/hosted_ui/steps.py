"""Steps of a sign-in on the pages: the same flows and challenges as the API's, with the pages in between."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cognito_explorer.sandbox.auth.auth_events import EventType, record_deed_of
from cognito_explorer.sandbox.auth.beginnings import begin
from cognito_explorer.sandbox.auth.flows import Attempt, find_challenge, find_flow
from cognito_explorer.sandbox.auth.protection import protected
from cognito_explorer.sandbox.auth.secret_hash import secret_hash
from cognito_explorer.sandbox.auth.step_up import aimed
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest
from cognito_explorer.sandbox.hosted_ui.entrance import Entry
from cognito_explorer.sandbox.hosted_ui.pace import hold
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.operations import find_handler
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.user_pools.users import find_user
from cognito_explorer.sandbox.world import Call

# Managed login gives every challenge three minutes, whatever the client's AuthSessionValidity.
_SESSION_MINUTES = 3
_PURPOSE = "hosted step"
_ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Step:
    """A challenge that waits for the visitor's answer. `choices` are the AvailableChallenges, if there are any."""

    challenge: str
    session: str = field(repr=False)
    username: str
    parameters: dict[str, str] = field(repr=False)
    choices: tuple[str, ...] = ()


Outcome = Entry | Step


def start(visit: Visit, request: AuthorizationRequest, flow: str, values: dict[str, str]) -> Outcome:
    """Begin a flow of InitiateAuth; the client need not allow it, for the pages are not the client. Raises as it does.

    `values` hold a USERNAME.
    """

    def go() -> Outcome:
        with visit.world.store.transaction():
            attempt = _attempt(visit, request, values, session="")
            user = find_user(visit.world, visit.pool, values["USERNAME"])
            attempt = aimed(attempt, user) if user else attempt
            result = protected(attempt, partial(begin, flow=find_flow(flow)), is_start=True)
        return _outcome(result, values["USERNAME"])

    hold(visit, "InitiateAuth")
    # Once passed, a step stays passed when a trigger makes the visit be handled again.
    return visit.world.errands.keep("start", go)


def answer(visit: Visit, request: AuthorizationRequest, step: Step, values: dict[str, str]) -> Outcome:
    """Answer a challenge. Raises what RespondToAuthChallenge raises."""
    is_recovery = step.challenge == "NEW_PASSWORD_REQUIRED"
    hold(visit, "RespondToAuthChallenge" if is_recovery else "InitiateAuth", challenge=step.challenge)
    values = {"USERNAME": step.username} | values
    wanted = find_challenge(step.challenge)

    def go() -> Outcome:
        with visit.world.store.transaction():
            result = protected(_attempt(visit, request, values, session=step.session), wanted, is_start=False)
        return _outcome(result, step.username)

    return visit.world.errands.keep(f"answer {step.challenge}", go)


def call(visit: Visit, operation: str, **params: Any) -> dict[str, Any]:
    """Call an operation of the user pool service on the visitor's behalf. Raises as it does."""
    handler = find_handler("cognito-idp", operation)
    if handler is None:
        raise ServiceError("InvalidParameterException", f"The sandbox does not have {operation}.")
    operate = handler

    def go() -> dict[str, Any]:
        with visit.world.store.transaction():
            return operate(Call(visit.world, region_of(visit.pool["Id"]), params))

    return visit.world.errands.keep(operation, go)


def note_deed(visit: Visit, request: AuthorizationRequest, username: str, deed: EventType) -> None:
    """Write down what a visitor did besides signing in, where the pool has threat protection."""
    told = {"ClientId": request.client["ClientId"], "Password": visit.posted("password")}
    record_deed_of(visit.world, visit.pool, username, deed, told)


def seal_step(visit: Visit, request: AuthorizationRequest, step: Step) -> str:
    """A step as a hidden field of its page; nobody else can have made it."""
    payload = [
        visit.pool["Id"],
        request.client["ClientId"],
        step.challenge,
        step.session,
        step.username,
        step.parameters,
        step.choices,
    ]
    return seal(visit.world, _PURPOSE, payload)


def unseal_step(visit: Visit, request: AuthorizationRequest) -> Step | None:
    """The step a posted form belongs to; None for a garbled or foreign one."""
    try:
        pool_id, client_id, *rest = unseal(visit.world, _PURPOSE, visit.posted("step"))
    except ServiceError:
        return None
    if (pool_id, client_id) != (visit.pool["Id"], request.client["ClientId"]):
        return None
    challenge, session, username, parameters, choices = rest
    return Step(challenge, session, username, parameters, tuple(choices))


def _attempt(visit: Visit, request: AuthorizationRequest, values: dict[str, str], *, session: str) -> Attempt:
    client = request.client
    if request.acr_values:
        values = values | {"TARGET_ACR_VALUES": request.acr_values}
    if "ClientSecret" in client:
        proof = secret_hash(client["ClientSecret"], values["USERNAME"], client["ClientId"])
        values = values | {"SECRET_HASH": proof}
    return Attempt(
        world=visit.world,
        pool=visit.pool,
        client=client | {"AuthSessionValidity": _SESSION_MINUTES},
        values=values,
        session=session,
        is_admin=False,
        metadata={},
        enter=lambda progress, user: {_ENTERED: Entry(user, progress.event_id, progress.methods)},
    )


def _outcome(result: dict[str, Any], username: str) -> Outcome:
    if _ENTERED in result:
        entry: Entry = result[_ENTERED]
        return entry
    return Step(
        result["ChallengeName"],
        result.get("Session", ""),
        username,
        dict(result.get("ChallengeParameters") or {}),
        tuple(result.get("AvailableChallenges") or ()),
    )
