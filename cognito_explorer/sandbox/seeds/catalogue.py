"""The worlds a sandbox can start as, by name."""

from collections.abc import Callable

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.seeds import demo
from cognito_explorer.sandbox.world import World

Seed = Callable[[World, AccessKey], None]


def _leave_empty(_world: World, _administrator: AccessKey) -> None:
    """Nothing at all: a fresh account."""


SEEDS: dict[str, Seed] = {"demo": demo.seed, "empty": _leave_empty}


def seed_world(name: str, world: World, administrator: AccessKey) -> None:
    """Fill an empty world that listens already. Call it from a thread that is neither the writer nor the event loop.

    Raises KeyError for a name that is not in SEEDS.
    """
    SEEDS[name](world, administrator)
