"""Taking a change back: what would, whether the world is still as the change left it, and doing so."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.errors import InvalidInput, WriteRefused
from cognito_explorer.core.journal import Change, Intent
from cognito_explorer.core.user_pools.groups import list_groups_for_user
from cognito_explorer.core.user_pools.users import User, find_user

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_USER = "user "
_NEVER = {
    "admin_delete_user": (
        "A deleted user cannot be brought back: one created anew has another sub, and no password or factor is kept."
    ),
    "admin_create_user": "A user may have been used since they were created. Delete them on their own page if need be.",
    "admin_set_user_password": "Nobody knows the password there was before.",
    "admin_reset_user_password": "The old password is void, and a code was sent.",
    "admin_user_global_sign_out": "Sessions that were ended cannot be begun again.",
    "admin_confirm_sign_up": "Cognito has no way to make a confirmed user unconfirmed.",
    "revoke_token": "A token that was revoked stays so.",
}


@dataclass(frozen=True, slots=True)
class Inverse:
    """What takes a change back: `title` in words, or `why_not`, the reason why nothing does."""

    title: str = ""
    why_not: str = ""


def inverse_of(change: Change) -> Inverse:
    """What would take a change back, judged by the change alone; `undo` then looks at the world."""
    if change.outcome == "running":
        return Inverse(why_not="It is still under way.")
    if change.outcome in ("refused", "not sent"):
        return Inverse(why_not="Nothing was changed.")
    if dict(change.before) == dict(change.after):
        return Inverse(why_not="It changed nothing.")
    if change.operation in _WAYS and change.scope and change.target.startswith(_USER):
        return Inverse(_WAYS[change.operation].title(change))
    return Inverse(why_not=_NEVER.get(change.operation, f"No operation takes {change.action} back."))


async def undo(aws: "Aws", change: Change) -> None:
    """Take a change back, as a write that names it. Pass the door of the change's own profile and Region.

    Raises InvalidInput where there is no inverse, WriteRefused where the world has moved on since, and ExplorerError.
    """
    inverse = inverse_of(change)
    if not inverse.title:
        raise InvalidInput("This change cannot be undone.", inverse.why_not, code="NoInverse")
    user = await find_user(aws, change.scope, _username(change))
    if user is None:
        raise _moved_on(f"There is no {change.target} any longer.")
    way = _WAYS[change.operation]
    now = await way.present(aws, change, user)
    for name, value in change.after.items():
        if now.get(name, "") != value:
            raise _moved_on(f"Then: {name} was {value or 'not set'}. Now: {now.get(name, '') or 'not set'}.")
    intent = Intent(change.target, dict(change.after), dict(change.before), change.scope, undoes=change.id)
    await way.write(aws, change, intent)


@dataclass(frozen=True, slots=True)
class _Way:
    """How to take one operation's changes back."""

    title: Callable[[Change], str]
    present: Callable[["Aws", Change, User], Coroutine[Any, Any, Mapping[str, str]]]
    write: Callable[["Aws", Change, Intent], Coroutine[Any, Any, None]]


async def _attributes(_aws: "Aws", _change: Change, user: User) -> Mapping[str, str]:
    return user.attributes


async def _enabled(_aws: "Aws", _change: Change, user: User) -> Mapping[str, str]:
    return {"enabled": "yes" if user.is_enabled else "no"}


async def _membership(aws: "Aws", change: Change, user: User) -> Mapping[str, str]:
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


def _moved_on(what: str) -> WriteRefused:
    title = "Nothing was undone: it was changed again since."
    return WriteRefused(title, what, code="MovedOn")


def _set_back(change: Change) -> str:
    return f"Set {', '.join(change.before)} of {change.target} back"


_WAYS = {
    "admin_update_user_attributes": _Way(_set_back, _attributes, _write_attributes),
    "admin_disable_user": _Way(lambda change: f"Enable {change.target} again", _enabled, _enable),
    "admin_enable_user": _Way(lambda change: f"Disable {change.target} again", _enabled, _disable),
    "admin_add_user_to_group": _Way(
        lambda change: f"Take {change.target} out of {', '.join(change.after)}", _membership, _leave
    ),
    "admin_remove_user_from_group": _Way(
        lambda change: f"Put {change.target} back into {', '.join(change.after)}", _membership, _join
    ),
}
