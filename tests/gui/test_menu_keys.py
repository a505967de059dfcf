"""The menus by the keyboard alone: Alt and a letter, F10, the arrows, Esc."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand

MENUS = {"File": Qt.Key.Key_F, "Go": Qt.Key.Key_G, "Page": Qt.Key.Key_P, "View": Qt.Key.Key_V, "Help": Qt.Key.Key_H}


def open_menu() -> str:
    """The title of the menu on show, or ""."""
    popup = QApplication.activePopupWidget()
    return popup.title().replace("&", "") if isinstance(popup, QMenu) else ""


def press_in_menu(key: Qt.Key) -> None:
    """A key into the menu on show."""
    popup = QApplication.activePopupWidget()
    assert popup is not None, "no menu is open"
    QTest.keyClick(popup, key)


async def test_alt_and_its_letter_open_every_menu(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    for title, key in MENUS.items():
        hand.press(key, Qt.KeyboardModifier.AltModifier)
        assert open_menu() == title
        press_in_menu(Qt.Key.Key_Escape)
        assert open_menu() == ""


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has one menu bar for all programs")
async def test_f10_opens_the_menus_the_arrows_go_on_and_esc_gives_the_keyboard_back(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    before = hand.focus()
    hand.press(Qt.Key.Key_F10)
    assert open_menu() == "File"
    press_in_menu(Qt.Key.Key_Right)
    assert open_menu() == "Go"
    press_in_menu(Qt.Key.Key_Escape)
    assert open_menu() == ""
    hand.press(Qt.Key.Key_Escape)  # the first closes the menu, the second leaves the bar, as everywhere
    assert hand.focus() is before
