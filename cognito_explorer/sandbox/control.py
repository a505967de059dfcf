"""The control endpoints below /_sandbox: status, outbox, log and clock, for whoever holds the control token."""

import asyncio
import hmac
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from cognito_explorer.sandbox.operations import implemented
from cognito_explorer.sandbox.request_log import RequestLog
from cognito_explorer.sandbox.world import World

_MAX_ROWS = 500
# A century: further on, dates leave what the services can write.
_MAX_ADVANCE_S = 100 * 365 * 86400.0

View = Callable[[Request], dict[str, Any]]


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
            Route("/clock", self._clock, methods=["POST"]),
        ]

    def _route(self, name: str, view: View, writer: ThreadPoolExecutor) -> Route:
        async def answer(request: Request) -> Response:
            if not self._is_allowed(request):
                return _refuse()
            return JSONResponse(await asyncio.wrap_future(writer.submit(view, request)))

        return Route(f"/{name}", answer, methods=["GET"])

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
        return {"messages": self._world.outbox.latest(_limit(request))}

    def _recent(self, request: Request) -> dict[str, Any]:
        return {"requests": self._log.latest(_limit(request))}

    async def _clock(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return _refuse()
        try:
            asked = json.loads(await request.body())
            advance_s = float(asked["advance_s"])
        except (ValueError, KeyError, TypeError, OverflowError):
            return JSONResponse({"error": 'POST {"advance_s": seconds}'}, status_code=400)
        if not abs(self._world.clock.offset_s + advance_s) <= _MAX_ADVANCE_S:
            return JSONResponse({"error": "The clock moves by a century at most."}, status_code=400)
        self._world.clock.advance(advance_s)
        return JSONResponse({"now": self._world.clock.now(), "clock_offset_s": self._world.clock.offset_s})


def _limit(request: Request) -> int:
    asked = request.query_params.get("limit", "100")
    return min(int(asked), _MAX_ROWS) if re.fullmatch(r"[1-9]\d{0,8}", asked, re.ASCII) else 100


def _refuse() -> Response:
    return JSONResponse({"error": "The header X-Sandbox-Token is missing or wrong."}, status_code=403)
