"""Out to an external provider and back: /oauth2/idpresponse and /saml2/idpresponse."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from cognito_explorer.sandbox.federation.addresses import browser_origin
from cognito_explorer.sandbox.federation.arrivals import arrive
from cognito_explorer.sandbox.federation.openid import authorization_url, claims_for_code, find_openid_provider
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.provider_keys import encryption_key, signing_key
from cognito_explorer.sandbox.federation.saml_metadata import POST, REDIRECT, load_metadata
from cognito_explorer.sandbox.federation.saml_request import authn_request, encode_post, redirect_url
from cognito_explorer.sandbox.federation.saml_response import Expectation, read_response
from cognito_explorer.sandbox.hosted_ui.answers import error_page, page, redirect
from cognito_explorer.sandbox.hosted_ui.authorization import AuthorizationRequest, read_request
from cognito_explorer.sandbox.hosted_ui.detours import Detour, bind, come_back, set_out
from cognito_explorer.sandbox.hosted_ui.entrance import Entry, admit
from cognito_explorer.sandbox.hosted_ui.pace import hold
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.identity_providers import find_provider

# What an OpenID provider may answer in place of a code; anything else is told as server_error.
_OPENID_ERRORS = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})


def leave(visit: Visit, request: AuthorizationRequest) -> Response:
    """To the provider the request names."""
    provider = find_provider(visit.world, visit.pool["Id"], request.provider)
    if provider is None:
        raise request.refuse("unauthorized_client", "Identity provider is not enabled for the client")
    try:
        if provider["ProviderType"] == "SAML":
            return _leave_for_saml(visit, request, provider)
        return _leave_for_openid(visit, request, provider)
    except FederationProblem as problem:
        raise request.refuse(problem.error, problem.description) from problem


def return_from_openid(visit: Visit) -> Response:
    """The provider's code, or its refusal, by redirect or by form_post."""
    answer = dict(visit.form) if visit.method == "POST" else dict(visit.query)
    found = _come_back(visit, answer.get("state", ""), is_bound=True)
    if found is None:
        return error_page(visit, "state_invalid")
    detour, before = found
    request = read_request(before)

    def identify(provider: dict[str, Any]) -> dict[str, Any]:
        if "error" in answer:
            error = answer["error"] if answer["error"] in _OPENID_ERRORS else "server_error"
            raise FederationProblem(answer.get("error_description", answer["error"]), error=error)
        return claims_for_code(
            visit.world,
            provider,
            answer.get("code", ""),
            redirect_uri=_address(visit, "oauth2/idpresponse"),
            nonce=detour.token,
            issuer=answer.get("iss", ""),
        )

    return _arrive(before, request, detour.provider, identify)


def return_from_saml(visit: Visit) -> Response:
    """The provider's response, posted by the browser."""
    relay_state = visit.posted("RelayState")
    found = _come_back(visit, relay_state, is_bound=False)
    if found is None:
        return _unasked(visit, relay_state)
    detour, before = found
    return _arrive_by_saml(before, detour.provider, detour.token, visit.posted("SAMLResponse"))


def _come_back(visit: Visit, state: str, *, is_bound: bool) -> tuple[Detour, Visit] | None:
    """The detour, also when a trigger makes the visit be handled once more: a state is good for one return."""

    def return_once() -> tuple[Detour, Visit] | None:
        with visit.world.store.transaction():
            return come_back(visit, state, is_bound=is_bound)

    return visit.world.errands.keep("detour", return_once)


def _leave_for_openid(visit: Visit, request: AuthorizationRequest, provider: dict[str, Any]) -> Response:
    found = find_openid_provider(visit.world, provider)
    with visit.world.store.transaction():
        detour, cookie = set_out(visit, provider["ProviderName"])
    parameters = {
        "redirect_uri": _address(visit, "oauth2/idpresponse"),
        "state": detour.state,
        "nonce": detour.token,
        "login_hint": visit.asked("login_hint"),
        "prompt": " ".join(sorted(request.prompts)),
    }
    return bind(visit, redirect(authorization_url(found, provider, parameters)), cookie)


def _leave_for_saml(visit: Visit, request: AuthorizationRequest, provider: dict[str, Any]) -> Response:
    metadata = load_metadata(visit.world, provider)
    pool_id = visit.pool["Id"]
    with visit.world.store.transaction():
        detour, cookie = set_out(visit, provider["ProviderName"])
        is_signed = provider["ProviderDetails"].get("RequestSigningAlgorithm") == "rsa-sha256"
        key = signing_key(visit.world, pool_id) if is_signed else None
    binding = next((name for name in (REDIRECT, POST) if name in metadata.sign_on), "")
    if not binding:
        raise request.refuse("server_error", "Invalid SAML metadata: no SingleSignOnService")
    destination = metadata.sign_on[binding]
    message = authn_request(
        visit.world,
        pool_id,
        request_id=detour.token,
        acs_url=_address(visit, "saml2/idpresponse"),
        destination=destination,
        is_forced="login" in request.prompts,
    )
    if binding == REDIRECT:
        return bind(visit, redirect(redirect_url(destination, message, detour.state, key)), cookie)
    fields = [("SAMLRequest", encode_post(message)), ("RelayState", detour.state)]
    content = {"name": provider["ProviderName"], "action": destination, "fields": fields, "script": "onward.js"}
    return bind(visit, page(visit, "onward", content, leads_to=destination), cookie)


def _unasked(visit: Visit, relay_state: str) -> Response:
    """A sign-in the provider began: the relay state says what the application would have asked."""
    pairs = parse_qsl(relay_state)
    asked = dict(pairs)
    name = asked.get("identity_provider", "")
    provider = find_provider(visit.world, visit.pool["Id"], name) if name else None
    if provider is None or provider["ProviderDetails"].get("IDPInit", "").lower() != "true":
        return error_page(visit, "relay_state_invalid")
    return _arrive_by_saml(replace(visit, query=pairs, form=[]), name, "", visit.posted("SAMLResponse"))


def _arrive_by_saml(before: Visit, name: str, request_id: str, response: str) -> Response:
    request = read_request(before)

    def identify(provider: dict[str, Any]) -> dict[str, Any]:
        metadata = load_metadata(before.world, provider)
        expected = Expectation(before.pool["Id"], _address(before, "saml2/idpresponse"), request_id)
        with before.world.store.transaction():
            if provider["ProviderDetails"].get("EncryptedResponses", "").lower() == "true":
                expected = replace(expected, key=encryption_key(before.world, before.pool["Id"]).key)
            identity = read_response(before.world, metadata, response, expected)
        return {**identity.attributes, "sub": identity.subject, "iss": metadata.entity_id}

    return _arrive(before, request, name, identify)


def _arrive(
    visit: Visit, request: AuthorizationRequest, name: str, identify: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    provider = find_provider(visit.world, visit.pool["Id"], name)
    if provider is None or name not in request.client.get("SupportedIdentityProviders", ()):
        raise request.refuse("unauthorized_client", "Identity provider is not enabled for the client")
    hold(visit, "ExternalProviderResponse")
    try:
        claims = visit.world.errands.keep("claims", lambda: identify(provider))
        with visit.world.store.transaction():
            user = arrive(visit.world, visit.pool, request.client, provider, claims)
            return admit(visit, request, Entry(user, provider=name))
    except FederationProblem as problem:
        raise request.refuse(problem.error, problem.description) from problem


def _address(visit: Visit, path: str) -> str:
    return f"{browser_origin(visit.world)}{visit.base}/{path}"
