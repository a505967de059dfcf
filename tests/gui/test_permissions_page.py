"""The page “What may I do?”: opened for the pool in front, filtered, and with a policy to hand on."""

import json

from PySide6.QtGui import QGuiApplication

from cognito_explorer.gui.insight.permissions_panel import PermissionsPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand


async def test_permissions_are_shown_for_the_pool_in_front(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    shared_window.modes.open_permissions()
    await hand.settle()
    panel = hand.page(PermissionsPanel)
    assert "moonletter" in panel.sentence.text()
    everything = panel.view.table.rowCount()
    panel.filter.setText("ListUsers allowed")
    assert 0 < panel.view.table.rowCount() < everything
    panel.mode_choice.setCurrentIndex(1)
    panel.copy_policy()
    policy = json.loads(QGuiApplication.clipboard().text())
    assert policy["Statement"][0]["Resource"][0].endswith("userpool/us-east-1_Moonlettr")
