"""Lambda functions: to invoke one is a write, whatever it does, and goes through the door as one."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from cognito_explorer.core.aws.connection import Operations
from cognito_explorer.core.aws.errors import translate
from cognito_explorer.core.errors import ExplorerError, NotFound
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# Lambda's own limit for what a synchronous invocation answers.
_MOST_BYTES = 6 * 1024 * 1024


class _LambdaClient(Protocol):
    """What is called of boto3's Lambda client."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]:  # noqa: N803  # AWS's names
        """Invoke: run a function and wait for its answer."""

    def get_policy(self, *, FunctionName: str) -> Mapping[str, Any]:  # noqa: N803  # AWS's names
        """GetPolicy: who may invoke a function, as its own policy says."""


_FUNCTIONS = cast(_LambdaClient, Operations("lambda"))


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """What a function answered. `error` is Lambda's FunctionError, "" where the function did not fail."""

    payload: bytes = field(repr=False)
    error: str
    duration_s: float


async def invoke_function(aws: "Aws", function_arn: str, event: bytes, intent: Intent) -> FunctionAnswer:
    """Run a function once and wait (Invoke, RequestResponse). A write: journalled, for whoever is in admin mode.

    Raises WriteRefused and ExplorerError; a failing function is an answer.
    """
    begun = time.monotonic()
    answer = await aws.write(intent, _FUNCTIONS.invoke, FunctionName=function_arn, Payload=event)
    payload = await aws.in_thread(partial(_read, answer["Payload"]))
    return FunctionAnswer(payload, str(answer.get("FunctionError", "")), time.monotonic() - begun)


async def may_invoke(aws: "Aws", function_arn: str, service: str) -> bool | None:
    """Whether a function's own policy names an AWS service at all (GetPolicy); None where that may not be read.

    Conditions are not looked at.
    """
    try:
        answer = await aws.read(_FUNCTIONS.get_policy, FunctionName=function_arn)
        policy = json.loads(answer["Policy"])
    except NotFound:
        return False  # a function without a policy
    except (ExplorerError, ValueError):
        return None
    return any(_names(each, service) for each in policy.get("Statement", ()) if each.get("Effect") == "Allow")


def _names(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    named = principal.get("Service", ()) if isinstance(principal, Mapping) else principal
    return named in ("*", service) or (isinstance(named, list) and service in named)


def _read(body: Any) -> bytes:
    from botocore.exceptions import BotoCoreError

    try:
        return bytes(body.read(_MOST_BYTES))
    except BotoCoreError as trouble:
        raise translate(trouble, "lambda:Invoke") from trouble
