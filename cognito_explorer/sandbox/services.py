"""One request in, one answer out: finds the service, the caller and the operation."""

import hmac
import logging
import time
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

from botocore.model import OperationModel

from cognito_explorer.sandbox.access import Context, cognito_resource
from cognito_explorer.sandbox.callers import Callers, Identified, refusal
from cognito_explorer.sandbox.chunked import decode_chunks, is_chunked
from cognito_explorer.sandbox.data_services.accesses import (
    JSON_SERVICES,
    REFUSALS,
    SERVICES,
    needs_of,
    plain_fields,
    plain_json,
    read_form_call,
    read_json_call,
)
from cognito_explorer.sandbox.data_services.needs import DataCall
from cognito_explorer.sandbox.errands import Errands, ErrandWanted
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.access import lambda_access
from cognito_explorer.sandbox.functions.permissions import policy_of
from cognito_explorer.sandbox.gate import Gate
from cognito_explorer.sandbox.iam_self import with_own_name
from cognito_explorer.sandbox.iam_simulation import OPERATIONS as SIMULATIONS
from cognito_explorer.sandbox.iam_simulation import answer_simulation
from cognito_explorer.sandbox.identity_card import finished_seed
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.nulls import without_nulls
from cognito_explorer.sandbox.operations import find_handler
from cognito_explorer.sandbox.plain_requests import plain_form, plain_s3
from cognito_explorer.sandbox.policy_writes import (
    check_bucket_policy,
    check_iam_policies,
    check_iam_sizes,
    check_resource_policy,
)
from cognito_explorer.sandbox.protocol import (
    ParsedCall,
    find_model,
    is_public,
    parse_call,
    render_answer,
    service_model,
)
from cognito_explorer.sandbox.query_protocol import FORM_TYPE, IAM_NAMESPACE, parse_form, render_xml
from cognito_explorer.sandbox.rates import check_call_rate
from cognito_explorer.sandbox.regions import DEFAULT_REGION, host_region, region_of
from cognito_explorer.sandbox.request_log import LoggedRequest, RequestLog
from cognito_explorer.sandbox.rest_json import find_route, parse_rest_call, render_rest_answer
from cognito_explorer.sandbox.s3_access import list_access, s3_accesses, s3_target
from cognito_explorer.sandbox.s3_cors import answer_preflight, for_page
from cognito_explorer.sandbox.sigv4 import Signature, claimed_service, read_signature, sign_chunk
from cognito_explorer.sandbox.sts_operations import PUBLIC, StsOperations
from cognito_explorer.sandbox.wire import Protocol, WireAnswer, WireRequest, error_answer
from cognito_explorer.sandbox.world import Call, World

JSON_SIGNERS = ("cognito-idp", "cognito-identity", "lambda", *JSON_SERVICES)
POLL_S, MAX_POLL_S = 0.25, 20
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """What is known of a request so far, for the log, and the errands it needs."""

    errands: Errands = field(default_factory=Errands)
    service: str = ""
    operation: str = ""
    resource: str = ""
    caller_arn: str = ""
    decision: str = "refused"
    code: str = ""

    @property
    def name(self) -> str:
        """The operation as rules for faults name it."""
        return f"{self.service}:{self.operation}"


class Services:
    """All AWS services of the sandbox. `answer` must be called from the one writer thread."""

    def __init__(
        self, world: World, *, moto: MotoServices, callers: Callers, gate: Gate, sts_operations: StsOperations
    ) -> None:
        self._world = world
        self._sts_operations = sts_operations
        self._moto = moto
        self._callers = callers
        self._gate = gate
        self.log = RequestLog()

    def answer(self, request: WireRequest, errands: Errands | None = None) -> WireAnswer | ErrandWanted:
        """Answer a request; every error leaves in the shape of the protocol it came in.

        An ErrandWanted is to be run in another thread; then the request is to be answered again, with its `errands`.
        """
        attempt = Attempt(errands or Errands())
        protocol = protocol_of(request)
        try:
            answer = self._dispatch(request, protocol, attempt)
        except ErrandWanted as wanted:
            return wanted
        except ServiceError as error:
            attempt.errands.refuse(error)
            attempt.code = error.code
            answer = error_answer(protocol, error, request)
        except Exception as problem:  # noqa: BLE001  # a mistake in one operation must not end the sandbox
            attempt.errands.refuse(problem)
            _log.exception("%s %s failed", attempt.service, attempt.operation)
            attempt.code = "InternalErrorException" if protocol == "json" else "InternalFailure"
            mistake = ServiceError(attempt.code, "The sandbox made a mistake; its log says which.", status=500)
            answer = error_answer(protocol, mistake, request)
        if protocol == "s3":
            answer = for_page(self._moto, request, answer)
        self._note(request, attempt, answer, (time.perf_counter() - attempt.errands.started) * 1000)
        delay_s = self._world.faults.delay_s(attempt.name)
        return replace(answer, delay_s=delay_s) if delay_s else answer

    def _dispatch(self, request: WireRequest, protocol: Protocol, attempt: Attempt) -> WireAnswer:
        signature = read_signature(request)
        attempt.service = claimed_service(request) or {"json": "", "query": "sts", "s3": "s3"}[protocol]
        if attempt.service == "lambda":
            return self._answer_rest(request, signature, attempt)
        if protocol == "json":
            return self._answer_json(request, signature, attempt)
        if protocol == "query":
            return self._answer_query(request, signature, attempt)
        return self._answer_s3(request, signature, attempt)

    def _answer_json(self, request: WireRequest, signature: Signature | None, attempt: Attempt) -> WireAnswer:
        model = find_model(request)
        attempt.service, attempt.operation = model.service_model.service_name, model.name
        self._check_errors(attempt)
        if is_public(model):
            attempt.decision = "public"
            call = _read_call(request, model)
            return self._run(call, region_of(self._world, call.params, signature, request), None, attempt)
        who, region = self._identify(request, signature, "json", attempt)
        if attempt.service in JSON_SERVICES:
            data_call = read_json_call(request, region)
            return self._answer_data(data_call, request, who, signature, attempt)
        call = _read_call(request, model)
        attempt.resource = cognito_resource(call, region)
        attempt.decision = "denied"
        self._gate.check_cognito(who, call, region, request)
        attempt.decision = "allowed"
        return self._run(call, region, who, attempt)

    def _answer_rest(self, request: WireRequest, signature: Signature | None, attempt: Attempt) -> WireAnswer:
        route = find_route("lambda", request)
        attempt.operation = route.model.name
        self._check_errors(attempt)
        who, region = self._identify(request, signature, "json", attempt)
        call = parse_rest_call(route, request)
        access = lambda_access(call, region)
        attempt.resource = access.resource
        attempt.decision = "denied"
        policy = policy_of(self._world, access.resource)
        self._gate.check_function(who, access, call, policy, self._gate.around(request, region))
        attempt.decision = "allowed"
        return self._run(call, region, who, attempt)

    def _answer_query(self, request: WireRequest, signature: Signature | None, attempt: Attempt) -> WireAnswer:
        form = request.form()
        operation = form.get("Action", "")
        # Only names that exist go into the log: a form may hold anything at any place.
        attempt.operation = operation if _is_operation(attempt.service, operation) else ""
        self._check_errors(attempt)
        if attempt.service == "sts" and operation in PUBLIC:
            attempt.decision = "public"
            around = self._gate.around(request, host_region(request) or DEFAULT_REGION)
            return self._run_sts(request, None, form, around, attempt)
        who, region = self._identify(request, signature, "query", attempt)
        attempt.decision = "denied"
        if attempt.service == "sts":
            answer = self._run_sts(request, who, form, self._gate.around(request, region), attempt)
            attempt.decision = "allowed"
            return answer
        if attempt.service == "sns":
            return self._answer_data(read_form_call("sns", request, region), request, who, signature, attempt)
        if attempt.service != "iam":
            raise ServiceError("InvalidAction", f"The sandbox has no service '{attempt.service}'.", status=400)
        if not attempt.operation:
            text = f"Could not find operation {operation} for version 2010-05-08"
            raise ServiceError("InvalidAction", text, status=400)
        return self._answer_iam(with_own_name(request, operation, who), who, signature, attempt)

    def _answer_iam(
        self, request: WireRequest, who: Identified, signature: Signature | None, attempt: Attempt
    ) -> WireAnswer:
        form, operation = request.form(), attempt.operation
        self._gate.check_iam(who, operation, form, request)
        shape = service_model("iam").operation_model(operation).input_shape
        if shape is not None:
            # moto would keep a role without a trust policy, and a name of any length.
            parse_form(form, shape)
        if operation in SIMULATIONS:
            attempt.decision = "allowed"
            result = answer_simulation(self._world, operation, form)
            return render_xml(operation, result, request.request_id, namespace=IAM_NAMESPACE)
        if operation == "CreateUser" and "PermissionsBoundary" in form:
            # moto would forget it, and the user would be able to do more than was said.
            raise ServiceError("NotImplemented", "The sandbox has no permissions boundaries for users.", status=501)
        attempt.decision = "allowed"
        check_iam_policies(operation, form, is_new_world=finished_seed(self._world.store) is None)
        check_iam_sizes(self._world.sts.directory, operation, form)
        return self._moto.handle("iam", plain_form(request), _credential(signature))

    def _answer_data(
        self, call: DataCall, request: WireRequest, who: Identified, signature: Signature | None, attempt: Attempt
    ) -> WireAnswer:
        """DynamoDB, SQS, SNS and KMS."""
        needs = needs_of(call, self._moto)
        if not needs:
            raise ServiceError("ValidationException", "The request names nothing to work on.")
        attempt.resource, attempt.decision = needs[0].access.resource, "denied"
        self._gate.check_needs(who, needs, self._gate.around(request, call.region), REFUSALS[call.service])
        attempt.decision = "allowed"
        check_resource_policy(call)
        attempt.errands.begin(call.params)
        wait_s = call.params.pop("WaitTimeSeconds", 0) if call.service == "sqs" else 0
        if not 0 <= wait_s <= MAX_POLL_S:
            text = f"Value {wait_s} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20."
            raise ServiceError("InvalidParameterValue", text)
        if call.name == "ReceiveMessage":
            # moto would wait right here, and everybody with it.
            call.params["WaitTimeSeconds"] = 0
        plain = plain_fields(request) if call.service == "sns" else plain_json(request, call)
        answer = self._moto.handle(SERVICES[call.service], plain, _credential(signature))
        if wait_s and b'"Messages"' not in answer.body:
            for turn in range(int(wait_s / POLL_S)):
                attempt.errands.ask(("receive", str(turn)), partial(time.sleep, POLL_S))
        return answer

    def _run_sts(
        self, request: WireRequest, who: Identified | None, form: dict[str, str], around: Context, attempt: Attempt
    ) -> WireAnswer:
        operation = form.get("Action", "")
        attempt.errands.begin({})
        result = self._sts_operations.answer(operation, form, who, around, attempt.errands)
        return render_xml(operation, result, request.request_id)

    def _answer_s3(self, request: WireRequest, signature: Signature | None, attempt: Attempt) -> WireAnswer:
        if attempt.service != "s3":
            raise ServiceError("NotImplemented", f"The sandbox has no service '{attempt.service}'.", status=501)
        if request.method == "OPTIONS":
            attempt.operation, attempt.decision = "Preflight", "public"
            return answer_preflight(self._moto, request)
        who: Identified | None = None
        region = DEFAULT_REGION
        if signature is not None:
            who, region = self._identify(request, signature, "s3", attempt)
        if is_chunked(request.headers):
            request = self._unframed(request, signature)
        request = plain_s3(request)
        target, accesses = s3_target(request), s3_accesses(request)
        attempt.operation, attempt.resource = accesses[0].action.removeprefix("s3:"), accesses[0].resource
        self._check_errors(attempt)
        attempt.decision = "denied"
        self._gate.check_s3(who, accesses, target, request, region)
        attempt.decision = "allowed"
        if attempt.operation == "PutBucketPolicy":
            check_bucket_policy(request.body, target.bucket)
        answer = self._moto.handle("s3", request, _credential(signature))
        if answer.status == HTTPStatus.NOT_FOUND and target.key and request.method in ("GET", "HEAD"):
            # Whoever may not list a bucket does not learn that an object is missing.
            self._gate.check_s3(who, [list_access(target)], target, request, region)
        return answer

    def _unframed(self, request: WireRequest, signature: Signature | None) -> WireRequest:
        """The request as it would be without aws-chunked framing; signed chunks are checked."""
        decoded = decode_chunks(request.body)
        if signature is not None and request.headers["x-amz-content-sha256"].startswith("STREAMING-AWS4-HMAC"):
            secret, previous = self._callers.secret_of(signature, "s3"), signature.value
            for chunk, claimed in decoded.chunks:
                previous = sign_chunk(signature, secret, previous, chunk)
                if not hmac.compare_digest(previous, claimed):
                    raise refusal("mismatch", "s3")
        framing = ("x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer", "content-encoding")
        headers = {name: value for name, value in request.headers.items() if name not in framing}
        encoding = [part for part in request.headers.get("content-encoding", "").split(",") if part]
        kept = [part.strip() for part in encoding if part.strip() != "aws-chunked"]
        if kept:
            headers["content-encoding"] = ",".join(kept)
        checksums = {name: value for name, value in decoded.trailers.items() if name.startswith("x-amz-checksum-")}
        return replace(request, headers=headers | checksums, body=decoded.content)

    def _check_errors(self, attempt: Attempt) -> None:
        """A rule for failures has one look at a request, however often it is answered again after an errand."""
        if not attempt.errands.has_begun:
            self._world.faults.check_errors(attempt.name)

    def _identify(
        self, request: WireRequest, signature: Signature | None, protocol: Protocol, attempt: Attempt
    ) -> tuple[Identified, str]:
        """The caller and the region they signed for."""
        if signature is None:
            raise refusal("missing", protocol)
        if signature.service != attempt.service:
            raise refusal("mismatch", protocol)
        who = self._callers.identify(request, signature, protocol)
        attempt.caller_arn = who.caller.arn
        return who, signature.region

    def _run(self, call: ParsedCall, region: str, who: Identified | None, attempt: Attempt) -> WireAnswer:
        handler = find_handler(call.service, call.name)
        if handler is None:
            raise ServiceError(
                "UnknownOperationException", f"The sandbox does not have {call.service} {call.name} yet."
            )
        if not attempt.errands.has_begun:
            check_call_rate(self._world, call.service, call.name, region, call.params)
        attempt.errands.begin(call.params)
        world = replace(self._world, errands=attempt.errands)
        caller = who.caller if who else None
        render = render_rest_answer if call.service == "lambda" else render_answer
        with world.store.transaction():
            return render(call, handler(Call(world, region, call.params, caller)))

    def _note(self, request: WireRequest, attempt: Attempt, answer: WireAnswer, took_ms: float) -> None:
        self.log.add(
            LoggedRequest(
                at=self._world.clock.now(),
                service=attempt.service,
                operation=attempt.operation,
                resource=attempt.resource,
                caller_arn=attempt.caller_arn,
                decision=attempt.decision,
                status=answer.status,
                code=attempt.code,
                took_ms=round(took_ms, 2),
                request_id=request.request_id,
            )
        )


def protocol_of(request: WireRequest) -> Protocol:
    """Which of AWS's protocols a request speaks: by the service it is signed for, then by its headers."""
    service = claimed_service(request)
    if service in ("iam", "sts", "sns"):
        return "query"
    if "x-amz-target" in request.headers or service in JSON_SIGNERS:
        return "json"
    is_form = request.headers.get("content-type", "").startswith(FORM_TYPE)
    return "query" if is_form and request.method == "POST" and request.path == "/" else "s3"


def _read_call(request: WireRequest, model: OperationModel) -> ParsedCall:
    """A validated call of Cognito; members that are null, however deep, are not there."""
    call = parse_call(request, model)
    return replace(call, params=without_nulls(call.params))


def _is_operation(service: str, name: str) -> bool:
    return service in ("iam", "sts", "sns") and name in service_model(service).operation_names


def _credential(signature: Signature | None) -> str:
    return f"{signature.access_key_id}/{signature.scope}" if signature else ""
