"""Taking changes back, against the real sandbox."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import botocore.session
import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import InvalidInput, NotFound, WriteRefused
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools import groups, settings, users
from cognito_explorer.core.user_pools.groups import Group, NewGroup
from cognito_explorer.core.user_pools.undo import NEVER, WAYS, inverse_of, undo
from cognito_explorer.core.user_pools.undo_settings import is_as_left
from cognito_explorer.core.user_pools.users import NewUser, User
from tests.core.aws.stubbed import Stubbed
from tests.core.changes import change_of
from tests.core.sent_writes import sent_writes
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
async def own_pool(aws: Aws, demo_sandbox: RunningSandbox) -> AsyncIterator[tuple[str, str]]:
    """A pool and a client whose settings this test may change."""
    idp = demo_sandbox.client("cognito-idp")
    made: str = idp.create_user_pool(PoolName="undo")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=made, ClientName="undo", ReadAttributes=["email"])
    yield made, client["UserPoolClient"]["ClientId"]
    idp.update_user_pool(UserPoolId=made, DeletionProtection="INACTIVE")
    idp.delete_user_pool(UserPoolId=made)


@pytest.fixture
async def guest(aws: Aws, pool_id: str) -> AsyncIterator[User]:
    """A user of this test alone."""
    name = f"undo-{uuid4().hex[:8]}"
    attributes = {"email": f"{name}@moonletter.example", "email_verified": "true", "name": "Test Person"}
    made = await users.create_user(aws, pool_id, NewUser(name, attributes, invitation="none"))
    yield made
    if await users.find_user(aws, pool_id, made.username):
        await users.delete_user(aws, pool_id, made)


async def fresh(aws: Aws, pool_id: str, user: User) -> User:
    found = await users.find_user(aws, pool_id, user.username)
    assert found is not None
    return found


async def change_attributes(aws: Aws, pool_id: str, user: User, **changes: str) -> None:
    now = await fresh(aws, pool_id, user)
    await users.update_attributes(aws, pool_id, now, now.attributes | changes)


def states(aws: Aws, *changes: Change) -> list[tuple[str, str]]:
    now = {each.id: each for each in aws.journal.recent()}
    return [(now[each.id].outcome, now[each.id].undone_by) for each in changes]


def newest(aws: Aws) -> Change:
    return aws.journal.recent(1)[0]


async def test_attributes_are_set_back_and_the_flag_of_an_address_with_them(
    aws: Aws, pool_id: str, guest: User
) -> None:
    await change_attributes(aws, pool_id, guest, email="other@moonletter.example", name="", locale="de")
    change = newest(aws)
    assert inverse_of(change).title.startswith("Set ")
    await undo(aws, change)
    found = await fresh(aws, pool_id, guest)
    assert (found.email, found.name) == (guest.email, "Test Person")
    assert found.attributes["email_verified"] == "true"
    assert found.attributes.get("locale", "") == ""
    taken_back = newest(aws)
    assert (taken_back.undoes, taken_back.outcome) == (change.id, "accepted")
    assert states(aws, change, taken_back) == [("undone", taken_back.id), ("accepted", "")]
    assert inverse_of(aws.journal.recent(2)[1]).why_not == "It was undone."
    await undo(aws, taken_back)
    again = newest(aws)
    assert states(aws, change, taken_back, again) == [("accepted", ""), ("undone", again.id), ("accepted", "")]
    assert (await fresh(aws, pool_id, guest)).email == "other@moonletter.example"


async def test_a_disabled_user_is_enabled_again_but_not_twice(aws: Aws, pool_id: str, guest: User) -> None:
    await users.disable_user(aws, pool_id, guest)
    change = newest(aws)
    assert inverse_of(change).title == f"Enable user {guest.username} again"
    await undo(aws, change)
    assert (await fresh(aws, pool_id, guest)).is_enabled
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, change)
    assert refused.value.hint == "Then: enabled was no. Now: yes."


async def test_memberships_are_taken_back_either_way(aws: Aws, pool_id: str, guest: User) -> None:
    await groups.add_to_group(aws, pool_id, guest.username, "free")
    joined = newest(aws)
    await undo(aws, joined)
    assert await groups.list_groups_for_user(aws, pool_id, guest.username) == ()
    await undo(aws, newest(aws))
    assert [group.name for group in await groups.list_groups_for_user(aws, pool_id, guest.username)] == ["free"]


async def test_what_was_changed_again_since_stays(aws: Aws, pool_id: str, guest: User) -> None:
    await change_attributes(aws, pool_id, guest, name="First")
    change = newest(aws)
    await change_attributes(aws, pool_id, guest, name="Second")
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, change)
    assert refused.value.hint == "Then: name was First. Now: Second."
    assert (await fresh(aws, pool_id, guest)).name == "Second"


async def test_deleting_a_user_offers_no_undo_and_says_so(aws: Aws, pool_id: str, guest: User) -> None:
    await users.disable_user(aws, pool_id, guest)
    disabled = newest(aws)
    await users.delete_user(aws, pool_id, guest)
    assert "cannot be brought back" in inverse_of(newest(aws)).why_not
    with pytest.raises(InvalidInput, match="cannot be undone"):
        await undo(aws, newest(aws))
    with pytest.raises(WriteRefused, match="no user undo-"):
        await undo(aws, disabled)


async def test_another_user_of_the_same_name_is_left_alone(aws: Aws, pool_id: str, guest: User) -> None:
    await users.disable_user(aws, pool_id, guest)
    disabled = newest(aws)
    await users.delete_user(aws, pool_id, guest)
    again = NewUser(guest.username, {"email": guest.email}, invitation="none")
    await users.disable_user(aws, pool_id, await users.create_user(aws, pool_id, again))
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, disabled)
    assert "Another user has the name" in refused.value.hint
    assert not (await fresh(aws, pool_id, guest)).is_enabled


@pytest.fixture
async def group(aws: Aws, pool_id: str) -> AsyncIterator[Group]:
    """A group of this test alone, with a description and a precedence."""
    name = f"undo-{uuid4().hex[:8]}"
    await groups.create_group(aws, pool_id, NewGroup(name, "For a test", precedence=7))
    made = await groups.get_group(aws, pool_id, name)
    yield made
    with suppress(NotFound):
        await groups.delete_group(aws, pool_id, made)


async def test_a_group_that_was_created_is_deleted_again_unless_somebody_came_in(
    aws: Aws, pool_id: str, group: Group, guest: User
) -> None:
    created = next(each for each in aws.journal.recent() if each.operation == "create_group")
    assert (inverse_of(created).is_billed, inverse_of(created).is_destructive) == (False, True)
    await groups.add_to_group(aws, pool_id, guest.username, group.name)
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, created)
    assert refused.value.hint == f"{guest.username} is in it by now."
    await groups.remove_from_group(aws, pool_id, guest.username, group.name)
    await undo(aws, created)
    with pytest.raises(NotFound):
        await groups.get_group(aws, pool_id, group.name)
    assert newest(aws).undoes == created.id


async def test_a_deleted_group_comes_back_with_its_members_once(
    aws: Aws, pool_id: str, group: Group, guest: User
) -> None:
    await groups.add_to_group(aws, pool_id, guest.username, group.name)
    await groups.delete_group(aws, pool_id, group)
    deleted = newest(aws)
    inverse = inverse_of(deleted)
    assert inverse.title.endswith("put its member back, which makes them billable this month")
    assert (inverse.is_billed, inverse.is_destructive) == (True, False)
    await undo(aws, deleted)
    again = await groups.get_group(aws, pool_id, group.name)
    assert groups.facts_of(again) == groups.facts_of(group)
    members = await groups.list_users_in_group(aws, pool_id, group.name).next_page()
    assert [member.username for member in members] == [guest.username]
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, deleted)
    assert refused.value.hint == f"There is a group {group.name} again."


async def test_whoever_has_a_members_name_by_now_is_not_put_into_the_group(
    aws: Aws, pool_id: str, group: Group, guest: User
) -> None:
    await groups.add_to_group(aws, pool_id, guest.username, group.name)
    await groups.delete_group(aws, pool_id, group)
    deleted = newest(aws)
    await users.delete_user(aws, pool_id, guest)
    await users.create_user(aws, pool_id, NewUser(guest.username, {"email": guest.email}, invitation="none"))
    await undo(aws, deleted)
    assert await groups.list_users_in_group(aws, pool_id, group.name).next_page() == ()


async def test_a_changed_group_is_set_back_but_keeps_a_role_it_was_given(aws: Aws, pool_id: str, group: Group) -> None:
    wanted = NewGroup(group.name, "Something else", precedence=3)
    assert await groups.update_group(aws, pool_id, group, wanted)
    changed = newest(aws)
    await undo(aws, changed)
    assert groups.facts_of(await groups.get_group(aws, pool_id, group.name)) == groups.facts_of(group)
    assert not await groups.update_group(aws, pool_id, group, NewGroup(group.name, "For a test", precedence=7))
    with_role = replace(changed, before={"role": ""}, after={"role": "arn:aws:iam::000000000000:role/x"})
    assert "no way to take the role" in inverse_of(with_role).why_not


async def test_settings_of_a_pool_are_set_back_and_the_rest_stays(aws: Aws, own_pool: tuple[str, str]) -> None:
    pool_id, _ = own_pool
    before = await settings.pool_settings(aws, pool_id)
    await settings.update_pool(aws, pool_id, {"DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"]})
    change = newest(aws)
    assert inverse_of(change).is_destructive, "the pool could be deleted again"
    assert dict(change.after) == {"AutoVerifiedAttributes": '["email"]', "DeletionProtection": '"ACTIVE"'}
    await settings.update_pool(aws, pool_id, {"UserPoolTags": {"team": "moon"}})
    await undo(aws, change)
    assert await settings.pool_settings(aws, pool_id) == before | {"UserPoolTags": {"team": "moon"}}
    assert newest(aws).undoes == change.id
    with pytest.raises(WriteRefused, match="changed again since"):
        await undo(aws, change)


async def test_settings_of_a_client_are_set_back_unless_somebody_changed_them_again(
    aws: Aws, own_pool: tuple[str, str]
) -> None:
    pool_id, client_id = own_pool
    before = await settings.client_settings(aws, pool_id, client_id)
    await settings.update_client(aws, pool_id, client_id, {"AccessTokenValidity": 2, "EnableTokenRevocation": False})
    change = newest(aws)
    await undo(aws, change)
    assert await settings.client_settings(aws, pool_id, client_id) == before
    await settings.update_client(aws, pool_id, client_id, {"ClientName": "one"})
    renamed = newest(aws)
    await settings.update_client(aws, pool_id, client_id, {"ClientName": "two"})
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, renamed)
    assert refused.value.hint == 'Then: ClientName was "one". Now: "two".'
    count = len(aws.journal.recent())
    await settings.update_client(aws, pool_id, client_id, {"ClientName": "two"})
    assert len(aws.journal.recent()) == count, "what is so already is not sent"


async def test_tags_that_aws_has_set_itself_are_not_sent() -> None:
    stubbed = Stubbed()
    tags = {"aws:cloudformation:stack-name": "web", "team": "moon"}
    stubbed.reader.add_response("describe_user_pool", {"UserPool": {"UserPoolTags": tags}})
    sent = {"UserPoolId": "us-east-1_abc", "UserPoolTags": {"team": "moon"}, "DeletionProtection": "ACTIVE"}
    stubbed.writer.add_response("update_user_pool", {}, sent)
    await settings.set_deletion_protection(stubbed.aws, "us-east-1_abc", is_on=True)
    stubbed.writer.assert_no_pending_responses()
    stubbed.aws.close()


@pytest.mark.parametrize(
    ("operation", "shown", "members", "besides"),
    [
        ("UpdateUserPool", "UserPoolType", settings.POOL_MEMBERS, settings.POOL_LEFT_OUT),
        ("UpdateUserPoolClient", "UserPoolClientType", settings.CLIENT_MEMBERS, {"UserPoolId", "ClientId"}),
    ],
)
def test_every_setting_that_can_be_read_and_updated_is_sent(
    operation: str, shown: str, members: frozenset[str], besides: frozenset[str]
) -> None:
    model: Any = botocore.session.get_session().get_service_model("cognito-idp")
    both = set(model.operation_model(operation).input_shape.members) & set(model.shape_for(shown).members)
    assert both == members | besides


@pytest.mark.parametrize(
    ("now", "then", "is_so"),
    [
        ('{"a": {"b": 1, "c": 2}}', '{"a": {"b": 1}}', True),
        ('["x", "y"]', '["y", "x"]', True),
        ('["x", "y"]', '["x"]', False),
        ('{"a": 1}', '{"a": 2}', False),
        ("", "1", False),
        ("1", "", False),
        ("", "", True),
    ],
)
def test_settings_are_as_left_though_cognito_adds_its_defaults(now: str, then: str, is_so: bool) -> None:
    assert is_as_left(now, then) is is_so


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"outcome": "running"}, "under way"),
        ({"outcome": "refused"}, "Nothing was changed"),
        ({"outcome": "not sent"}, "Nothing was changed"),
        ({"after": {"enabled": "no"}}, "changed nothing"),
        ({"operation": "create_user_pool", "action": "CreateUserPool"}, "No operation takes CreateUserPool back"),
        ({"operation": "admin_set_user_password"}, "Nobody knows the password"),
        ({"operation": "admin_create_user", "after": {"username": "ada"}}, "may have been used"),
        ({"operation": "admin_create_user", "after": {"invitation": "sent again"}}, "The message was sent"),
        ({"operation": "put_object", "target": "object b/k"}, "held before was not read"),
        ({"scope": ""}, "No operation takes"),
    ],
)
def test_what_has_no_inverse_says_why(facts: dict[str, object], reason: str) -> None:
    done = change_of("user ada", before={"enabled": "no"}, after={"enabled": "yes"}, outcome="accepted", scope="pool")
    assert inverse_of(done).title
    assert inverse_of(replace(done, outcome="unknown")).title, "the world is looked at first"
    inverse = inverse_of(replace(done, **facts))  # type: ignore[arg-type]  # names of fields
    assert inverse.title == ""
    assert reason in inverse.why_not


def test_every_write_that_can_be_sent_has_an_inverse_or_says_why_it_has_none() -> None:
    sent = {operation.name for operation in sent_writes()}
    assert sent == WAYS.keys() | NEVER.keys()
    assert not WAYS.keys() & NEVER.keys()


async def test_what_never_got_an_answer_and_was_not_done_needs_no_undo(aws: Aws, pool_id: str, guest: User) -> None:
    await users.disable_user(aws, pool_id, guest)
    unanswered = replace(newest(aws), outcome="unknown")
    await undo(aws, unanswered)
    with pytest.raises(WriteRefused, match="it never was done"):
        await undo(aws, unanswered)
    assert newest(aws).operation == "admin_enable_user"


async def test_memberships_and_states_that_moved_on_are_left_alone(aws: Aws, pool_id: str, guest: User) -> None:
    await groups.add_to_group(aws, pool_id, guest.username, "free", sub=guest.sub)
    joined = newest(aws)
    await groups.remove_from_group(aws, pool_id, guest.username, "free", sub=guest.sub)
    left = newest(aws)
    await users.disable_user(aws, pool_id, guest)
    await users.enable_user(aws, pool_id, await fresh(aws, pool_id, guest))
    enabled = newest(aws)
    await groups.add_to_group(aws, pool_id, guest.username, "free", sub=guest.sub)
    await users.disable_user(aws, pool_id, guest)
    count = len(aws.journal.recent())
    await groups.remove_from_group(aws, pool_id, guest.username, "free", sub=guest.sub)
    with pytest.raises(WriteRefused, match="changed again since"):
        await undo(aws, joined)
    await groups.add_to_group(aws, pool_id, guest.username, "free", sub=guest.sub)
    for change in (left, enabled):
        with pytest.raises(WriteRefused, match="changed again since"):
            await undo(aws, change)
    assert len(aws.journal.recent()) == count + 2, "nothing was sent"


async def test_a_group_that_was_changed_again_is_left_alone(aws: Aws, pool_id: str, group: Group) -> None:
    await groups.update_group(aws, pool_id, group, NewGroup(group.name, "Second", precedence=7))
    changed = newest(aws)
    now = await groups.get_group(aws, pool_id, group.name)
    await groups.update_group(aws, pool_id, now, NewGroup(group.name, "Third", precedence=7))
    with pytest.raises(WriteRefused, match="changed again since") as refused:
        await undo(aws, changed)
    assert refused.value.hint == "Then: description was Second. Now: Third."
