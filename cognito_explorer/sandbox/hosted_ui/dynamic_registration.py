"""/oauth2/register: an application makes itself an app client, as RFC 7591 says and the pool's DcrConfiguration allows.

With an access token of the pool that has the scope aws.cognito/dcr/register, or without one where registration is open.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from cognito_explorer.sandbox.auth.claims import ADMIN_SCOPE
from cognito_explorer.sandbox.auth.signatures import verify_token
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import answer_json
from cognito_explorer.sandbox.hosted_ui.client_proof import OAuthError
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.user_pools.app_clients import REGISTRATION_SCOPE, create_client
from cognito_explorer.sandbox.user_pools.client_settings import OPENID_SCOPES
from cognito_explorer.sandbox.user_pools.feature_plans import lets_clients_register
from cognito_explorer.sandbox.validation import validate

_STANDARD_SCOPES = frozenset(OPENID_SCOPES) - {ADMIN_SCOPE}
_FLOWS = {"authorization_code": "code", "client_credentials": "client_credentials"}
_METHODS = ("client_secret_basic", "client_secret_post", "none")


def register(visit: Visit) -> Response:
    """201 with the client as it was registered."""
    metadata: dict[str, Any] = {}
    try:
        metadata = _read_metadata(visit)
        params = _client_params(visit, metadata, _allowed_flows(visit))
        with visit.world.store.transaction():
            client = create_client(visit.world, params, client_type="DCR")
    except OAuthError as error:
        challenge = f'Bearer error="{error.error}"' if error.status in (401, 403) else ""
        return answer_json(error.body(), error.status, challenge=challenge)
    except ServiceError as refusal:
        is_redirect = any(url in refusal.message for url in metadata.get("redirect_uris", ()))
        error_code = "invalid_redirect_uri" if is_redirect else "invalid_client_metadata"
        return answer_json({"error": error_code, "error_description": refusal.message}, 400)
    return answer_json(_registered(client, metadata), 201)


def _allowed_flows(visit: Visit) -> frozenset[str]:
    """The flows a client may have that registers this way. Raises OAuthError."""
    if not lets_clients_register(visit.pool):
        raise OAuthError("access_denied", "Dynamic client registration is not enabled for the user pool", status=403)
    settings = visit.pool["DcrConfiguration"]
    scheme, _, token = visit.headers.get("authorization", "").partition(" ")
    if scheme:
        _check_token(visit, scheme, token.strip())
        flows = settings.get("AuthenticatedGrantTypes", ["code", "client_credentials"])
    elif settings.get("OpenDcrEnabled"):
        flows = settings.get("OpenDcrGrantTypes", ["code"])
    else:
        raise OAuthError("invalid_token", "An access token is needed to register a client", status=401)
    # Cognito takes `implicit` into the configuration and gives it to no client.
    return frozenset(flows) - {"implicit"}


def _check_token(visit: Visit, scheme: str, token: str) -> None:
    try:
        pool_id, claims = verify_token(visit.world, token, "access")
        # A machine's token belongs to no sign-in; a person's may have been revoked.
        if "event_id" in claims:
            verify_access_token(visit.world, token, scope=None)
    except ServiceError as refusal:
        raise OAuthError("invalid_token", refusal.message, status=401) from None
    if scheme.lower() != "bearer" or pool_id != visit.pool["Id"]:
        raise OAuthError("invalid_token", "Invalid Access Token", status=401)
    if REGISTRATION_SCOPE not in str(claims.get("scope", "")).split():
        raise OAuthError("insufficient_scope", f"The scope {REGISTRATION_SCOPE} is needed", status=403)


def _read_metadata(visit: Visit) -> dict[str, Any]:
    try:
        metadata = read_json(visit.body)
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise OAuthError("invalid_client_metadata", "The body must be a JSON object")
    for name in ("redirect_uris", "grant_types", "response_types"):
        if not _is_texts(metadata.get(name, [])):
            raise OAuthError("invalid_client_metadata", f"{name} must be a list of strings")
    for name in ("client_name", "scope", "token_endpoint_auth_method"):
        if not isinstance(metadata.get(name, ""), str):
            raise OAuthError("invalid_client_metadata", f"{name} must be a string")
    return metadata


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _client_params(visit: Visit, metadata: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """The client in CreateUserPoolClient's words. Raises OAuthError, and InvalidParameterException as that does."""
    grants = [name for name in metadata.get("grant_types", ["authorization_code"]) if name != "refresh_token"]
    flows = [_FLOWS.get(name, "") for name in grants]
    if not flows or not set(flows) <= allowed:
        raise OAuthError("invalid_client_metadata", "A grant type is not allowed for registered clients")
    method = metadata.get("token_endpoint_auth_method", _METHODS[0])
    if method not in _METHODS:
        raise OAuthError("invalid_client_metadata", f"token_endpoint_auth_method is one of {', '.join(_METHODS)}")
    redirects = metadata.get("redirect_uris", [])
    if "code" in flows and not redirects:
        raise OAuthError("invalid_redirect_uri", "redirect_uris is missing")
    params: dict[str, Any] = {
        "UserPoolId": visit.pool["Id"],
        "ClientName": metadata.get("client_name") or "registered client",
        "GenerateSecret": method != "none",
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": flows,
        "AllowedOAuthScopes": _scopes(visit, metadata, flows),
        "SupportedIdentityProviders": ["COGNITO"],
    } | ({"CallbackURLs": redirects} if redirects else {})
    shape = service_model("cognito-idp").operation_model("CreateUserPoolClient").input_shape
    assert shape is not None
    validate(params, shape)
    return params


def _scopes(visit: Visit, metadata: Mapping[str, Any], flows: list[str]) -> list[str]:
    own = set(visit.pool["DcrConfiguration"].get("AllowedScopes", ())) - {REGISTRATION_SCOPE}
    by_default = own - {ADMIN_SCOPE} if "client_credentials" in flows else _STANDARD_SCOPES
    wanted = metadata.get("scope", "").split() or sorted(by_default)
    if not wanted or not set(wanted) <= own | _STANDARD_SCOPES:
        raise OAuthError("invalid_client_metadata", "A scope is not allowed for registered clients")
    return wanted


def _registered(client: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    flows = client["AllowedOAuthFlows"]
    grants = [name for name, flow in _FLOWS.items() if flow in flows]
    answer = {
        "client_id": client["ClientId"],
        "client_id_issued_at": int(client["CreationDate"]),
        "client_name": client["ClientName"],
        "redirect_uris": client.get("CallbackURLs", []),
        "grant_types": [*grants, "refresh_token"] if "code" in flows else grants,
        "response_types": ["code"] if "code" in flows else [],
        "scope": " ".join(client["AllowedOAuthScopes"]),
        "token_endpoint_auth_method": metadata.get("token_endpoint_auth_method", _METHODS[0]),
    }
    secret = client.get("ClientSecret")
    return answer | ({"client_secret": secret, "client_secret_expires_at": 0} if secret else {})
