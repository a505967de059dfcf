"""An authenticator app, written from RFC 6238 and sharing no code with the sandbox."""

import base64
import hashlib
import hmac
import time


def totp(secret: str, *, later_s: float = 0) -> str:
    """The six digits an app with this base32 secret shows now, or so many seconds from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = int((time.time() + later_s) // 30)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & (2**31 - 1)) % 10**6:06d}"
