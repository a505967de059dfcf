"""The first minute: welcome, tree, another Region, another profile, and what AWS does not let us see."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from cognito_explorer.app import begin
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.welcome_panel import WelcomePanel
from cognito_explorer.gui.connections import SANDBOX_PROFILE
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from tests.gui.windows import MakeWindow, allow, keys_profile
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

NOWHERE = Profile("nowhere", "nowhere", "keys", "us-east-1", "#57606A", "http://127.0.0.1:9", "", "AKIA", "none")


def menu_words(window: MainWindow) -> list[str]:
    """Everything the profile switch offers, its Regions included."""
    menu = window.top_bar.switch.menu()
    menu.aboutToShow.emit()
    entries = [*menu.actions(), *(action for each in menu.findChildren(QMenu) for action in each.actions())]
    return [action.text() for action in entries]


async def test_a_first_start_shows_the_ways_in_with_the_keyboard_on_the_sandbox(shared_window: MainWindow) -> None:
    welcome = Hand(shared_window).page(WelcomePanel)
    assert welcome.sandbox_button.hasFocus()
    titles = shared_window.tree.item_titles()
    assert titles[:7] == ["Moonletter sandbox", "User pools", "moonletter", "Overview", "Users", "Sign in", "Tokens"]
    assert titles[-3:] == ["moonletter", "Overview", "Try access"]
    assert "moonletter-staging" in titles


async def test_enter_on_the_start_page_leads_to_the_users_even_while_the_sandbox_still_starts(
    make_window: MakeWindow, demo_sandbox: RunningSandbox
) -> None:
    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    hand.page(WelcomePanel).sandbox_button.click()
    assert window.session.aws is None
    await hand.settle()
    assert hand.page(UsersPanel).title.startswith("Users")


async def test_who_we_are_stands_beside_the_profile(shared_window: MainWindow) -> None:
    bar = shared_window.top_bar
    assert "210987654321" in bar.caller.toolTip()
    assert "sandbox-administrator" in bar.caller.toolTip()
    assert bar.mode.text() == "Sandbox: Admin"


async def test_another_region_stands_beside_the_one_before(shared_window: MainWindow) -> None:
    shared_window.top_bar.region_wanted.emit("eu-central-1")
    await Hand(shared_window).settle()
    assert "moonletter-eu" in shared_window.tree.item_titles()
    assert shared_window.top_bar.switch.text() == "Moonletter sandbox · eu-central-1"


async def test_a_region_typed_in_a_profile_is_offered_though_it_is_not_in_the_list(shared_window: MainWindow) -> None:
    odd = Profile("odd", "odd", "keys", "mx-central-1", "#57606A", "", "", "AKIA", "none")
    shared_window.top_bar.show_profiles([SANDBOX_PROFILE, odd])
    assert {"mx-central-1", "us-east-1", "odd", "Moonletter sandbox"} <= set(menu_words(shared_window))


async def test_the_profile_menu_opens_by_keyboard_and_closes_with_escape(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_P)
    menu = shared_window.top_bar.switch.menu()
    assert menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


async def test_what_was_used_last_is_opened_again(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.put("profile", "sandbox")
    settings.put("region", "eu-central-1")
    window = make_window(demo_sandbox.data)
    await Hand(window).settle()
    assert window.session.region == "eu-central-1"
    assert "moonletter-eu" in window.tree.item_titles()


async def test_a_last_profile_that_is_gone_gives_way_to_the_sandbox(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.put("profile", "deleted-since")
    settings.put("region", "eu-west-3")
    window = make_window(demo_sandbox.data)
    await Hand(window).settle()
    assert window.session.profile == SANDBOX_PROFILE
    assert window.session.region == "us-east-1"


async def test_a_branch_that_is_refused_says_so_and_is_tried_again_while_the_other_goes_on(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    limited = keys_profile(demo_sandbox, "only-user-pools", "cognito-idp:ListUserPools")
    hand = Hand(shared_window)
    shared_window.session.switch(limited)
    await hand.settle()
    titles = shared_window.tree.item_titles()
    assert "moonletter-staging" in titles
    assert titles[-1].endswith("Try again")
    assert shared_window.top_bar.mode.text() == "Read-only"
    allow(demo_sandbox, "only-user-pools", "cognito-idp:ListUserPools", "cognito-identity:ListIdentityPools")
    hand.control(Qt.Key.Key_1)
    hand.press(Qt.Key.Key_End)
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert shared_window.tree.item_titles()[-1] == "Try access"


async def test_an_endpoint_that_refuses_connections_says_what_to_do_and_can_be_left(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.session.switch(NOWHERE)
    await hand.settle()
    assert shared_window.banner.isVisible()
    assert shared_window.banner.error is not None
    assert shared_window.banner.error.hint
    assert shared_window.banner.retry_button.text() == "Retry"
    shared_window.session.switch(SANDBOX_PROFILE)
    await hand.settle()
    assert not shared_window.banner.isVisible()
    assert "moonletter" in shared_window.tree.item_titles()


async def test_begin_remembers_the_profile_that_could_be_opened_and_no_other(
    shared_window: MainWindow, settings: Settings
) -> None:
    begin(shared_window)
    await Hand(shared_window).settle()
    assert settings.text("profile") == "sandbox"
