"""The start page: three ways in, side by side."""

import pytest
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.connection.welcome_panel import WelcomePanel
from cognito_explorer.gui.lib.theme import Theme


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_ways_in_are_equally_wide(qtbot: QtBot, theme_app: Theme, scale: float) -> None:
    theme_app.set_scale(scale)
    try:
        page = WelcomePanel()
        qtbot.addWidget(page)
        page.resize(1030, 640)
        page.show()
        widths = {card.width() for card in page.findChildren(QFrame, "wayIn")}
    finally:
        theme_app.set_scale(1.0)
    assert max(widths) - min(widths) <= 1
