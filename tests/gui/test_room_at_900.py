"""A small window, or a large type on a larger one, cuts off no button, and an answer is seen beside its call."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from cognito_explorer.gui.connection.profiles_panel import ProfilesPanel
from cognito_explorer.gui.logs.calls_panel import CallsPanel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import Page, PageKind
from tests.hand import Hand


async def made_small(window: MainWindow) -> Hand:
    hand = Hand(window)
    window.resize(900, 600)
    QApplication.sendPostedEvents()
    await hand.settle()
    assert window.width() == 900
    return hand


async def test_no_button_of_the_profiles_is_cut_off_and_both_lists_are_seen(
    shared_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[profile a]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    hand = await made_small(shared_window)
    shared_window.open_profiles()
    await hand.settle()
    panel = hand.page(ProfilesPanel)
    await shared_window.book.shared.load()
    QApplication.sendPostedEvents()
    assert [area.horizontalScrollBar().maximum() for area in panel.findChildren(QScrollArea)] == [0]
    whole = panel.rect()
    for part in (*panel.findChildren(QPushButton), *panel.findChildren(QLabel)):
        if part.isVisible():
            place = QRect(part.mapTo(panel, QPoint()), part.size())
            assert whole.left() <= place.left() <= place.right() <= whole.right()
    assert panel.shared.mapTo(panel, QPoint()).y() + panel.shared.height() <= panel.height()


async def test_what_became_of_a_call_is_seen(shared_window: MainWindow) -> None:
    hand = await made_small(shared_window)
    shared_window.open_page(Page(PageKind.CALLS))
    await hand.settle()
    QApplication.sendPostedEvents()
    panel = hand.page(CallsPanel)
    view = panel.view
    at = next(at for at, column in enumerate(view.table.columns) if column.label == "Answer")
    right = view.columnViewportPosition(at) + view.columnWidth(at)
    assert right <= view.viewport().width()
    assert [area.horizontalScrollBar().maximum() for area in panel.findChildren(QScrollArea)] == [0]
