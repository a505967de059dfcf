"""Taking changes back, against the real sandbox."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import InvalidInput, WriteRefused
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools import groups, users
from cognito_explorer.core.user_pools.undo import inverse_of, undo
from cognito_explorer.core.user_pools.users import NewUser, User
from tests.core.changes import change_of


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
    assert await aws.journal.undoing(change) == taken_back
    assert await aws.journal.undoing(taken_back) is None
    await undo(aws, taken_back)
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


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"outcome": "running"}, "under way"),
        ({"outcome": "refused"}, "Nothing was changed"),
        ({"outcome": "not sent"}, "Nothing was changed"),
        ({"after": {"enabled": "no"}}, "changed nothing"),
        ({"operation": "create_user_pool", "action": "CreateUserPool"}, "No operation takes CreateUserPool back"),
        ({"operation": "admin_set_user_password"}, "Nobody knows the password"),
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
