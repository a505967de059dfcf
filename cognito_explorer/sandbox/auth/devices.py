"""Devices: a new one gets a key, a confirmed one may be remembered, a remembered one proves itself."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.ids import region_of
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

NEW, REMEMBERED, NOT_REMEMBERED = "new", "remembered", "not_remembered"
_DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Device:
    """A device. `status` is `new` until it is confirmed; salt and verifier are hex; times are epoch seconds."""

    key: str
    user_id: int
    status: str
    created_at: float
    group_key: str
    modified_at: float
    authenticated_at: float
    name: str = ""
    ip_address: str = ""
    salt: str = field(default="", repr=False)
    verifier: str = field(default="", repr=False)


def is_tracking(pool: dict[str, Any]) -> bool:
    """Whether a pool knows devices."""
    return bool(pool.get("DeviceConfiguration"))


def check_tracking(pool: dict[str, Any]) -> None:
    """Raises InvalidUserPoolConfigurationException where a pool knows no devices."""
    if not is_tracking(pool):
        raise ServiceError("InvalidUserPoolConfigurationException", "Device tracking is not enabled for the user pool.")


def find_device(world: World, user_id: int, key: str) -> Device | None:
    """A device of this user, confirmed or not."""
    row = world.store.one("SELECT * FROM devices WHERE device_key = ? AND user_id = ?", (key, user_id))
    return read_device(row) if row else None


def get_device(world: World, user: User, key: str) -> Device:
    """A confirmed device of this user; raises ResourceNotFoundException."""
    device = find_device(world, user.id, key)
    if device is None or device.status == NEW:
        raise unknown_device()
    return device


def unknown_device() -> ServiceError:
    """What a key that is nobody's answers."""
    return ServiceError("ResourceNotFoundException", "Device does not exist.")


def save_device(world: World, device: Device) -> None:
    """Keep a device."""
    body = asdict(device)
    fixed = [body.pop(name) for name in ("key", "user_id", "status", "created_at")]
    world.store.execute(
        "INSERT OR REPLACE INTO devices (device_key, user_id, status, created_at, body) VALUES (?, ?, ?, ?, ?)",
        (*fixed, json.dumps(body)),
    )


def forget_device(world: World, user: User, key: str) -> None:
    """Forget a device; the refresh tokens it holds are good no more. Raises ResourceNotFoundException."""
    get_device(world, user, key)
    world.store.execute("DELETE FROM devices WHERE device_key = ? AND user_id = ?", (key, user.id))


def sign_in_device(attempt: Attempt, user: User) -> tuple[str, dict[str, str] | None]:
    """The key of the device that signs in, and NewDeviceMetadata for one that is not known yet.

    Administrators' flows and the hosted pages know no devices.
    """
    if not is_tracking(attempt.pool) or attempt.is_admin:
        return "", None
    world, now = attempt.world, attempt.world.clock.now()
    known = find_device(world, user.id, attempt.progress.device_key) if attempt.progress.device_key else None
    if known is not None and known.status != NEW:
        ip_address = attempt.progress.ip_address or known.ip_address
        save_device(world, replace(known, authenticated_at=now, ip_address=ip_address))
        return known.key, None
    # Who never confirmed a device gets no second chance with it after a day: the token it needs has expired, too.
    world.store.execute(
        "DELETE FROM devices WHERE user_id = ? AND status = ? AND created_at < ?", (user.id, NEW, now - _DAY_S)
    )
    key = f"{region_of(attempt.pool['Id'])}_{world.chance.uuid4()}"
    group_key = f"-{world.chance.token_urlsafe(6).replace('_', 'x').replace('-', 'y')}"
    save_device(
        world,
        Device(
            key=key,
            user_id=user.id,
            status=NEW,
            created_at=now,
            group_key=group_key,
            modified_at=now,
            authenticated_at=now,
            ip_address=attempt.progress.ip_address,
        ),
    )
    return key, {"DeviceKey": key, "DeviceGroupKey": group_key}


def describe_device(device: Device) -> dict[str, Any]:
    """A device in API shape."""
    attributes = {"device_status": "valid", "device_name": device.name, "last_ip_used": device.ip_address}
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items() if value],
        "DeviceCreateDate": device.created_at,
        "DeviceLastModifiedDate": device.modified_at,
        "DeviceLastAuthenticatedDate": device.authenticated_at,
    }


def read_device(row: Row) -> Device:
    """A row of the devices table as a record."""
    return Device(
        key=row["device_key"],
        user_id=row["user_id"],
        status=row["status"],
        created_at=row["created_at"],
        **json.loads(row["body"]),
    )
