"""The public addresses of a user pool and of the identity service: key sets and discovery."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from cognito_explorer.sandbox.auth import keys
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.identity_pools import open_id_tokens
from cognito_explorer.sandbox.world import World

# Programs in browsers read these from pages of their own.
_FOR_ANY_PAGE = {"Access-Control-Allow-Origin": "*"}

Document = Callable[[World, str], dict[str, Any]]


class PoolIdConvertor(Convertor[str]):
    """Matches what looks like a user pool's id, which no bucket may be called."""

    regex = r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]+"

    def convert(self, value: str) -> str:
        """The id itself."""
        return value

    def to_string(self, value: str) -> str:
        """The id itself."""
        return value


def routes(world: World, writer: ThreadPoolExecutor) -> list[BaseRoute]:
    """Key sets are made when they are first asked for, so asking takes its turn with the writer."""
    register_url_convertor("pool_id", PoolIdConvertor())

    def serve(document: Document) -> Callable[[Request], Any]:
        def make(pool_id: str) -> Response:
            try:
                with world.store.transaction():
                    return JSONResponse(document(world, pool_id), headers=_FOR_ANY_PAGE)
            except ServiceError as problem:
                return JSONResponse({"message": problem.message}, status_code=404, headers=_FOR_ANY_PAGE)

        async def answer(request: Request) -> Response:
            return await asyncio.wrap_future(writer.submit(make, request.path_params.get("pool_id", "")))

        return answer

    below = "/{pool_id:pool_id}/.well-known"
    return [
        Route(f"{below}/jwks.json", serve(keys.jwks)),
        Route(f"{below}/openid-configuration", serve(keys.openid_configuration)),
        Route("/.well-known/jwks_uri", serve(lambda world, _: open_id_tokens.jwks(world))),
    ]
