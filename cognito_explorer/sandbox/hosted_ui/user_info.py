"""/oauth2/userInfo: the attributes an access token lets its bearer see."""

from starlette.responses import Response

from cognito_explorer.sandbox.auth.claims import visible_attributes
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import answer_json
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.user_pools.app_clients import load_client

# One sentence for every reason, so that nobody learns which it was.
_DEAD = "Access token is expired, disabled, or deleted, or the user has globally signed out."


def user_info(visit: Visit) -> Response:
    """Attributes as strings, booleans included."""
    scheme, _, token = visit.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return _refuse("invalid_request", "The access token is missing.", 400)
    try:
        pool, user, claims = verify_access_token(visit.world, token.strip(), scope="openid")
        client = load_client(visit.world, pool["Id"], claims["client_id"])
    except ServiceError:
        return _refuse("invalid_token", _DEAD, 401)
    if pool["Id"] != visit.pool["Id"]:
        return _refuse("invalid_token", _DEAD, 401)
    attributes = visible_attributes(client, user, claims["scope"].split())
    return answer_json(attributes | {"username": user.username})


def _refuse(error: str, description: str, status: int) -> Response:
    challenge = f'Bearer error="{error}", error_description="{description}"'
    return answer_json({"error": error, "error_description": description}, status, challenge=challenge)
