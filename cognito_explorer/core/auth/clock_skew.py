"""How far the local clock is from AWS's, by the Date header of an answer."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from cognito_explorer.core.aws.http import HttpRequest

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http


def skew_of(date: str, sent_at: datetime, received_at: datetime) -> timedelta | None:
    """How far the server's clock is ahead; None where the header says no time. It says whole seconds only."""
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    ours = sent_at + (received_at - sent_at) / 2
    # The header cuts off the fraction of its second: half a second is added back.
    return theirs + timedelta(seconds=0.5) - ours


async def measure_skew(http: "Http", url: str) -> timedelta | None:
    """Ask an address for its time, e.g. that of a pool's keys. Raises ExplorerError where no answer comes."""
    sent_at = datetime.now(UTC)
    answer = await http.send(HttpRequest(url))
    return skew_of(answer.headers.get("date", ""), sent_at, datetime.now(UTC))
