"""Taking a change back: by the operation that is its inverse, if the world is still as the change left it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.care import takes_away
from cognito_explorer.core.aws.operations import is_billed
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.journal import Change, Intent
from cognito_explorer.core.user_pools.groups import MEMBERS
from cognito_explorer.core.user_pools.undo_groups import GROUP_WAYS
from cognito_explorer.core.user_pools.undo_settings import SETTING_WAYS
from cognito_explorer.core.user_pools.undo_users import USER_WAYS

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

NEVER = {
    "admin_delete_user": (
        "A deleted user cannot be brought back: one created anew has another sub, and no password or factor is kept."
    ),
    "admin_create_user": "A user may have been used since they were created. Delete them on their own page if need be.",
    "admin_set_user_password": "Nobody knows the password there was before.",
    "admin_reset_user_password": "The old password is void, and a code was sent.",
    "admin_user_global_sign_out": "Sessions that were ended cannot be begun again.",
    "admin_confirm_sign_up": "Cognito has no way to make a confirmed user unconfirmed.",
    "admin_set_user_mfa_preference": "Nobody but the user can set up a second factor again.",
    "admin_delete_software_token": "Nobody but the user can register an authenticator again.",
    "global_sign_out": "Sessions that were ended cannot be begun again.",
    "revoke_token": "A token that was revoked stays so.",
    "invoke": "What the function did is known to the function alone.",
    "post_to_api": "What the API did is known to the API alone.",
    "put_object": "What the object held before was not read. Where the bucket keeps versions, the one before is there.",
}
_RESENT = "The message was sent, and the one before it is void."
WAYS = USER_WAYS | GROUP_WAYS | SETTING_WAYS


@dataclass(frozen=True, slots=True)
class Inverse:
    """What takes a change back: `title` in words, or `why_not`, the reason why nothing does.

    `action` is what would be sent, as AWS calls it, and `parameters` what a mode must know of it. `is_billed`: it makes
    users count as active. `is_destructive`: it takes something away from somebody.
    """

    title: str = ""
    why_not: str = ""
    action: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    is_billed: bool = False
    is_destructive: bool = False


def inverse_of(change: Change) -> Inverse:
    """What would take a change back, judged by the change alone; `undo` then looks at the world."""
    reason = _why_not_at_all(change)
    if reason:
        return Inverse(why_not=reason)
    way = WAYS.get(change.operation)
    if way is None or not change.scope or not change.target.startswith(way.target):
        return Inverse(why_not=_why_never(change))
    if reason := way.why_not(change):
        return Inverse(why_not=reason)
    brings_members = change.operation == "delete_group" and MEMBERS in change.before
    return Inverse(
        way.title(change),
        action=way.action,
        parameters=_parameters(change),
        is_billed=is_billed("cognito-idp", way.action) or brings_members,
        is_destructive=takes_away("cognito-idp", way.action, change.after, change.before),
    )


async def undo(aws: "Aws", change: Change) -> None:
    """Take a change back, as a write that names it. Pass the door of the change's own profile and Region.

    Raises InvalidInput where there is no inverse, WriteRefused where the world has moved on since, and ExplorerError.
    """
    inverse = inverse_of(change)
    if not inverse.title:
        raise InvalidInput("This change cannot be undone.", inverse.why_not, code="NoInverse")
    way = WAYS[change.operation]
    await way.check(aws, change)
    intent = Intent(
        change.target,
        dict(change.after),
        dict(change.before),
        change.scope,
        undoes=change.id,
        target_id=change.target_id,
    )
    await way.write(aws, change, intent)


def newest_change(aws: "Aws", operation: str, target: str, pool_id: str) -> Change | None:
    """The last change of a target by an operation through this profile, if it can be undone; or None."""
    wanted = (aws.profile.id, operation, target, pool_id)
    for each in aws.journal.recent():
        if (each.profile_id, each.operation, each.target, each.scope) == wanted:
            return each if inverse_of(each).title else None
    return None


def _why_not_at_all(change: Change) -> str:
    if change.outcome == "running":
        return "It is still under way."
    if change.outcome in ("refused", "not sent"):
        return "Nothing was changed."
    if change.outcome == "undone":
        return "It was undone."
    # A group with nothing but its name has nothing to note.
    is_all = change.operation in ("create_group", "delete_group")
    return "It changed nothing." if dict(change.before) == dict(change.after) and not is_all else ""


def _why_never(change: Change) -> str:
    # AdminCreateUser sends an invitation again, too.
    if change.operation == "admin_create_user" and "username" not in change.after:
        return _RESENT
    return NEVER.get(change.operation, f"No operation takes {change.action} back.")


def _parameters(change: Change) -> dict[str, Any]:
    names = [{"Name": name} for name in change.before]
    group = next(iter(change.after), "")
    return {"UserPoolId": change.scope, "UserAttributes": names, "GroupName": group}
