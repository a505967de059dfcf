"""What is running names its connection where several are open."""

import asyncio
from collections.abc import Iterator

import pytest

from cognito_explorer.gui.lib.labels import ElidedLabel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import keys_profile, page_of
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def slow(demo_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """Lists take a while."""
    late = [{"operations": f"cognito-idp:{each}", "fixed_ms": 2_000} for each in ("ListUserPools", "ListUsers")]
    demo_sandbox.control("faults", {"latency": late})
    yield demo_sandbox
    demo_sandbox.control("faults", {"latency": []})


def running(window: MainWindow) -> set[str]:
    labels = window.activity_bar.findChildren(ElidedLabel)
    return {label.text() for label in labels if "…" in label.text() and not label.isHidden()}


async def until_running(window: MainWindow, words: str) -> set[str]:
    """What is running as soon as that is."""
    async with asyncio.timeout(60):
        while not any(each.startswith(words) for each in running(window)):  # noqa: ASYNC110  # a label tells nobody
            await asyncio.sleep(0.01)
    return {each for each in running(window) if each.startswith(words)}


async def test_work_names_its_connection_where_several_are_open(
    shared_window: MainWindow, slow: RunningSandbox
) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    assert await until_running(shared_window, "Loading users") == {"Loading users…"}
    users = hand.page(UsersPanel)
    place = shared_window.session.front.place  # type: ignore[union-attr]
    await hand.settle()
    second = keys_profile(slow, "whose-work", "cognito-idp:*", "cognito-identity:*", "sts:*")
    shared_window.session.switch(second)
    pools = await until_running(shared_window, "Loading user pools")
    assert pools == {"Loading user pools… whose-work · us-east-1"}
    users.reload()
    assert await until_running(shared_window, "Loading users") == {f"Loading users… {place}"}
    await hand.settle()
