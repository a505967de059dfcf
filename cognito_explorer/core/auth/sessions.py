"""After the sign-in: new tokens for old, revoking, and the address that signs the browser out."""

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from cognito_explorer.core.auth.oauth import HostedApp, ask_token_endpoint, oauth_error, post
from cognito_explorer.core.auth.tokens import TokenSet, decode, token_set
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.aws.http import Http


async def refresh_tokens(http: "Http", app: HostedApp, tokens: TokenSet) -> TokenSet:
    """New ID and access tokens. The refresh token stays the same unless the client rotates it. Raises ExplorerError."""
    form = {"grant_type": "refresh_token", "refresh_token": _refresh_token(tokens)}
    answer = await ask_token_endpoint(http, app, form)
    return token_set(answer, tokens.pool_id, tokens.client_id, refresh_token=tokens.refresh_token)


async def revoke_tokens(aws: "Aws", app: HostedApp, tokens: TokenSet) -> None:
    """Revoke a refresh token and what descends from it (POST /oauth2/revoke). Already revoked is a success.

    A write: journalled, and brought to its end. ID and access tokens still pass checks of signature and expiry alone
    until they run out. Raises WriteRefused and ExplorerError.
    """
    form = {"token": _refresh_token(tokens)}

    async def send() -> None:
        answer = await post(aws.http, app, "/oauth2/revoke", form)
        if answer.status != 200:
            raise oauth_error(answer, "revoke endpoint")

    intent = Intent(_whose(tokens), {"refresh token": "valid"}, {"refresh token": "revoked"}, tokens.pool_id)
    await aws.write_over_http(intent, "revoke_token", send)


def logout_url(app: HostedApp, logout_uri: str) -> str:
    """The address that clears the hosted UI's cookie and goes on to a registered logout URL; tokens stay valid."""
    query = urlencode({"client_id": app.client_id, "logout_uri": logout_uri}, quote_via=quote)
    return f"{app.origin}/logout?{query}"


def _whose(tokens: TokenSet) -> str:
    try:
        username = decode(tokens.id_token or tokens.access_token).username
    except InvalidInput:
        username = ""
    return f"tokens of {username}" if username else "tokens"


def _refresh_token(tokens: TokenSet) -> str:
    if not tokens.refresh_token:
        raise InvalidInput("There is no refresh token.", "Sign in again; the implicit grant never brings one.")
    return tokens.refresh_token
