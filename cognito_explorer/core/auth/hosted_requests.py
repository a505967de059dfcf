"""What a page of the hosted UI is about to send, in the words of the API, and whether a profile's mode lets it."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cognito_explorer.core.aws.modes import Verdict, may
from cognito_explorer.core.aws.operations import Effect, effect_of
from cognito_explorer.core.aws.permit import NEEDED, Permit
from cognito_explorer.core.loopback import is_loopback
from cognito_explorer.core.profiles import Mode

# What nobody knows counts as an administrator's write, here as everywhere.
UNKNOWN_REQUEST = "PostForm"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Classic hosted UI and managed login share their paths (developer guide, managed login endpoints).
_POSTED = {
    "login": "InitiateAuth",
    "logout": "InitiateAuth",
    "signup": "SignUp",
    "confirm": "ConfirmSignUp",
    "confirmuser": "ConfirmSignUp",
    "resendcode": "ResendConfirmationCode",
    "forgotpassword": "ForgotPassword",
    "confirmforgotpassword": "ConfirmForgotPassword",
    "passkeys/add": "CompleteWebAuthnRegistration",
    "oauth2/authorize": "InitiateAuth",
    "oauth2/idpresponse": "InitiateAuth",
    "saml2/idpresponse": "InitiateAuth",
    "saml2/logout": "InitiateAuth",
    "oauth2/token": "GetTokensFromRefreshToken",
    "oauth2/userinfo": "GetUser",
    "oauth2/revoke": "RevokeToken",
    "oauth2/register": "CreateUserPoolClient",
}
# The link in an e-mail confirms by being opened.
_OPENED = {"confirmuser": "ConfirmSignUp", "resendcode": "ResendConfirmationCode"}
# The steps between the first password and the code have no paths that AWS documents.
_STEP = re.compile(r"(?:login|challenge|mfa|select|associate|verify|newpassword|changepassword)[a-z-]*(?:/[a-z-]+)*")
_SANDBOX_PAGE = re.compile(r"/_hosted/[^/]+/(.*)", re.DOTALL)
_API = "AWSCognitoIdentityProviderService."
# Support's own operation that does to a user what they do on the page.
_JUDGED_AS = {
    "ConfirmSignUp": "AdminConfirmSignUp",
    "ForgotPassword": "AdminResetUserPassword",
    "ConfirmForgotPassword": "AdminResetUserPassword",
}
_WANTED = {
    "SignUp": "create an account",
    "ConfirmSignUp": "confirm an account",
    "ResendConfirmationCode": "send a new code",
    "ForgotPassword": "send a code for a new password",
    "ConfirmForgotPassword": "set a new password",
    "CompleteWebAuthnRegistration": "add a passkey",
    "RevokeToken": "revoke a token",
    "CreateUserPoolClient": "register an app client",
    UNKNOWN_REQUEST: "send something that is not known here, which counts as an administrator's work",
}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request of a page. `target` is its header X-Amz-Target, where a page calls the API itself."""

    method: str
    url: str = field(repr=False)
    target: str = ""


def operation_of(request: PageRequest, origin: str) -> str:
    """The operation that does what a page asks for: "" for what only reads, or concerns no hosted UI.

    `origin` is the hosted UI's; pages of external providers do as they please.
    """
    if request.target.startswith(_API):
        return request.target.removeprefix(_API)
    path = _path_below(request.url, origin)
    if path is None:
        return ""
    if request.method.upper() in _READING:
        return _OPENED.get(path, "") if request.method.upper() == "GET" else ""
    return _POSTED.get(path) or ("RespondToAuthChallenge" if _STEP.fullmatch(path) else UNKNOWN_REQUEST)


def is_change(operation: str) -> bool:
    """Whether it changes more than who is signed in."""
    return bool(operation) and effect_of("cognito-idp", operation) not in (Effect.READ, Effect.SIGN_IN)


def page_may(mode: Mode, operation: str) -> Verdict:
    """Whether a mode lets a page do this. Support resets, confirms and sends codes again, but creates no users."""
    if not operation:
        return Verdict(is_allowed=True)
    return may(mode, "cognito-idp", _JUDGED_AS.get(operation, operation), {})


def why_not_sent(permit: Permit, operation: str) -> str:
    """Why a page may not send this just now and what would help, as sentences; or ""."""
    verdict = page_may(permit.mode, operation)
    if verdict.is_allowed and not (verdict.must_ask and not permit.may_sign_in):
        return ""
    if verdict.is_allowed:
        return (
            f"Nothing was sent: “{permit.name}” is read-only now, and signing in was not agreed to."
            " Start over to be asked."
        )
    wanted = _WANTED.get(operation, f"do what {operation} does")
    state = "read-only" if permit.mode == "read-only" else "in support mode, which does not do this"
    needed = NEEDED[verdict.needs or "admin"]
    return (
        f"Nothing was sent: the page wanted to {wanted}, and “{permit.name}” is {state}."
        f" Switch its mode to {needed} in the top bar to allow it."
    )


def _path_below(url: str, origin: str) -> str | None:
    """The path below the hosted UI, without case and slashes that servers pass over; None for another place."""
    try:
        parts, own = urlsplit(url), urlsplit(origin)
        is_own_host = (parts.hostname, parts.port) == (own.hostname, own.port)
    except ValueError:
        return None
    path = unquote(parts.path)
    base = unquote(own.path).rstrip("/")
    of_sandbox = _SANDBOX_PAGE.fullmatch(path) if base and is_loopback(url) and is_loopback(origin) else None
    if of_sandbox is not None:
        path = of_sandbox[1]
    elif is_own_host and path.startswith(f"{base}/"):
        path = path[len(base) :]
    elif not (parts.hostname or "").endswith(".amazoncognito.com"):
        return None
    return re.sub(r"/+", "/", path.partition(";")[0]).strip("/").lower()
