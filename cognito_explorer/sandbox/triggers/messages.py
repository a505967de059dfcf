"""CustomMessage: other words for a message that Cognito is about to send."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    ask_trigger,
    event_attributes,
    find_trigger,
    malformed,
    metadata_of,
)
from cognito_explorer.sandbox.triggers.letters import Words
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

CODE = "{####}"
USERNAME = "{username}"
_LINK = "{##Click Here##}"
_LONGEST = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}


def custom_words(
    world: World, pool: Mapping[str, Any], user: User, purpose: str, *, is_email: bool, default: Words
) -> Words:
    """What CustomMessage makes of a message; the pool's own words where it has no say."""
    trigger = find_trigger(pool, "CustomMessage")
    if trigger is None:
        return default
    request = {
        "userAttributes": event_attributes(user),
        "codeParameter": CODE,
        "linkParameter": _LINK,
        "usernameParameter": USERNAME if purpose == "AdminCreateUser" else None,
        **metadata_of(world),
    }
    occasion = Occasion(purpose, user.username, request, dict.fromkeys(_LONGEST))
    response = ask_trigger(world, pool, trigger, occasion)
    told = {name: _text(response, name, longest) for name, longest in _LONGEST.items()}
    body = told["emailMessage"] if is_email else told["smsMessage"]
    if body and CODE not in body and "{##" not in body:
        raise malformed()
    return Words(told["emailSubject"] or default.subject if is_email else "", body or default.body)


def _text(response: Mapping[str, Any], name: str, longest: int) -> str:
    value = response.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise malformed()
    return value
