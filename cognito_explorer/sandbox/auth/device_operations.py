"""Devices of the signed-in user, and of any user for administrators."""

import base64
import binascii
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth import srp
from cognito_explorer.sandbox.auth.devices import (
    NEW,
    NOT_REMEMBERED,
    REMEMBERED,
    check_tracking,
    describe_device,
    find_device,
    forget_device,
    get_device,
    read_device,
    save_device,
    unknown_device,
)
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.user_pools.users import User, get_user
from cognito_explorer.sandbox.world import Call

_LIST = """
SELECT *, device_key AS page_key FROM devices
WHERE user_id = ? AND status IN ('remembered', 'not_remembered') AND device_key > ? ORDER BY device_key LIMIT ?
"""


@operation("cognito-idp", "ConfirmDevice")
def confirm_device(call: Call) -> dict[str, Any]:
    """Give a new device the secret it proves itself with from now on."""
    pool, user, claims = verify_access_token(call.world, call.params["AccessToken"])
    check_tracking(pool)
    device = find_device(call.world, user.id, call.params["DeviceKey"])
    if device is None or claims.get("device_key") != device.key:
        raise unknown_device()
    if device.status != NEW:
        raise ServiceError("DeviceKeyExistsException", "The device is confirmed already.")
    config = call.params.get("DeviceSecretVerifierConfig", {})
    needs_user = bool(pool["DeviceConfiguration"].get("DeviceOnlyRememberedOnUserPrompt"))
    confirmed = replace(
        device,
        status=NOT_REMEMBERED if needs_user else REMEMBERED,
        name=call.params.get("DeviceName", ""),
        salt=_number(config.get("Salt")),
        verifier=_number(config.get("PasswordVerifier")),
        modified_at=call.world.clock.now(),
    )
    if not int(confirmed.verifier, 16) % srp.N:
        raise _bad_secret()
    save_device(call.world, confirmed)
    return {"UserConfirmationNecessary": needs_user}


@operation("cognito-idp", "GetDevice")
def get_own_device(call: Call) -> dict[str, Any]:
    """One of one's own devices."""
    return {"Device": describe_device(get_device(call.world, _own(call), call.params["DeviceKey"]))}


@operation("cognito-idp", "ListDevices")
def list_own_devices(call: Call) -> dict[str, Any]:
    """One's own confirmed devices."""
    return _list(call, _own(call), "ListDevices")


@operation("cognito-idp", "ForgetDevice")
def forget_own_device(call: Call) -> dict[str, Any]:
    """Forget one of one's own devices."""
    forget_device(call.world, _own(call), call.params["DeviceKey"])
    return {}


@operation("cognito-idp", "UpdateDeviceStatus")
def update_own_device(call: Call) -> dict[str, Any]:
    """Remember one of one's own devices, or no longer."""
    return _set_status(call, _own(call))


@operation("cognito-idp", "AdminGetDevice")
def admin_get_device(call: Call) -> dict[str, Any]:
    """One of a user's devices."""
    return {"Device": describe_device(get_device(call.world, _named(call), call.params["DeviceKey"]))}


@operation("cognito-idp", "AdminListDevices")
def admin_list_devices(call: Call) -> dict[str, Any]:
    """A user's confirmed devices."""
    return _list(call, _named(call), "AdminListDevices")


@operation("cognito-idp", "AdminForgetDevice")
def admin_forget_device(call: Call) -> dict[str, Any]:
    """Forget one of a user's devices."""
    forget_device(call.world, _named(call), call.params["DeviceKey"])
    return {}


@operation("cognito-idp", "AdminUpdateDeviceStatus")
def admin_update_device(call: Call) -> dict[str, Any]:
    """Remember one of a user's devices, or no longer."""
    return _set_status(call, _named(call))


def _own(call: Call) -> User:
    token = call.params.get("AccessToken")
    if not token:
        raise ServiceError("NotAuthorizedException", "Invalid Access Token")
    pool, user, _ = verify_access_token(call.world, token)
    check_tracking(pool)
    return user


def _named(call: Call) -> User:
    pool = pool_of(call)
    check_tracking(pool)
    return get_user(call.world, pool, call.params["Username"])


def _set_status(call: Call, user: User) -> dict[str, Any]:
    device = get_device(call.world, user, call.params["DeviceKey"])
    status = call.params.get("DeviceRememberedStatus", device.status)
    save_device(call.world, replace(device, status=status, modified_at=call.world.clock.now()))
    return {}


def _list(call: Call, user: User, purpose: str) -> dict[str, Any]:
    limit = call.params.get("Limit") or 60
    listing = Listing(purpose, _LIST, (user.id,))
    rows, token = read_page(call.world, listing, limit=limit, token=call.params.get("PaginationToken"))
    shown = [describe_device(read_device(row)) for row in rows]
    return {"Devices": shown} | ({"PaginationToken": token} if token else {})


def _number(text: str | None) -> str:
    """Base64 of a big-endian number as hex."""
    try:
        raw = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw:
        raise _bad_secret()
    return f"{int.from_bytes(raw, 'big'):x}"


def _bad_secret() -> ServiceError:
    return ServiceError("InvalidParameterException", "Invalid device secret verifier given.")
