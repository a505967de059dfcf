"""Taking back what was done to one user: attributes, enabling and disabling, membership."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.journal import Change, Intent
from cognito_explorer.core.user_pools.groups import list_groups_for_user
from cognito_explorer.core.user_pools.undo_way import Facts, Way, moved_on
from cognito_explorer.core.user_pools.users import User, find_user

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_USER = "user "


async def _user(aws: "Aws", change: Change) -> User:
    """Whom the change was about: not whoever has got the name since."""
    user = await find_user(aws, change.scope, _username(change))
    if user is None:
        raise moved_on(f"There is no {change.target} any longer.", ("username", _username(change)))
    if change.target_id and user.sub != change.target_id:
        what = f"Another user has the name by now: {change.target} was deleted, and created anew."
        raise moved_on(what, ("username", _username(change)))
    return user


async def _attributes(aws: "Aws", change: Change) -> Facts:
    return (await _user(aws, change)).attributes


async def _enabled(aws: "Aws", change: Change) -> Facts:
    return {"enabled": "yes" if (await _user(aws, change)).is_enabled else "no"}


async def _membership(aws: "Aws", change: Change) -> Facts:
    user = await _user(aws, change)
    groups = {group.name for group in await list_groups_for_user(aws, change.scope, user.username)}
    return {name: "member" if name in groups else "not a member" for name in change.after}


async def _write_attributes(aws: "Aws", change: Change, intent: Intent) -> None:
    await aws.write(
        intent,
        aws.idp.admin_update_user_attributes,
        UserPoolId=change.scope,
        Username=_username(change),
        UserAttributes=[{"Name": name, "Value": value} for name, value in change.before.items()],
    )


async def _enable(aws: "Aws", change: Change, intent: Intent) -> None:
    await aws.write(intent, aws.idp.admin_enable_user, UserPoolId=change.scope, Username=_username(change))


async def _disable(aws: "Aws", change: Change, intent: Intent) -> None:
    await aws.write(intent, aws.idp.admin_disable_user, UserPoolId=change.scope, Username=_username(change))


async def _join(aws: "Aws", change: Change, intent: Intent) -> None:
    (group,) = change.after
    place = {"UserPoolId": change.scope, "Username": _username(change), "GroupName": group}
    await aws.write(intent, aws.idp.admin_add_user_to_group, **place)


async def _leave(aws: "Aws", change: Change, intent: Intent) -> None:
    (group,) = change.after
    place = {"UserPoolId": change.scope, "Username": _username(change), "GroupName": group}
    await aws.write(intent, aws.idp.admin_remove_user_from_group, **place)


def _username(change: Change) -> str:
    return change.target.removeprefix(_USER)


def _way(
    action: str,
    title: Callable[[Change], str],
    present: Callable[["Aws", Change], Coroutine[Any, Any, Facts]],
    write: Callable[["Aws", Change, Intent], Coroutine[Any, Any, None]],
) -> Way:
    return Way(action, _USER, title, present, write)


USER_WAYS = {
    "admin_update_user_attributes": _way(
        "AdminUpdateUserAttributes",
        lambda change: f"Set {', '.join(change.before)} of {change.target} back",
        _attributes,
        _write_attributes,
    ),
    "admin_disable_user": _way("AdminEnableUser", lambda change: f"Enable {change.target} again", _enabled, _enable),
    "admin_enable_user": _way("AdminDisableUser", lambda change: f"Disable {change.target} again", _enabled, _disable),
    "admin_add_user_to_group": _way(
        "AdminRemoveUserFromGroup",
        lambda change: f"Take {change.target} out of {', '.join(change.after)}",
        _membership,
        _leave,
    ),
    "admin_remove_user_from_group": _way(
        "AdminAddUserToGroup",
        lambda change: f"Put {change.target} back into {', '.join(change.after)}",
        _membership,
        _join,
    ),
}
