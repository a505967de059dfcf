"""Groups: who is in them, and the role and precedence they carry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.users import User, parse_user

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# A deleted group's members are noted so that they can be put back; each of them is a call of its own.
MEMBERS, TOO_MANY, MEMBERS_NOTED = "members", "members left out", 500


@dataclass(frozen=True, slots=True)
class Group:
    """A group. The lowest precedence wins; None is worst."""

    name: str
    description: str
    role_arn: str
    precedence: int | None
    created_at: datetime | None
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group as it is wanted."""

    name: str
    description: str = ""
    role_arn: str = ""
    precedence: int | None = None

    def facts(self) -> dict[str, str]:
        """As the journal has them; "" for what is not set."""
        precedence = "" if self.precedence is None else str(self.precedence)
        return {"description": self.description, "precedence": precedence, "role": self.role_arn}


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


async def get_group(aws: "Aws", pool_id: str, group_name: str) -> Group:
    """One group (GetGroup). Raises NotFound, ExplorerError."""
    answer = await aws.read(aws.idp.get_group, UserPoolId=pool_id, GroupName=group_name)
    return parse_group(answer["Group"])


async def create_group(aws: "Aws", pool_id: str, group: NewGroup) -> None:
    """Create a group (CreateGroup). Raises ExplorerError where there is one of that name."""
    facts = {name: value for name, value in group.facts().items() if value}
    await send_create(aws, Intent(f"group {group.name}", {}, facts, pool_id), group.name, facts)


async def update_group(aws: "Aws", pool_id: str, group: Group, wanted: NewGroup) -> bool:
    """Send what differs (UpdateGroup; a role or a precedence cannot be taken away). False if nothing does."""
    before = facts_of(group)
    after = {name: value for name, value in wanted.facts().items() if value != before[name]}
    if after:
        intent = Intent(f"group {group.name}", {name: before[name] for name in after}, after, pool_id)
        await send_update(aws, intent, group.name, after)
    return bool(after)


async def delete_group(aws: "Aws", pool_id: str, group: Group) -> None:
    """Delete a group (DeleteGroup), its first 500 members noted. They stay, and tokens issued keep naming it."""
    members = await list_users_in_group(aws, pool_id, group.name).collect(limit=MEMBERS_NOTED + 1)
    before = {name: value for name, value in facts_of(group).items() if value}
    if len(members) > MEMBERS_NOTED:
        before[TOO_MANY] = f"more than {MEMBERS_NOTED}"
    elif members:
        # A name may be somebody else's by the time the group comes back.
        before[MEMBERS] = json.dumps({member.username: member.sub for member in members}, ensure_ascii=False)
    intent = Intent(f"group {group.name}", before, {}, pool_id)
    await aws.write(intent, aws.idp.delete_group, UserPoolId=pool_id, GroupName=group.name)


async def send_create(aws: "Aws", intent: Intent, name: str, facts: Mapping[str, str]) -> None:
    """CreateGroup of facts as the journal has them."""
    await aws.write(intent, aws.idp.create_group, UserPoolId=intent.scope, GroupName=name, **_parameters(facts))


async def send_update(aws: "Aws", intent: Intent, name: str, facts: Mapping[str, str]) -> None:
    """UpdateGroup of facts as the journal has them; what is not among them stays."""
    await aws.write(intent, aws.idp.update_group, UserPoolId=intent.scope, GroupName=name, **_parameters(facts))


async def add_to_group(aws: "Aws", pool_id: str, username: str, group_name: str, *, sub: str = "") -> None:
    """Put a user into a group (AdminAddUserToGroup); it shows in tokens after the next refresh."""
    before, after = {group_name: "not a member"}, {group_name: "member"}
    intent = Intent(f"user {username}", before, after, pool_id, target_id=sub)
    await aws.write(
        intent, aws.idp.admin_add_user_to_group, UserPoolId=pool_id, Username=username, GroupName=group_name
    )


async def remove_from_group(aws: "Aws", pool_id: str, username: str, group_name: str, *, sub: str = "") -> None:
    """Take a user out of a group (AdminRemoveUserFromGroup); tokens already issued keep naming it."""
    before, after = {group_name: "member"}, {group_name: "not a member"}
    intent = Intent(f"user {username}", before, after, pool_id, target_id=sub)
    await aws.write(
        intent, aws.idp.admin_remove_user_from_group, UserPoolId=pool_id, Username=username, GroupName=group_name
    )


def facts_of(group: Group) -> dict[str, str]:
    """What can be changed of a group, as the journal has it; "" for what is not set."""
    precedence = "" if group.precedence is None else str(group.precedence)
    return {"description": group.description, "precedence": precedence, "role": group.role_arn}


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


def _parameters(facts: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"Description": facts["description"]} if "description" in facts else {}
    given |= {"Precedence": int(facts["precedence"])} if facts.get("precedence") else {}
    return given | ({"RoleArn": facts["role"]} if facts.get("role") else {})
