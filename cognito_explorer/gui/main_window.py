"""The window: tree on the left, tabs in the centre, inspector on the right, activity along the bottom."""

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.activity_bar import ActivityBar
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connection_sides import ConnectionSides
from cognito_explorer.gui.connections import SANDBOX_PROFILE, Connections
from cognito_explorer.gui.enter_key import EnterKey
from cognito_explorer.gui.explorer_tree import ExplorerTree
from cognito_explorer.gui.forgetting import Forgetting
from cognito_explorer.gui.lib.commands import Command, CommandList
from cognito_explorer.gui.lib.explaining import explaining
from cognito_explorer.gui.lib.faces import ErrorBanner
from cognito_explorer.gui.lib.icons import app_icon
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.remembering import RememberedSplitter, remember_window, restore_window
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.tasks import Activity, TaskScope
from cognito_explorer.gui.mode_control import ModeControl
from cognito_explorer.gui.page_closing import PageClosing
from cognito_explorer.gui.page_tabs import PageTabs
from cognito_explorer.gui.recovery import Recovery
from cognito_explorer.gui.session import Session
from cognito_explorer.gui.top_bar import TopBar
from cognito_explorer.gui.window_commands import MENUS, window_commands
from cognito_explorer.gui.workspace import Context, Page, PageKind, Workspace

if TYPE_CHECKING:
    from cognito_explorer.gui.connection.asking import Asking
    from cognito_explorer.gui.lib.palette import Palette

TREE_PX, INSPECTOR_PX = 240, 380
# In a narrow window the inspector gives way before the page does.
PAGE_LEAST_PX = 360


class MainWindow(QMainWindow):
    """Puts the parts together. `closed` is emitted when a person has quit and nothing unsaved stands in the way."""

    closed = Signal()

    def __init__(self, connections: Connections, book: ProfileBook) -> None:
        super().__init__()
        self.connections = connections
        self.book = book
        book.setParent(self)  # it watches files by a notifier, which may end in its own thread only
        self.activity = Activity(self)
        self.tasks = TaskScope(self, self.activity)
        self.workspace = Workspace(self)
        self.session = Session(connections, book, self)
        self.top_bar = TopBar()
        self.tree = ExplorerTree()
        self.banner = ErrorBanner()
        self.inspectors = QStackedWidget()
        self.tabs = PageTabs(self.inspectors)
        self.activity_bar = ActivityBar(self.activity, connections.journal)
        self.commands = CommandList(self)
        self._page_commands: tuple[str, ...] = ()
        self._may_close = False
        self.modes = ModeControl(self)
        self.closing = PageClosing(self)
        self.sides = ConnectionSides(self)
        self.forgetting = Forgetting(self)
        self._assemble()
        self._connect()
        self.recovery = Recovery(self)
        EnterKey(self)

    @cached_property
    def _asking(self) -> "Asking":
        """Asks what a door wants of a person, made for the first door that may: the sandbox's never does."""
        from cognito_explorer.gui.connection.asking import Asking

        return Asking(self, self.book)

    @cached_property
    def palette_box(self) -> "Palette":
        """The universal box, made when first wanted: the start is quicker without it."""
        from cognito_explorer.gui.anything import suggest_all, suggest_search
        from cognito_explorer.gui.lib.palette import Palette

        def beside(query: str) -> list[Command]:
            return suggest_all(self, self.book.usable(), self.sides.choose, query)

        return Palette(self.commands, self, beside, partial(suggest_search, self))

    # Pages

    def open_page(self, page: Page) -> None:
        """Show a page: the tab it already has, or a new one."""
        index = self.tabs.index_of(page)
        if index >= 0:
            self.tabs.setCurrentIndex(index)
        else:
            self._add(page)
        self.focus_page()

    def open_welcome(self) -> None:
        """Show the start page."""
        self.open_page(Page(PageKind.WELCOME))

    def open_profiles(self) -> None:
        """Show the profiles."""
        self.open_page(Page(PageKind.PROFILES))

    def open_sandbox(self) -> None:
        """Show the sandbox's own page; it starts the sandbox if it does not run."""
        self.open_page(Page(PageKind.SANDBOX))

    def pages(self) -> list[Page]:
        """Every page the tree leads to."""
        return self.tree.pages()

    def show_token(self, text: str) -> None:
        """Show a pasted token."""
        self._open_tokens()
        tab = self.tabs.active()
        if tab is not None:
            tab.panel.take_text(text)

    def find_users(self, page: Page, scrap: str) -> None:
        """Search a pool's users for a scrap of a name, an e-mail address or a number."""
        self.open_page(page)
        tab = self.tabs.active()
        if tab is not None:
            tab.panel.take_text(scrap)

    def paste_token(self) -> None:
        """Show the token on the clipboard; where there is none, a page to paste or type one on."""
        self._open_tokens()
        tab = self.tabs.active()
        if tab is not None:
            tab.panel.take_clipboard()

    def _open_tokens(self) -> None:
        profile = self.session.profile
        context = Context(profile_id=profile.id if profile else "", region=self.session.region)
        self.open_page(Page(PageKind.TOKENS, context, self.session.aws))

    def open_palette(self) -> None:
        """Open the box that finds commands and pages and takes pasted things."""
        self.palette_box.open(placeholder="Find a page, a command or a user; paste a token")

    def open_shortcuts(self) -> None:
        """Show every shortcut."""
        from cognito_explorer.gui.lib.palette import ShortcutSheet

        sheet = ShortcutSheet(self.commands, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def reload_page(self) -> None:
        """Load the page in front anew."""
        tab = self.tabs.active()
        if tab is not None:
            tab.panel.reload()

    def close_active_tab(self) -> None:
        """Close the tab in front."""
        if self.tabs.currentIndex() >= 0:
            self.close_tab(self.tabs.currentIndex())

    def close_tab(self, index: int) -> None:
        """Close a tab; staged edits are asked about first."""
        self.closing.close(self.tabs.tabs()[index].panel)

    def step_tab(self, step: int) -> None:
        """Go to the next tab, or the one before, round and round."""
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())
            self.focus_page()

    def focus_tree(self) -> None:
        """Put the keyboard into the tree."""
        self.tree.setFocus()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.tree.model().index(0, 0))

    def focus_page(self) -> None:
        """Put the keyboard where work begins on the page in front."""
        tab = self.tabs.active()
        if tab is not None:
            tab.panel.focus_first()

    def focus_inspector(self) -> None:
        """Put the keyboard into the inspector, if there is one."""
        inspector = self.inspectors.currentWidget()
        if self.inspectors.isVisible() and inspector is not None:
            inspector.setFocus()
            self.focusNextChild()

    # Connection

    def explore_sandbox(self) -> None:
        """Go to the sandbox and to the readers of its first pool."""
        self._users_wanted = True
        self.sides.choose(SANDBOX_PROFILE)
        self._show_users()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.tasks.start("quit", self._quit(), label="Closing")

    async def _quit(self) -> None:
        from cognito_explorer.gui.leaving import may_leave

        if not (await self.closing.may_lose(self.tabs.tabs()) and await may_leave(self)):
            return
        remember_window(self, "main")
        Settings().sync()
        self._may_close = True
        self.closed.emit()

    def _add(self, page: Page) -> None:
        from cognito_explorer.gui.panels import make_panel

        panel = make_panel(page, self)
        owner = next((each for each in self.session.connections() if each.owns(page)), None)
        inspector = getattr(panel, "inspector", None)
        for part in (panel, inspector):
            if isinstance(part, QWidget):
                self.activity.watch_all(part, owner.place if owner is not None else "")
        self.tabs.add(page, panel)
        panel.title_changed.connect(self._name_window)
        panel.commands_changed.connect(self.commands.refresh)

    def _follow_tab(self) -> None:
        tab = self.tabs.active()
        if tab is not None:
            self.session.follow(tab.page)
        self.workspace.show_context(tab.page.context if tab else Context())
        self._name_window()
        self.commands.remove(*self._page_commands)
        known = {command.id for command in self.commands.all()}
        of_page = tab.panel.commands() if tab else []
        offered = [replace(each, group="Page") for each in of_page if each.id not in known]
        taken = {command.shortcut for command in self.commands.all() if command.shortcut}
        fitting = [replace(each, shortcut="") if each.shortcut in taken else each for each in offered]
        self.commands.add(*fitting)
        self._page_commands = tuple(each.id for each in fitting)
        self.commands.fill_menu_bar(self.menuBar(), MENUS)

    def _show_switching(self) -> None:
        front = self.session.front
        if front is None:
            self.top_bar.show_nothing()
        else:
            self.top_bar.show_profile(replace(front.profile, chosen_mode=front.mode), front.region)
        if front is None or front.aws is None:
            self.activity_bar.follow(self.session.calls)
        self._name_window()

    def _name_window(self) -> None:
        """Page, profile and Region: what a list of windows, and whoever reads the screen aloud, can tell them by."""
        tab, profile = self.tabs.active(), self.session.profile
        place = f"{profile.name} · {self.session.region}" if profile is not None else ""
        words = (privacy().in_text(tab.panel.title) if tab else "", place, "Cognito Explorer")
        self.setWindowTitle(" – ".join(word for word in words if word))

    def _name_pool(self, pool_id: str) -> str:
        contexts = (page.context for page in self.pages())
        return next((each.pool_name for each in contexts if each.pool_id == pool_id and each.pool_name), pool_id)

    def _offer_profiles(self) -> None:
        self.top_bar.show_profiles(self.book.usable())

    def _show_opened(self) -> None:
        aws = self.session.aws
        if aws is not None:
            self.activity_bar.follow(aws.calls, aws.pace)

    def _show_caller(self) -> None:
        caller = self.session.caller
        if caller is not None:
            self.top_bar.show_caller(caller.account_id, caller.arn)
            self._show_opened()  # it may go by another queue now

    def _show_users(self) -> None:
        front = self.session.front
        if self._users_wanted and front is not None and front.profile.id == SANDBOX_PROFILE.id:
            users = next((page for page in self.pages() if page.kind is PageKind.USERS and front.owns(page)), None)
            if users is not None:
                self._users_wanted = False
                self.open_page(users)

    def _show_unknown(self) -> None:
        from cognito_explorer.gui.logs.journal_panel import JournalPanel

        self.open_page(Page(PageKind.JOURNAL))
        tab = self.tabs.active()
        if tab is not None and isinstance(tab.panel, JournalPanel):
            tab.panel.show_outcome("unknown")

    def _explain(self, trouble: object) -> None:
        from cognito_explorer.gui.explanations import open_explanation

        open_explanation(self, trouble)

    def _connect(self) -> None:
        self._users_wanted = False
        self.connections.person_of = lambda: self._asking.person
        self.connections.confirm_foreign = lambda profile: self._asking.confirm_foreign(profile)
        self.connections.calls_in_front = lambda: self.session.calls
        self.workspace.set_opener(self.open_page, self.show_token)
        self.commands.add(*window_commands(self))
        self.commands.install_shortcuts(self)
        self.commands.fill_menu_bar(self.menuBar(), MENUS)
        explaining().wanted.connect(self._explain)
        self.tree.page_wanted.connect(self.open_page)
        self.tree.pools_loaded.connect(self._show_users)
        self.tree.pools_loaded.connect(self.session.ask_who_we_are)
        self.tabs.page_changed.connect(self._follow_tab)
        self.activity_bar.name_pool = self._name_pool
        self.activity_bar.has_several = lambda: len(self.session.connections()) > 1
        privacy().changed.connect(self._name_window)
        self.activity_bar.journal_wanted.connect(partial(self.open_page, Page(PageKind.JOURNAL)))
        self.activity_bar.unknown_wanted.connect(self._show_unknown)
        self.activity_bar.calls_wanted.connect(partial(self.open_page, Page(PageKind.CALLS)))
        self.tabs.close_wanted.connect(self.close_tab)
        self.top_bar.region_wanted.connect(self._switch_region)
        self.top_bar.profiles_wanted.connect(self.open_profiles)
        self.top_bar.search_wanted.connect(self.open_palette)
        self.book.changed.connect(self._offer_profiles)
        self.session.switching.connect(self._show_switching)
        self.session.opened.connect(self._show_opened)
        self.session.caller_known.connect(self._show_caller)
        for scope in (self.session.tasks, self.tree.tasks, self.book.shared.tasks):
            self.activity.watch(scope)

    def _switch_region(self, region: str) -> None:
        if self.session.profile is not None:
            self.session.switch(self.session.profile, region)

    def _assemble(self) -> None:
        self.setWindowIcon(app_icon())
        self.setWindowTitle("Cognito Explorer")
        self.tree.setProperty("role", "tree")
        self._offer_profiles()
        centre = QWidget()
        centre.setMinimumWidth(PAGE_LEAST_PX)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.banner)  # beneath, where it moves no page under the mouse
        splitter = RememberedSplitter("window", Qt.Orientation.Horizontal)
        for part in (self.tree, centre, self.inspectors):
            splitter.addWidget(part)
        splitter.setStretchFactor(1, 1)
        splitter.restore([TREE_PX, 1280 - TREE_PX - INSPECTOR_PX, INSPECTOR_PX])
        self.inspectors.hide()
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.activity_bar)
        self.setCentralWidget(whole)
        restore_window(self, "main")
