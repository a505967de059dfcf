"""How far the local clock is from AWS's, by the Date header of an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from cognito_explorer.core.auth.signatures import source_of
from cognito_explorer.core.aws.http import HttpRequest

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http

# The header says whole seconds and cuts off the fraction.
_HALF_SECOND = timedelta(seconds=0.5)
# Beyond it nobody's clock is wrong: the header is.
_FURTHEST = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """How far the other clock is `ahead` of the local one, give or take `within`; `clock` is "AWS" or an endpoint."""

    ahead: timedelta
    within: timedelta = _HALF_SECOND
    clock: str = "AWS"


def skew_of(date: str, sent_at: datetime, received_at: datetime, clock: str = "AWS") -> ClockSkew | None:
    """The skew by an answer's Date header, or None where that says no time.

    The other clock was read somewhere between sending and receiving: half of that is added to what it may be wrong by.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, OverflowError):  # whoever answers may write any number into it
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    half_way = (received_at - sent_at) / 2
    ahead = theirs - (sent_at + half_way) + _HALF_SECOND
    return ClockSkew(ahead, _HALF_SECOND + abs(half_way), clock) if abs(ahead) < _FURTHEST else None


async def measure_skew(http: "Http", url: str) -> ClockSkew | None:
    """Ask an address for its time, e.g. that of a pool's keys. Raises ExplorerError where no answer comes."""
    sent_at = datetime.now(UTC)
    answer = await http.send(HttpRequest(url))
    source = source_of(url)
    clock = "AWS" if source.kind == "aws" else source.name
    return skew_of(answer.headers.get("date", ""), sent_at, datetime.now(UTC), clock)
