"""The authorization code flow with PKCE, as `aws sso login` uses it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import is_loopback
from cognito_explorer.sandbox.profile_endpoints.sso_clients import (
    AUTHORIZATION_CODE,
    SsoClient,
    check_grant,
    digest,
    find_sso_client,
)
from cognito_explorer.sandbox.profile_endpoints.sso_tokens import issue_tokens
from cognito_explorer.sandbox.world import World

_LIFETIME_S = 60


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A client asks a browser's person for access."""

    client: SsoClient
    redirect_uri: str
    challenge: str
    state: str


def read_code_request(world: World, query: Mapping[str, str]) -> CodeRequest:
    """The request in an authorize URL. Raises InvalidRequestException and its kin; such things are never redirected."""
    client = find_sso_client(world, query.get("client_id", ""))
    if client is None:
        raise ServiceError("InvalidClientException", "Nobody registered this client.")
    check_grant(client, AUTHORIZATION_CODE)
    redirect_uri = query.get("redirect_uri", "")
    if not is_loopback(redirect_uri) or not any(_fits(known, redirect_uri) for known in client.redirect_uris):
        raise ServiceError("InvalidRequestException", "The redirect_uri is not registered.")
    if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
        raise ServiceError("InvalidRequestException", "It has to be response_type=code with an S256 challenge.")
    if not query.get("code_challenge"):
        raise ServiceError("InvalidRequestException", "The code_challenge is missing.")
    return CodeRequest(client, redirect_uri, query["code_challenge"], query.get("state", ""))


def issue_code(world: World, request: CodeRequest) -> str:
    """A code that is good once, for a minute."""
    code, now = world.chance.token_urlsafe(32), world.clock.now()
    world.store.execute("DELETE FROM sso_codes WHERE expires_at < ?", (now,))
    world.store.execute(
        "INSERT INTO sso_codes (code_hash, client_id, redirect_uri, challenge, expires_at) VALUES (?, ?, ?, ?, ?)",
        (digest(code), request.client.id, request.redirect_uri, request.challenge, now + _LIFETIME_S),
    )
    return code


def exchange_code(world: World, client: SsoClient, params: Mapping[str, Any]) -> dict[str, Any]:
    """Tokens for a code, whose verifier proves who asked for it."""
    key = digest(str(params.get("code", "")))
    row = world.store.one(
        "SELECT * FROM sso_codes WHERE code_hash = ? AND client_id = ? AND expires_at > ?",
        (key, client.id, world.clock.now()),
    )
    world.store.execute("DELETE FROM sso_codes WHERE code_hash = ?", (key,))
    hashed = hashlib.sha256(str(params.get("codeVerifier", "")).encode()).digest()
    challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
    is_proven = row is not None and hmac.compare_digest(row["challenge"].encode(), challenge.encode())
    if row is None or not is_proven or row["redirect_uri"] != params.get("redirectUri"):
        raise ServiceError("InvalidGrantException", "Invalid authorization code provided", keeps_writes=True)
    return issue_tokens(world, client)


def _fits(registered: str, asked: str) -> bool:
    """RFC 8252 section 7.3: of a loopback address the port does not count."""
    known, wanted = urlsplit(registered), urlsplit(asked)
    return (known.scheme, known.hostname, known.path) == (wanted.scheme, wanted.hostname, wanted.path)
