"""Pages that count as operations of the user pool service do, and are held to the same rates."""

from starlette.responses import PlainTextResponse

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.authorization import Refused
from cognito_explorer.sandbox.hosted_ui.visit import Visit
from cognito_explorer.sandbox.rates import check_page_rate


def hold(visit: Visit, operation: str, *, challenge: str = "") -> None:
    """Raise Refused with status 429 when throttling is on and this step is one too many.

    Every step of signing in at the pages counts as InitiateAuth does; an answer to `challenge` may count as another.
    """
    try:
        check_page_rate(visit.world, visit.pool, operation, challenge=challenge)
    except ServiceError as refusal:
        raise Refused(PlainTextResponse(f"{refusal.message}\n", 429)) from refusal
