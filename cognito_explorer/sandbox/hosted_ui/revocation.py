"""/oauth2/revoke: a refresh token and all that descends from it end."""

from starlette.responses import Response

from cognito_explorer.sandbox.auth.tokens import revoke_refresh_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import answer_json
from cognito_explorer.sandbox.hosted_ui.client_proof import OAuthError, prove_client
from cognito_explorer.sandbox.hosted_ui.visit import Visit


def revoke(visit: Visit) -> Response:
    """200 without a body, also for a token that was revoked before."""
    try:
        client = prove_client(visit)
        token = visit.posted("token")
        if not token:
            raise OAuthError("invalid_request", "token is missing")
        with visit.world.store.transaction():
            revoke_refresh_token(visit.world, client, token)
    except OAuthError as error:
        return answer_json(error.body(), 401 if error.error == "invalid_client" else error.status)
    except ServiceError as refusal:
        is_other_kind = refusal.code == "UnsupportedTokenTypeException"
        return answer_json({"error": "unsupported_token_type" if is_other_kind else "invalid_request"}, 400)
    return Response(status_code=200, headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"})
