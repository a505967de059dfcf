"""Switching profile or Region while something is still on its way: nothing of the one before may appear."""

import asyncio

from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.main_window import MainWindow
from tests.hand import Hand


async def test_a_region_switched_while_the_tree_loads_shows_the_new_one_only(shared_window: MainWindow) -> None:
    shared_window.tree.reload()
    await asyncio.sleep(0)
    shared_window.session.switch(SANDBOX_PROFILE, "eu-central-1")
    await Hand(shared_window).settle()
    titles = shared_window.tree.item_titles()
    assert "moonletter-eu" in titles
    assert "moonletter" not in titles


async def test_who_we_were_is_never_told_of_the_profile_switched_to(shared_window: MainWindow) -> None:
    session = shared_window.session
    session.caller = None
    session.ask_who_we_are()
    await asyncio.sleep(0)
    session.switch(SANDBOX_PROFILE, "eu-central-1")
    told: list[str] = []
    session.caller_known.connect(lambda: told.append(session.region))
    asked = session.tasks.running()
    assert [task.name for task in asked] == ["connect"]
    await Hand(shared_window).settle()
    assert told == ["eu-central-1"]
