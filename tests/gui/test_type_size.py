"""Larger type, and back: the window stays narrow enough for a small screen, and everything returns to its size."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand

LONG = Profile("long", "Payments and subscriptions, production", "keys", "ap-northeast-1", "#C0282D")
SMALL_SCREEN_PX = 1_000


@pytest.fixture
def looks(theme_app: Theme) -> Iterator[Theme]:
    """The theme, at its designed size again afterwards."""
    yield theme_app
    theme_app.set_scale(1.0)


@pytest.mark.parametrize("scale", [1.5, 2.0])
async def test_the_window_can_be_made_narrow_whatever_the_type_and_the_names(
    shared_window: MainWindow, looks: Theme, scale: float
) -> None:
    shared_window.top_bar.show_profile(LONG, LONG.region)
    shared_window.top_bar.show_caller("210987654321", "arn:aws:sts::210987654321:assumed-role/administrator/ada")
    looks.set_scale(scale)
    assert shared_window.minimumSizeHint().width() < SMALL_SCREEN_PX
    assert LONG.name in shared_window.top_bar.switch.text()
    assert LONG.name in shared_window.top_bar.switch.toolTip()


async def test_words_stand_whole_where_there_is_room(shared_window: MainWindow, looks: Theme) -> None:
    looks.set_scale(2.0)
    looks.set_scale(1.0)
    shared_window.resize(1280, 800)
    button = shared_window.activity_bar.calls_button
    assert button.width() >= button.sizeHint().width()


async def test_the_users_fit_beside_the_inspector_on_a_small_screen(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    search = hand.page(UsersPanel).search
    sideways = next(area for area in hand.page(UsersPanel).findChildren(QScrollArea) if area.isVisible())
    shared_window.resize(1280, 800)
    assert search.line.geometry().top() == search.attribute.geometry().top(), "one row where there is room"
    shared_window.resize(SMALL_SCREEN_PX, 700)
    await hand.settle()
    QApplication.processEvents()
    assert shared_window.inspectors.isVisible()
    assert sideways.horizontalScrollBar().maximum() == 0
    assert search.mapToGlobal(search.rect().bottomRight()).x() < sideways.mapToGlobal(sideways.rect().bottomRight()).x()
    hand.control(Qt.Key.Key_F)
    hand.write("ada")
    hand.press(Qt.Key.Key_Return)
    await hand.settle()
    assert hand.page(UsersPanel).list.table.rowCount() > 0
    hand.control(Qt.Key.Key_F)
    hand.press(Qt.Key.Key_Delete)
    await hand.settle()


async def test_larger_type_reaches_a_full_list_of_users_at_once(shared_window: MainWindow, looks: Theme) -> None:
    hand = Hand(shared_window)
    shared_window.open_page(page_of(shared_window, PageKind.USERS))
    await hand.settle()
    looks.set_scale(1.1)
    begun = time.process_time()
    looks.set_scale(1.2)
    spent = time.process_time() - begun
    assert spent < 0.6, "polished in place it takes three times as long"
    assert looks.row_height() == hand.page(UsersPanel).list.view.verticalHeader().defaultSectionSize()


async def test_the_tree_grows_with_the_type_and_shrinks_again(shared_window: MainWindow, looks: Theme) -> None:
    hand, tree = Hand(shared_window), shared_window.tree

    def sizes() -> tuple[int, int, int]:
        return tree.indentation(), tree.iconSize().width(), tree.visualRect(tree.model().index(0, 0)).height()

    as_designed = sizes()
    hand.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, times=5)
    assert all(now > before for now, before in zip(sizes(), as_designed, strict=True))
    hand.control(Qt.Key.Key_0)
    assert looks.scale == 1.0
    assert sizes() == as_designed


@pytest.mark.parametrize(
    "kind",
    [PageKind.POOL, PageKind.USERS, PageKind.SIGN_IN, PageKind.TOKENS, PageKind.IDENTITY_POOL, PageKind.ACCESS],
)
async def test_no_page_keeps_the_window_wide(shared_window: MainWindow, looks: Theme, kind: PageKind) -> None:
    looks.set_scale(2.0)
    shared_window.open_page(page_of(shared_window, kind))
    await Hand(shared_window).settle()
    assert shared_window.minimumSizeHint().width() < SMALL_SCREEN_PX
