"""Requests written so plainly that the gate and moto cannot read them in two ways.

A parameter given twice, parameters in the address as well as in the body, a copy source with a host in it: of such a
request the gate would judge one reading, and moto would follow another.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.query_protocol import FORM_TYPE
from cognito_explorer.sandbox.wire import WireRequest

COPY_SOURCE = "x-amz-copy-source"
# The names our own addresses begin with ("_hosted", a pool id, ".well-known") are none of these.
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff\t]*")
_FORM_TYPES = (FORM_TYPE, "multipart/form-data")
# What S3 calls an object of no known type. moto would take a form apart instead of keeping its bytes.
_NO_TYPE = "binary/octet-stream"


@dataclass(frozen=True, slots=True)
class CopySource:
    """The object a copy is made of; `version_id` is "" for the latest version."""

    bucket: str
    key: str
    version_id: str = ""


def plain_form(request: WireRequest) -> WireRequest:
    """A call of the query protocol with every field once, in the body alone."""
    body = urlencode(request.form()).encode()
    headers = {**request.headers, "content-type": FORM_TYPE}
    return replace(request, method="POST", path="/", query="", headers=headers, body=body)


def plain_s3(request: WireRequest) -> WireRequest:
    """A request of S3 with every parameter once and a plain copy source. Raises ServiceError InvalidArgument."""
    parameters = dict(request.query_items())
    _check_answer_headers(parameters)
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items())
    headers = dict(request.headers)
    if headers.get("content-type", "").strip().lower().startswith(_FORM_TYPES):
        headers["content-type"] = _NO_TYPE
    source = copy_source(request)
    if source:
        version = f"?versionId={quote(source.version_id, safe='')}" if source.version_id else ""
        headers[COPY_SOURCE] = f"/{source.bucket}/{quote(source.key)}{version}"
    body = b"" if request.method in ("GET", "HEAD", "DELETE") else request.body
    return replace(request, query=query, headers=headers, body=body)


def _check_answer_headers(parameters: dict[str, str]) -> None:
    """Whoever asks for a header of the answer gets it as it is, so it has to be one that can be sent."""
    for name, value in parameters.items():
        if name.startswith("response-") and not _HEADER_VALUE.fullmatch(value):
            message = f"Header value cannot be represented using ISO-8859-1.{name}"
            raise ServiceError("InvalidArgument", message, status=400)


def copy_source(request: WireRequest) -> CopySource | None:
    """What x-amz-copy-source names, if it is there. Raises ServiceError InvalidArgument."""
    text = request.headers.get(COPY_SOURCE, "")
    if not text:
        return None
    path, _, query = text.partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not BUCKET_NAME.fullmatch(bucket) or not key:
        message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"
        raise ServiceError("InvalidArgument", message, status=400)
    return CopySource(bucket, key, dict(parse_qsl(query)).get("versionId", ""))
