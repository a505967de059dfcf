"""Groups: who is in them, and the role and precedence they carry."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.users import User, parse_user

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class Group:
    """A group. The lowest precedence wins; None is worst."""

    name: str
    description: str
    role_arn: str
    precedence: int | None
    created_at: datetime | None
    modified_at: datetime | None


def list_groups(aws: "Aws", pool_id: str) -> Pages[Group]:
    """Pages of a pool's groups."""
    return aws.pages(Paging("Groups"), parse_group, aws.idp.list_groups, UserPoolId=pool_id, Limit=60)


def list_users_in_group(aws: "Aws", pool_id: str, group_name: str) -> Pages[User]:
    """Pages of a group's members."""
    return aws.pages(
        Paging("Users"), parse_user, aws.idp.list_users_in_group, UserPoolId=pool_id, GroupName=group_name, Limit=60
    )


async def list_groups_for_user(aws: "Aws", pool_id: str, username: str) -> tuple[Group, ...]:
    """A user's groups, best precedence first (AdminListGroupsForUser; Cognito allows at most 100)."""
    pages = aws.pages(
        Paging("Groups"), parse_group, aws.idp.admin_list_groups_for_user, UserPoolId=pool_id, Username=username
    )
    groups = await pages.collect(limit=1_000)
    return tuple(sorted(groups, key=lambda group: (group.precedence is None, group.precedence or 0, group.name)))


async def add_to_group(aws: "Aws", pool_id: str, username: str, group_name: str) -> None:
    """Put a user into a group (AdminAddUserToGroup); it shows in tokens after the next refresh."""
    intent = Intent(f"user {username}", {group_name: "not a member"}, {group_name: "member"}, pool_id)
    await aws.write(
        intent, aws.idp.admin_add_user_to_group, UserPoolId=pool_id, Username=username, GroupName=group_name
    )


async def remove_from_group(aws: "Aws", pool_id: str, username: str, group_name: str) -> None:
    """Take a user out of a group (AdminRemoveUserFromGroup); tokens already issued keep naming it."""
    intent = Intent(f"user {username}", {group_name: "member"}, {group_name: "not a member"}, pool_id)
    await aws.write(
        intent, aws.idp.admin_remove_user_from_group, UserPoolId=pool_id, Username=username, GroupName=group_name
    )


def parse_group(row: Any) -> Group:
    """The record for a GroupType."""
    return Group(
        name=row["GroupName"],
        description=row.get("Description", ""),
        role_arn=row.get("RoleArn", ""),
        precedence=row.get("Precedence"),
        created_at=row.get("CreationDate"),
        modified_at=row.get("LastModifiedDate"),
    )
