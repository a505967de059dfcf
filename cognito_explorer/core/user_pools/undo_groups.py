"""Taking back what was done to a group: created, changed, deleted with its members."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import NotFound
from cognito_explorer.core.journal import Change, Intent
from cognito_explorer.core.user_pools import groups
from cognito_explorer.core.user_pools.undo_way import Facts, Way, moved_on
from cognito_explorer.core.user_pools.users import find_user

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_GROUP = "group "


async def _standing(aws: "Aws", change: Change) -> Facts:
    try:
        group = await groups.get_group(aws, change.scope, _name(change))
    except NotFound:
        raise moved_on(f"There is no {change.target} any longer.") from None
    return groups.facts_of(group)


async def _created(aws: "Aws", change: Change) -> Facts:
    """Whoever came into it since would lose their place."""
    now = await _standing(aws, change)
    members = await groups.list_users_in_group(aws, change.scope, _name(change)).next_page()
    if members:
        raise moved_on(f"{members[0].username} is in it by now.", ("username", members[0].username))
    return now


async def _deleted(aws: "Aws", change: Change) -> Facts:
    try:
        await groups.get_group(aws, change.scope, _name(change))
    except NotFound:
        return {}
    raise moved_on(f"There is a {change.target} again.")


async def _delete(aws: "Aws", change: Change, intent: Intent) -> None:
    await aws.write(intent, aws.idp.delete_group, UserPoolId=change.scope, GroupName=_name(change))


async def _set_back(aws: "Aws", change: Change, intent: Intent) -> None:
    await groups.send_update(aws, intent, _name(change), change.before)


async def _create_again(aws: "Aws", change: Change, intent: Intent) -> None:
    """The group first, then each member as a write of its own. Who is gone by now stays so, whoever has the name."""
    await groups.send_create(aws, intent, _name(change), change.before)
    for username, sub in _members(change).items():
        user = await find_user(aws, change.scope, username)
        if user is not None and user.sub == sub:
            with suppress(NotFound):
                await groups.add_to_group(aws, change.scope, username, _name(change), sub=sub)


def _name(change: Change) -> str:
    return change.target.removeprefix(_GROUP)


def _members(change: Change) -> dict[str, str]:
    """The username and the sub of each."""
    found: dict[str, str] = json.loads(change.before.get(groups.MEMBERS) or "{}")
    return found


def _create_again_in_words(change: Change) -> str:
    count = len(_members(change))
    if change.before.get(groups.TOO_MANY):
        return f"Create {change.target} again, without its members: there were too many to note"
    if not count:
        return f"Create {change.target} again"
    who = "its member" if count == 1 else f"its {count} members"
    return f"Create {change.target} again and put {who} back, which makes them billable this month"


def _cannot_take_away(change: Change) -> str:
    gained = [name for name in ("role", "precedence") if change.after.get(name) and not change.before.get(name)]
    return f"Cognito has no way to take the {' and the '.join(gained)} from a group again." if gained else ""


GROUP_WAYS = {
    "create_group": Way("DeleteGroup", _GROUP, lambda change: f"Delete {change.target} again", _created, _delete),
    "update_group": Way(
        "UpdateGroup",
        _GROUP,
        lambda change: f"Set {', '.join(change.before)} of {change.target} back",
        _standing,
        _set_back,
        why_not=_cannot_take_away,
    ),
    "delete_group": Way("CreateGroup", _GROUP, _create_again_in_words, _deleted, _create_again),
}
