"""SECRET_HASH: proof that the caller knows a client's secret."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.client_settings import secrets_of


def secret_hash(secret: str, username: str, client_id: str) -> str:
    """Base64 of HMAC-SHA-256 over username and client id."""
    digest = hmac.new(secret.encode(), f"{username}{client_id}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def check_secret_hash(client: Mapping[str, Any], usernames: Iterable[str], given: str | None) -> None:
    """Raises NotAuthorizedException unless the hash fits one of the names the user goes by, or no secret is set."""
    client_id = client["ClientId"]
    secrets = secrets_of(client)
    if not secrets:
        return
    if not given:
        raise ServiceError(
            "NotAuthorizedException", f"Client {client_id} is configured with secret but SECRET_HASH was not received"
        )
    hashes = [secret_hash(secret, name, client_id) for name in usernames if name for secret in secrets]
    if not any(hmac.compare_digest(wanted.encode(), given.encode()) for wanted in hashes):
        raise ServiceError("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}")
