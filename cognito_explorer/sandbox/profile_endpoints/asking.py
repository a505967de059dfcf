"""Requests to the profile endpoints, and how they are answered: in turn with everything else that writes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.world import World

_MAX_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, taken apart. Header names are in lower case."""

    world: World
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    path: Mapping[str, str] = field(default_factory=dict)

    def form(self) -> dict[str, str]:
        """The fields of a posted form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ServiceError InvalidRequestException."""
        try:
            found = read_json(self.body or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ServiceError("InvalidRequestException", "The body is not a JSON object.")
        return found


Answer = Callable[[Asked], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
Refusal = Callable[[ServiceError], Response]


def endpoint(world: World, writer: ThreadPoolExecutor, answer: Answer, refuse: Refusal) -> Endpoint:
    """A Starlette endpoint that lets the writer answer; `refuse` puts an error into the protocol's shape."""

    def run(asked: Asked) -> Response:
        try:
            with world.store.transaction():
                return answer(asked)
        except ServiceError as error:
            return refuse(error)

    async def serve(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY_BYTES:
                return PlainTextResponse("The body is too large.\n", 413)
        asked = Asked(world, dict(request.query_params), dict(request.headers), bytes(body), request.path_params)
        return await asyncio.wrap_future(writer.submit(run, asked))

    return serve


def refuse_as_json(error: ServiceError) -> Response:
    """An error as the SSO portal answers it."""
    headers = {"x-amzn-ErrorType": error.code}
    return JSONResponse({"message": error.message, "__type": error.code}, error.status, headers=headers)


def refuse_as_oauth(error: ServiceError) -> Response:
    """An error as sso-oidc answers it: AuthorizationPendingException is `authorization_pending`."""
    name = error.code.removesuffix("Exception")
    oauth = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    body = {"error": oauth, "error_description": error.message}
    return JSONResponse(body, error.status, headers={"x-amzn-ErrorType": error.code, "Cache-Control": "no-store"})


def refuse_as_text(error: ServiceError) -> Response:
    """An error in a word, as instance metadata answer it."""
    return PlainTextResponse(f"{error.message}\n", error.status)
