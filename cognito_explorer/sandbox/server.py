"""The sandbox's one port: control, hosted UI, key sets, and every AWS service behind them."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.disturbances import Disturbances
from cognito_explorer.sandbox.errands import Errands
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.regions import named_region
from cognito_explorer.sandbox.request_bodies import TooLarge, read_request
from cognito_explorer.sandbox.request_log import LoggedRequest, RequestLog
from cognito_explorer.sandbox.services import Services, protocol_of
from cognito_explorer.sandbox.wire import WireAnswer, WireRequest, error_answer
from cognito_explorer.sandbox.world import World

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
# External identity providers have the browser post their answers from pages of theirs; state and signature guard them.
_PROVIDER_ANSWER = re.compile(r"/_hosted/[^/]+/(?:oauth2|saml2)/idpresponse")
# What AWS lets pages of any origin read of its answers; S3 goes by the bucket instead.
_FOR_ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:]+\]|[^:/@]+)(?::\d{1,5})?", re.IGNORECASE)


class LoopbackOnly:
    """Refuses requests that a foreign web page could have made: their Host or Origin is not a loopback name.

    Also dates every answer by the world's clock, as AWS's own servers date theirs, and notes the hosted UI's requests.
    """

    def __init__(self, app: ASGIApp, clock: Clock, log: RequestLog) -> None:
        self._app = app
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = time.perf_counter()

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock.now(), usegmt=True).encode()
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in (b"date", b"server")]
                message["headers"] = [*kept, (b"date", date)]
                self._note(scope, message["status"], (time.perf_counter() - started) * 1000)
            await send(message)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        is_ours = _is_own_origin(headers.get("origin")) or _PROVIDER_ANSWER.fullmatch(scope["path"]) is not None
        if is_loopback(headers.get("host", "")) and is_ours:
            await self._app(scope, receive, send_dated)
        else:
            text = "The sandbox answers on loopback names only; the Host or Origin header names another one.\n"
            await PlainTextResponse(text, status_code=403)(scope, receive, send_dated)

    def _note(self, scope: Scope, status: int, took_ms: float) -> None:
        """Queries stay out of the log: they carry codes and tokens."""
        parts = scope["path"].split("/")
        if parts[1:2] != ["_hosted"]:
            return
        entry = LoggedRequest(
            at=self._clock.now(),
            service="hosted-ui",
            operation=f"{scope['method']} /{'/'.join(parts[3:])}",
            resource="/".join(parts[2:3]),
            caller_arn="",
            decision="public",
            status=status,
            code="",
            took_ms=round(took_ms, 2),
            request_id="",
        )
        self._log.add(entry)


def is_loopback(host: str) -> bool:
    """Is the name in a Host header one of this machine's own?"""
    found = _HOST.fullmatch(host)
    return found is not None and (found["name"].lower() in LOOPBACK_NAMES or bool(named_region(host)))


def build_app(services: Services, writer: ThreadPoolExecutor, world: World, routes: list[BaseRoute]) -> ASGIApp:
    """The ASGI application. Whatever no route claims is a request to an AWS service."""

    async def answer_service(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if _is_preflight(request):
            await _preflight(request)(scope, receive, send)
            return
        try:
            wire = await read_request(request)
        except TooLarge as problem:
            answer = error_answer(problem.protocol, problem.refusal, problem.request)
            await _response(answer, problem.request)(scope, receive, send)
            return
        answer = await _answered(services, writer, wire)
        await world.faults.hold_back(answer.delay_s)
        await _response(answer, wire)(scope, receive, send)

    app = Starlette(
        routes=[*routes, Mount("", app=answer_service)], exception_handlers={ClientDisconnect: _answer_nobody}
    )
    return LoopbackOnly(Disturbances(app, world), world.clock, services.log)


async def _answer_nobody(_request: Request, _gone: Exception) -> Response:
    """Whoever hung up before the body was there made no request; no mistake of the sandbox's is to be logged."""
    return Response(status_code=400)


async def _answered(services: Services, writer: ThreadPoolExecutor, wire: WireRequest) -> WireAnswer:
    """The answer of the writer, after the errands it asked for and before those it left for later."""
    errands = Errands()
    outcome = await asyncio.wrap_future(writer.submit(services.answer, wire, errands))
    while not isinstance(outcome, WireAnswer):
        await run_in_threadpool(outcome.run)
        outcome = await asyncio.wrap_future(writer.submit(services.answer, wire, errands))
    if errands.is_finished:
        return outcome
    try:
        await run_in_threadpool(errands.finish)
    except ServiceError as refusal:
        return error_answer(protocol_of(wire), refusal, wire)
    return outcome


def _response(answer: WireAnswer, request: WireRequest) -> Response:
    response = Response(answer.body, answer.status)
    is_head = request.method == "HEAD"
    for name, value in answer.headers:
        if name.lower() in ("date", "server", "connection") or (name.lower() == "content-length" and not is_head):
            continue
        response.headers[name] = value
    response.headers["x-amzn-RequestId"] = request.request_id
    if "origin" in request.headers and protocol_of(request) != "s3":
        response.headers.update(_FOR_ANY_PAGE)
    return response


def _is_preflight(request: Request) -> bool:
    """Does a browser ask whether a page of an application may call a service? All but S3 are called at the root."""
    asked = request.headers.get("access-control-request-method")
    return request.method == "OPTIONS" and request.scope["path"] == "/" and asked == "POST"


def _preflight(request: Request) -> Response:
    """SDKs add headers with every other version, so all that are asked for are let in."""
    allowed = {"Methods": "POST", "Headers": request.headers.get("access-control-request-headers", "")}
    permissions = {f"Access-Control-Allow-{name}": text for name, text in allowed.items() if text}
    return Response(headers={**_FOR_ANY_PAGE, **permissions, "Access-Control-Max-Age": "172800"})


def _is_own_origin(origin: str | None) -> bool:
    if origin is None:
        return True
    scheme, separator, host = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and is_loopback(host)
