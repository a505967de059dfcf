"""Invoke: run a function and answer as Lambda does."""

import base64
import json
from functools import partial
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.functions import function_of, image_of
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.world import Call

_LOG_TAIL_BYTES = 4096
_MAX_EVENT_BYTES = 6 * 1024 * 1024


@operation("lambda", "Invoke")
def invoke(call: Call) -> dict[str, Any]:
    """Run a function now (RequestResponse), soon (Event) or not at all (DryRun)."""
    row = function_of(call)
    kind = call.params.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return {"StatusCode": 204}
    world, event = call.world, call.params.get("Payload") or b"{}"
    _check_event(event)
    image, who = image_of(world, row), call.caller.arn if call.caller else ""
    if kind == "Event":
        world.errands.aside(partial(world.functions.run, world, image, event, cause=who))
        return {"StatusCode": 202}
    done = world.errands.ask(("invoke", row["arn"]), partial(world.functions.run, world, image, event, cause=who))
    answer: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": done.payload}
    if done.error:
        answer["FunctionError"] = done.error
    if call.params.get("LogType") == "Tail":
        answer["LogResult"] = base64.b64encode(done.log.encode()[-_LOG_TAIL_BYTES:]).decode()
    return answer


def _check_event(event: bytes) -> None:
    if len(event) > _MAX_EVENT_BYTES:
        text = f"Request must be smaller than {_MAX_EVENT_BYTES} bytes for the InvokeFunction operation"
        raise ServiceError("RequestTooLargeException", text, status=413)
    try:
        # Nothing but UTF-8: the event goes on as it came.
        json.loads(event.decode())
    except (ValueError, RecursionError):
        text = f"Could not parse request body into json: {event[:40].decode('utf-8', 'replace')!r} is no JSON"
        raise ServiceError("InvalidRequestContentException", text) from None
