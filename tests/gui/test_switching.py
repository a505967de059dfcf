"""Another profile or Region while something is still on its way: each answer stays with its own connection."""

import asyncio

from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.hand import Hand


def pools_beneath(window: MainWindow) -> list[set[str]]:
    """The names of the user pools beneath each connection, top to bottom."""
    found: dict[tuple[str, str], set[str]] = {each.key: set() for each in window.session.connections()}
    for page in window.tree.pages():
        if page.kind is PageKind.USERS:
            found[page.context.profile_id, page.context.region].add(page.context.pool_name)
    return list(found.values())


async def test_a_region_added_while_the_tree_loads_stands_beside_the_one_before(shared_window: MainWindow) -> None:
    shared_window.tree.reload()
    await asyncio.sleep(0)
    shared_window.session.switch(SANDBOX_PROFILE, "eu-central-1")
    await Hand(shared_window).settle()
    assert pools_beneath(shared_window) == [{"moonletter", "moonletter-staging"}, {"moonletter-eu"}]


async def test_who_we_were_is_never_told_of_the_connection_gone_to(shared_window: MainWindow) -> None:
    session, first = shared_window.session, shared_window.session.front_key
    assert first is not None
    session.connect_to(first)
    session.ask_who_we_are()
    await asyncio.sleep(0)
    session.switch(SANDBOX_PROFILE, "eu-central-1")
    told: list[str] = []
    session.caller_known.connect(lambda: told.append(session.region))
    await Hand(shared_window).settle()
    assert told == ["eu-central-1"]
