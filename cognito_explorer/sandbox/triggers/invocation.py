"""Asking a trigger: the event's envelope, the invocation, and Cognito's error for every way it can fail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.functions import find_function, image_of
from cognito_explorer.sandbox.functions.host import Image, Invocation
from cognito_explorer.sandbox.functions.permissions import may_service_invoke
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

LIMIT_S = 5
_ATTEMPTS = 3
_SERVICE = "cognito-idp.amazonaws.com"
_NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
# Errors of the runtime and of Lambda itself, in contrast to what a handler raised.
_CRASHES = ("Runtime.", "Sandbox.", "Function.")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A configured trigger. `version` is that of its event ("1", "2" or "3")."""

    name: str
    arn: str
    version: str = "1"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a trigger is asked: the source's suffix, whose sign-in it is, and the trigger's own request and response."""

    source: str
    username: str
    request: dict[str, Any] = field(repr=False)
    response: dict[str, Any] = field(default_factory=dict, repr=False)


def find_trigger(pool: Mapping[str, Any], name: str) -> Trigger | None:
    """The trigger of a pool by its name in LambdaConfig, or None."""
    config = pool.get("LambdaConfig", {})
    versioned = config.get("PreTokenGenerationConfig" if name == "PreTokenGeneration" else name)
    if isinstance(versioned, dict):
        return Trigger(name, versioned["LambdaArn"], versioned.get("LambdaVersion", "V1_0")[1])
    arn = config.get(name)
    return Trigger(name, arn) if arn else None


def ask_trigger(world: World, pool: Mapping[str, Any], trigger: Trigger, occasion: Occasion) -> dict[str, Any]:
    """The `response` a trigger filled in.

    Raises UserLambdaValidationException for what the function raised, UnexpectedLambdaException when it could not be
    invoked, crashed or took too long, and InvalidLambdaResponseException when it did not answer with the event.
    """
    image = _image(world, pool, trigger)
    event = event_of(world, pool, trigger, occasion)
    key = (event["triggerSource"], trigger.arn, occasion.username)
    done = world.errands.ask(key, partial(_invoke, world, image, event))
    return _response_of(trigger, image, done)


def run_trigger_afterwards(world: World, pool: Mapping[str, Any], trigger: Trigger, occasion: Occasion) -> None:
    """Ask a trigger once the change is on disk; its failure is the caller's answer, but the change stays."""
    image = _image(world, pool, trigger)
    event = event_of(world, pool, trigger, occasion)

    def run() -> None:
        _response_of(trigger, image, _invoke(world, image, event))

    world.errands.afterwards(run)


def run_trigger_aside(world: World, pool: Mapping[str, Any], trigger: Trigger, occasion: Occasion) -> None:
    """Ask a trigger once the change is on disk; nobody waits for it, and its failure is a line of the log."""
    image = _image(world, pool, trigger)
    event = event_of(world, pool, trigger, occasion)
    world.errands.aside(partial(_invoke, world, image, event))


def event_of(world: World, pool: Mapping[str, Any], trigger: Trigger, occasion: Occasion) -> dict[str, Any]:
    """The event document."""
    prefix = "TokenGeneration" if trigger.name == "PreTokenGeneration" else trigger.name
    return {
        "version": trigger.version,
        "triggerSource": f"{prefix}_{occasion.source}",
        "region": pool["Id"].partition("_")[0],
        "userPoolId": pool["Id"],
        "userName": occasion.username,
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": world.errands.params.get("ClientId", _NO_CLIENT),
        },
        "request": occasion.request,
        "response": occasion.response,
    }


def event_attributes(user: User) -> dict[str, str]:
    """A user's attributes as events have them."""
    return {"sub": user.sub, "cognito:user_status": user.status, **user.attributes}


def metadata_of(world: World) -> dict[str, Any]:
    """`clientMetadata` for the triggers that InitiateAuth keeps its ClientMetadata from; nothing where none came."""
    params = world.errands.params
    given = {} if "AuthFlow" in params else params.get("ClientMetadata", {})
    return {"clientMetadata": given} if given else {}


def malformed() -> ServiceError:
    """What a trigger's answer gets that cannot be read."""
    return ServiceError("InvalidLambdaResponseException", "Unrecognizable lambda output")


def _image(world: World, pool: Mapping[str, Any], trigger: Trigger) -> Image:
    row = find_function(world, trigger.arn)
    if row is None:
        raise _not_invoked(trigger, "ResourceNotFoundException.")
    if not may_service_invoke(world, row["arn"], _SERVICE, pool["Arn"]):
        raise _not_invoked(trigger, "AccessDeniedException.")
    return image_of(world, row)


def _invoke(world: World, image: Image, event: dict[str, Any]) -> Invocation:
    """Run the function; one that does not answer in time is asked again."""
    body = json.dumps(event, ensure_ascii=False).encode()
    for _ in range(_ATTEMPTS):
        done = world.functions.run(world, image, body, cause=event["triggerSource"], limit_s=LIMIT_S)
        if not _is_late(image, done):
            break
    return done


def _is_late(image: Image, done: Invocation) -> bool:
    """Whether Cognito stopped waiting, and not Lambda."""
    is_ended = bool(done.error) and json.loads(done.payload)["errorType"] == "Sandbox.Timedout"
    return is_ended and image.configuration["Timeout"] > LIMIT_S


def _response_of(trigger: Trigger, image: Image, done: Invocation) -> dict[str, Any]:
    if _is_late(image, done):
        raise _not_invoked(trigger, "Socket timeout while invoking Lambda function.")
    try:
        answer = read_json(done.payload)
    except ValueError:
        raise malformed() from None
    if done.error:
        text = str(answer.get("errorMessage", ""))
        if str(answer.get("errorType", "")).startswith(_CRASHES):
            raise _not_invoked(trigger, text)
        raise ServiceError("UserLambdaValidationException", f"{trigger.name} failed with error {text}")
    response = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(response, dict):
        raise malformed()
    return response


def _not_invoked(trigger: Trigger, why: str) -> ServiceError:
    text = f"{trigger.name} invocation failed due to error {why}"
    return ServiceError("UnexpectedLambdaException", text)
