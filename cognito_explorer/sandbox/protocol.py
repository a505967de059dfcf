"""AWS JSON 1.1 after botocore's own service models: which operation, are the parameters right, what does it answer."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    OperationNotFoundError,
    ServiceModel,
    Shape,
    StructureShape,
)

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import ReadyAnswer
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.validation import validate
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest

JSON_TYPES = ("application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/json")
# What cognito-identity says is in no model; user pools have an exception of their own for it.
_BROKEN_CONSTRAINT = {"cognito-identity": "ValidationException"}
TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "DynamoDB_20120810": "dynamodb",
    "AmazonSQS": "sqs",
    "TrentService": "kms",
}


# What the wire has just as Python has it.
_PLAIN = (str, bool, int)


@dataclass(frozen=True, slots=True)
class ParsedCall:
    """A request that is well formed: which operation it is and its validated parameters."""

    service: str
    name: str
    model: OperationModel
    params: dict[str, Any] = field(repr=False)


@lru_cache(maxsize=8)
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def find_model(request: WireRequest) -> OperationModel:
    """The operation that the X-Amz-Target header names. Raises ServiceError UnknownOperationException."""
    prefix, _, name = request.headers.get("x-amz-target", "").partition(".")
    service = TARGETS.get(prefix)
    if service is None or not name:
        raise ServiceError("UnknownOperationException", f"The sandbox has no service for the target '{prefix}.{name}'.")
    try:
        return service_model(service).operation_model(name)
    except OperationNotFoundError:
        raise ServiceError("UnknownOperationException", f"{service} has no operation named {name}.") from None


def is_public(model: OperationModel) -> bool:
    """True for operations that AWS takes unsigned: the proof is a token, a session or a client id."""
    return model.auth_type == "none" or "smithy.api#noAuth" in (model.auth or ())


def parse_call(request: WireRequest, model: OperationModel) -> ParsedCall:
    """Read and validate a JSON request. Raises ServiceError with what AWS would say."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in JSON_TYPES:
        raise ServiceError("SerializationException", f"The Content-Type must be {JSON_TYPES[0]}.")
    params = _parse_json(request.body)
    input_shape, service = model.input_shape, model.service_model.service_name
    if input_shape is not None:
        validate(params, input_shape, code=_BROKEN_CONSTRAINT.get(service, "InvalidParameterException"))
    return ParsedCall(service, model.name, model, {key: value for key, value in params.items() if value is not None})


def render_answer(call: ParsedCall, answer: dict[str, Any]) -> WireAnswer:
    """The answer as JSON. A key the model does not know is a mistake of ours and raises ValueError."""
    if isinstance(answer, ReadyAnswer):
        return WireAnswer(200, answer.text.encode(), [("Content-Type", JSON_TYPES[0])])
    output = call.model.output_shape
    shaped = {} if output is None else shape_value(answer, output, call.name)
    if output is None and answer:
        raise ValueError(f"{call.name} answers nothing, but got {sorted(answer)}")
    body = json.dumps(shaped, ensure_ascii=False, separators=(",", ":")).encode()
    return WireAnswer(200, body, [("Content-Type", JSON_TYPES[0])])


def shape_value(value: Any, shape: Shape, where: str) -> Any:
    """A value as the wire has it, its members checked against the model; documents go out as they are."""
    if getattr(shape, "is_document_type", False):
        return value
    if isinstance(shape, StructureShape):
        unknown = value.keys() - shape.members.keys()
        if unknown:
            raise ValueError(f"{where} must not answer {sorted(unknown)}")
        return {
            name: member if type(member) in _PLAIN else shape_value(member, shape.members[name], f"{where}.{name}")
            for name, member in value.items()
            if member is not None
        }
    if isinstance(shape, ListShape):
        return [shape_value(member, shape.member, where) for member in value]
    if isinstance(shape, MapShape):
        return {str(key): shape_value(member, shape.value, where) for key, member in value.items()}
    return _scalar(value, shape)


def _parse_json(body: bytes) -> Any:
    try:
        return read_json(body or b"{}")
    except ValueError:
        raise ServiceError("SerializationException", "The body is not valid JSON.") from None


def _scalar(value: Any, shape: Shape) -> Any:
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if shape.type_name == "timestamp" and isinstance(value, float):
        return round(value, 3)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
