"""CustomSMSSender and CustomEmailSender: the pool's own functions deliver the code, which reaches them encrypted."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.triggers.invocation import (
    find_trigger,
)
from cognito_explorer.sandbox.triggers.letters import Letter
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World


def hand_to_sender(world: World, pool: Mapping[str, Any], user: User, letter: Letter) -> bool:
    """Whether the pool's own sender takes a message; it is asked once the change is on disk, and nobody waits."""
    name = "CustomEmailSender" if letter.attribute == "email" else "CustomSMSSender"
    if find_trigger(pool, name) is None:
        return False
    return False
