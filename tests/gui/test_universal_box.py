"""Ctrl+K: pages, commands, tokens and scraps of a name; and every shortcut of the window."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from cognito_explorer.core.aws.call_log import LoggedCall
from cognito_explorer.gui.auth.token_preview_panel import TokenPreviewPanel
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.palette import ShortcutSheet
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.pool_panel import PoolPanel
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox

SHIFT_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def test_a_page_is_opened_by_its_name(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("overview of moonletter")
    assert hand.page(PoolPanel).title


async def test_a_prediction_is_opened_by_its_name_too(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    await hand.go("predict tokens of moonletter")
    assert hand.page(TokenPreviewPanel).title


async def test_a_pasted_token_is_read(shared_window: MainWindow, demo_sandbox: RunningSandbox) -> None:
    hand = Hand(shared_window)
    idp = demo_sandbox.public_client("cognito-idp")
    pool = next(page.context.pool_id for page in shared_window.pages() if page.context.pool_name == "moonletter")
    clients = demo_sandbox.client("cognito-idp").list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
    web = next(client["ClientId"] for client in clients if client["ClientName"] == "web")
    answer = idp.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=web,
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
    )
    await hand.go(f"  Bearer {answer['AuthenticationResult']['IdToken']}")
    token = hand.page(TokensPanel).token
    assert token is not None
    assert token.claims["cognito:username"] == "ada"


async def test_a_scrap_of_a_name_offers_each_pool_by_name_and_finds_the_user(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_K)
    hand.write("grace@moonletter.example")
    offered = [entry.title for entry in shared_window.palette_box.entries()]
    assert any("grace@moonletter.example" in title and "moonletter-staging" in title for title in offered)
    first = next(at for at, title in enumerate(offered) if title.endswith("the users of moonletter"))
    hand.press(Qt.Key.Key_Down, times=first)
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    users = hand.page(UsersPanel).list.view.table.records()
    assert [user.username for user in users] == ["grace"]


async def test_escape_gives_the_keyboard_back(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    before = hand.focus()
    hand.control(Qt.Key.Key_K)
    assert shared_window.palette_box.line.hasFocus()
    hand.press(Qt.Key.Key_Escape)
    assert hand.focus() is before


async def test_no_two_commands_share_a_shortcut_and_each_stands_in_the_sheet(shared_window: MainWindow) -> None:
    shortcuts = [QKeySequence(each.shortcut).toString() for each in shared_window.commands.all() if each.shortcut]
    assert [keys for keys, count in Counter(shortcuts).items() if count > 1] == []
    hand = Hand(shared_window)
    hand.press(Qt.Key.Key_F1)
    sheet = await hand.dialog(ShortcutSheet)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Find anything…", "Ctrl+K", "Reload", "F5", "Go to the inspector", "Ctrl+3"} <= shown
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()


async def test_the_drawer_shows_the_calls_without_growing_the_window(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    size = shared_window.size()
    hand.control(Qt.Key.Key_J)
    assert shared_window.activity_bar.drawer.isVisible()
    view = hand.focus()
    assert isinstance(view, RecordView)
    calls: tuple[LoggedCall, ...] = view.table.records()
    assert {call.operation for call in calls} >= {"ListUserPools", "GetCallerIdentity"}
    assert shared_window.size() == size
    hand.control(Qt.Key.Key_J)
    assert not shared_window.activity_bar.drawer.isVisible()


async def test_times_switch_to_utc_everywhere_at_once(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_J)
    command = shared_window.commands.get("times.utc")
    was_utc = clock().is_utc
    shared_window.commands.run("times.utc")
    assert clock().is_utc is not was_utc
    assert shared_window.commands.action("times.utc").isChecked() is not was_utc
    view = hand.focus()
    assert isinstance(view, RecordView)
    call: LoggedCall = view.table.records()[0]
    assert view.model().index(0, 0).data() == clock().exact(call.at)
    command.run()
    assert clock().is_utc is was_utc


async def test_type_grows_and_shrinks_by_keyboard(shared_window: MainWindow) -> None:
    height = shared_window.tree.sizeHintForRow(0)
    QTest.keyClick(shared_window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert shared_window.tree.sizeHintForRow(0) >= height
    assert shared_window.font().pixelSize() > 13
    QTest.keyClick(shared_window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert shared_window.font().pixelSize() == 13


async def test_a_token_may_be_looked_at_by_shortcut(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.press(Qt.Key.Key_V, SHIFT_CONTROL)
    await hand.settle()
    assert hand.page(TokensPanel)
