"""Windows come back as they were left, and a first one leaves some of its screen free."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.remembering import first_size, remember_window, restore_window
from cognito_explorer.gui.lib.settings import Settings


@pytest.mark.parametrize(
    ("screen", "size"),
    [
        ((1920, 1080), (1280, 800)),
        ((1280, 800), (1184, 704)),
        ((1366, 768), (1270, 672)),
        ((1024, 768), (1024, 768)),
        ((1280, 720), (1280, 720)),
        ((800, 600), (800, 600)),
    ],
)
def test_a_first_window_leaves_a_margin_unless_the_screen_is_really_small(
    screen: tuple[int, int], size: tuple[int, int]
) -> None:
    assert first_size(QSize(1280, 800), QSize(*screen)) == QSize(*size)


def test_a_window_never_seen_before_takes_its_first_size(qtbot: QtBot, settings: Settings) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    restore_window(window, "new")
    assert window.size() == first_size(QSize(1280, 800), window.screen().availableSize())


def test_a_window_comes_back_at_the_size_it_was_left(qtbot: QtBot, settings: Settings) -> None:
    left, again = QWidget(), QWidget()
    for window in (left, again):
        qtbot.addWidget(window)
    left.resize(420, 310)
    remember_window(left, "main")
    restore_window(again, "main")
    assert again.size() == QSize(420, 310)


def test_a_window_that_has_no_room_any_more_is_made_to_fit(qtbot: QtBot, settings: Settings) -> None:
    left, again = QWidget(), QWidget()
    for window in (left, again):
        qtbot.addWidget(window)
    room = left.screen().availableGeometry()
    left.resize(room.width() - 10, room.height() * 5 // 4)
    remember_window(left, "main")
    restore_window(again, "main")
    assert room.contains(again.geometry())
    assert again.width() == room.width() - 10
