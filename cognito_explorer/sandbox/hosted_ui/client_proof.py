"""Which client calls the token or the revocation endpoint, and the proof that it does."""

import base64
from typing import Any
from urllib.parse import unquote_plus

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.visit import Visit, has_duplicates
from cognito_explorer.sandbox.user_pools.app_clients import check_secret, find_client


class OAuthError(Exception):
    """An error of RFC 6749 section 5.2, told as JSON."""

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    def body(self) -> dict[str, str]:
        """The answer's JSON."""
        return {"error": self.error} | ({"error_description": self.description} if self.description else {})


def prove_client(visit: Visit) -> dict[str, Any]:
    """The client of a form post, authenticated by Basic or by the body. Raises OAuthError."""
    if has_duplicates(visit.form):
        raise OAuthError("invalid_request", "A parameter was sent twice")
    client_id, secret = _credentials(visit)
    if not client_id:
        raise OAuthError("invalid_request", "client_id is missing")
    try:
        client = find_client(visit.world, client_id)
    except ServiceError:
        raise OAuthError("invalid_client") from None
    if client["UserPoolId"] != visit.pool["Id"] or not check_secret(client, secret):
        raise OAuthError("invalid_client")
    return client


def client_in_header(authorization: str) -> str:
    """The client that an Authorization header names, proven or not; nothing where it names none."""
    try:
        return _read_basic(authorization)[0]
    except OAuthError:
        return ""


def _credentials(visit: Visit) -> tuple[str, str]:
    authorization = visit.headers.get("authorization", "")
    if not authorization:
        return visit.posted("client_id"), visit.posted("client_secret")
    client_id, secret = _read_basic(authorization)
    if visit.posted("client_id") not in ("", client_id):
        raise OAuthError("invalid_request", "client_id differs from the Authorization header")
    return client_id, secret


def _read_basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client")
    try:
        client_id, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        # Not base64, not UTF-8, or letters that no base64 has.
        raise OAuthError("invalid_client") from None
    # Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1).
    return unquote_plus(client_id), unquote_plus(secret)
