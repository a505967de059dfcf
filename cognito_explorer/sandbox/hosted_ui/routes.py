"""The addresses below `/_hosted/<domain>`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from cognito_explorer import resources
from cognito_explorer.sandbox.errands import Errands, ErrandWanted
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui import (
    authorize,
    challenges,
    dynamic_registration,
    federated,
    login,
    logout,
    looks,
    passkeys,
    problems,
    recovery,
    registration,
    revocation,
    token_endpoint,
    user_info,
)
from cognito_explorer.sandbox.hosted_ui.authorization import Refused
from cognito_explorer.sandbox.hosted_ui.client_proof import OAuthError, client_in_header
from cognito_explorer.sandbox.hosted_ui.visit import Pairs, Visit
from cognito_explorer.sandbox.rates import check_client_rate
from cognito_explorer.sandbox.user_pools.domains import find_address
from cognito_explorer.sandbox.user_pools.pools import load_pool
from cognito_explorer.sandbox.world import World

Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

# A SAML response with its certificate and all a company knows of a person.
_MAX_FORM_BYTES = 262_144
_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "oauth2/authorize"): authorize.authorize,
    ("GET", "login"): login.show_login,
    ("POST", "login"): login.sign_in,
    ("POST", "challenge"): challenges.respond,
    ("GET", "signup"): registration.show_sign_up,
    ("POST", "signup"): registration.register,
    ("GET", "confirm"): registration.show_confirm,
    ("POST", "confirm"): registration.confirm,
    ("GET", "confirmUser"): registration.confirm_by_link,
    ("POST", "confirmUser"): registration.confirm_by_link,
    ("GET", "resendcode"): registration.show_confirm,
    ("POST", "resendcode"): registration.resend_code,
    ("GET", "forgotPassword"): recovery.show_forgot,
    ("POST", "forgotPassword"): recovery.send_code,
    ("GET", "confirmforgotPassword"): recovery.show_reset,
    ("POST", "confirmforgotPassword"): recovery.reset,
    ("GET", "logout"): logout.log_out,
    ("GET", "passkeys/add"): passkeys.show_add,
    ("POST", "passkeys/add"): passkeys.add,
    ("GET", "style.css"): looks.show_style_sheet,
    ("GET", "image"): looks.show_image,
    ("GET", "saml2/logout"): logout.return_from_saml,
    ("POST", "saml2/logout"): logout.return_from_saml,
    ("GET", "error"): problems.show_error,
    ("GET", "oauth2/idpresponse"): federated.return_from_openid,
    ("POST", "oauth2/idpresponse"): federated.return_from_openid,
    ("POST", "saml2/idpresponse"): federated.return_from_saml,
    ("POST", "oauth2/token"): token_endpoint.exchange,
    ("POST", "oauth2/revoke"): revocation.revoke,
    ("POST", "oauth2/register"): dynamic_registration.register,
    ("GET", "oauth2/userInfo"): user_info.user_info,
    ("POST", "oauth2/userInfo"): user_info.user_info,
}
# What applications call from a page of their own, whatever its origin.
_FOR_SCRIPTS = ("oauth2/token", "oauth2/revoke", "oauth2/userInfo", "oauth2/register")
_FILES = (("hosted_ui.css", "text/css"), ("passkey.js", "text/javascript"), ("onward.js", "text/javascript"))


def routes(world: World) -> list[BaseRoute]:
    """Routes to mount at `/_hosted`."""
    found: list[BaseRoute] = [
        Route(f"/{{domain}}/{path}", _endpoint(world, handler), methods=[method])
        for (method, path), handler in _HANDLERS.items()
    ]
    found += [Route(f"/{{domain}}/{path}", _preflight, methods=["OPTIONS"]) for path in _FOR_SCRIPTS]
    return [*found, *(Route(f"/{{domain}}/{name}", _file(name, kind), methods=["GET"]) for name, kind in _FILES)]


def _endpoint(world: World, handler: Handler) -> Endpoint:
    async def serve(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("The form is too large.", 413)
        # Passwords and signatures take milliseconds of pure computing, and the store may be busy: not on the loop.
        return await run_in_threadpool(_answer, world, handler, request, body)

    return serve


async def _read(request: Request) -> bytes | None:
    """The body, however it is framed; None when it is too large for any form of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            return None
    return bytes(body)


def _answer(world: World, handler: Handler, request: Request, body: bytes) -> Response:
    """Handle a visit; what takes long is done in between, and the visit handled again from its beginning.

    So whatever must not happen twice shares a transaction with whatever may ask for an errand.
    """
    errands = Errands()
    params = _call_params(request, dict(_form_of(request, body)))
    try:
        # Who is named in the address was counted before the body came.
        if "ClientId" in params and not request.query_params.get("client_id"):
            check_client_rate(world, request.path_params["domain"], params["ClientId"])
    except ServiceError as refusal:
        return PlainTextResponse(f"{refusal.message}\n", 429)
    while True:
        errands.begin(params)
        try:
            response = _handle(replace(world, errands=errands), handler, request, body)
            break
        except ErrandWanted as wanted:
            wanted.run()
    try:
        errands.finish()
    except ServiceError as refusal:
        return PlainTextResponse(f"{refusal.message}\n", 400)
    return response


def _call_params(request: Request, form: Mapping[str, str]) -> dict[str, Any]:
    """What a visit says in the words of an operation's parameters, for the triggers it may lead to."""
    named = request.query_params.get("client_id") or form.get("client_id")
    client_id = named or client_in_header(request.headers.get("authorization", ""))
    try:
        metadata = token_endpoint.client_metadata(form.get("aws_client_metadata", ""))
    except OAuthError:
        metadata = {}
    given = {"ClientId": client_id, "ClientMetadata": metadata}
    return {name: value for name, value in given.items() if value}


def _form_of(request: Request, body: bytes) -> Pairs:
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else []


def _handle(world: World, handler: Handler, request: Request, body: bytes) -> Response:
    name = request.path_params["domain"]
    domain = find_address(world, name)
    if domain is None:
        return PlainTextResponse(f"No user pool of this sandbox has the domain '{name}'.", 404)
    visit = Visit(
        world=world,
        domain=name,
        pool=load_pool(world, domain["UserPoolId"]),
        method=request.method,
        query=request.query_params.multi_items(),
        form=_form_of(request, body),
        headers={key.lower(): value for key, value in request.headers.items()},
        cookies=request.cookies,
        is_managed=domain.get("ManagedLoginVersion") == 2,
        body=body,
    )
    try:
        return handler(visit)
    except Refused as refused:
        world.errands.refuse(refused)
        return refused.response


async def _preflight(_request: Request) -> Response:
    allowed = {"Methods": "GET, POST, OPTIONS", "Headers": "Authorization, Content-Type", "Origin": "*"}
    return Response(status_code=204, headers={f"Access-Control-Allow-{name}": text for name, text in allowed.items()})


def _file(name: str, kind: str) -> Endpoint:
    async def serve(_request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return FileResponse(resources.path("hosted_ui", name), media_type=kind, headers=headers)

    return serve
