"""A door to the broken world, which each file seeds as it needs it."""

from collections.abc import AsyncIterator

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
async def newsroom(broken: RunningSandbox) -> AsyncIterator[Aws]:
    """A door to the file's own `broken` sandbox."""
    door = await Aws.open(profile_of(broken), journal=Journal())
    yield door
    door.close()
