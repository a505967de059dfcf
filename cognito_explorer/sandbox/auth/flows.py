"""The registry of sign-in flows and challenges: a new one is a new file with a decorated function."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World


class Blocked(ServiceError):  # noqa: N818  # read as a sentence: the sign-in was blocked
    """Threat protection turned a sign-in away and wrote that down itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a sign-in has come to so far; every session hands it on to the next step.

    `rounds` are the challenges of CUSTOM_AUTH so far, None in every other flow.
    `event_id` becomes the tokens' claim (drawn when the first session or token needs it), `device_key` is the device
    that says it is known, `methods` are words of RFC 8176 (`pwd`, `otp`, `mfa`, …), `results` the finished challenges
    of the auth event ("Password" or "Mfa", and "Success" or "Failure"), `ip_address` what the caller told of itself.
    `level` is the level of assurance the application asked for, 0 where it asked for none. `device_print` tells the
    caller's device from others, `risk` is Low, Medium or High where threat protection found one.
    """

    event_id: str = ""
    device_key: str = ""
    methods: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    ip_address: str = ""
    rounds: tuple[dict[str, Any], ...] | None = None
    level: int = 0
    device_print: str = ""
    risk: str = ""
    is_compromised: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a sign-in. `values` are AuthParameters or ChallengeResponses, `session` the one sent, if any.

    `enter`, where set, ends the sign-in in place of the API's tokens: the hosted UI lets its visitor in by it.
    """

    world: World
    pool: dict[str, Any]
    client: dict[str, Any] = field(repr=False)
    values: dict[str, str] = field(repr=False)
    session: str = field(repr=False)
    is_admin: bool
    metadata: dict[str, str] = field(repr=False)
    enter: Callable[[Progress, User], dict[str, Any]] | None = field(default=None, repr=False)
    progress: Progress = Progress()

    def need(self, name: str) -> str:
        """A value the caller must send; raises InvalidParameterException."""
        value = self.values.get(name)
        if not value:
            raise ServiceError("InvalidParameterException", f"Missing required parameter {name}")
        return value


Step = Callable[[Attempt], dict[str, Any]]
AfterPassword = Callable[[Attempt, User], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Flow:
    """A way to start: `permits` are the ExplicitAuthFlows values that allow it."""

    start: Step
    permits: frozenset[str]


_flows: dict[str, Flow] = {}
_challenges: dict[str, Step] = {}
_after_password: list[tuple[int, AfterPassword]] = []


def auth_flow(*names: str, permits: tuple[str, ...]) -> Callable[[Step], Step]:
    """Register how a flow of InitiateAuth or AdminInitiateAuth starts."""

    def register(start: Step) -> Step:
        _flows.update(dict.fromkeys(names, Flow(start, frozenset(permits))))
        return start

    return register


def challenge(name: str) -> Callable[[Step], Step]:
    """Register what answers a challenge."""

    def register(answer: Step) -> Step:
        _challenges[name] = answer
        return answer

    return register


def after_password(order: int) -> Callable[[AfterPassword], AfterPassword]:
    """Register a challenge that may stand between a right password and the tokens; lower orders ask first."""

    def register(ask: AfterPassword) -> AfterPassword:
        _after_password.append((order, ask))
        _after_password.sort(key=lambda entry: entry[0])
        return ask

    return register


def find_flow(name: str) -> Flow:
    """A flow by name; raises InvalidParameterException for one the sandbox does not have."""
    if name not in _flows:
        raise ServiceError("InvalidParameterException", f"The sandbox does not have the auth flow {name}.")
    return _flows[name]


def find_challenge(name: str) -> Step:
    """A challenge's answer by name; raises InvalidParameterException for one the sandbox does not have."""
    if name not in _challenges:
        raise ServiceError("InvalidParameterException", f"The sandbox does not have the challenge {name}.")
    return _challenges[name]


def next_challenge(attempt: Attempt, user: User) -> dict[str, Any] | None:
    """The challenge that follows a right password, or None when tokens may be issued."""
    answers = (ask(attempt, user) for _, ask in _after_password)
    return next((answer for answer in answers if answer is not None), None)
