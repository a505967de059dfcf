"""The console's federation endpoint: temporary credentials become a sign-in token, and the token a signed-in browser.

There is no console behind it; who arrives is told as whom they would be there. Source: IAM user guide, "Enable custom
identity broker access to the AWS console".
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.plain_json import read_json
from cognito_explorer.sandbox.profile_endpoints.asking import Asked
from cognito_explorer.sandbox.sts import Session
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

# A token is as good as a password for so long.
_TOKEN_S = 900
_SHORTEST_S, _LONGEST_S = 900, 43_200
_PURPOSE = "console-sign-in"
_CONSOLE = re.compile(r"(?:[a-z0-9-]+\.)?console\.aws\.amazon\.com", re.ASCII)
_PRIVATE = {"Cache-Control": "no-store"}


def federate(asked: Asked) -> Response:
    """getSigninToken and login; parameters come in the address or, which keeps them out of logs, in a form."""
    given = {**asked.query, **asked.form()}
    match given.get("Action"):
        case "getSigninToken":
            return JSONResponse({"SigninToken": _sign_in_token(asked.world, given)}, headers=_PRIVATE)
        case "login":
            return _log_in(asked.world, given)
    raise _bad("Action is getSigninToken or login.")


def _sign_in_token(world: World, given: Mapping[str, str]) -> str:
    session = _session_of(world, given.get("Session", ""))
    ends_at = session.credentials.expires_at
    if "SessionDuration" in given:
        ends_at = world.clock.now() + _duration_s(world, session, given["SessionDuration"])
    payload = [session.credentials.access_key_id, ends_at]
    return seal(world, _PURPOSE, payload, lifetime_s=_TOKEN_S)


def _session_of(world: World, text: str) -> Session:
    """The session whose three parts these are: long-term keys have none."""
    parts = _parts(text)
    session = world.sts.find_session(parts["sessionId"], account_id=ACCOUNT_ID)
    if session is None:
        raise _bad("The session is none of temporary credentials.")
    known = session.credentials
    fits = [
        hmac.compare_digest(known.secret_access_key.encode(), parts["sessionKey"].encode()),
        hmac.compare_digest(known.session_token.encode(), parts["sessionToken"].encode()),
    ]
    if not all(fits) or known.expires_at <= world.clock.now():
        raise _bad("The session is not valid, or is over.")
    return session


def _parts(text: str) -> dict[str, str]:
    try:
        found = read_json(text)
    except ValueError:
        found = None
    names = ("sessionId", "sessionKey", "sessionToken")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in names):
        raise _bad(f"Session is a JSON object with {', '.join(names)}.")
    return {name: str(found[name]) for name in names}


def _duration_s(world: World, session: Session, text: str) -> int:
    """Only a role's session that was not opened from another one can be given a duration."""
    if session.kind != "role" or session.is_chained:
        raise _bad("SessionDuration is not for federated users, nor for roles that were assumed from roles.")
    role = world.sts.find_role(session.role_arn)
    longest = min(_LONGEST_S, role.max_session_s if role else _LONGEST_S)
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not _SHORTEST_S <= int(text) <= longest:
        raise _bad(f"SessionDuration is a number from {_SHORTEST_S} to {longest} seconds.")
    return int(text)


def _log_in(world: World, given: Mapping[str, str]) -> Response:
    destination = given.get("Destination", "")
    if not _is_console(destination):
        raise _bad("Destination is an address of the console: https://console.aws.amazon.com/…")
    try:
        key_id, ends_at = unseal(world, _PURPOSE, given.get("SigninToken", ""))
    except ServiceError:
        raise _bad("The sign-in token is not valid, or older than fifteen minutes.") from None
    session = world.sts.find_session(str(key_id), account_id=ACCOUNT_ID)
    if session is None:
        raise _bad("The session is over.")
    until = datetime.fromtimestamp(float(ends_at), UTC)
    text = (
        f"The sandbox has no console. You would be signed in as {session.credentials.assumed_role_arn}"
        f" until {until:%Y-%m-%dT%H:%M:%SZ}, at {destination}\n"
    )
    return PlainTextResponse(text, headers=_PRIVATE)


def _is_console(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and _CONSOLE.fullmatch(parts.netloc) is not None and url.isprintable()
    except ValueError:
        return False


def _bad(text: str) -> ServiceError:
    return ServiceError("BadRequest", text, status=400)
