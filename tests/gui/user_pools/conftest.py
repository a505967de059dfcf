"""The user pool panels against real sandboxes: Moonletter to look at, an empty one to change."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.lib.theme import Theme
from tests.gui.user_pools.stage import OwnPool, UsersPage, make_pool, profile_of
from tests.sandbox_fixture import RunningSandbox, demo_sandbox, empty_worlds, sandbox

__all__ = ["demo_sandbox", "empty_worlds", "sandbox"]

MOONLETTER = "us-east-1_Moonlettr"

OpenPage = Callable[[Aws, str], Awaitable[UsersPage]]


@pytest_asyncio.fixture
async def demo_aws(demo_sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """A door to Moonletter."""
    door = await Aws.open(profile_of(demo_sandbox), journal=Journal())
    yield door
    await door.drain()
    door.close()


@pytest_asyncio.fixture
async def own_aws(sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """A door to a world that may be changed."""
    door = await Aws.open(profile_of(sandbox), journal=Journal())
    yield door
    await door.drain()
    door.close()


@pytest.fixture
def pool(sandbox: RunningSandbox) -> OwnPool:
    """A fresh pool with ada, grace and alan (invited, never signed in)."""
    made = make_pool(sandbox)
    made.add("ada", name="Ada Lovelace", custom__plan="paid", custom__origin="import")
    made.add("grace", name="Grace Hopper", custom__plan="free")
    made.add("alan", permanent=False, name="Alan Turing")
    return made


@pytest.fixture
def open_page(qtbot: QtBot, theme_app: Theme) -> OpenPage:
    """Opens the users page of a pool and waits for its first rows."""

    async def opened(aws: Aws, pool_id: str) -> UsersPage:
        page = UsersPage(aws, pool_id)
        qtbot.addWidget(page.window)
        page.window.show()
        await page.settle()
        return page

    return opened


@pytest_asyncio.fixture
async def moonletter(open_page: OpenPage, demo_aws: Aws) -> UsersPage:
    """Moonletter's users, loaded."""
    return await open_page(demo_aws, MOONLETTER)


@pytest_asyncio.fixture
async def page(open_page: OpenPage, own_aws: Aws, pool: OwnPool) -> UsersPage:
    """The own pool's users, loaded."""
    return await open_page(own_aws, pool.pool_id)
