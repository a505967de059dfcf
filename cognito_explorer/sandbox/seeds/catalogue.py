"""The worlds a sandbox can start as, by name."""

from collections.abc import Callable

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.seeds import broken, crowd, demo
from cognito_explorer.sandbox.world import World

Seed = Callable[[World, AccessKey], None]


def _leave_empty(_world: World, _administrator: AccessKey) -> None:
    """Nothing at all: a fresh account."""


FIXED: dict[str, Seed] = {"demo": demo.seed, "broken": broken.seed, "empty": _leave_empty}


def seed_world(name: str, world: World, administrator: AccessKey) -> None:
    """Fill an empty world that listens already. Call it from a thread that is neither the writer nor the event loop.

    `name` is one of FIXED or like "big:100000". Raises KeyError for another.
    """
    sized = crowd.NAME.fullmatch(name)
    if sized:
        crowd.seed(world, int(sized[1]))
    else:
        FIXED[name](world, administrator)
