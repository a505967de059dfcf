"""Users, against the real sandbox."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, InvalidInput, NotFound
from cognito_explorer.core.user_pools import groups, users
from cognito_explorer.core.user_pools.users import NewUser, User, UserQuery


@pytest.fixture
async def guest(aws: Aws, pool_id: str) -> AsyncIterator[User]:
    """A user of this test alone."""
    name = f"test-{uuid4().hex[:8]}"
    attributes = {"email": f"{name}@moonletter.example", "email_verified": "true", "name": "Test Person"}
    made = await users.create_user(aws, pool_id, NewUser(name, attributes, invitation="none"))
    yield made
    if await users.find_user(aws, pool_id, made.username):
        await users.delete_user(aws, pool_id, made)


async def fresh(aws: Aws, pool_id: str, user: User) -> User:
    found = await users.find_user(aws, pool_id, user.username)
    assert found is not None
    return found


async def test_all_users_come_page_by_page(aws: Aws, pool_id: str) -> None:
    pages = users.list_users(aws, pool_id)
    first = await anext(pages)
    assert len(first) == 60
    assert pages.has_more
    rest = await pages.collect(limit=10_000)
    names = {user.username for user in (*first, *rest)}
    assert len(names) == len(first) + len(rest) >= 500
    assert pages.has_more is False


async def test_a_search_by_prefix_finds_ada(aws: Aws, pool_id: str) -> None:
    found = await users.search_users(aws, pool_id, UserQuery("email", "ada@moon")).next_page()
    assert [user.username for user in found] == ["ada"]
    assert found[0].name == "Ada Lovelace"
    assert found[0].created_at is not None
    assert found[0].created_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (UserQuery("email", "bob@"), 'email ^= "bob@"'),
        (UserQuery("family_name", 'O"Neil', is_prefix=False), 'family_name = "O\\"Neil"'),
        (UserQuery("name", "a\\b"), 'name ^= "a\\\\b"'),
    ],
)
def test_a_query_is_written_as_cognito_reads_it(query: UserQuery, text: str) -> None:
    assert query.filter == text


@pytest.mark.parametrize("query", [UserQuery("custom:plan", "x"), UserQuery("email", "x" * 300)])
def test_a_query_cognito_cannot_answer_is_refused(query: UserQuery) -> None:
    with pytest.raises(InvalidInput):
        _ = query.filter


async def test_a_new_user_must_change_their_password(aws: Aws, pool_id: str, guest: User) -> None:
    found = await fresh(aws, pool_id, guest)
    assert (found.status, found.is_enabled, found.email) == ("FORCE_CHANGE_PASSWORD", True, guest.email)
    assert aws.journal.recent()[0].operation == "admin_create_user"


async def test_disable_and_enable_are_journalled_with_before_and_after(aws: Aws, pool_id: str, guest: User) -> None:
    await users.disable_user(aws, pool_id, guest)
    disabled = await fresh(aws, pool_id, guest)
    assert not disabled.is_enabled
    change = aws.journal.recent()[0]
    assert (change.before, change.after, change.scope) == ({"enabled": "yes"}, {"enabled": "no"}, pool_id)
    await users.enable_user(aws, pool_id, disabled)
    assert (await fresh(aws, pool_id, guest)).is_enabled


async def test_a_permanent_password_confirms_and_stays_out_of_the_journal(aws: Aws, pool_id: str, guest: User) -> None:
    await users.set_password(aws, pool_id, guest, "Quite-long-2026", is_permanent=True)
    assert (await fresh(aws, pool_id, guest)).status == "CONFIRMED"
    assert "Quite-long-2026" not in repr(aws.journal.recent()) + repr(aws.calls.recent())
    await users.reset_password(aws, pool_id, await fresh(aws, pool_id, guest))
    assert (await fresh(aws, pool_id, guest)).status == "RESET_REQUIRED"


async def test_only_what_changed_is_sent(aws: Aws, pool_id: str, guest: User) -> None:
    after = guest.attributes | {"name": "Another Name"}
    assert await users.update_attributes(aws, pool_id, guest, after) == {"name": "Another Name"}
    change = aws.journal.recent()[0]
    assert (change.before, change.after) == ({"name": "Test Person"}, {"name": "Another Name"})
    now = await fresh(aws, pool_id, guest)
    assert now.name == "Another Name"
    assert await users.update_attributes(aws, pool_id, now, now.attributes) == {}


async def test_an_invitation_is_sent_again(aws: Aws, pool_id: str, guest: User) -> None:
    await users.resend_invitation(aws, pool_id, guest)
    await users.sign_out_user(aws, pool_id, guest)
    assert aws.journal.recent()[0].outcome == "accepted"


async def test_a_confirmed_user_cannot_be_confirmed(aws: Aws, pool_id: str) -> None:
    (ada,) = await users.search_users(aws, pool_id, UserQuery("username", "ada", is_prefix=False)).next_page()
    with pytest.raises(ExplorerError, match="cannot be confirmed"):
        await users.confirm_user(aws, pool_id, ada)
    assert aws.journal.recent()[0].outcome == "refused"


async def test_groups_are_joined_and_left(aws: Aws, pool_id: str, guest: User) -> None:
    await groups.add_to_group(aws, pool_id, guest.username, "free")
    await groups.add_to_group(aws, pool_id, guest.username, "editors")
    joined = await groups.list_groups_for_user(aws, pool_id, guest.username)
    assert [group.name for group in joined] == ["editors", "free"]
    assert all(group.role_arn for group in joined)
    await groups.remove_from_group(aws, pool_id, guest.username, "editors")
    assert [group.name for group in await groups.list_groups_for_user(aws, pool_id, guest.username)] == ["free"]
    members = await groups.list_users_in_group(aws, pool_id, "free").collect(limit=10_000)
    assert guest.username in {user.username for user in members}


async def test_a_deleted_user_is_gone_and_its_attributes_stand_in_the_journal(
    aws: Aws, pool_id: str, guest: User
) -> None:
    await users.delete_user(aws, pool_id, await fresh(aws, pool_id, guest))
    assert await users.find_user(aws, pool_id, guest.username) is None
    assert aws.journal.recent()[0].before["email"] == guest.email
    with pytest.raises(NotFound, match="no such user"):
        await users.disable_user(aws, pool_id, guest)
