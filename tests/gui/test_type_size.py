"""Larger type, and back: the window stays narrow enough for a small screen, and everything returns to its size."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.main_window import MainWindow
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
