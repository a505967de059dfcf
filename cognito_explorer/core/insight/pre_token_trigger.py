"""Tokens predicted with the pool's own pre token generation function: it is invoked, as at a sign-in."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.aws.functions import FunctionAnswer, invoke_function, may_invoke
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.insight.pre_token_answer import apply_answer, malformed, read_answer
from cognito_explorer.core.insight.pre_token_event import event_of, trigger_source, why_no_metadata
from cognito_explorer.core.insight.token_preview import Preview, PreviewRequest
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_COGNITO = "cognito-idp.amazonaws.com"
_NOT_LET_IN = (
    "You may invoke the function, Cognito may not: its own policy does not name cognito-idp.amazonaws.com. A sign-in"
    " fails with UnexpectedLambdaException."
)
# How long Cognito waits for a trigger, whatever the function's own limit is.
LIMIT_S = 5.0
SIDE_EFFECTS = "all that it does at a sign-in: what it writes, sends and calls, its log lines and its cost"
# Cognito's codes for a trigger that fails, and with it the sign-in.
FAILURES = frozenset({"UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException"})
# Errors of the runtime and of Lambda itself, in contrast to what a handler raised.
_CRASHES = ("Runtime.", "Sandbox.", "Function.", "Extension.")


async def ask_trigger(aws: "Aws", request: PreviewRequest, trigger: PreTokenTrigger, predicted: Preview) -> Preview:
    """Invoke the function about these tokens and apply what it answers, by Cognito's rules.

    A write, for admin mode alone: the function does what it does at a sign-in. Raises WriteRefused, and ExplorerError
    with Cognito's code and words where a sign-in would fail.
    """
    event = json.dumps(event_of(request, trigger), ensure_ascii=False).encode()
    answer = await invoke_function(aws, trigger.function_arn, event, intent_of(request, trigger))
    applied = apply_answer(predicted, read_answer(_payload(answer), trigger.version))
    if await may_invoke(aws, trigger.function_arn, _COGNITO) is False:
        return replace(applied, notes=(*applied.notes, _NOT_LET_IN))
    return applied


def intent_of(request: PreviewRequest, trigger: PreTokenTrigger) -> Intent:
    """What the journal says of the invocation."""
    whose = f"user {request.user.username}" if request.user is not None else "a machine"
    after = {
        "invoked with": f"{trigger_source(request)}, event {trigger.version}, app client {request.client.client_id}",
        "side effects": SIDE_EFFECTS,
    }
    if request.metadata and not why_no_metadata(request):
        after["client metadata"] = ", ".join(name[:60] for name in request.metadata)[:300]
    target = f"function {trigger.name}, tokens of {whose} predicted"
    return Intent(target, {}, after, request.client.pool_id)


def _payload(answer: FunctionAnswer) -> bytes:
    if answer.duration_s > LIMIT_S:
        raise _not_invoked(f"Socket timeout while invoking Lambda function ({answer.duration_s:.1f} s).")
    if not answer.error:
        return answer.payload
    told = _told(answer.payload)
    text = str(told.get("errorMessage", ""))
    if str(told.get("errorType", "")).startswith(_CRASHES):
        raise _not_invoked(text)
    raise explain("UserLambdaValidationException", f"PreTokenGeneration failed with error {text}")


def _not_invoked(why: str) -> ExplorerError:
    return explain("UnexpectedLambdaException", f"PreTokenGeneration invocation failed due to error {why}")


def _told(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise malformed() from None
    return found if isinstance(found, dict) else {}
