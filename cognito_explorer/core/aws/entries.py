"""A door's call as an entry of its log: when it begins, when it is sent once more, and when it ends."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.core.aws.call_log import CallLog, LoggedCall, summarise
from cognito_explorer.core.aws.connection import Answer, Connection, Operation
from cognito_explorer.core.errors import ExplorerError


def begin(calls: CallLog, operation: Operation, connection: Connection) -> LoggedCall:
    """Log that a call is on its way, and where to."""
    call = LoggedCall(
        calls.next_id(),
        datetime.now(UTC),
        operation.service,
        operation.title,
        {},
        "running",
        0,
        is_signed=not operation.is_public,
        region=connection.region,
        endpoint_url=connection.endpoint_of(operation.service),
        aws_profile=connection.aws_profile,
        own_profile=connection.own_profile,
    )
    calls.add(call)
    return call


def send_again(calls: CallLog, call: LoggedCall, answer: Answer) -> LoggedCall:
    """Log that a call is about to be sent once more, and why."""
    sent = call.attempts + _facts(answer).get("RetryAttempts", 0)
    call = call._replace(parameters=answer.parameters, attempts=sent + 1, again=answer.again)
    calls.add(call)
    return call


def finished(call: LoggedCall, answer: Answer, error: ExplorerError | None, begun: float) -> LoggedCall:
    """The entry of a call that was answered. `begun` is of time.monotonic."""
    facts = _facts(answer)
    return call._replace(
        parameters=answer.parameters,
        outcome="ok" if error is None else error.code,
        duration_ms=_since_ms(begun),
        status=facts.get("HTTPStatusCode", 0),
        request_id=facts.get("RequestId", ""),
        attempts=call.attempts + facts.get("RetryAttempts", 0),
        summary=summarise(answer.response) if error is None else error.title,
        endpoint_url=answer.endpoint_url or call.endpoint_url,
    )


def broken(call: LoggedCall, trouble: BaseException, begun: float, connection: Connection) -> LoggedCall:
    """The entry of a call that nobody waits for any longer, or that a bug ended."""
    name = "abandoned" if isinstance(trouble, asyncio.CancelledError) else type(trouble).__name__
    where = call.endpoint_url or connection.endpoint_of(call.service)
    return call._replace(outcome=name, duration_ms=_since_ms(begun), endpoint_url=where)


def _facts(answer: Answer) -> Mapping[str, Any]:
    response = answer.response or getattr(answer.trouble, "response", None) or {}
    facts: Mapping[str, Any] = response.get("ResponseMetadata", {})
    return facts


def _since_ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)
