"""Real main windows: `shared_window` is attached to the run's sandbox, `own_window` starts one of its own."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio
from PySide6.QtCore import SignalInstance

from cognito_explorer.app import begin
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import Page, PageKind
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox, start_sandbox

PATIENCE_S = 60


class MakeWindow(Protocol):
    """Makes a window on the sandbox of a folder."""

    def __call__(self, world: Path, journal: Journal | None = None) -> MainWindow:
        """With a journal of its own, or one in memory."""


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Moonletter's folder, filled, with nothing running on it: to be copied."""
    folder = tmp_path_factory.mktemp("demo-world") / "world"
    start_sandbox(folder, "--seed", "demo").stop()
    return folder


@pytest.fixture
def own_world(demo_world: Path, tmp_path: Path) -> Path:
    """A copy of Moonletter of the test's own."""
    return Path(shutil.copytree(demo_world, tmp_path / "world"))


@pytest_asyncio.fixture
async def make_window(tmp_path: Path, settings: Settings, theme_app: Theme) -> AsyncIterator[MakeWindow]:
    """Makes windows as the app does, at 1280 by 800, and takes them down."""
    made: list[MainWindow] = []

    def make(world: Path, journal: Journal | None = None) -> MainWindow:
        window = MainWindow(Connections(world, journal), ProfileBook(tmp_path / "profiles.json"))
        made.append(window)
        window.resize(1280, 800)
        window.show()
        begin(window)
        return window

    yield make
    for window in made:
        for index in reversed(range(window.tabs.count())):
            window.tabs.close_tab(index)
        await window.connections.close()
        window.hide()
        window.deleteLater()


@pytest_asyncio.fixture
async def shared_window(make_window: MakeWindow, demo_sandbox: RunningSandbox) -> MainWindow:
    """A window attached to the run's sandbox, with its tree loaded."""
    return await _at_rest(make_window(demo_sandbox.data))


@pytest_asyncio.fixture
async def own_window(make_window: MakeWindow, own_world: Path) -> MainWindow:
    """A window with a sandbox child of its own, with its tree loaded."""
    return await _at_rest(make_window(own_world))


async def _at_rest(window: MainWindow) -> MainWindow:
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    return window


def heard(signal: SignalInstance) -> "asyncio.Future[None]":
    """A future for the next time a signal is emitted: wait for it with `within`."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(*_: Any) -> None:
        if not future.done():
            future.set_result(None)

    signal.connect(hear)
    return future


async def within(future: "asyncio.Future[None]") -> None:
    """Wait for it, but not for ever."""
    async with asyncio.timeout(PATIENCE_S):
        await future


def page_of(window: MainWindow, kind: PageKind, name: str = "moonletter") -> Page:
    """A page the tree leads to."""
    return next(
        page
        for page in window.tree.pages()
        if page.kind is kind and name in (page.context.pool_name, page.context.identity_pool_name)
    )


def pools_in_front(window: MainWindow) -> set[str]:
    """The names of the user pools beneath the connection in front."""
    front = window.session.front
    pages = [page for page in window.tree.pages() if page.kind is PageKind.USERS]
    return {page.context.pool_name for page in pages if front is not None and front.owns(page)}


def keys_profile(running: RunningSandbox, name: str, *actions: str) -> Profile:
    """An IAM user of the sandbox who may do these actions and nothing else, as a profile with access keys."""
    iam = running.client("iam")
    iam.create_user(UserName=name)
    allow(running, name, *actions)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    return Profile(
        id=name,
        name=name,
        kind="keys",
        region="us-east-1",
        color="#9A5B00",
        endpoint_url=running.endpoint,
        access_key_id=keys["AccessKeyId"],
        secret_access_key=keys["SecretAccessKey"],
    )


def allow(running: RunningSandbox, name: str, *actions: str) -> None:
    """Let an IAM user do these actions and nothing else."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    running.client("iam").put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(document))
