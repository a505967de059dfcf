"""What the knobs do to connections and pages: outages, and late or failing answers of the hosted UI.

The AWS services ask the knobs themselves, where they know which operation a request is for.
"""

import asyncio
from urllib.parse import parse_qsl

import h11
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.faults import Faults
from cognito_explorer.sandbox.quotas import Asked
from cognito_explorer.sandbox.world import World

# The control endpoints stay, or nobody could end an outage.
_CONTROL = "/_sandbox/"
# A request must have its head complete by then. Bodies may take longer: an upload is no attack.
_HEAD_WITHIN_S = 20.0
# Who was answered before the body came may go on sending it for so long.
_REST_WITHIN_S = 5.0


class Disturbances:
    """Stands before every page and service, and behind the check of Host and Origin."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, late if it has to be, or answer as a service in trouble does."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(_CONTROL):
            await self._app(scope, receive, send)
            return
        faults = self._world.faults
        if faults.knobs.outage != "none":
            answer = PlainTextResponse("Service Unavailable\n", 503, {"Retry-After": "5"})
            await answer(scope, receive, send)
            return
        if path.startswith("/_"):
            name, domain = _name_of(scope["method"], path)
            await faults.hold_back(faults.delay_s(name))
            try:
                faults.check_errors(name)
                if domain:
                    faults.check_rate(_visit(scope, domain), now=self._world.clock.now())
            except ServiceError as trouble:
                status = 429 if trouble.code == "TooManyRequestsException" else trouble.status
                await PlainTextResponse(f"{trouble.message}\n", status)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _name_of(method: str, path: str) -> tuple[str, str]:
    """What rules call a page, like "hosted-ui:GET /login" or "sso:POST /oidc/token", and the hosted UI's domain."""
    area, _, page = path.removeprefix("/_").partition("/")
    if area != "hosted":
        return f"{area}:{method} /{page}", ""
    domain, _, page = page.partition("/")
    return f"hosted-ui:{method} /{page}", domain


def _visit(scope: Scope, domain: str) -> Asked:
    """A visit as the rates see it, with the client in its address: the body, which may name one, is still to come."""
    client = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("client_id", "")
    source = scope["client"][0] if scope.get("client") else ""
    return Asked("hosted-ui", domain, client_id=client, source_ip=source)


class Connection(H11Protocol):
    """One connection; it drops who comes during an outage and who never finishes asking."""

    faults: Faults
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(_HEAD_WITHIN_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand on what came, unless nobody is to be served."""
        is_new = self.conn.their_state is h11.IDLE
        if is_new and self.faults.knobs.outage == "refused" and _CONTROL.encode() not in data[:64]:
            self.transport.abort()
            return
        super().data_received(data)
        if not self._is_asked_for_nothing():
            self._forget_deadline()

    def on_response_complete(self) -> None:
        """Do not wait for ever for the rest of a body nobody wants: the next request would be taken for it."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self.loop.call_later(_REST_WITHIN_S, self._drop_rest)

    def _drop_rest(self) -> None:
        if self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete:
            self.transport.close()

    def _is_asked_for_nothing(self) -> bool:
        return self.conn.their_state is h11.IDLE

    def _give_up(self) -> None:
        if self._is_asked_for_nothing():
            self.transport.abort()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connection_class(faults: Faults) -> type[asyncio.Protocol]:
    """The connections of a server with these knobs."""
    return type("ConnectionWithFaults", (Connection,), {"faults": faults})
