"""Signing in to IAM Identity Center with a device code: the browser does it, we wait.

Rule source: RFC 8628 and AWS's IAM Identity Center OIDC API (RegisterClient, StartDeviceAuthorization, CreateToken).
"""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from cognito_explorer.core.aws.clock import Clock
from cognito_explorer.core.aws.errors import is_passing, translate
from cognito_explorer.core.aws.overheard import Overheard
from cognito_explorer.core.aws.person import Person
from cognito_explorer.core.aws.sso_tokens import SsoSession
from cognito_explorer.core.errors import ExplorerError, SessionExpired
from cognito_explorer.core.profiles import Profile

SCOPE = "sso:account:access"
_CLIENT_NAME = "Cognito Explorer"
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5
# Without a network one asks ever less often (RFC 8628, section 3.5), but still as long as the code is good.
_SLOWEST_S = 30
_PENDING = frozenset({"AuthorizationPendingException", "SlowDownException"})


@dataclass(frozen=True, slots=True)
class DeviceSignIn:
    """A sign-in that has begun. `url` shows the code already; `page` is where it can be typed by hand."""

    user_code: str
    url: str
    page: str
    ends_at: datetime
    interval_s: int
    device_code: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    client_ends_at: datetime


async def begin_sign_in(profile: Profile, sso: SsoSession, person: Person) -> DeviceSignIn:
    """Register this app and ask for a code (RegisterClient, StartDeviceAuthorization). Raises ExplorerError."""
    ask = partial(_call, profile, sso, person)
    made = await ask("register_client", clientName=_CLIENT_NAME, clientType="public", scopes=[SCOPE])
    client = {"clientId": made["clientId"], "clientSecret": made["clientSecret"]}
    started = await ask("start_device_authorization", startUrl=sso.start_url, **client)
    return DeviceSignIn(
        user_code=started["userCode"],
        url=started["verificationUriComplete"],
        page=started["verificationUri"],
        ends_at=datetime.now(UTC) + timedelta(seconds=started["expiresIn"]),
        interval_s=started.get("interval") or _SLOWER_S,
        device_code=started["deviceCode"],
        client_id=client["clientId"],
        client_secret=client["clientSecret"],
        client_ends_at=datetime.fromtimestamp(made["clientSecretExpiresAt"], UTC),
    )


async def finish_sign_in(profile: Profile, sso: SsoSession, device: DeviceSignIn, person: Person) -> None:
    """Ask until the browser has allowed it (CreateToken), and keep the tokens. Cancel to give up.

    A network that is away, as after a sleep of the computer, is waited for. Raises SessionExpired when the code has run
    out or was denied, and ExplorerError.
    """
    pause_s = device.interval_s
    while datetime.now(UTC) < device.ends_at:
        await asyncio.sleep(pause_s)
        try:
            answer = await _call(
                profile,
                sso,
                person,
                "create_token",
                grantType=_DEVICE_CODE,
                clientId=device.client_id,
                clientSecret=device.client_secret,
                deviceCode=device.device_code,
            )
        except ExplorerError as error:
            if error.code not in _PENDING and not is_passing(error):
                raise _why_not(error) from error
            pause_s = _next_pause_s(pause_s, device, error)
            continue
        # The vault may block.
        await asyncio.to_thread(person.sso_tokens.__setitem__, sso.key, _kept(sso, device, answer))
        return
    raise _run_out()


def _run_out() -> SessionExpired:
    return SessionExpired("The code has run out.", "Sign in again for a new one.", code="ExpiredTokenException")


def _why_not(error: ExplorerError) -> ExplorerError:
    """These codes mean something else here than of an API's operation (RFC 8628, section 3.5)."""
    if error.code == "ExpiredTokenException":
        return _run_out()
    if error.code == "AccessDeniedException":
        return SessionExpired("The access was denied in the browser.", "Sign in again and allow it.", code=error.code)
    return error


def _next_pause_s(pause_s: int, device: DeviceSignIn, error: ExplorerError) -> int:
    if error.code == "AuthorizationPendingException":
        return pause_s
    if error.code == "SlowDownException":
        return pause_s + _SLOWER_S
    return max(pause_s, min(_SLOWEST_S, 2 * max(pause_s, device.interval_s)))


def _kept(sso: SsoSession, device: DeviceSignIn, answer: Any) -> dict[str, Any]:
    """The members that botocore and the AWS CLI keep, by their names."""
    return {
        "startUrl": sso.start_url,
        "region": sso.region,
        "accessToken": answer["accessToken"],
        "expiresAt": datetime.now(UTC) + timedelta(seconds=answer["expiresIn"]),
        "clientId": device.client_id,
        "clientSecret": device.client_secret,
        "registrationExpiresAt": device.client_ends_at,
    } | ({"refreshToken": answer["refreshToken"]} if answer.get("refreshToken") else {})


async def _call(profile: Profile, sso: SsoSession, person: Person, operation: str, **parameters: Any) -> Any:
    return await asyncio.to_thread(_send, profile, sso.region, person, operation, parameters)


def _send(profile: Profile, region: str, person: Person, operation: str, parameters: dict[str, Any]) -> Any:
    """One request with a client of its own: a sign-in is rare."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        with closing(unsigned_client("sso-oidc", profile, region, person)) as client:
            return getattr(client, operation)(**parameters)
    except (BotoCoreError, ClientError) as trouble:
        raise translate(trouble, f"sso-oidc:{operation}", profile) from trouble


def unsigned_client(service: str, profile: Profile, region: str, person: Person) -> Any:
    """A client of IAM Identity Center, logged with the profile's sign-ins; it says by which way (endpoint, proxy).

    Raises botocore's errors.
    """
    from botocore import UNSIGNED
    from botocore.config import Config

    from cognito_explorer.core.aws.credentials import make_session

    config = Config(signature_version=UNSIGNED)
    client: Any = make_session(profile).create_client(service, region_name=region, config=config)
    Overheard(person.calls_of(profile), Clock()).follow(client)
    return client
