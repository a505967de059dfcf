"""Cognitos of others, no sandbox of ours: what one has is read, what it lacks is refused in words, nothing breaks."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import NotOffered
from cognito_explorer.core.identity_pools.identity_pools import describe_identity_pool, list_identity_pools
from cognito_explorer.core.insight.configuration import Subject
from cognito_explorer.core.insight.explanation_checks import check_causes
from cognito_explorer.core.insight.explanations import catalogue, explain
from cognito_explorer.core.insight.permissions import find_permissions
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.user_pools.app_clients import describe_app_client, list_client_names
from cognito_explorer.core.user_pools.groups import list_groups, list_groups_for_user
from cognito_explorer.core.user_pools.pools import describe_pool, list_pools
from cognito_explorer.core.user_pools.users import find_user, list_users
from tests.strangers import NAMES, Stranger, stranger

Look = Callable[[Aws, Subject], Coroutine[Any, Any, object]]

LOOKS: dict[str, Look] = {
    "pools": lambda aws, _: list_pools(aws).next_page(),
    "pool": lambda aws, it: describe_pool(aws, it.pool_id),
    "users": lambda aws, it: list_users(aws, it.pool_id).next_page(),
    "user": lambda aws, it: find_user(aws, it.pool_id, it.username),
    "groups": lambda aws, it: list_groups(aws, it.pool_id).next_page(),
    "groups of a user": lambda aws, it: list_groups_for_user(aws, it.pool_id, it.username),
    "clients": lambda aws, it: list_client_names(aws, it.pool_id),
    "client": lambda aws, it: describe_app_client(aws, it.pool_id, it.client_id),
    "identity pools": lambda aws, _: list_identity_pools(aws).next_page(),
    "identity pool": lambda aws, it: describe_identity_pool(aws, it.identity_pool_id),
    "permissions": lambda aws, it: find_permissions(aws, it.pool_id),
}
# What every page needs; the rest may be missing.
MAY_LACK = frozenset({"identity pools", "identity pool"})


@pytest.fixture(scope="module", params=NAMES)
def emulator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    with stranger(request.param, tmp_path_factory.mktemp("stranger")) as running:
        yield running


@pytest.fixture
def subject(emulator: Stranger) -> Subject:
    """What was made in it."""
    return Subject(emulator.pool_id, emulator.client_id, emulator.username, emulator.identity_pool_id)


@pytest.fixture
async def aws(emulator: Stranger) -> AsyncIterator[Aws]:
    """A door to it, with keys."""
    door = await Aws.open(emulator.profile(), journal=Journal())
    yield door
    door.close()


@pytest.mark.parametrize("name", LOOKS)
async def test_what_it_has_is_read_and_what_it_lacks_is_refused_in_words(aws: Aws, subject: Subject, name: str) -> None:
    try:
        found = await LOOKS[name](aws, subject)
    except NotOffered as refusal:
        assert name in MAY_LACK, refusal
        assert refusal.title.startswith("This endpoint has no ")
    else:
        assert found


async def test_every_check_of_an_error_ends_in_a_verdict(aws: Aws, subject: Subject) -> None:
    for entry in catalogue():
        found = await check_causes(aws, explain(entry.codes[0] if entry.codes else entry.contains[0]), subject)
        assert all(each.verdict.evidence for each in found if each.verdict)
