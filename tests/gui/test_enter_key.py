"""Enter presses the button that has the keyboard, wherever in the window, and nothing else."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.connection.welcome_panel import WelcomePanel
from cognito_explorer.gui.enter_key import EnterKey
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.main_window import MainWindow
from tests.gui.windows import PATIENCE_S
from tests.hand import Hand


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
async def test_enter_on_a_button_of_the_start_page_does_what_it_says(shared_window: MainWindow, key: Qt.Key) -> None:
    hand = Hand(shared_window)
    hand.tab_to(hand.page(WelcomePanel).profiles_button)
    hand.press(key)
    await hand.settle()
    hand.page(ProfilesPanel)


async def test_enter_on_the_profile_switch_opens_its_menu(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.tab_to(shared_window.top_bar.switch)
    hand.press(Qt.Key.Key_Return)
    menu = shared_window.top_bar.switch.menu()
    assert menu.isVisible()
    menu.close()


async def test_enter_opens_a_dialog_once_and_there_means_its_default_button(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    hand.tab_to(panel.add_button)
    hand.press(Qt.Key.Key_Return)
    dialog = await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert len(shared_window.findChildren(Dialog)) == 1
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()


async def test_a_line_that_hands_the_keyboard_on_by_enter_does_not_press_the_button_too(
    shared_window: MainWindow,
) -> None:
    window, pressed = QWidget(), list[str]()
    line, button, box = QLineEdit(), QPushButton("Go"), QCheckBox("Loud")
    layout = QVBoxLayout(window)
    for part in (line, button, box):
        layout.addWidget(part)
    EnterKey(window)
    button.clicked.connect(lambda: pressed.append("Go"))
    line.returnPressed.connect(button.setFocus)
    window.show()
    hand = Hand(shared_window)
    window.activateWindow()
    async with asyncio.timeout(PATIENCE_S):
        while not window.isActiveWindow():  # noqa: ASYNC110  # the window system answers by events
            await asyncio.sleep(0)
    line.setFocus()
    hand.press(Qt.Key.Key_Return)
    assert button.hasFocus()
    assert pressed == []
    hand.press(Qt.Key.Key_Return)
    assert pressed == ["Go"]
    box.setFocus()
    hand.press(Qt.Key.Key_Return)
    assert not box.isChecked()
    window.close()
    window.deleteLater()
