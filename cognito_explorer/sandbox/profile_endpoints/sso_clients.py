"""RegisterClient: programs that ask for single sign-on."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.world import World

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105  # a grant's name
ACCOUNT_ACCESS = "sso:account:access"
_GRANTS = (DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN)
_LIFETIME_S = 90 * 86400


@dataclass(frozen=True, slots=True)
class SsoClient:
    """A registered client. Without grant types it may use the device flow."""

    id: str
    name: str
    scopes: tuple[str, ...]
    grant_types: tuple[str, ...]
    redirect_uris: tuple[str, ...]


def register_client(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to RegisterClient."""
    if params["clientType"] != "public":
        raise ServiceError("InvalidClientMetadataException", "The only clientType is public.")
    grants = params.get("grantTypes", [])
    if any(grant not in _GRANTS for grant in grants):
        raise ServiceError("UnsupportedGrantTypeException", "A grant type is not supported.")
    client_id, secret = world.chance.token_urlsafe(24), world.chance.token_urlsafe(48)
    now = world.clock.now()
    world.store.execute("DELETE FROM sso_clients WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO sso_clients (id, secret_hash, name, scopes, grant_types, redirect_uris, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            client_id,
            digest(secret),
            params["clientName"],
            json.dumps(params.get("scopes", [])),
            json.dumps(grants),
            json.dumps(params.get("redirectUris", [])),
            now + _LIFETIME_S,
        ),
    )
    return {
        "clientId": client_id,
        "clientSecret": secret,
        "clientIdIssuedAt": int(now),
        "clientSecretExpiresAt": int(now + _LIFETIME_S),
    }


def find_sso_client(world: World, client_id: str) -> SsoClient | None:
    """A client whose registration still holds."""
    row = world.store.one("SELECT * FROM sso_clients WHERE id = ? AND expires_at > ?", (client_id, world.clock.now()))
    if row is None:
        return None
    lists = (tuple(json.loads(row[name])) for name in ("scopes", "grant_types", "redirect_uris"))
    return SsoClient(row["id"], row["name"], *lists)


def check_client(world: World, params: dict[str, Any]) -> SsoClient:
    """The client a call proves to be. Raises InvalidClientException."""
    client = find_sso_client(world, params["clientId"])
    row = world.store.one("SELECT secret_hash FROM sso_clients WHERE id = ?", (params["clientId"],))
    known = row["secret_hash"] if row else ""
    if client is None or not hmac.compare_digest(known, digest(params["clientSecret"])):
        raise ServiceError("InvalidClientException", "Invalid client credentials", status=401)
    return client


def check_grant(client: SsoClient, grant: str) -> None:
    """Raise UnauthorizedClientException for a grant the client did not register for."""
    allowed = client.grant_types or (DEVICE_CODE, REFRESH_TOKEN)
    if grant not in allowed:
        raise ServiceError("UnauthorizedClientException", f"The client is not registered for the grant {grant}.")


def digest(secret: str) -> str:
    """What is stored of a secret, a code or a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
