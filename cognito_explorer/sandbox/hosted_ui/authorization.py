"""The authorization request: what an application asks of the authorize endpoint, checked."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from cognito_explorer.sandbox.auth.step_up import wanted_level
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import error_page, redirect
from cognito_explorer.sandbox.hosted_ui.provider_choice import wanted_provider
from cognito_explorer.sandbox.hosted_ui.visit import Visit, has_duplicates
from cognito_explorer.sandbox.user_pools.app_clients import find_client

_FLOWS = {"code": "code", "token": "implicit"}
_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
# RFC 8707: https, http on this machine, or a scheme of an app's own; no fragment.
_RESOURCE = re.compile(
    r"(?:https://[^#\s]+|http://localhost(?::\d+)?(?:/[^#\s]*)?|(?!https?:)[a-z][a-z0-9+.-]*:[^#\s]+)"
)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Refused(Exception):  # noqa: N818  # read as a sentence: the request was refused
    """The request cannot be followed. `response` says so to whom it may be said."""

    def __init__(self, response: Response) -> None:
        super().__init__("authorization request refused")
        self.response = response


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may be followed once somebody has signed in."""

    client: dict[str, Any] = field(repr=False)
    redirect_uri: str
    response_type: str
    scopes: tuple[str, ...]
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    challenge: str
    resource: str
    prompts: frozenset[str]
    provider: str
    max_age_s: float | None = None
    acr_values: str = ""

    def answer_url(self, parameters: dict[str, str]) -> str:
        """The redirect URI with an answer in it: in the query for a code, in the fragment for tokens."""
        pairs = parameters | ({"state": self.state} if self.state else {})
        if self.response_type == "token":
            return f"{self.redirect_uri}#{urlencode(pairs)}"
        separator = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{separator}{urlencode(pairs)}"

    def refuse(self, error: str, description: str = "") -> Refused:
        """An error told to the application."""
        parameters = {"error": error} | ({"error_description": description} if description else {})
        return Refused(redirect(self.answer_url(parameters)))


def read_request(visit: Visit) -> AuthorizationRequest:
    """The request in a visit's query. Raises Refused with an error page or a redirect to the application."""
    client = known_client(visit)
    redirect_uri = visit.asked("redirect_uri")
    if not redirect_uri:
        raise Refused(error_page(visit, "redirect_uri_missing", client_id=client["ClientId"]))
    if redirect_uri not in client.get("CallbackURLs", ()):
        raise Refused(error_page(visit, "redirect_mismatch", client_id=client["ClientId"]))
    request = AuthorizationRequest(
        client=client,
        redirect_uri=redirect_uri,
        response_type=visit.asked("response_type"),
        scopes=tuple(dict.fromkeys(visit.asked("scope").split())) or tuple(client.get("AllowedOAuthScopes", ())),
        state=visit.asked("state"),
        nonce=visit.asked("nonce"),
        challenge=visit.asked("code_challenge"),
        resource=visit.asked("resource"),
        # The classic hosted UI knows none of prompt, max_age and acr_values.
        prompts=frozenset(visit.asked("prompt").split() if visit.is_managed else ()),
        provider=wanted_provider(visit, client) or "",
        max_age_s=_max_age_s(visit),
        acr_values=visit.asked("acr_values") if visit.is_managed else "",
    )
    _check(visit, request)
    return request


def known_client(visit: Visit) -> dict[str, Any]:
    """The client a visit names; raises Refused for one this domain does not have, or that has no pages."""
    client = named_client(visit)
    if not client["AllowedOAuthFlowsUserPoolClient"]:
        raise Refused(error_page(visit, "oauth_off", client_id=client["ClientId"]))
    return client


def named_client(visit: Visit) -> dict[str, Any]:
    """The client a visit names, be it one for the API alone; raises Refused for one this domain does not have."""
    client_id = visit.asked("client_id")
    if not client_id:
        raise Refused(error_page(visit, "client_missing"))
    try:
        client = find_client(visit.world, client_id)
    except ServiceError:
        raise Refused(error_page(visit, "client_unknown")) from None
    if client["UserPoolId"] != visit.pool["Id"]:
        raise Refused(error_page(visit, "client_unknown"))
    return client


def _check(visit: Visit, request: AuthorizationRequest) -> None:
    if has_duplicates(visit.query):
        raise request.refuse("invalid_request", "A parameter was sent twice")
    flow = _FLOWS.get(request.response_type)
    if flow is None:
        raise request.refuse("invalid_request", "Unsupported response_type")
    if flow not in request.client.get("AllowedOAuthFlows", ()):
        raise request.refuse("unauthorized_client")
    if wanted_provider(visit, request.client) is None:
        raise request.refuse("unauthorized_client", "Identity provider is not enabled for the client")
    if not set(request.scopes) <= set(request.client.get("AllowedOAuthScopes", ())):
        raise request.refuse("invalid_scope")
    _check_wishes(visit, request)
    _check_proof_key(visit, request)


def _check_wishes(visit: Visit, request: AuthorizationRequest) -> None:
    if request.resource and not is_resource(request.resource):
        raise request.refuse("invalid_request", "resource must be an absolute URI")
    if not request.prompts <= _PROMPTS or ("none" in request.prompts and len(request.prompts) > 1):
        raise request.refuse("invalid_request", "Invalid prompt")
    if visit.is_managed and visit.asked("max_age") and request.max_age_s is None:
        raise request.refuse("invalid_request", "max_age must be a number of seconds")
    if request.acr_values and not wanted_level(visit.pool, request.acr_values):
        raise request.refuse("invalid_request", "None of the requested ACR values is valid.")


def is_resource(text: str) -> bool:
    """Whether a resource parameter has a form that may become an audience."""
    return _RESOURCE.fullmatch(text) is not None


def _max_age_s(visit: Visit) -> float | None:
    text = visit.asked("max_age") if visit.is_managed else ""
    return float(text) if text.isascii() and text.isdecimal() else None


def _check_proof_key(visit: Visit, request: AuthorizationRequest) -> None:
    method = visit.asked("code_challenge_method")
    if (method or request.challenge) and method != "S256":
        raise request.refuse("invalid_request", "code_challenge_method must be S256")
    if method and not _CHALLENGE.fullmatch(request.challenge):
        raise request.refuse("invalid_request", "code_challenge must be the base64url form of a SHA-256 digest")
