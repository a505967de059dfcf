"""An OpenID provider of the sandbox's own: discovery, login page, code, ID token, userinfo."""

import base64
import hmac
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt
from starlette.responses import JSONResponse, RedirectResponse, Response

from cognito_explorer.sandbox.federation.addresses import is_loopback, provider_url
from cognito_explorer.sandbox.federation.brands import MOONBOOK, MOONBOOK_CLIENT_ID, MOONBOOK_CLIENT_SECRET, Brand
from cognito_explorer.sandbox.federation.caller import Caller
from cognito_explorer.sandbox.federation.grants import issue, look_up, signed_in_person
from cognito_explorer.sandbox.federation.people import Person, find_person, people_of
from cognito_explorer.sandbox.federation.provider_keys import key_entry, provider_key
from cognito_explorer.sandbox.federation.provider_pages import leave_signed_in, login_page, problem_page
from cognito_explorer.sandbox.world import World

_ID_TOKEN_S = 3600
_SCOPED = {"email": "email", "email_verified": "email"}
_METHODS = ["client_secret_post", "client_secret_basic"]


def discovery(world: World, brand: Brand) -> dict[str, Any]:
    """The OpenID Provider metadata."""
    issuer = provider_url(world, brand.key)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": _METHODS,
        "claims_supported": ["sub", "name", "given_name", "family_name", "email", "email_verified", "locale"],
    }


def key_set(world: World, brand: Brand) -> dict[str, Any]:
    """The keys ID tokens are signed with."""
    return {"keys": [key_entry(provider_key(world, brand.key))]}


def authorize(caller: Caller, brand: Brand) -> Response:
    """Who is it? Straight on for a browser that said so before, unless it is to be asked again."""
    problem = _problem_of(caller, brand)
    if problem:
        return problem_page(brand, problem)
    prompts = set(caller.asked("prompt").split())
    known = signed_in_person(caller.world, brand.key, caller.cookie(brand.key))
    if known is not None and not prompts & {"login", "select_account"}:
        return _send_back(caller, _code_for(caller, brand, known))
    if "none" in prompts:
        return _send_back(caller, {"error": "login_required"})
    return login_page(caller, brand, people_of(brand.key))


def choose(caller: Caller, brand: Brand) -> Response:
    """Somebody on the login page said who they are, or that they would rather not."""
    problem = _problem_of(caller, brand)
    if problem:
        return problem_page(brand, problem)
    person = find_person(brand.key, caller.posted("person"))
    if person is None:
        refusal = {"error": "access_denied", "error_description": "The person declined"}
        return _send_back(caller, refusal)
    return leave_signed_in(caller, brand, person, _send_back(caller, _code_for(caller, brand, person)))


def exchange(caller: Caller, brand: Brand) -> Response:
    """A code turns into an access token and an ID token."""
    client_id, secret = _client_credentials(caller)
    is_right = hmac.compare_digest(secret.encode(), MOONBOOK_CLIENT_SECRET.encode())
    if brand is MOONBOOK and (client_id != MOONBOOK_CLIENT_ID or not is_right):
        return JSONResponse({"error": "invalid_client"}, 401)
    grant = look_up(caller.world, "code", brand.key, caller.posted("code"))
    is_fitting = grant is not None and (grant.body["client_id"], grant.body["redirect_uri"]) == (
        client_id,
        caller.posted("redirect_uri"),
    )
    if grant is None or not is_fitting or caller.posted("grant_type") != "authorization_code":
        return JSONResponse({"error": "invalid_grant"}, 400)
    answer = {
        "access_token": issue(
            caller.world, "token", brand.key, grant.person, {name: grant.body[name] for name in ("scope", "client_id")}
        ),
        "token_type": "Bearer",
        "expires_in": _ID_TOKEN_S,
        "scope": grant.body["scope"],
        "id_token": sign_id_token(caller.world, brand, grant.person, grant.body),
    }
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def user_info(caller: Caller, brand: Brand) -> Response:
    """The claims the access token's scopes allow."""
    scheme, _, token = caller.headers.get("authorization", "").partition(" ")
    grant = look_up(caller.world, "token", brand.key, token.strip()) if scheme.lower() == "bearer" else None
    if grant is None:
        return JSONResponse(
            {"error": "invalid_token"}, 401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
        )
    return JSONResponse({"sub": grant.person.subject} | _claims(grant.person, grant.body["scope"]))


def sign_id_token(world: World, brand: Brand, person: Person, body: dict[str, Any]) -> str:
    """An ID token of a provider about a person; `body` has client_id, scope and nonce."""
    key, now = provider_key(world, brand.key), int(world.clock.now())
    claims = _claims(person, body["scope"]) | {
        "iss": provider_url(world, brand.key),
        "sub": person.subject,
        "aud": body["client_id"],
        "iat": now,
        "auth_time": now,
        "exp": now + _ID_TOKEN_S,
    }
    if body.get("nonce"):
        claims["nonce"] = body["nonce"]
    return jwt.encode(claims, key.key, algorithm="RS256", headers={"kid": key.kid})


def _problem_of(caller: Caller, brand: Brand) -> str:
    """What is wrong with an authorization request, in words; such things are never told to its redirect URI."""
    client_id, redirect_uri = caller.asked("client_id"), caller.asked("redirect_uri")
    if not client_id or (brand is MOONBOOK and client_id != MOONBOOK_CLIENT_ID):
        return f"{brand.name} knows no client with this client_id."
    if not is_loopback(redirect_uri) or not redirect_uri.endswith("/oauth2/idpresponse"):
        return "The redirect_uri is not registered. It has to be the domain's /oauth2/idpresponse."
    if caller.asked("response_type") != "code" or "openid" not in caller.asked("scope").split():
        return "The request has to ask for response_type=code and the scope openid."
    return ""


def _code_for(caller: Caller, brand: Brand, person: Person) -> dict[str, str]:
    body = {name: caller.asked(name) for name in ("client_id", "redirect_uri", "scope", "nonce")}
    return {"code": issue(caller.world, "code", brand.key, person, body)}


def _send_back(caller: Caller, parameters: dict[str, str]) -> Response:
    state = {"state": caller.asked("state")} if caller.asked("state") else {}
    return RedirectResponse(f"{caller.asked('redirect_uri')}?{urlencode(parameters | state)}", 302)


def _client_credentials(caller: Caller) -> tuple[str, str]:
    scheme, _, encoded = caller.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return caller.posted("client_id"), caller.posted("client_secret")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _claims(person: Person, scope: str) -> dict[str, Any]:
    scopes = scope.split()
    return {name: value for name, value in person.claims.items() if _SCOPED.get(name, "profile") in scopes}
