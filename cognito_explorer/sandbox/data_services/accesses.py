"""From a request to a validated call and what it needs, for each of the four services."""

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from cognito_explorer.sandbox.data_services.keys import key_needs
from cognito_explorer.sandbox.data_services.messaging import queue_needs, topic_needs
from cognito_explorer.sandbox.data_services.needs import DataCall, Need
from cognito_explorer.sandbox.data_services.tables import table_needs
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.moto_services import MotoService, MotoServices
from cognito_explorer.sandbox.nulls import without_nulls
from cognito_explorer.sandbox.protocol import find_model, parse_call, service_model
from cognito_explorer.sandbox.query_protocol import FORM_TYPE, parse_form
from cognito_explorer.sandbox.wire import WireRequest

JSON_SERVICES = ("dynamodb", "sqs", "kms")
SERVICES: dict[str, MotoService] = {"dynamodb": "dynamodb", "sqs": "sqs", "sns": "sns", "kms": "kms"}
# What each service calls a refusal.
REFUSALS = {
    "dynamodb": "AccessDeniedException",
    "sqs": "AccessDenied",
    "sns": "AuthorizationError",
    "kms": "AccessDeniedException",
}
_MAPPERS: dict[str, Callable[[DataCall, MotoServices], list[Need]]] = {
    "dynamodb": table_needs,
    "sqs": queue_needs,
    "sns": topic_needs,
    "kms": key_needs,
}
_KEPT_HEADERS = ("host", "content-type", "x-amz-target")


def read_json_call(request: WireRequest, region: str) -> DataCall:
    """A call in JSON, validated. Raises ServiceError ValidationException."""
    model = find_model(request)
    try:
        call = parse_call(request, model)
    except ServiceError as problem:
        if problem.code != "InvalidParameterException":
            raise
        raise ServiceError("ValidationException", problem.message) from None
    return DataCall(call.service, call.name, without_nulls(call.params), region)


def read_form_call(service: str, request: WireRequest, region: str) -> DataCall:
    """A call in the query protocol, validated. Raises ServiceError InvalidAction or ValidationError."""
    form = request.form()
    name = form.get("Action", "")
    if name not in service_model(service).operation_names:
        raise ServiceError("InvalidAction", f"The action {name} is not valid for this endpoint.", status=400)
    shape = service_model(service).operation_model(name).input_shape
    return DataCall(service, name, {} if shape is None else parse_form(form, shape), region)


def needs_of(call: DataCall, moto: MotoServices) -> list[Need]:
    """What a call needs to be allowed, the main thing first."""
    return _MAPPERS[call.service](call, moto)


def plain_json(request: WireRequest, call: DataCall) -> WireRequest:
    """The call with every member once, in the body alone; moto would follow an address or a User-Agent, too."""
    headers = {name: value for name, value in request.headers.items() if name in _KEPT_HEADERS}
    return replace(request, method="POST", path="/", query="", headers=headers, body=json.dumps(call.params).encode())


def plain_fields(request: WireRequest) -> WireRequest:
    """A call of the query protocol with every field once, in the body alone."""
    headers = {"host": request.headers.get("host", ""), "content-type": FORM_TYPE}
    body = urlencode(request.form()).encode()
    return replace(request, method="POST", path="/", query="", headers=headers, body=body)
