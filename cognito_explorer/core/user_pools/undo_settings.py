"""Taking back changed settings: what is there now is sent whole, with the members set back that were changed."""

import json
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.errors import NotFound
from cognito_explorer.core.journal import Change, Intent
from cognito_explorer.core.user_pools import settings
from cognito_explorer.core.user_pools.settings import CLIENT_TARGET, POOL_TARGET, Settings
from cognito_explorer.core.user_pools.undo_way import Facts, Way, moved_on

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


async def _pool(aws: "Aws", change: Change) -> Facts:
    try:
        now = await settings.pool_settings(aws, change.scope)
    except NotFound:
        raise moved_on(f"There is no {change.target} any longer.") from None
    return settings.as_texts(now, change.after)


async def _client(aws: "Aws", change: Change) -> Facts:
    try:
        now = await settings.client_settings(aws, change.scope, _client_id(change))
    except NotFound:
        raise moved_on(f"There is no {change.target} any longer.") from None
    return settings.as_texts(now, change.after)


async def _send_pool(aws: "Aws", change: Change, intent: Intent) -> None:
    now = await settings.pool_settings(aws, change.scope)
    await settings.send_pool(aws, intent, change.scope, _set_back(now, change))


async def _send_client(aws: "Aws", change: Change, intent: Intent) -> None:
    place = change.scope, _client_id(change)
    now = await settings.client_settings(aws, *place)
    await settings.send_client(aws, intent, place, _set_back(now, change))


def _set_back(now: Settings, change: Change) -> Settings:
    """What was not set is left out: an update resets it."""
    kept = {name: value for name, value in now.items() if name not in change.before}
    return kept | {name: json.loads(text) for name, text in change.before.items() if text}


def is_as_left(now: str, then: str) -> bool:
    """Whether settings still hold what was sent; Cognito adds its defaults to it."""
    return now == then or (bool(now and then) and _holds(json.loads(now), json.loads(then)))


def _holds(now: Any, then: Any) -> bool:
    if isinstance(now, dict) and isinstance(then, dict):
        return all(name in now and _holds(now[name], value) for name, value in then.items())
    if isinstance(now, list) and isinstance(then, list):
        return sorted(map(settings.as_text, now)) == sorted(map(settings.as_text, then))
    return bool(now == then)


def _client_id(change: Change) -> str:
    return change.target.removeprefix(CLIENT_TARGET)


def _title(change: Change) -> str:
    return f"Set {', '.join(change.before)} of {change.target} back"


SETTING_WAYS = {
    "update_user_pool": Way("UpdateUserPool", POOL_TARGET, _title, _pool, _send_pool, is_as_left),
    "update_user_pool_client": Way("UpdateUserPoolClient", CLIENT_TARGET, _title, _client, _send_client, is_as_left),
}
