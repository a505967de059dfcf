"""The control endpoints below /_sandbox: status, outbox, log and clock, for whoever holds the control token."""

import asyncio
import hmac
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.faults import KnobRefused
from cognito_explorer.sandbox.fresh_start import NotReady, empty_world
from cognito_explorer.sandbox.operations import implemented
from cognito_explorer.sandbox.request_log import RequestLog
from cognito_explorer.sandbox.user_pools.import_jobs import import_log, is_import_job
from cognito_explorer.sandbox.user_pools.mail_limit import describe_mail_limit
from cognito_explorer.sandbox.world import World

_MAX_ROWS = 500
_CLOCK_USAGE = (
    'POST {"advance_s": seconds}, {"now": epoch seconds or "2026-01-02T03:04:05Z"}, {"is_frozen": true or false} or'
    ' {"checks_signatures": true or false}. The clock moves by a century at most.'
)
# A century: further on, dates leave what the services can write.
_MAX_ADVANCE_S = 100 * 365 * 86400.0

_NAMES = "status, outbox, log, imports, functions, clock, faults and reset"

View = Callable[[Request], dict[str, Any]]


class QueryRefused(Exception):  # noqa: N818  # read as a sentence: the query was refused
    """What was asked for makes no sense. The text is for people."""


class Control:
    """Answers about the sandbox itself; needs the header X-Sandbox-Token."""

    def __init__(self, world: World, log: RequestLog, token: str, facts: dict[str, Any]) -> None:
        self._world = world
        self._log = log
        self._token = token
        self._facts = facts
        self._started = time.monotonic()

    def routes(self, writer: ThreadPoolExecutor) -> list[BaseRoute]:
        """Starlette routes below /_sandbox. They read the store, so they take their turn with the writer."""
        return [
            self._route("status", self._status, writer),
            self._route("outbox", self._outbox, writer),
            self._route("log", self._recent, writer),
            self._route("imports", self._imports, writer),
            self._route("functions", self._functions, writer),
            self._route("reset", self._reset, writer, method="POST"),
            Route("/clock", self._clock, methods=["GET", "POST"]),
            Route("/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/{name:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def _route(self, name: str, view: View, writer: ThreadPoolExecutor, *, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            if not self._is_allowed(request):
                return _refuse()
            try:
                return JSONResponse(await asyncio.wrap_future(writer.submit(view, request)))
            except QueryRefused as refused:
                return JSONResponse({"error": str(refused)}, status_code=400)

        return Route(f"/{name}", answer, methods=[method])

    def _is_allowed(self, request: Request) -> bool:
        given = request.headers.get("x-sandbox-token", "")
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _status(self, _request: Request) -> dict[str, Any]:
        return {
            **self._facts,
            "uptime_s": round(time.monotonic() - self._started, 1),
            "now": self._world.clock.now(),
            "clock_offset_s": self._world.clock.offset_s,
            "requests": self._log.total,
            "operations": sorted(f"{service} {name}" for service, name in implemented()),
        }

    def _outbox(self, request: Request) -> dict[str, Any]:
        outbox = self._world.outbox
        return {
            "messages": outbox.latest(_limit(request)),
            "refused": outbox.refused(),
            "daily_mail": describe_mail_limit(self._world),
        }

    def _recent(self, request: Request) -> dict[str, Any]:
        return {"requests": self._log.latest(_limit(request))}

    def _functions(self, request: Request) -> dict[str, Any]:
        return {"invocations": self._world.functions.latest(_limit(request))}

    def _imports(self, request: Request) -> dict[str, Any]:
        """A page of a user import's log: `?job=import-…&after=LINE`."""
        job, after = (request.query_params.get(name, "") for name in ("job", "after"))
        if not is_import_job(self._world, job):
            raise QueryRefused(f"There is no import job '{job}'. Ask with ?job=import-…, and &after=LINE to go on.")
        if after and not re.fullmatch(r"\d{1,9}", after, re.ASCII):
            raise QueryRefused("after is the number of a line.")
        return {"lines": import_log(self._world, job, after=int(after or -1), limit=_MAX_ROWS)}

    def _reset(self, _request: Request) -> dict[str, Any]:
        try:
            empty_world(self._world, self._log)
        except NotReady as problem:
            raise QueryRefused(str(problem)) from problem
        self._facts["seed"] = "empty"
        return {"seed": "empty"}

    async def _unknown(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return _refuse()
        return JSONResponse({"error": f"There are {_NAMES} below /_sandbox."}, status_code=404)

    async def _clock(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return _refuse()
        clock = self._world.clock
        if request.method == "POST":
            try:
                _turn_clock(clock, json.loads(await request.body()))
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                return JSONResponse({"error": _CLOCK_USAGE}, status_code=400)
        return JSONResponse(
            {
                "now": clock.now(),
                "clock_offset_s": clock.offset_s,
                "is_frozen": clock.frozen_at is not None,
                "checks_signatures": clock.checks_signatures,
            }
        )

    async def _faults(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return _refuse()
        faults = self._world.faults
        if request.method == "DELETE":
            faults.reset()
        if request.method == "POST":
            try:
                faults.set(json.loads(await request.body()))
            except KnobRefused as refused:
                return JSONResponse({"error": str(refused)}, status_code=400)
            except (ValueError, RecursionError):
                return JSONResponse({"error": "The body is not JSON."}, status_code=400)
        return JSONResponse(faults.as_json())


def _turn_clock(clock: Clock, asked: Any) -> None:
    """Do what was posted, all of it or nothing. Raises ValueError, KeyError or TypeError for anything else."""
    known = {"advance_s", "now", "is_frozen", "checks_signatures"}
    if not isinstance(asked, dict) or not asked or asked.keys() - known:
        raise KeyError("an unknown member")
    at = clock.now() + _number(asked.get("advance_s", 0))
    if "now" in asked:
        at = _moment(asked["now"])
    switches = [asked.get(name, False) for name in ("is_frozen", "checks_signatures")]
    if not abs(at - time.time()) <= _MAX_ADVANCE_S or not all(isinstance(switch, bool) for switch in switches):
        raise ValueError("too far away, or no switch")
    if "is_frozen" in asked:
        (clock.freeze if asked["is_frozen"] else clock.thaw)()
    if "now" in asked:
        clock.set(at)
    else:
        clock.advance(_number(asked.get("advance_s", 0)))
    clock.checks_signatures = asked.get("checks_signatures", clock.checks_signatures)


def _moment(value: Any) -> float:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return _number(value)


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError("no number")
    return float(value)


def _limit(request: Request) -> int:
    asked = request.query_params.get("limit", "100")
    if not re.fullmatch(r"[1-9]\d{0,8}", asked, re.ASCII):
        raise QueryRefused(f"limit is a number from 1; {_MAX_ROWS} are shown at most.")
    return min(int(asked), _MAX_ROWS)


def _refuse() -> Response:
    return JSONResponse({"error": "The header X-Sandbox-Token is missing or wrong."}, status_code=403)
