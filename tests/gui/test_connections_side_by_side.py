"""Several profiles and Regions in one window: in the tree, in front, closed, and there again at the next start."""

import asyncio
import shlex
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton

from cognito_explorer.core.aws import providers
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.anything import suggest, suggest_all
from cognito_explorer.gui.connection_rows import cross_of, second_line
from cognito_explorer.gui.connections import SANDBOX_PROFILE, Connections
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import Page, PageKind
from tests.core.aws.stubbed import SANDBOX, Stubbed
from tests.gui.windows import MakeWindow, keys_profile, pools_in_front
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

SANDBOX_KEY = ("sandbox", "us-east-1")


@pytest.fixture(scope="module")
def production(demo_sandbox: RunningSandbox) -> Profile:
    """A second profile of the run's sandbox, of another colour, read-only and for production."""
    profile = keys_profile(demo_sandbox, "side-by-side", "cognito-idp:*", "cognito-identity:*", "sts:*")
    return replace(profile, color="#C0282D", is_production=True)


def roots(window: MainWindow) -> list[str]:
    """Each connection's row as it is read aloud."""
    model = window.tree.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return [str(row.data(Qt.ItemDataRole.AccessibleTextRole) or row.data()) for row in rows]


def users_of(window: MainWindow, key: tuple[str, str]) -> Page:
    here = (page for page in window.tree.pages() if page.kind is PageKind.USERS)
    return next(page for page in here if (page.context.profile_id, page.context.region) == key)


def frame_of(window: MainWindow) -> int:
    whole = window.centralWidget()
    return whole.contentsMargins().left() if whole is not None else -1


def click_row(window: MainWindow, row: int, *, on_cross: bool = False) -> None:
    place = window.tree.visualRect(window.tree.model().index(row, 0))
    point = cross_of(place).center() if on_cross else QPoint(place.left() + 40, place.center().y())
    QTest.mouseClick(window.tree.viewport(), Qt.MouseButton.LeftButton, pos=point)


def middle_of(window: MainWindow, row: int) -> QPoint:
    place = window.tree.visualRect(window.tree.model().index(row, 0))
    return QPoint(place.left() + 40, place.center().y())


def toasts(window: MainWindow) -> str:
    return "\n".join(note.text for note in window.findChildren(Toast))


async def test_delete_on_a_connection_closes_it_and_on_anything_else_nothing(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, window = Hand(shared_window), shared_window
    window.session.switch(production)
    await hand.settle()
    window.tree.setFocus()
    model = window.tree.model()
    window.tree.setCurrentIndex(model.index(0, 0, model.index(1, 0)))
    hand.press(Qt.Key.Key_Delete)
    await hand.settle()
    assert len(roots(window)) == 2, "a branch is nothing that could be closed"
    window.tree.setCurrentIndex(model.index(1, 0))
    row = model.index(1, 0)
    assert "Delete closes" in row.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    hand.press(Qt.Key.Key_Delete)
    await hand.settle()
    assert [key for key, _ in [each.key for each in window.session.connections()]] == ["sandbox"]
    assert len(roots(window)) == 1


async def test_another_profile_is_added_and_the_window_follows_the_tab(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, window = Hand(shared_window), shared_window
    window.open_page(users_of(window, SANDBOX_KEY))
    await hand.settle()
    window.top_bar.profile_wanted.emit(production)
    await hand.settle()
    assert roots(window) == [
        "Moonletter sandbox, Admin · us-east-1",
        "side-by-side, Read-only · production · us-east-1, in front",
    ]
    active = window.tabs.active()
    assert active is not None
    assert active.page.kind is PageKind.WELCOME, "no page of the connection before stays in front"

    window.open_page(users_of(window, (production.id, "us-east-1")))
    await hand.settle()
    assert window.tabs.count() == 3
    assert (window.top_bar.switch.text(), window.top_bar.mode.text()) == ("side-by-side · us-east-1", "Read-only")
    assert frame_of(window) > 0
    ours = window.session.aws
    assert ours is not None
    assert window.top_bar.caller.toolTip().endswith("user/side-by-side")

    hand.control(Qt.Key.Key_PageUp)
    assert window.top_bar.switch.text() == "Moonletter sandbox · us-east-1"
    assert window.top_bar.mode.text() == "Sandbox: Admin"
    assert frame_of(window) == 0
    assert "sandbox-administrator" in window.top_bar.caller.toolTip()
    assert window.session.aws is not ours
    hand.control(Qt.Key.Key_PageDown)
    assert window.session.aws is ours
    assert window.windowTitle().endswith("side-by-side · us-east-1 – Cognito Explorer")


async def test_a_profile_is_found_by_its_name_and_the_tree_shows_what_it_opens(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, production: Profile
) -> None:
    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    window.resize(1000, 360)
    await window.book.go_on_without_keyring()
    await window.book.save(production)
    await hand.go("side by")
    await hand.settle()
    assert window.session.profile == production
    model, room = window.tree.model(), window.tree.viewport().rect()
    root = model.index(model.rowCount() - 1, 0)
    assert window.tree.isExpanded(root)
    assert room.contains(window.tree.visualRect(root)), "it is in sight"
    assert room.intersects(window.tree.visualRect(model.index(0, 0, root))), "and so is what stands beneath it"
    offered = [
        command.title for command in suggest_all(window, window.book.usable(), window.sides.choose, "moonletter")
    ]
    assert offered.index("Overview of moonletter · side-by-side · us-east-1") < offered.index(
        "Look through Moonletter sandbox"
    )


async def test_a_mode_is_switched_for_the_connection_in_front_alone(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, window = Hand(shared_window), shared_window
    window.session.switch(production)
    await hand.settle()
    window.sides.choose(SANDBOX_PROFILE)
    window.modes.want("support")
    await hand.settle()
    assert [each.mode for each in window.session.connections()] == ["support", "read-only"]
    assert roots(window)[0] == "Moonletter sandbox, Support · us-east-1, in front"


async def stage_an_edit(hand: Hand) -> None:
    """Something that is not applied yet, on the page of users in front."""
    panel = hand.page(UsersPanel)
    panel.list.select_first()
    await hand.settle()
    line = panel.user_inspector.attributes.row("name").editor
    assert isinstance(line, QLineEdit)
    line.setText("Somebody else")
    assert panel.has_unsaved_edits()


async def test_the_cross_closes_a_connection_with_its_pages_after_a_question(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, window = Hand(shared_window), shared_window
    window.session.switch(production)
    await hand.settle()
    window.open_page(users_of(window, SANDBOX_KEY))
    await hand.settle()
    await stage_an_edit(hand)
    click_row(window, 0, on_cross=True)
    await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    await hand.be_active()
    assert len(roots(window)) == 2
    click_row(window, 0, on_cross=True)
    dialog = await hand.dialog(Dialog)
    hand.click(next(each for each in dialog.findChildren(QPushButton) if each.text() == "Discard changes"))
    await hand.settle()
    assert roots(window) == ["side-by-side, Read-only · production · us-east-1, in front"]
    assert [tab.page.kind for tab in window.tabs.tabs()] == [PageKind.WELCOME]


async def test_after_the_last_connection_was_closed_one_can_be_opened(shared_window: MainWindow) -> None:
    hand, window = Hand(shared_window), shared_window
    hand.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    await hand.settle()
    assert roots(window) == ["No connection is open"]
    assert window.top_bar.switch.text() == "No profile"
    assert not window.top_bar.mode.isVisible()
    window.explore_sandbox()
    await hand.settle()
    assert hand.page(UsersPanel)


async def test_the_menu_of_a_row_brings_its_connection_to_the_front(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, window = Hand(shared_window), shared_window
    window.session.switch(production)
    await hand.settle()
    place = window.tree.visualRect(window.tree.model().index(0, 0)).center()
    window.tree.customContextMenuRequested.emit(place)
    menu = window.tree.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.text()] == [
        "&Look through it",
        "&Reload",
        "&Close connection\tDelete",
    ]
    menu.actions()[0].trigger()
    menu.close()
    assert window.session.front_key == SANDBOX_KEY
    await hand.settle()
    offered = [command.title for command in suggest(window, "users of moonletter")]
    assert offered[0] == "Users of moonletter · Moonletter sandbox · us-east-1", "those of the one in front come first"
    assert "Users of moonletter · side-by-side · us-east-1" in offered


async def test_those_of_the_last_run_are_there_again_and_open_when_one_looks_into_them(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, settings: Settings
) -> None:
    first = make_window(demo_sandbox.data)
    await Hand(first).settle()
    first.session.switch(SANDBOX_PROFILE, "eu-central-1")
    await Hand(first).settle()
    assert settings.texts("connections") == ["sandbox us-east-1", "sandbox eu-central-1"]
    settings.put("region", "us-east-1")

    window = make_window(demo_sandbox.data)
    hand = Hand(window)
    await hand.be_active()
    await hand.settle()
    there = window.session.connections()
    assert [second_line(each) for each in there] == ["Admin · us-east-1", "not open · eu-central-1"]
    assert there[1].aws is None, "it does not hold up the start"
    click_row(window, 1)
    QTest.mouseDClick(window.tree.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(window, 1))
    await hand.settle()
    assert second_line(window.session.connections()[1]) == "Admin · eu-central-1"
    assert window.tree.isExpanded(window.tree.model().index(1, 0)), "a double click opens it, too"
    assert window.session.front_key == SANDBOX_KEY, "to look into the tree brings nothing to the front"
    assert "moonletter-eu" in window.tree.item_titles()
    assert "moonletter-eu" not in pools_in_front(window)


async def test_a_profile_that_is_gone_is_told_and_no_longer_awaited(
    make_window: MakeWindow, demo_sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.put("connections", ["sandbox us-east-1", "deleted-since eu-west-3"])
    window = make_window(demo_sandbox.data)
    await Hand(window).settle()
    window.book.is_loaded = True
    window.book.changed.emit()
    assert "1 connection of last time cannot be opened: the profile is gone." in toasts(window)
    assert settings.texts("connections") == ["sandbox us-east-1"]


async def test_a_slow_profile_holds_up_no_other(
    demo_sandbox: RunningSandbox, theme_app: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "PROCESS_TIMEOUT_S", 5)
    program = shlex.join([sys.executable, "-c", "import threading; threading.Event().wait()"])
    profile = Profile("slow", "Slow", "process", "us-east-1", "#3A57D6", credential_process=program)
    connections = Connections(demo_sandbox.data)
    slow = asyncio.get_running_loop().create_task(connections.open(profile))
    quick = asyncio.get_running_loop().create_task(connections.open(SANDBOX_PROFILE))
    done, _ = await asyncio.wait((slow, quick), return_when=asyncio.FIRST_COMPLETED)
    assert done == {quick}
    with pytest.raises(SessionExpired):
        await slow
    await connections.close()


async def test_profiles_of_one_account_and_region_go_by_the_same_rates(
    shared_window: MainWindow, production: Profile
) -> None:
    hand, session = Hand(shared_window), shared_window.session
    for region in ("us-east-1", "eu-west-1"):
        session.switch(production, region)
        await hand.settle()
    first, there, elsewhere = (each.aws for each in session.connections())
    assert first is not None
    assert there is not None
    assert elsewhere is not None
    assert first.pace is there.pace is there.http.pace
    assert elsewhere.pace is not there.pace


async def test_with_the_privacy_switch_on_nobody_is_named_by_the_session(shared_window: MainWindow) -> None:
    arn = "arn:aws:sts::210987654321:assumed-role/AWSReservedSSO_Support/ada@moonletter.example"
    shared_window.top_bar.show_caller("210987654321", arn)
    privacy().switch(on=True)
    try:
        caller = shared_window.top_bar.caller
        assert "ada" not in caller.text() + caller.toolTip()
    finally:
        privacy().switch(on=False)
    assert shared_window.top_bar.caller.toolTip() == arn


async def test_the_rates_of_an_account_are_asked_for_in_the_background(
    demo_sandbox: RunningSandbox, theme_app: Theme
) -> None:
    account = Stubbed(replace(SANDBOX, kind="keys", endpoint_url=""))
    for category in ("UserPoolRead", "UserList"):
        definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
        limit = {"LimitDefinition": definition, "ProvisionedLimitValue": 75, "FreeLimitValue": 15}
        account.reader.add_response("get_provisioned_limit", {"Limit": limit}, {"LimitDefinition": definition})
    connections = Connections(demo_sandbox.data)
    await account.aws.pace.turn("cognito-idp", "ListUserPools")
    connections.share_pace(account.aws, "210987654321")
    await account.aws.pace.turn("cognito-idp", "ListUsers")
    assert not connections.tasks.is_busy, "nobody sees it at work"
    for scope in connections.findChildren(TaskScope):
        await scope.idle()
    told = [each.category for each in account.aws.pace.rates() if (each.rate, each.source) == (75, "provisioned")]
    assert told == ["UserPoolRead", "UserList"]
    assert [call.operation for call in account.aws.calls.recent()] == ["GetProvisionedLimit"] * 2
    account.aws.close()
    await connections.close()
