"""CustomSMSSender and CustomEmailSender: the pool's own functions deliver the code, which reaches them encrypted."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.triggers.code_encryption import encrypt_code
from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    event_attributes,
    find_trigger,
    metadata_of,
    run_trigger_aside,
)
from cognito_explorer.sandbox.triggers.letters import Letter
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_KINDS = {
    "email": ("CustomEmailSender", "customEmailSenderRequestV1"),
    "phone_number": ("CustomSMSSender", "customSMSSenderRequestV1"),
}


def hand_to_sender(world: World, pool: Mapping[str, Any], user: User, letter: Letter) -> bool:
    """Whether the pool's own sender takes a message; it runs once the change is on disk, and nobody waits for it.

    Raises InvalidUserPoolConfigurationException without a key, and what `encrypt_code` raises.
    """
    name, kind = _KINDS[letter.attribute]
    trigger = find_trigger(pool, name)
    if trigger is None:
        return False
    key_arn = pool["LambdaConfig"].get("KMSKeyID", "")
    if not key_arn:
        raise ServiceError("InvalidUserPoolConfigurationException", f"{name} needs a KMSKeyID.")
    request = {
        "type": kind,
        "code": encrypt_code(world, pool["Id"], key_arn, letter.code),
        "userAttributes": event_attributes(user),
        **metadata_of(world),
    }
    run_trigger_aside(world, pool, trigger, Occasion(letter.purpose, user.username, request))
    return True
