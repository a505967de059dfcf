"""The auth panels against Moonletter, with the real web view."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PySide6.QtCore import QCoreApplication, Qt

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace
from tests.gui.auth.opened_pages import OpenedPages
from tests.sandbox_fixture import RunningSandbox, demo_sandbox, empty_worlds, sandbox

__all__ = ["demo_sandbox", "empty_worlds", "sandbox"]

# As the app does: WebEngine needs it set before the application object exists.
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

POOL_ID = "us-east-1_Moonlettr"


@pytest_asyncio.fixture
async def aws(demo_sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """The administrator's door to the demo world."""
    door = await Aws.open(
        Profile(
            id="sandbox",
            name="Moonletter sandbox",
            kind="sandbox",
            region="us-east-1",
            color="#2F9E6E",
            endpoint_url=demo_sandbox.endpoint,
            access_key_id=demo_sandbox.ready["access_key_id"],
            secret_access_key=demo_sandbox.ready["secret_access_key"],
        )
    )
    yield door
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
    """Moonletter's sign-in page."""
    return Page(PageKind.SIGN_IN, Context("sandbox", "us-east-1", POOL_ID, "moonletter"), aws)
