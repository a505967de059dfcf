"""Ctrl+K: pages, commands, tokens and scraps of a name; and every shortcut of the window."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
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


async def test_a_copied_token_is_read_by_shortcut_from_any_page(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_welcome()
    QGuiApplication.clipboard().setText(f"token={SHORT}")
    hand.press(Qt.Key.Key_V, SHIFT_CONTROL)
    await hand.settle()
    token = hand.page(TokensPanel).token
    assert token is not None
    assert token.raw == SHORT
    shared_window.open_welcome()
    QGuiApplication.clipboard().setText("nothing of the kind")
    hand.press(Qt.Key.Key_V, SHIFT_CONTROL)
    await hand.settle()
    assert hand.page(TokensPanel).paste_field.editor.hasFocus()


async def test_ctrl_v_reads_on_the_token_page_and_pastes_in_a_field(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    QGuiApplication.clipboard().clear()
    shared_window.paste_token()
    page = hand.page(TokensPanel)
    page.take_text(SHORT)
    page.details.claims_view.setFocus()
    QGuiApplication.clipboard().setText(LONGER)
    hand.control(Qt.Key.Key_V)
    assert page.token is not None
    assert page.token.raw == LONGER
    hand.control(Qt.Key.Key_K)
    QGuiApplication.clipboard().setText("paste")
    hand.control(Qt.Key.Key_V)
    assert {each.title for each in shared_window.palette_box.entries()[:2]} == {"Paste a token", "Paste a token here"}
    hand.press(Qt.Key.Key_Escape)


WRAPPED = {
    "a header": "Authorization: Bearer {}",
    "a curl line": "curl -H 'Authorization: Bearer {}' https://api.example/v1",
    "an answer": '{{"AuthenticationResult": {{"AccessToken": "{}", "ExpiresIn": 3600}}}}',
    "an address": "https://app.example/cb#id_token={}&state=x",
    "a cookie": "set-cookie: session={}; Path=/; HttpOnly",
    "a log line": "2026-11-30T17:00:00Z WARN NotAuthorizedException: token {} was refused",
    "a setting": "token={}",
}
SHORT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
LONGER = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyIiwiYSI6MX0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"


@pytest.mark.parametrize("wrapping", WRAPPED.values(), ids=WRAPPED)
async def test_a_token_in_its_wrapping_is_offered_to_be_read_and_never_looked_for(
    shared_window: MainWindow, wrapping: str
) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_K)
    QGuiApplication.clipboard().setText(wrapping.format(SHORT))
    hand.control(Qt.Key.Key_V)
    offered = shared_window.palette_box.entries()
    assert offered[0].title == "Read this token"
    assert shared_window.palette_box.list.currentIndex().row() == 0
    assert not [each for each in offered if each.id.startswith("find.")]
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    token = hand.page(TokensPanel).token
    assert token is not None
    assert token.raw == SHORT


async def test_another_secret_is_not_looked_for_either_and_a_federated_name_is(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_K)
    for secret in ("AKIAIOSFODNN7EXAMPLE", "password=hunter22222", "Authorization: Basic YWRhOmFkYQ=="):
        shared_window.palette_box.line.setText(secret)
        offered = shared_window.palette_box.entries()
        assert [each.is_enabled for each in offered if each.id.startswith("find.")] == [False]
    shared_window.palette_box.line.setText("EntraID_AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQx9")
    assert any(each.id.startswith("find.") and each.is_enabled for each in shared_window.palette_box.entries())
    hand.press(Qt.Key.Key_Escape)
