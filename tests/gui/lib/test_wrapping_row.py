"""Buttons go on in a second line before one of them is cut."""

from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.lib.wrapping_row import WrappingRow


def test_every_button_is_whole_in_whatever_width(qtbot: QtBot, theme_app: Theme) -> None:
    buttons = [QPushButton(words) for words in ("Use", "Test connection", "New profile…", "Delete…")]
    row, beneath, page = WrappingRow(buttons), QWidget(), QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(row)
    layout.addWidget(beneath, 1)
    buttons[3].hide()
    page.show()
    for width in (600, 260, 150, 600):
        page.resize(width, 400)
        QApplication.sendPostedEvents()
        for button in buttons[:3]:
            assert row.rect().contains(button.geometry()), (width, button.text())
            assert button.width() >= button.sizeHint().width()
        assert beneath.geometry().top() > row.geometry().bottom()
    one_line = row.height()
    page.resize(150, 400)
    QApplication.sendPostedEvents()
    assert row.height() > 2 * one_line
    page.resize(buttons[0].sizeHint().width() + buttons[1].sizeHint().width() + buttons[2].sizeHint().width() + 60, 400)
    QApplication.sendPostedEvents()
    assert row.height() == one_line
    buttons[3].show()
    QApplication.sendPostedEvents()
    assert row.height() > one_line
