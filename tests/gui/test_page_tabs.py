"""Tabs: the same page once, the keyboard all the way, and nothing unsaved lost without a question."""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.gui.connection.welcome_panel import WelcomePanel
from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import Page, PageKind
from tests.gui.windows import heard, page_of, within
from tests.hand import Hand


class DraftPanel(Panel):
    """A page with a line that is not saved, and an inspector."""

    def __init__(self) -> None:
        super().__init__("Draft & more")
        self.line = QLineEdit()
        self.inspector = QWidget()
        self.inspected = QLineEdit(self.inspector)
        QVBoxLayout(self.inspector).addWidget(self.inspected)
        self.loads = 0
        self.set_content(self.line)

    @override
    def reload(self) -> None:
        self.loads += 1
        self.show_content()

    @override
    def focus_first(self) -> None:
        self.line.setFocus()

    @override
    def has_unsaved_edits(self) -> bool:
        return bool(self.line.text())


def add_draft(window: MainWindow) -> DraftPanel:
    draft = DraftPanel()
    window.tabs.add(Page(PageKind.TOKENS), draft)
    window.focus_page()
    return draft


def button(dialog: Dialog, words: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == words)


async def test_the_same_page_is_never_opened_twice(shared_window: MainWindow) -> None:
    page = page_of(shared_window, PageKind.POOL)
    shared_window.open_page(page)
    count = shared_window.tabs.count()
    shared_window.open_welcome()
    shared_window.open_page(replace(page))
    assert shared_window.tabs.count() == count
    active = shared_window.tabs.active()
    assert active is not None
    assert active.page.kind is PageKind.POOL
    await Hand(shared_window).settle()


async def test_a_tab_is_marked_with_its_profile(shared_window: MainWindow) -> None:
    shared_window.open_page(page_of(shared_window, PageKind.POOL))
    bar = shared_window.tabs.tabBar()
    dot = bar.tabButton(shared_window.tabs.currentIndex(), QTabBar.ButtonPosition.LeftSide)
    assert dot is not None
    assert dot.toolTip() == "Moonletter sandbox · us-east-1"
    shared_window.open_welcome()
    assert bar.tabButton(shared_window.tabs.currentIndex(), QTabBar.ButtonPosition.LeftSide) is None
    await Hand(shared_window).settle()


async def test_trying_access_is_one_tab_whichever_page_leads_there(shared_window: MainWindow) -> None:
    page = page_of(shared_window, PageKind.ACCESS)
    shared_window.open_page(page)
    count = shared_window.tabs.count()
    of_a_user_pool = page_of(shared_window, PageKind.TOKENS).context
    context = replace(page.context, pool_id=of_a_user_pool.pool_id, pool_name=of_a_user_pool.pool_name)
    shared_window.open_page(replace(page, context=context))
    assert shared_window.tabs.count() == count
    await Hand(shared_window).settle()


async def test_tokens_are_kept_for_one_profile_only(shared_window: MainWindow) -> None:
    workspace = shared_window.workspace
    now = datetime.now(UTC)
    profile = shared_window.session.profile
    assert profile is not None
    workspace.remember_tokens("pool", TokenSet("pool", "client", now, now), profile.id)
    assert workspace.newest_tokens(profile.id) is not None
    assert workspace.newest_tokens("another") is None
    workspace.forget_tokens("another")
    assert workspace.newest_tokens(profile.id) is not None
    workspace.forget_tokens(profile.id)
    assert workspace.newest_tokens() is None
    assert workspace.tokens_of("pool") is None


async def test_the_workspace_follows_the_tab_in_front(shared_window: MainWindow) -> None:
    shared_window.open_page(page_of(shared_window, PageKind.POOL))
    assert shared_window.workspace.context.pool_name == "moonletter"
    shared_window.open_welcome()
    assert shared_window.workspace.context.pool_name == ""
    await Hand(shared_window).settle()


async def test_closing_what_is_unsaved_asks_and_keeps_it_unless_told_otherwise(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    draft = add_draft(shared_window)
    hand.write("half a thought")
    hand.control(Qt.Key.Key_W)
    await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    await hand.be_active()
    assert draft in [tab.panel for tab in shared_window.tabs.tabs()]
    assert draft.line.text() == "half a thought"
    hand.control(Qt.Key.Key_W)
    dialog = await hand.dialog(Dialog)
    hand.click(button(dialog, "Discard changes"))
    await hand.settle()
    assert draft not in [tab.panel for tab in shared_window.tabs.tabs()]


async def test_quitting_asks_about_what_is_unsaved_too(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    closed = heard(shared_window.closed)
    add_draft(shared_window)
    hand.write("x")
    hand.control(Qt.Key.Key_Q)
    await hand.dialog(Dialog)
    hand.press(Qt.Key.Key_Escape)
    await hand.settle()
    await hand.be_active()
    assert not closed.done()
    hand.control(Qt.Key.Key_Q)
    hand.click(button(await hand.dialog(Dialog), "Discard changes"))
    await within(closed)


async def test_many_tabs_stay_readable_and_scroll_instead(shared_window: MainWindow) -> None:
    tabs = shared_window.tabs
    kinds = (PageKind.POOL, PageKind.USERS, PageKind.SIGN_IN, PageKind.TOKENS, PageKind.IDENTITY_POOL, PageKind.ACCESS)
    for kind in kinds:
        shared_window.open_page(page_of(shared_window, kind))
    shared_window.open_profiles()
    await Hand(shared_window).settle()
    bar = tabs.tabBar()
    assert tabs.count() == 8
    for index in range(tabs.count()):
        words = bar.fontMetrics().horizontalAdvance(tabs.tabText(index))
        assert bar.tabRect(index).width() > words, f"{tabs.tabText(index)} is cut off"
    assert bar.visibleRegion().boundingRect().intersects(bar.tabRect(tabs.currentIndex()))
    arrows = [each for each in bar.findChildren(QToolButton) if each.isVisible()]
    assert len(arrows) == 2
    before = bar.tabRect(0).left()
    Hand(shared_window).click(arrows[0])
    assert bar.tabRect(0).left() > before


async def test_closing_the_last_tab_leads_back_to_the_start_page(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    hand.control(Qt.Key.Key_W)
    await hand.settle()
    assert shared_window.tabs.count() == 1
    assert hand.page(WelcomePanel).sandbox_button.hasFocus()


async def test_the_keyboard_goes_to_tree_page_and_inspector_and_from_tab_to_tab(shared_window: MainWindow) -> None:
    hand = Hand(shared_window)
    draft = add_draft(shared_window)
    hand.control(Qt.Key.Key_1)
    assert shared_window.tree.hasFocus()
    assert shared_window.tree.currentIndex().isValid()
    hand.control(Qt.Key.Key_2)
    assert draft.line.hasFocus()
    hand.control(Qt.Key.Key_3)
    assert draft.inspected.hasFocus()
    hand.control(Qt.Key.Key_PageDown)
    assert hand.page(WelcomePanel).sandbox_button.hasFocus()
    hand.control(Qt.Key.Key_PageUp)
    assert hand.page(DraftPanel) is draft
    hand.press(Qt.Key.Key_F5)
    assert draft.loads == 2


async def test_the_inspector_is_there_only_for_the_page_it_belongs_to(shared_window: MainWindow) -> None:
    add_draft(shared_window)
    assert shared_window.inspectors.isVisible()
    shared_window.open_welcome()
    assert not shared_window.inspectors.isVisible()


async def test_a_long_title_is_cut_in_the_tab_and_whole_in_its_tooltip(shared_window: MainWindow) -> None:
    draft = add_draft(shared_window)
    assert shared_window.tabs.tabText(shared_window.tabs.currentIndex()) == "Draft && more"
    draft.set_title("a title <b>that</b> goes on and on and on")
    index = shared_window.tabs.currentIndex()
    assert len(shared_window.tabs.tabText(index)) == 28
    assert "&lt;b&gt;" in shared_window.tabs.tabToolTip(index)
