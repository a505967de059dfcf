"""The sandbox behind the window: killed, restarted, somebody else's, and ended with the window."""

import os
import signal
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from cognito_explorer.app import Application
from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.pools import list_pools
from cognito_explorer.gui.connection.sandbox_panel import SandboxPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import MakeWindow, heard, page_of, within
from tests.hand import Hand
from tests.sandbox_fixture import start_sandbox


def pid_of(window: MainWindow) -> int:
    sandbox = window.connections.sandbox
    assert sandbox is not None
    return sandbox.running.pid


def is_attached(window: MainWindow) -> bool:
    sandbox = window.connections.sandbox
    assert sandbox is not None
    return sandbox.running.is_attached


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def kill_sandbox(window: MainWindow) -> None:
    stopped = heard(window.connections.sandbox_stopped)
    os.kill(pid_of(window), signal.SIGKILL)
    await within(stopped)


async def test_a_killed_sandbox_is_offered_again_and_everything_goes_on_where_it_was(own_window: MainWindow) -> None:
    hand = Hand(own_window)
    own_window.open_page(page_of(own_window, PageKind.POOL))
    await hand.settle()
    sandbox, aws, tabs = own_window.connections.sandbox, own_window.session.aws, own_window.tabs.count()
    assert sandbox is not None
    assert aws is not None
    port = sandbox.running.port
    await kill_sandbox(own_window)
    assert own_window.banner.isVisible()
    assert own_window.banner.retry_button.text() == "Start it again"
    hand.click(own_window.banner.retry_button)
    await hand.settle()
    assert not own_window.banner.isVisible()
    assert sandbox.running.port == port
    assert own_window.tabs.count() == tabs
    assert own_window.session.aws is aws
    assert [pool.name for pool in await list_pools(aws).collect(10)] == ["moonletter", "moonletter-staging"]
    assert "moonletter" in own_window.tree.item_titles()


async def test_choosing_the_sandbox_profile_starts_a_stopped_sandbox_too(own_window: MainWindow) -> None:
    await kill_sandbox(own_window)
    own_window.session.retry()
    await Hand(own_window).settle()
    assert not own_window.banner.isVisible()
    assert own_window.session.caller is not None
    assert is_alive(pid_of(own_window))


async def test_a_neighbours_sandbox_is_used_and_its_end_is_told(make_window: MakeWindow, own_world: object) -> None:
    neighbour = start_sandbox(own_world)  # type: ignore[arg-type]  # a Path
    window = make_window(neighbour.data)
    hand = Hand(window)
    await hand.settle()
    assert is_attached(window)
    stopped = heard(window.connections.sandbox_stopped)
    neighbour.stop()
    await within(stopped)
    assert window.banner.error is not None
    assert window.banner.error.title == "The other window has ended the sandbox."
    assert window.banner.retry_button.text() == "Start it here"
    hand.click(window.banner.retry_button)
    await hand.settle()
    assert not is_attached(window)
    assert not window.banner.isVisible()
    assert "moonletter" in window.tree.item_titles()


async def test_closing_waits_for_a_write_under_way_and_leaves_no_process(own_window: MainWindow) -> None:
    aws, pid = own_window.session.aws, pid_of(own_window)
    assert aws is not None
    pool_id = page_of(own_window, PageKind.POOL).context.pool_id
    write = aws.write(
        Intent("ada", {"enabled": "yes"}, {"enabled": "no"}),
        aws.idp.admin_disable_user,
        UserPoolId=pool_id,
        Username="ada",
    )
    own_window.tasks.start("write", write)
    begun = heard(own_window.activity.changed)
    await within(begun)
    await own_window.connections.close()
    assert [change.outcome for change in aws.journal.recent(5)] == ["accepted"]
    assert not is_alive(pid)


@pytest.mark.parametrize("way", ["Ctrl+Q", "the system"])
async def test_every_way_to_quit_asks_the_window(own_window: MainWindow, qapp: Application, way: str) -> None:
    closed = heard(own_window.closed)
    qapp.quit_asked.connect(own_window.close)
    if way == "Ctrl+Q":
        Hand(own_window).control(Qt.Key.Key_Q)
    else:
        QCoreApplication.sendEvent(qapp, QEvent(QEvent.Type.Quit))
    await within(closed)
    qapp.quit_asked.disconnect(own_window.close)


async def test_the_sandbox_page_shows_mail_and_requests_and_how_a_shell_gets_in(own_window: MainWindow) -> None:
    hand = Hand(own_window)
    own_window.open_sandbox()
    await hand.settle()
    panel = hand.page(SandboxPanel)
    assert panel.outbox_face.currentWidget() is panel.no_messages
    sandbox, aws = own_window.connections.sandbox, own_window.session.aws
    assert sandbox is not None
    assert aws is not None
    pool_id = page_of(own_window, PageKind.POOL).context.pool_id
    await aws.write(Intent("ada"), aws.idp.admin_reset_user_password, UserPoolId=pool_id, Username="ada")
    hand.press(Qt.Key.Key_F5)
    await hand.settle()
    assert panel.outbox_face.currentWidget() is not panel.no_messages
    assert panel.outbox_view.table.records()[0].username == "ada"
    assert panel.outbox_view.table.records()[0].code in panel.message.text()
    operations = {request.operation for request in panel.log_view.table.records()}
    assert {"ListUserPools", "AdminResetUserPassword"} <= operations
    hand.click(panel.exports_button)
    copied = QApplication.clipboard().text()
    assert f"export AWS_ENDPOINT_URL={sandbox.running.endpoint}\n" in copied


async def test_a_reset_asks_for_the_word_and_makes_the_world_anew(own_window: MainWindow) -> None:
    from cognito_explorer.gui.lib.dialogs import Dialog

    hand = Hand(own_window)
    own_window.open_page(page_of(own_window, PageKind.USERS))
    own_window.open_sandbox()
    await hand.settle()
    aws = own_window.session.aws
    assert aws is not None
    pool_id = page_of(own_window, PageKind.POOL).context.pool_id
    await aws.write(Intent("ada"), aws.idp.admin_delete_user, UserPoolId=pool_id, Username="ada")
    now = datetime.now(UTC)
    own_window.workspace.remember_tokens(pool_id, TokenSet(pool_id, "client", now, now), "sandbox")
    hand.click(hand.page(SandboxPanel).reset_button)
    await hand.dialog(Dialog)
    hand.write("reset")
    hand.press(Qt.Key.Key_Tab, times=2)
    hand.press(Qt.Key.Key_Space)
    await hand.settle()
    assert [tab.page.kind for tab in own_window.tabs.tabs()] == [PageKind.WELCOME, PageKind.SANDBOX]
    fresh = own_window.session.aws
    assert fresh is not None
    assert fresh is not aws
    assert own_window.workspace.newest_tokens() is None
    answer = await fresh.read(fresh.idp.admin_get_user, UserPoolId=pool_id, Username="ada")
    assert answer["Username"] == "ada"
