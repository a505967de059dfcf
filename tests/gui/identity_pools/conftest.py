"""The identity pool panels against Moonletter."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.gui.identity_pools.access_panel import AccessPanel
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.workspace import Page, PageKind, Workspace
from tests.gui.identity_pools.people import IDENTITY_POOL_ID, OpenedPages, door_of, page_of, shown
from tests.sandbox_fixture import RunningSandbox, demo_sandbox, empty_worlds, sandbox

__all__ = ["IDENTITY_POOL_ID", "demo_sandbox", "empty_worlds", "sandbox"]


@pytest_asyncio.fixture
async def aws(demo_sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """The administrator's door to the demo world."""
    door = await door_of(demo_sandbox)
    yield door
    await door.drain()
    door.close()


@pytest.fixture
def workspace(theme_app: Theme) -> Workspace:
    """A workspace without a window."""
    return Workspace()


@pytest.fixture
def opened(workspace: Workspace) -> OpenedPages:
    """What panels asked the window to open."""
    pages = OpenedPages()
    workspace.set_opener(pages.append)
    return pages


@pytest.fixture
def page(aws: Aws) -> Page:
    """Moonletter's identity pool, to be tried."""
    return page_of(aws, PageKind.ACCESS)


@pytest.fixture
async def panel(qtbot: QtBot, page: Page, workspace: Workspace) -> AccessPanel:
    """Trying access, loaded."""
    return await shown(qtbot, AccessPanel(page, workspace))
