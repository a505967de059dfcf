"""Buttons go on in a second line before one of them is cut."""

from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QVBoxLayout, QWidget
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


def test_what_changes_on_a_page_in_the_background_has_its_place_once_it_is_shown(
    qtbot: QtBot, theme_app: Theme
) -> None:
    buttons = [QPushButton(words) for words in ("Use", "Test connection", "New profile…", "Delete…")]
    row, page, pages = WrappingRow(buttons), QWidget(), QStackedWidget()
    qtbot.addWidget(pages)
    layout = QVBoxLayout(page)
    layout.addWidget(row)
    layout.addStretch(1)
    pages.addWidget(page)
    pages.addWidget(QWidget())
    buttons[3].hide()
    pages.resize(400, 400)
    pages.show()
    QApplication.sendPostedEvents()
    pages.setCurrentIndex(1)
    QApplication.sendPostedEvents()
    buttons[3].show()
    buttons[0].setText("Use it from now on")
    theme_app.set_scale(1.4)
    QApplication.sendPostedEvents()
    pages.setCurrentIndex(0)
    QApplication.sendPostedEvents()
    places = [button.geometry() for button in buttons]
    sizes = [(button.size(), button.sizeHint()) for button in buttons]
    theme_app.set_scale(1.0)
    assert [size for size, _ in sizes] == [hint for _, hint in sizes]
    assert not [each for at, each in enumerate(places) if any(each.intersects(other) for other in places[:at])]
