"""No two things on screen want the same key with Alt, banners and staged edits included."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.gui.auth.tokens_panel import TokensPanel
from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.new_user_dialog import CreateUserDialog
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.mnemonics import doubled_mnemonics
from tests.gui.windows import page_of
from tests.hand import Hand
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

TROUBLE = Unreachable("The endpoint did not answer.", "Start it again.", code="EndpointConnectionError")


def show_all_banners(window: MainWindow) -> None:
    window.connections.sandbox_stopped.emit()
    for banner in window.findChildren(ErrorBanner):
        if banner is not window.banner and banner.parentWidget() is not None:
            banner.show_error(TROUBLE)


@pytest.mark.parametrize(
    "kind",
    [PageKind.POOL, PageKind.USERS, PageKind.SIGN_IN, PageKind.TOKENS, PageKind.IDENTITY_POOL, PageKind.ACCESS],
)
async def test_a_page_with_every_banner_has_no_doubled_key(shared_window: MainWindow, kind: PageKind) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, kind))
    await hand.settle()
    show_all_banners(shared_window)
    assert shared_window.banner.isVisible()
    assert doubled_mnemonics(shared_window) == {}


@pytest.mark.parametrize("open_page", [MainWindow.open_welcome, MainWindow.open_profiles, MainWindow.open_sandbox])
async def test_neither_have_the_pages_of_the_window(
    shared_window: MainWindow, open_page: Callable[[MainWindow], None]
) -> None:
    open_page(shared_window)
    await Hand(shared_window).settle()
    show_all_banners(shared_window)
    assert doubled_mnemonics(shared_window) == {}
    shown = [button.text().replace("&&", "") for button in shared_window.findChildren(ElidedButton)]
    assert [text for text in shown if "&" in text] == [], "there it would be a letter, not a mark"


async def test_staged_edits_beside_a_stopped_sandbox_have_keys_of_their_own(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    panel = hand.page(UsersPanel)
    panel.list.select_first()
    await hand.settle()
    line = panel.user_inspector.attributes.row("name").editor
    assert isinstance(line, QLineEdit)
    line.setText("Somebody else")
    show_all_banners(shared_window)
    assert panel.user_inspector.changes.discard_button.isVisible()
    assert doubled_mnemonics(shared_window) == {}
    panel.user_inspector.discard_edits()


async def test_tokens_of_a_sign_in_have_keys_of_their_own(
    shared_window: MainWindow, demo_sandbox: RunningSandbox
) -> None:
    hand = Hand(shared_window)
    page = page_of(shared_window, PageKind.TOKENS)
    shared_window.workspace.remember_tokens(page.context.pool_id, signed_in(demo_sandbox, "ada"))
    shared_window.open_page(page)
    await hand.settle()
    show_all_banners(shared_window)
    panel = hand.page(TokensPanel)
    panel.paste_button.setChecked(True)
    panel.findings.check_button.show()
    for at in range(panel.details.count()):
        panel.details.setCurrentIndex(at)
        assert doubled_mnemonics(shared_window) == {}


async def test_creating_a_user_has_a_key_for_each_field(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    hand.control(Qt.Key.Key_N)
    dialog = await hand.dialog(CreateUserDialog)
    dialog.more_button.click()
    dialog.banner.show_error(ExplorerError("It was refused."))
    assert doubled_mnemonics(dialog) == {}
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
