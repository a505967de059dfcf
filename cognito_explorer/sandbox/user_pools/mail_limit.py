"""The fifty messages a day that Cognito's own mail sender delivers for an account; mail through SES is not counted."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.quotas import DEFAULT_MAILS_A_DAY
from cognito_explorer.sandbox.world import World

_DAY_S = 86400
# The day of this quota begins at nine in the morning, UTC.
_DAWN_S = 9 * 3600
_EXCEEDED = "Exceeded daily email limit for the operation or the account."


def count_mail(world: World, pool: Mapping[str, Any], destination: str, about: dict[str, str]) -> None:
    """Count one message of a pool that has no sender of its own.

    Raises LimitExceededException when the day's messages are used up; `about` is what the outbox then tells of it.
    """
    if pool.get("EmailConfiguration", {}).get("EmailSendingAccount", "COGNITO_DEFAULT") == "DEVELOPER":
        return
    day = _day(world)
    if world.faults.knobs.is_mail_limited and _sent_on(world, day) >= DEFAULT_MAILS_A_DAY:
        world.outbox.refuse(destination, _EXCEEDED, about)
        raise ServiceError("LimitExceededException", _EXCEEDED)
    world.store.execute("DELETE FROM default_mails WHERE day <> ?", (day,))
    world.store.execute(
        "INSERT INTO default_mails (day, number) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET number = number + 1",
        (day,),
    )


def describe_mail_limit(world: World) -> dict[str, Any]:
    """How much of the day's mail is used up, and when there is more."""
    day = _day(world)
    return {
        "sent": _sent_on(world, day),
        "limit": DEFAULT_MAILS_A_DAY,
        "is_limited": world.faults.knobs.is_mail_limited,
        "resets_at": (day + 1) * _DAY_S + _DAWN_S,
    }


def _day(world: World) -> int:
    return int((world.clock.now() - _DAWN_S) // _DAY_S)


def _sent_on(world: World, day: int) -> int:
    row = world.store.one("SELECT number FROM default_mails WHERE day = ?", (day,))
    return row["number"] if row else 0
