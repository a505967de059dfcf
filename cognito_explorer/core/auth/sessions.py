"""After the sign-in: new tokens for old, revoking, and the address that signs the browser out."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from cognito_explorer.core.auth.oauth import HostedApp, ask_token_endpoint, oauth_error, post
from cognito_explorer.core.auth.tokens import TokenSet, decode, token_set
from cognito_explorer.core.aws.http import HttpRequest
from cognito_explorer.core.errors import ExplorerError, InvalidInput, SessionExpired
from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.aws.http import Http

_REFUSED = "The refresh token is not accepted."
_WHY_REFUSED = (
    "It was revoked or replaced by a newer one, it has ended, it is another app client's, or its user was signed out,"
    " disabled or deleted. Sign in again."
)
_OPENID = "Sign in through the hosted UI and ask for openid; sign-ins through the API never get it."


async def refresh_tokens(http: "Http", app: HostedApp, tokens: TokenSet) -> TokenSet:
    """New ID and access tokens. The refresh token stays the same unless the client rotates it. Raises ExplorerError."""
    form = {"grant_type": "refresh_token", "refresh_token": _refresh_token(tokens)}
    try:
        answer = await ask_token_endpoint(http, app, form)
    except SessionExpired as error:
        if not is_refresh_refused(error):
            raise
        raise SessionExpired(_REFUSED, _WHY_REFUSED, code=error.code, operation=error.operation) from error
    return token_set(answer, tokens.pool_id, tokens.client_id, refresh_token=tokens.refresh_token)


def is_refresh_refused(error: ExplorerError) -> bool:
    """Whether the token endpoint knows the client and refuses the grant itself (RFC 6749, section 5.2)."""
    return error.code == "oauth:invalid_grant"


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

    intent = Intent(whose(tokens), {"refresh token": "valid"}, {"refresh token": "revoked"}, tokens.pool_id)
    await aws.write_over_http(intent, "revoke_token", send)


async def sign_out_everywhere(aws: "Aws", tokens: TokenSet) -> None:
    """Revoke every refresh and access token of the user (GlobalSignOut); the hosted UI's cookie stays.

    A write, with the user's own access token. Raises InvalidInput without one, WriteRefused and ExplorerError.
    """
    if not tokens.access_token:
        raise InvalidInput("There is no access token.", "Signing out everywhere needs one; refresh or sign in again.")
    intent = Intent(whose(tokens), {"sessions": "as they were"}, {"sessions": "signed out everywhere"}, tokens.pool_id)
    await aws.write(intent, aws.public_idp.global_sign_out, AccessToken=tokens.access_token)


async def user_info(http: "Http", app: HostedApp, access_token: str) -> dict[str, Any]:
    """What GET /oauth2/userInfo says of the user; it takes access tokens with the scope openid. Raises ExplorerError.

    Cognito answers one and the same 401 for expired, revoked, disabled and deleted.
    """
    request = HttpRequest(f"{app.origin}/oauth2/userInfo", headers={"Authorization": f"Bearer {access_token}"})
    answer = await http.send(request)
    if answer.status == 200:
        return answer.document
    said = answer.headers.get("www-authenticate", "")
    if "insufficient_scope" in said or answer.status == 403 or not _is_for_user_info(access_token):
        raise ExplorerError("userInfo refuses this token: it has no scope openid.", _OPENID, code=str(answer.status))
    title = f"userInfo refuses this token ({answer.status})."
    raise ExplorerError(title, f"Expired, revoked, signed out, or without the scope openid. {_OPENID}", code=said[:200])


def _is_for_user_info(access_token: str) -> bool:
    """Whether the token has the scope openid, as far as it can be read: what cannot, may."""
    try:
        scope = decode(access_token).claims.get("scope")
    except InvalidInput:
        return True
    return not isinstance(scope, str) or "openid" in scope.split()


def logout_url(app: HostedApp, logout_uri: str) -> str:
    """The address that clears the hosted UI's cookie and goes on to a registered logout URL; tokens stay valid."""
    query = urlencode({"client_id": app.client_id, "logout_uri": logout_uri}, quote_via=quote)
    return f"{app.origin}/logout?{query}"


def whose(tokens: TokenSet) -> str:
    """What the journal calls them: by the user they name, where they name one."""
    try:
        username = decode(tokens.id_token or tokens.access_token).username
    except InvalidInput:
        username = ""
    return f"tokens of {username}" if username else "tokens"


def _refresh_token(tokens: TokenSet) -> str:
    if not tokens.refresh_token:
        raise InvalidInput("There is no refresh token.", "Sign in again; the implicit grant never brings one.")
    return tokens.refresh_token
