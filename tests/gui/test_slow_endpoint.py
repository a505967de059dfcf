"""An endpoint that takes half a minute, or that is away: the window lives, says how long it waits, and lets go."""

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QPushButton

from cognito_explorer.core.aws.connection import READ_TIMEOUT_S
from cognito_explorer.gui.activity_bar import ActivityBar
from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

ANSWER_MS = 30_000
# A person notices a tenth of a second; other programs have this computer, too.
STALL_S = 1.0


@pytest.fixture
def slow_lists(demo_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """Lists of users take half a minute."""
    demo_sandbox.control("faults", {"latency": [{"operations": "*ListUsers", "fixed_ms": ANSWER_MS}]})
    yield demo_sandbox
    demo_sandbox.control("faults", {"latency": []})


@pytest.fixture
def outage(demo_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """To be used with `refuse`: afterwards the endpoint is there again."""
    yield demo_sandbox
    demo_sandbox.control("faults", {"outage": "none"})


@pytest_asyncio.fixture
async def users(shared_window: MainWindow, slow_lists: RunningSandbox) -> UsersPanel:
    """The page of users, which waits for an answer."""
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    return hand.page(UsersPanel)


def running(bar: ActivityBar) -> str:
    return " ".join(label.text() for label in bar.findChildren(ElidedLabel) if "…" in label.text())


async def until(is_so: Callable[[], bool]) -> float:
    """Wait for it, and answer with the longest time that the window did nothing meanwhile, in seconds."""
    loop, worst = asyncio.get_running_loop(), 0.0
    async with asyncio.timeout(60):
        while not is_so():
            before = loop.time()
            await asyncio.sleep(0)
            worst = max(worst, loop.time() - before)
    return worst


async def test_it_says_how_long_it_waits_and_the_window_lives(shared_window: MainWindow, users: UsersPanel) -> None:
    # A tick that comes a little late leaves a second out.
    told = re.compile(r"Loading users… ([3-9]|1\d) seconds")
    stalled_s = await until(lambda: bool(told.search(running(shared_window.activity_bar))))
    assert stalled_s < STALL_S
    assert users.face == "loading"
    assert ANSWER_MS / 1_000 < READ_TIMEOUT_S, "and such an answer is waited for"


async def test_cancel_lets_go_at_once_and_says_that_nothing_was_loaded(
    shared_window: MainWindow, users: UsersPanel, slow_lists: RunningSandbox
) -> None:
    hand, bar = Hand(shared_window), shared_window.activity_bar
    await until(lambda: bool(running(bar)))
    hand.click(next(one for one in bar.findChildren(QPushButton) if one.accessibleName() == "Cancel: Loading users"))
    await until(lambda: not running(bar))
    assert users.face == "empty", "an empty list would say that there is nobody"
    slow_lists.control("faults", {"latency": []})
    hand.click(users.empty.button)
    await hand.settle()
    assert users.face == "content"
    assert users.banner.error is None


async def test_an_endpoint_that_is_away_is_told_and_retried_on_request(
    shared_window: MainWindow, outage: RunningSandbox
) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    panel = hand.page(UsersPanel)
    outage.control("faults", {"outage": "refused"})
    panel.reload()
    await hand.settle()
    assert panel.banner.error is not None
    assert "did not answer" in panel.banner.error.title or "broke" in panel.banner.error.title
    assert "try again" in panel.banner.error.hint
    assert "Look whether" not in panel.banner.error.hint, "a read changes nothing"
    assert panel.face == "content", "what was read stays"
    outage.control("faults", {"outage": "none"})
    hand.click(panel.banner.retry_button)
    await hand.settle()
    assert panel.banner.error is None
