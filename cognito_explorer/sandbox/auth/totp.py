"""Time-based one-time passwords, RFC 6238: SHA-1, thirty seconds, six digits, as authenticator apps assume."""

import base64
import hashlib
import hmac
import struct
from collections.abc import Collection

from cognito_explorer.sandbox.clock import Clock

SECRET_LETTERS = 52
_STEP_S = 30
# Three can be good at once; as many again for a clock that is moved back and forth.
_STEPS_KEPT = 6
# RFC 6238 section 5.2: one step of delay either way is what a person and two clocks need.
_TOLERANCE = 1


def code_at(secret: str, step: int) -> str:
    """The six digits of a step (RFC 4226 section 5.3). `secret` is base32 without padding."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def find_step(clock: Clock, secret: str, code: str) -> int | None:
    """The step a code belongs to, or None for a wrong one.

    An authenticator's clock does not move with the sandbox's, so both times count.
    """
    now = clock.now()
    for moment in dict.fromkeys((now, now - clock.offset_s)):
        step = int(moment // _STEP_S)
        for candidate in range(max(step - _TOLERANCE, 0), step + _TOLERANCE + 1):
            if hmac.compare_digest(code_at(secret, candidate).encode(), code.encode()):
                return candidate
    return None


def with_used(used: Collection[int], step: int) -> tuple[int, ...]:
    """The steps whose codes were used, as far as they could come again."""
    return (*used, step)[-_STEPS_KEPT:]
