"""MFA codes of IAM users' virtual devices (RFC 6238); each opens one session."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.world import World

_STEP_S = 30
_NO_DEVICE = (
    "MultiFactorAuthentication failed, unable to validate MFA code."
    "  Please verify your MFA serial number is valid and associated with this user."
)
_WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


def check_mfa(world: World, who: Identified, params: Mapping[str, Any]) -> bool:
    """Whether the call proved an MFA device of its caller; False when it names none. Raises AccessDenied."""
    serial, code = params.get("SerialNumber"), params.get("TokenCode", "")
    if serial is None and not code:
        return False
    seed = world.sts.directory.mfa_seed(who.user_name, serial or "") if who.user_name else ""
    if not seed:
        raise _denied(_NO_DEVICE)
    now = int(world.clock.now()) // _STEP_S
    # The step before is still good: people type slowly. One code is good once.
    row = world.store.one("SELECT step FROM sts_mfa_code WHERE serial_number = ?", (serial,))
    fresh = [step for step in (now - 1, now, now + 1) if row is None or step > row["step"]]
    found = next((step for step in fresh if hmac.compare_digest(totp(seed, step), code)), None)
    if found is None:
        raise _denied(_WRONG_CODE)
    world.store.execute("INSERT OR REPLACE INTO sts_mfa_code (serial_number, step) VALUES (?, ?)", (serial, found))
    return True


def totp(seed: str, step: int) -> str:
    """Six digits for a step of 30 seconds since the epoch; the seed is in base32."""
    digest = hmac.new(base64.b32decode(seed), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _denied(text: str) -> ServiceError:
    return ServiceError("AccessDenied", text, status=403)
