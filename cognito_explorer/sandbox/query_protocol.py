"""AWS's query protocol: form fields into parameters, and answers into XML."""

import re
from itertools import count
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.validation import validate
from cognito_explorer.sandbox.wire import WireAnswer, xml_text

FORM_TYPE = "application/x-www-form-urlencoded"
_LOW_NUMBERS = 100
_INTEGER = re.compile(r"-?[0-9]{1,18}")
STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
IAM_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class Entries(dict[str, str]):
    """A map in an answer: keys are data there, and no names of elements."""


def parse_form(form: dict[str, str], shape: Shape) -> dict[str, Any]:
    """The parameters of a form, validated. Raises ServiceError ValidationError."""
    params = _read(form, shape, "") or {}
    try:
        validate(params, shape)
    except ServiceError as problem:
        raise ServiceError("ValidationError", problem.message, status=400) from None
    return dict(params)


def render_xml(
    operation: str, result: dict[str, Any], request_id: str, *, namespace: str = STS_NAMESPACE
) -> WireAnswer:
    """An answer of STS, or of another service of this protocol."""
    text = (
        f'<{operation}Response xmlns="{namespace}">'
        f"<{operation}Result>{_xml(result)}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return WireAnswer(200, text.encode(), [("Content-Type", "text/xml")])


def _read(form: dict[str, str], shape: Shape, prefix: str) -> Any:
    """What the form holds below a prefix, or None when it holds nothing there."""
    if isinstance(shape, StructureShape):
        dot = f"{prefix}." if prefix else ""
        members = {name: _read(form, member, f"{dot}{name}") for name, member in shape.members.items()}
        return {name: value for name, value in members.items() if value is not None} or None
    if isinstance(shape, ListShape):
        return _members(form, shape, prefix) or None
    if isinstance(shape, MapShape):
        return _entries(form, shape, prefix) or None
    text = form.get(prefix)
    if text is not None and shape.type_name == "boolean":
        return _boolean(text, prefix)
    if text is None or shape.type_name != "integer":
        return text
    if not _INTEGER.fullmatch(text):
        raise ServiceError("ValidationError", f"Value '{text}' at '{prefix}' is not a number.", status=400)
    return int(text)


def _members(form: dict[str, str], shape: ListShape, prefix: str) -> list[Any]:
    """The members of a list. Those after a gap are found as long as their numbers are low."""
    found: list[Any] = []
    for number in count(1):
        value = _read(form, shape.member, f"{prefix}.member.{number}")
        if value is not None:
            found.append(value)
        elif number >= _LOW_NUMBERS:
            break
    return found


def _entries(form: dict[str, str], shape: MapShape, prefix: str) -> dict[str, Any]:
    found = {}
    for number in range(1, _LOW_NUMBERS + 1):
        key = form.get(f"{prefix}.entry.{number}.key")
        value = _read(form, shape.value, f"{prefix}.entry.{number}.value")
        if key is not None and value is not None:
            found[key] = value
    return found


def _boolean(text: str, prefix: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ServiceError("ValidationError", f"Value '{text}' at '{prefix}' is neither true nor false.", status=400)
    return text.lower() == "true"


def _xml(value: Any) -> str:
    if isinstance(value, Entries):
        return "".join(f"<entry>{_xml({'key': key, 'value': each})}</entry>" for key, each in value.items())
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(member)}</{name}>" for name, member in value.items() if member is not None)
    if isinstance(value, list):
        return "".join(f"<member>{_xml(member)}</member>" for member in value)
    return xml_text(str(value).lower() if isinstance(value, bool) else str(value))
