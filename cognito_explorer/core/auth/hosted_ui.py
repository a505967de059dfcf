"""Signing in through the hosted UI: authorization code with PKCE (RFC 7636), state and nonce."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from cognito_explorer.core.auth.oauth import HostedApp, ask_token_endpoint
from cognito_explorer.core.auth.tokens import TokenSet, decode, token_set
from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.errors import ExplorerError, InvalidInput

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http


@dataclass(frozen=True, slots=True)
class Wishes:
    """Optional parameters of the authorize endpoint; prompt is none, login, select_account or consent."""

    lang: str = ""
    prompt: str = ""
    login_hint: str = ""
    identity_provider: str = ""


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One attempt, good for one code. The verifier never leaves this computer except to the token endpoint."""

    app: HostedApp
    authorize_url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Redirect:
    """What came back to the redirect address: a code, or an error with its description."""

    code: str = field(repr=False)
    state: str = field(repr=False)
    error: str = ""
    error_description: str = ""


def hosted_origin(domain: str, region: str, *, is_custom: bool = False, endpoint_url: str = "") -> str:
    """Where the pages of a domain are: at Cognito, on a custom domain, or below a sandbox's endpoint.

    A sandbox's pages use the name localhost: an IP address cannot be a passkey's relying party. There the Region tells
    prefixes apart, since each Region may have the same one.
    """
    if endpoint_url:
        parts = urlsplit(endpoint_url)
        port = f":{parts.port}" if parts.port else ""
        host = "localhost" if parts.hostname in ("127.0.0.1", "::1") else parts.hostname or ""
        name = domain if "." in domain else f"{domain}.{region}"
        return urlunsplit((parts.scheme, f"{host}{port}", f"/_hosted/{quote(name)}", "", ""))
    return f"https://{domain}" if is_custom else f"https://{domain}.auth.{region}.amazoncognito.com"


def begin_sign_in(app: HostedApp, wishes: Wishes | None = None) -> SignInAttempt:
    """Make fresh secrets and the address to open. Raises InvalidInput for a client that cannot sign in this way."""
    if not app.redirect_uri:
        hint = "Add a callback URL to the app client and allow the authorization code grant."
        raise InvalidInput("This app client has no callback URL.", hint)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(app.scopes),
        "state": state,
        "nonce": nonce,
        "code_challenge": code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    asked = wishes or Wishes()
    query |= {"lang": asked.lang, "prompt": asked.prompt}
    query |= {"login_hint": asked.login_hint, "identity_provider": asked.identity_provider}
    filled = urlencode({name: value for name, value in query.items() if value}, quote_via=quote)
    return SignInAttempt(app, f"{app.origin}/oauth2/authorize?{filled}", state, nonce, verifier, datetime.now(UTC))


def code_challenge(verifier: str) -> str:
    """base64url(SHA-256(verifier)) without padding (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def match_redirect(attempt: SignInAttempt, url: str) -> Redirect | None:
    """What a navigation brings when it goes to exactly the redirect address, and None for any other address."""
    expected, found = urlsplit(attempt.app.redirect_uri), urlsplit(url)
    if (expected.scheme, expected.netloc, expected.path) != (found.scheme, found.netloc, found.path):
        return None
    values = parse_qs(found.query, keep_blank_values=True)
    own = parse_qs(expected.query, keep_blank_values=True)
    if any(values.get(name) != value for name, value in own.items()):
        return None

    def only(name: str) -> str:
        # A parameter sent twice is nobody's to choose from: it counts as missing.
        sent = values.get(name, [])
        return sent[0] if len(sent) == 1 else ""

    return Redirect(only("code"), only("state"), only("error"), only("error_description"))


def check_redirect(attempt: SignInAttempt, redirect: Redirect) -> str:
    """The code, once the state is ours and there is no error. Raises InvalidInput and ExplorerError."""
    if not hmac.compare_digest(redirect.state.encode(), attempt.state.encode()):
        title = "The answer does not belong to this sign-in."
        raise InvalidInput(title, "Its state differs from the one sent. Nothing was used; start the sign-in again.")
    if redirect.error:
        raise explain(f"oauth:{redirect.error}", redirect.error_description, "authorize")
    if not redirect.code:
        raise InvalidInput("The hosted UI sent no code back.", "Start the sign-in again.")
    return redirect.code


async def exchange_code(http: "Http", attempt: SignInAttempt, redirect: Redirect, pool_id: str) -> TokenSet:
    """Trade a code for tokens: state before, nonce after. A code works once, for five minutes. Raises ExplorerError."""
    app = attempt.app
    form = {
        "grant_type": "authorization_code",
        "code": check_redirect(attempt, redirect),
        "redirect_uri": app.redirect_uri,
        "code_verifier": attempt.verifier,
    }
    tokens = token_set(await ask_token_endpoint(http, app, form), pool_id, app.client_id)
    if tokens.id_token:
        check_nonce(attempt, tokens.id_token)
    elif "openid" in app.scopes:
        raise ExplorerError("The token endpoint sent no ID token.", "Start the sign-in again.")
    return tokens


def check_nonce(attempt: SignInAttempt, id_token: str) -> None:
    """Raise InvalidInput unless the ID token was issued for this attempt."""
    nonce = decode(id_token).claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
        title = "The ID token does not belong to this sign-in."
        raise InvalidInput(title, "Its nonce differs from the one sent. The tokens were dropped; start again.")
