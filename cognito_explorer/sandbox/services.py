"""One request in, one answer out: finds the service, the caller and the operation."""

import logging
import time
from dataclasses import dataclass

from cognito_explorer.sandbox.callers import Callers, Principal, refusal
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.gate import Gate
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.operations import find_handler
from cognito_explorer.sandbox.protocol import TARGETS, ParsedCall, find_model, is_public, parse_call, render_answer
from cognito_explorer.sandbox.regions import region_of
from cognito_explorer.sandbox.request_log import LoggedRequest, RequestLog
from cognito_explorer.sandbox.sigv4 import Signature, read_signature
from cognito_explorer.sandbox.wire import Protocol, WireAnswer, WireRequest, error_answer
from cognito_explorer.sandbox.world import Call, World

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """What is known of a request so far, for the log."""

    service: str = ""
    operation: str = ""
    caller_arn: str = ""
    decision: str = "refused"
    code: str = ""


class Services:
    """All AWS services of the sandbox. `answer` must be called from the one writer thread."""

    def __init__(self, world: World, moto: MotoServices, callers: Callers, gate: Gate) -> None:
        self._world = world
        self._moto = moto
        self._callers = callers
        self._gate = gate
        self.log = RequestLog()

    def answer(self, request: WireRequest) -> WireAnswer:
        """Answer a request; every error leaves in the shape of the protocol it came in."""
        started = time.perf_counter()
        attempt = Attempt()
        protocol = protocol_of(request)
        try:
            answer = self._dispatch(request, protocol, attempt)
        except ServiceError as error:
            attempt.code = error.code
            answer = error_answer(protocol, error, request)
        except Exception:  # noqa: BLE001  # a mistake in one operation must not end the sandbox
            _log.exception("%s %s failed", attempt.service, attempt.operation)
            attempt.code = "InternalErrorException" if protocol == "json" else "InternalFailure"
            mistake = ServiceError(attempt.code, "The sandbox made a mistake; its log says which.", status=500)
            answer = error_answer(protocol, mistake, request)
        self._note(request, attempt, answer, (time.perf_counter() - started) * 1000)
        return answer

    def _dispatch(self, request: WireRequest, protocol: Protocol, attempt: Attempt) -> WireAnswer:
        signature = read_signature(request)
        service = service_of(request, protocol, signature)
        attempt.service = service
        if protocol == "json":
            return self._answer_json(request, signature, attempt)
        raise ServiceError("UnknownService", f"The sandbox has no service '{service}'.", status=404)

    def _answer_json(self, request: WireRequest, signature: Signature | None, attempt: Attempt) -> WireAnswer:
        model = find_model(request)
        attempt.operation = model.name
        if is_public(model):
            attempt.decision = "public"
            call = parse_call(request, model)
            return self._run(call, region_of(self._world, call.params, signature), None)
        if signature is None:
            raise refusal("missing", "json")
        principal = self._callers.identify(request, signature, "json")
        attempt.caller_arn = principal.caller.arn
        call = parse_call(request, model)
        attempt.decision = "denied"
        self._gate.check_cognito(principal, call, signature.region)
        attempt.decision = "allowed"
        return self._run(call, signature.region, principal)

    def _run(self, call: ParsedCall, region: str, principal: Principal | None) -> WireAnswer:
        handler = find_handler(call.service, call.name)
        if handler is None:
            raise ServiceError(
                "UnknownOperationException", f"The sandbox does not have {call.service} {call.name} yet."
            )
        caller = principal.caller if principal else None
        with self._world.store.transaction():
            return render_answer(call, handler(Call(self._world, region, call.params, caller)))

    def _note(self, request: WireRequest, attempt: Attempt, answer: WireAnswer, took_ms: float) -> None:
        self.log.add(
            LoggedRequest(
                at=self._world.clock.now(),
                service=attempt.service,
                operation=attempt.operation,
                caller_arn=attempt.caller_arn,
                decision=attempt.decision,
                status=answer.status,
                code=attempt.code,
                took_ms=round(took_ms, 2),
                request_id=request.request_id,
            )
        )


def protocol_of(request: WireRequest) -> Protocol:
    """Which of AWS's protocols a request speaks, by its headers alone."""
    if "x-amz-target" in request.headers:
        return "json"
    content_type = request.headers.get("content-type", "")
    if (
        request.method == "POST"
        and request.path == "/"
        and content_type.startswith("application/x-www-form-urlencoded")
    ):
        return "query"
    return "s3"


def service_of(request: WireRequest, protocol: Protocol, signature: Signature | None) -> str:
    """The service: from the signature's scope, then the target header, then the path."""
    if signature is not None:
        return signature.service
    if protocol == "json":
        return TARGETS.get(request.headers["x-amz-target"].partition(".")[0], "")
    return "sts" if protocol == "query" else "s3"
