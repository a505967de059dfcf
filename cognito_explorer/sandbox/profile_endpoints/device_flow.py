"""The device flow (RFC 8628): a code is shown on one screen and typed on another."""

from typing import Any
from urllib.parse import urlsplit

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import browser_origin, is_loopback
from cognito_explorer.sandbox.profile_endpoints.sso_clients import SsoClient, digest
from cognito_explorer.sandbox.profile_endpoints.sso_tokens import issue_tokens
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.world import World

MOUNT = "/_sso"
INTERVAL_S = 1
LIFETIME_S = 600
# Letters that are not taken for one another, and make no words.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
# A client that waits the whole interval may still arrive a little early.
_TOLERANCE = 0.8


def start_device_flow(world: World, client: SsoClient, start_url: str) -> dict[str, Any]:
    """The answer to StartDeviceAuthorization. Raises InvalidRequestException for a start URL that is not ours."""
    check_start_url(start_url)
    device_code, now = world.chance.token_urlsafe(48), world.clock.now()
    user_code = f"{world.chance.text(_LETTERS, 4)}-{world.chance.text(_LETTERS, 4)}"
    world.store.execute("DELETE FROM sso_devices WHERE expires_at < ?", (now - LIFETIME_S,))
    world.store.execute(
        "INSERT INTO sso_devices (code_hash, user_code, client_id, expires_at) VALUES (?, ?, ?, ?)",
        (digest(device_code), user_code, client.id, now + LIFETIME_S),
    )
    page = f"{browser_origin(world)}{MOUNT}/device"
    return {
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": page,
        "verificationUriComplete": f"{page}?user_code={user_code}",
        "expiresIn": LIFETIME_S,
        "interval": INTERVAL_S,
    }


def check_start_url(start_url: str) -> None:
    """The sandbox has one start page, whatever its port is today."""
    if not is_loopback(start_url) or urlsplit(start_url).path.rstrip("/") != f"{MOUNT}/start":
        raise ServiceError("InvalidRequestException", "Invalid start url provided")


def find_device(world: World, user_code: str) -> Row | None:
    """The device that shows a code and still waits, with its client's name."""
    plain = user_code.strip().upper()
    return world.store.one(
        "SELECT d.user_code, c.name FROM sso_devices d JOIN sso_clients c ON c.id = d.client_id"
        " WHERE d.user_code = ? AND d.state = 'pending' AND d.expires_at > ?",
        (plain, world.clock.now()),
    )


def decide_device(world: World, user_code: str, *, is_allowed: bool) -> None:
    """Somebody said yes or no to a device."""
    state = "approved" if is_allowed else "denied"
    world.store.execute("UPDATE sso_devices SET state = ? WHERE user_code = ?", (state, user_code))


def exchange_device_code(world: World, client: SsoClient, device_code: str) -> dict[str, Any]:
    """Tokens once somebody has agreed; until then the errors of RFC 8628 section 3.5."""
    key, now = digest(device_code), world.clock.now()
    row = world.store.one("SELECT * FROM sso_devices WHERE code_hash = ? AND client_id = ?", (key, client.id))
    if row is None or row["state"] == "used":
        raise ServiceError("InvalidGrantException", "Invalid device code provided")
    if now >= row["expires_at"]:
        raise ServiceError("ExpiredTokenException", "Device code has expired")
    if row["state"] == "denied":
        raise ServiceError("AccessDeniedException", "The request was denied")
    if row["state"] == "pending":
        is_hasty = now - row["polled_at"] < INTERVAL_S * _TOLERANCE
        world.store.execute("UPDATE sso_devices SET polled_at = ? WHERE code_hash = ?", (now, key))
        raise _slow_down() if is_hasty else _pending()
    world.store.execute("UPDATE sso_devices SET state = 'used' WHERE code_hash = ?", (key,))
    return issue_tokens(world, client)


def _pending() -> ServiceError:
    return ServiceError("AuthorizationPendingException", "Authorization is still pending", keeps_writes=True)


def _slow_down() -> ServiceError:
    return ServiceError("SlowDownException", "The client asks more often than the interval allows", keeps_writes=True)
