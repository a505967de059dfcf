"""Which function answers which address of the built-in providers."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from cognito_explorer import resources
from cognito_explorer.sandbox.federation import moonbook, moonlight
from cognito_explorer.sandbox.federation.brands import Brand, openid_brand
from cognito_explorer.sandbox.federation.caller import Caller
from cognito_explorer.sandbox.federation.provider_pages import leave_signed_out
from cognito_explorer.sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]

_MAX_FORM_BYTES = 65_536
_FILES = (("hosted_ui.css", "text/css"), ("provider.css", "text/css"), ("onward.js", "text/javascript"))
_OPENID: dict[tuple[str, str], Callable[[Caller, Brand], Response]] = {
    ("GET", ".well-known/openid-configuration"): lambda caller, brand: _public(moonbook.discovery(caller.world, brand)),
    ("GET", "jwks"): lambda caller, brand: _public(moonbook.key_set(caller.world, brand)),
    ("GET", "authorize"): moonbook.authorize,
    ("POST", "authorize"): moonbook.choose,
    ("POST", "token"): moonbook.exchange,
    ("GET", "userinfo"): moonbook.user_info,
    ("POST", "userinfo"): moonbook.user_info,
    ("GET", "logout"): leave_signed_out,
}
_SAML: dict[tuple[str, str], Callable[[Caller], Response]] = {
    ("GET", "metadata"): moonlight.metadata,
    ("GET", "sso"): moonlight.sign_on,
    ("POST", "sso"): moonlight.sign_on,
    ("GET", "logout"): moonlight.log_out,
    ("POST", "logout"): moonlight.log_out,
}


def routes(world: World) -> list[BaseRoute]:
    """Routes to mount at `/_providers`."""
    files = [Route(f"/{name}", _file(name, kind), methods=["GET"]) for name, kind in _FILES]
    saml = [
        Route(f"/moonlight/{path}", _endpoint(world, _saml(view)), methods=[method])
        for (method, path), view in _SAML.items()
    ]
    openid = [
        Route(f"/{{brand}}/{path}", _endpoint(world, _openid(view)), methods=[method])
        for (method, path), view in _OPENID.items()
    ]
    return [*files, *saml, *openid]


def _openid(view: Callable[[Caller, Brand], Response]) -> Callable[[Caller, str], Response]:
    def answer(caller: Caller, key: str) -> Response:
        brand = openid_brand(key)
        return PlainTextResponse("There is no such provider.", 404) if brand is None else view(caller, brand)

    return answer


def _saml(view: Callable[[Caller], Response]) -> Callable[[Caller, str], Response]:
    return lambda caller, _key: view(caller)


def _endpoint(world: World, view: Callable[[Caller, str], Response]) -> Endpoint:
    async def serve(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_FORM_BYTES:
                return PlainTextResponse("The form is too large.", 413)
        caller = Caller(
            world=world,
            path=request.scope["path"],
            query=dict(request.query_params),
            form=dict(parse_qsl(bytes(body).decode("utf-8", "replace"), keep_blank_values=True)),
            headers={key.lower(): value for key, value in request.headers.items()},
            cookies=request.cookies,
            query_string=request.scope["query_string"].decode("latin-1"),
        )
        return await run_in_threadpool(_answer, caller, view, request.path_params.get("brand", ""))

    return serve


def _answer(caller: Caller, view: Callable[[Caller, str], Response], key: str) -> Response:
    with caller.world.store.transaction():
        return view(caller, key)


def _public(document: dict[str, object]) -> Response:
    return JSONResponse(document, headers={"Access-Control-Allow-Origin": "*"})


def _file(name: str, kind: str) -> Endpoint:
    async def serve(_request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return FileResponse(resources.path("hosted_ui", name), media_type=kind, headers=headers)

    return serve
