"""/oauth2/token: codes, refresh tokens and client credentials turn into tokens."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from cognito_explorer.sandbox.auth.tokens import Grant, issue_client_credentials, issue_tokens, refresh
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import answer_json
from cognito_explorer.sandbox.hosted_ui.authorization import is_resource
from cognito_explorer.sandbox.hosted_ui.client_proof import OAuthError, prove_client
from cognito_explorer.sandbox.hosted_ui.codes import redeem_code
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.quotas import CODE_REDEMPTION
from cognito_explorer.sandbox.rates import check_page_rate
from cognito_explorer.sandbox.user_pools.client_settings import OPENID_SCOPES
from cognito_explorer.sandbox.user_pools.users import load_user

_SCOPED = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}
_NAMES = {
    "IdToken": "id_token",
    "AccessToken": "access_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
}


def exchange(visit: Visit) -> Response:
    """Tokens for a grant."""
    try:
        client = prove_client(visit)
        match visit.posted("grant_type"):
            case "authorization_code":
                tokens = _redeem(visit, client)
            case "refresh_token":
                tokens = _refresh(visit, client)
            case "client_credentials":
                tokens = _machine(visit, client)
            case "":
                raise OAuthError("invalid_request", "grant_type is missing")
            case _:
                raise OAuthError("unsupported_grant_type")
    except OAuthError as error:
        return answer_json(error.body(), error.status)
    except ServiceError as refusal:
        # What a trigger refuses is told in its words.
        status = 429 if refusal.code == "TooManyRequestsException" else 400
        return answer_json(OAuthError("invalid_request", refusal.message).body(), status)
    return answer_json({name: tokens[key] for key, name in _NAMES.items() if key in tokens})


def _redeem(visit: Visit, client: dict[str, Any]) -> dict[str, Any]:
    _demand_flow(client, "code")
    code, redirect_uri = _demand(visit, "code"), _demand(visit, "redirect_uri")
    check_page_rate(visit.world, visit.pool, CODE_REDEMPTION)
    with visit.world.store.transaction():
        granted = redeem_code(
            visit.world,
            code,
            client_id=client["ClientId"],
            redirect_uri=redirect_uri,
            verifier=visit.posted("code_verifier"),
        )
        user = load_user(visit.world, granted.user_id) if granted else None
        if granted is not None and user is not None and user.is_enabled and _may_read(client, granted.scopes):
            grant = Grant(
                scopes=granted.scopes,
                nonce=granted.nonce,
                auth_time=granted.auth_time,
                is_hosted=True,
                resource=granted.resource,
                event_id=granted.event_id,
                methods=granted.methods,
                acr=granted.acr,
                sso_session=granted.sso_session,
            )
            return issue_tokens(visit.world, visit.pool, client, user, grant)
    raise OAuthError("invalid_grant")


def _may_read(client: dict[str, Any], scopes: Iterable[str]) -> bool:
    """A client cannot have a scope whose attributes it may not read."""
    readable = client.get("ReadAttributes")
    wanted = [name for scope in scopes for name in _SCOPED.get(scope, ())]
    return readable is None or set(wanted) <= set(readable)


def _refresh(visit: Visit, client: dict[str, Any]) -> dict[str, Any]:
    token = _demand(visit, "refresh_token")
    check_page_rate(visit.world, visit.pool, "GetTokensFromRefreshToken")
    try:
        with visit.world.store.transaction():
            return refresh(visit.world, visit.pool, client, token)
    except ServiceError as refusal:
        if "Lambda" in refusal.code:
            raise
        raise OAuthError("invalid_grant") from refusal


def _machine(visit: Visit, client: dict[str, Any]) -> dict[str, Any]:
    _demand_flow(client, "client_credentials")
    client_metadata(visit.posted("aws_client_metadata"))
    check_page_rate(visit.world, visit.pool, "GetClientToken")
    allowed = [scope for scope in client.get("AllowedOAuthScopes", ()) if scope not in OPENID_SCOPES]
    wanted, resource = visit.posted("scope").split() or allowed, visit.posted("resource")
    if not wanted or not set(wanted) <= set(allowed):
        raise OAuthError("invalid_scope")
    if resource and not is_resource(resource):
        raise OAuthError("invalid_request", "resource must be an absolute URI")
    with visit.world.store.transaction():
        return issue_client_credentials(visit.world, visit.pool, client, tuple(wanted), resource=resource)


def client_metadata(text: str) -> dict[str, str]:
    """What the form's aws_client_metadata tells the pre token trigger; raises OAuthError for what is no such JSON."""
    try:
        found = read_json(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise OAuthError("invalid_request", "aws_client_metadata must be a JSON object of strings")
    return found


def _demand(visit: Visit, name: str) -> str:
    value = visit.posted(name)
    if not value:
        raise OAuthError("invalid_request", f"{name} is missing")
    return value


def _demand_flow(client: dict[str, Any], flow: str) -> None:
    if not client["AllowedOAuthFlowsUserPoolClient"] or flow not in client.get("AllowedOAuthFlows", ()):
        raise OAuthError("unauthorized_client")
