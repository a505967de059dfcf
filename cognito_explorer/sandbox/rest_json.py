"""AWS's REST-JSON protocol after botocore's own service models, for Lambda: addresses into operations and back."""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from botocore.model import ListShape, OperationModel, Shape

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.nulls import without_nulls
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.protocol import ParsedCall, service_model, shape_value
from cognito_explorer.sandbox.validation import validate
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest

_PARAMETER = re.compile(r"\{(\w+)\+?\}")
_DEFAULT_STATUS = 200


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the parameters its address named."""

    model: OperationModel
    named: dict[str, str] = field(repr=False)


def find_route(service: str, request: WireRequest) -> Route:
    """The operation an address stands for. Raises ServiceError UnknownOperationException."""
    for marker, pattern, model in _table(service):
        found = pattern.fullmatch(f"{request.method} {request.path.rstrip('/')}")
        if found and (not marker or marker in request.query.split("&")):
            return Route(model, {name: unquote(value) for name, value in found.groupdict().items()})
    text = f"The sandbox has no operation of {service} at {request.method} {request.path}."
    raise ServiceError("UnknownOperationException", text, status=404)


def parse_rest_call(route: Route, request: WireRequest) -> ParsedCall:
    """Parameters from address, query, headers and body, validated. Raises ServiceError with what AWS would say."""
    shape = route.model.input_shape
    params: dict[str, Any] = {}
    if shape is not None:
        query = dict(request.query_items())
        payload = shape.serialization.get("payload")
        params = {} if payload or not _has_body(shape) else _json_object(request.body)
        for name, member in shape.members.items():
            if isinstance(member, ListShape) and member.serialization.get("location") == "querystring":
                params[name] = [value for key, value in request.query_items() if key == member.serialization["name"]]
                continue
            text = _located(member, name, route, request, query)
            if text is not None:
                params[name] = _typed(text, member)
        _check(params, shape)
        params = without_nulls(params)
        if payload and request.body:
            params[payload] = request.body
    service = route.model.service_model.service_name
    return ParsedCall(service, route.model.name, route.model, params)


def render_rest_answer(call: ParsedCall, answer: dict[str, Any]) -> WireAnswer:
    """Members go where the model has them: status, headers, the payload as it is, and the rest as JSON."""
    shape = call.model.output_shape
    status = int(call.model.http.get("responseCode", _DEFAULT_STATUS))
    if shape is None:
        return WireAnswer(status)
    headers: list[tuple[str, str]] = []
    rest: dict[str, Any] = {}
    body: bytes | None = None
    for name, value in shape_value({k: v for k, v in answer.items() if k != _payload(shape)}, shape, call.name).items():
        place = shape.members[name].serialization
        if place.get("location") == "statusCode":
            status = value
        elif place.get("location") == "header":
            headers.append((place["name"], str(value)))
        else:
            rest[name] = value
    if _payload(shape):
        body = answer.get(_payload(shape), b"")
    elif rest or status != 204:
        body = json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode()
    return WireAnswer(status, body or b"", [*headers, ("Content-Type", "application/json")])


@lru_cache(maxsize=2)
def _table(service: str) -> list[tuple[str, re.Pattern[str], OperationModel]]:
    """What the query must hold, method and path as a pattern, and the operation; the pickier ones come first."""
    model = service_model(service)
    rows = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, marker = operation.http["requestUri"].partition("?")
        parts = re.split(r"(\{\w+\+?\})", f"{operation.http['method']} {path.rstrip('/')}")
        pattern = "".join(_segment(part) for part in parts)
        rows.append((marker, re.compile(pattern), operation))
    return sorted(rows, key=lambda row: not row[0])


def _segment(part: str) -> str:
    found = _PARAMETER.fullmatch(part)
    if not found:
        return re.escape(part)
    return f"(?P<{found[1]}>{'.+' if part.endswith('+}') else '[^/]+'})"


def _located(member: Shape, name: str, route: Route, request: WireRequest, query: dict[str, str]) -> str | None:
    """What address, query or headers say for a member, or None."""
    place = member.serialization
    written = place.get("name", name)
    held: dict[str, dict[str, str]] = {"uri": route.named, "querystring": query, "header": request.headers}
    location = place.get("location", "")
    if location not in held:
        return None
    return held[location].get(written.lower() if location == "header" else written)


def _typed(text: str, member: Shape) -> Any:
    if member.type_name in ("integer", "long"):
        if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
            raise ServiceError("SerializationException", f"'{text[:40]}' is not a number.")
        return int(text)
    return text == "true" if member.type_name == "boolean" else text


def _has_body(shape: Shape) -> bool:
    return any("location" not in member.serialization for member in getattr(shape, "members", {}).values())


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        params = read_json(body or b"{}")
    except ValueError:
        raise ServiceError("SerializationException", "The body is not valid JSON.") from None
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "The body is not a JSON object.")
    return params


def _check(params: dict[str, Any], shape: Shape) -> None:
    try:
        validate(params, shape)
    except ServiceError as problem:
        if problem.code != "InvalidParameterException":
            raise
        raise ServiceError("InvalidParameterValueException", problem.message) from None


def _payload(shape: Shape) -> str:
    return str(shape.serialization.get("payload", ""))
