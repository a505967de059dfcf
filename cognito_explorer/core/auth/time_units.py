"""Times that were written in another unit than the seconds that JWT wants (RFC 7519, section 2, NumericDate)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cognito_explorer.core.auth.tokens import DecodedToken, instant

TIME_CLAIMS = ("exp", "nbf", "iat", "auth_time")
_PER_SECOND: dict[Literal["milliseconds", "microseconds", "nanoseconds"], int] = {
    "milliseconds": 1_000,
    "microseconds": 1_000_000,
    "nanoseconds": 1_000_000_000,
}
# The year 2001 and the year 2286, in seconds: no token is older, and none that is meant to end lives on then.
_FIRST_S, _LAST_S = 1_000_000_000, 10_000_000_000


@dataclass(frozen=True, slots=True)
class WrongUnit:
    """The unit that a time was written in instead of seconds, and when it would be."""

    unit: Literal["milliseconds", "microseconds", "nanoseconds"]
    at: datetime

    @property
    def sentence(self) -> str:
        """When it would be, and what is wanted instead."""
        return f"It would be {self.at:%Y-%m-%d %H:%M:%S} UTC: JWT wants seconds (RFC 7519, section 2, NumericDate)."


def wrong_unit(value: object) -> WrongUnit | None:
    """The unit of a number that lies beyond the year 9999 as seconds, and in these times in that unit; or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or instant(value) is not None:
        return None
    for unit, per_second in _PER_SECOND.items():
        if _FIRST_S * per_second <= value < _LAST_S * per_second:
            at = instant(value / per_second)
            return WrongUnit(unit, at) if at is not None else None
    return None


def units_in(token: DecodedToken) -> dict[str, WrongUnit]:
    """The times of a token that are not in seconds, by claim."""
    named = ((name, wrong_unit(token.claims.get(name))) for name in TIME_CLAIMS)
    return {name: found for name, found in named if found is not None}
