"""Which pages may read what S3 answers: the first of a bucket's CORS rules that fits decides."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.s3_access import s3_target
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest

_NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."
_NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method /"
    " Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)
_VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


def answer_preflight(moto: MotoServices, request: WireRequest) -> WireAnswer:
    """A browser's question, unsigned as it is. Raises ServiceError AccessForbidden or BadRequest."""
    origin, method = (request.headers.get(name, "") for name in ("origin", "access-control-request-method"))
    if not origin:
        raise ServiceError("BadRequest", "Insufficient information. Origin request header needed.", status=400)
    if not method:
        raise ServiceError("BadRequest", "Invalid Access-Control-Request-Method: null", status=400)
    rules = _rules(moto, request)
    if not rules:
        raise ServiceError("AccessForbidden", _NOT_ENABLED, status=403)
    asked = [name.strip().lower() for name in request.headers.get("access-control-request-headers", "").split(",")]
    wanted = [name for name in asked if name]
    for rule in rules:
        if _fits(rule, origin, method) and all(_matches(rule.allowed_headers, name) for name in wanted):
            allowed = [("Access-Control-Allow-Headers", ", ".join(wanted))] if wanted else []
            return WireAnswer(200, headers=[*_permissions(rule, origin), *allowed])
    raise ServiceError("AccessForbidden", _NOT_ALLOWED, status=403)


def for_page(moto: MotoServices, request: WireRequest, answer: WireAnswer) -> WireAnswer:
    """The answer, errors included, with what a browser needs to show it to the page that asked."""
    origin = request.headers.get("origin", "")
    if not origin or request.method == "OPTIONS":
        return answer
    kept = [(name, value) for name, value in answer.headers if not name.lower().startswith("access-control-")]
    fitting = (rule for rule in _rules(moto, request) if _fits(rule, origin, request.method))
    rule = next(fitting, None)
    return replace(answer, headers=kept if rule is None else [*kept, *_permissions(rule, origin)])


def _rules(moto: MotoServices, request: WireRequest) -> Sequence[Any]:
    try:
        name = s3_target(request).bucket
    except ServiceError:
        return ()
    bucket = moto.s3_backend().buckets.get(name) if name else None
    return () if bucket is None else bucket.cors


def _fits(rule: Any, origin: str, method: str) -> bool:
    return method in rule.allowed_methods and _matches(rule.allowed_origins, origin)


def _matches(patterns: Sequence[str] | None, text: str) -> bool:
    """A pattern has one asterisk at most; the names of headers know no capitals."""
    for pattern in patterns or ():
        before, asterisk, after = pattern.partition("*")
        if not asterisk and pattern.lower() == text.lower():
            return True
        is_long_enough = len(text) >= len(before) + len(after)
        if (
            asterisk
            and is_long_enough
            and text.lower().startswith(before.lower())
            and text.lower().endswith(after.lower())
        ):
            return True
    return False


def _permissions(rule: Any, origin: str) -> list[tuple[str, str]]:
    """Anybody is anybody; who is named may send cookies along."""
    allowed = {"Allow-Origin": "*" if "*" in rule.allowed_origins else origin}
    allowed["Allow-Methods"] = ", ".join(rule.allowed_methods)
    if "*" not in rule.allowed_origins:
        allowed["Allow-Credentials"] = "true"
    if rule.exposed_headers:
        allowed["Expose-Headers"] = ", ".join(rule.exposed_headers)
    if rule.max_age_seconds:
        allowed["Max-Age"] = str(rule.max_age_seconds)
    return [("Vary", _VARY), *((f"Access-Control-{name}", text) for name, text in allowed.items())]
