"""The tabs in the centre: one page each, the same page never twice."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QStyle, QTabBar, QTabWidget, QWidget

from cognito_explorer.gui.lib.color_dot import color_dot
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.workspace import Context, Page, PageKind

ICONS = {
    PageKind.WELCOME: "home",
    PageKind.POOL: "pool",
    PageKind.USERS: "users",
    PageKind.SIGN_IN: "sign-in",
    PageKind.TOKENS: "token",
    PageKind.PREVIEW: "token",
    PageKind.IDENTITY_POOL: "identity-pool",
    PageKind.ACCESS: "compare",
    PageKind.SANDBOX: "sandbox",
    PageKind.PROFILES: "profile",
    PageKind.EXPLANATION: "help",
    PageKind.JOURNAL: "log",
    PageKind.PERMISSIONS: "shield-check",
    PageKind.CALLS: "cloud",
}
_LONGEST_TITLE = 28
_DOT_PX, _DOT_INSET_PX = 10, 16
_OF_IDENTITY_POOLS = (PageKind.IDENTITY_POOL, PageKind.ACCESS)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page and the panel that shows it."""

    page: Page
    panel: Panel


class PageTabs(QTabWidget):
    """Holds panels; the inspector beside them follows the active tab."""

    page_changed = Signal()
    close_wanted = Signal(int)

    def __init__(self, inspectors: QStackedWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: list[Tab] = []
        self._inspectors = inspectors
        self._no_inspector = QWidget()
        inspectors.addWidget(self._no_inspector)
        self.setDocumentMode(True)
        self.setTabsClosable(True)
        self.setMovable(False)
        # Elided by us, to a length one can still read; Qt would elide down to nothing before it lets tabs scroll.
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)
        self.tabCloseRequested.connect(self.close_wanted)
        self.currentChanged.connect(lambda _index: self._follow())
        privacy().changed.connect(self._show_titles)

    def tabs(self) -> list[Tab]:
        """Every open tab, left to right."""
        return list(self._tabs)

    def active(self) -> Tab | None:
        """The tab in front, or None."""
        index = self.currentIndex()
        return self._tabs[index] if 0 <= index < len(self._tabs) else None

    def index_of(self, page: Page) -> int:
        """Where a page is already open, or -1. Two pages are the same when kind and thing are."""
        wanted = _identity(page)
        return next((at for at, tab in enumerate(self._tabs) if _identity(tab.page) == wanted), -1)

    def add(self, page: Page, panel: Panel) -> None:
        """Open a panel in a new tab, in front."""
        self._tabs.append(Tab(page, panel))
        inspector = getattr(panel, "inspector", None)
        if isinstance(inspector, QWidget):
            self._inspectors.addWidget(inspector)
        index = self.addTab(panel, icon(ICONS[page.kind]), "")
        panel.title_changed.connect(lambda: self._show_title(panel))
        self._show_title(panel)
        self._mark(index, page)
        self.setCurrentIndex(index)
        self._follow()

    def close_tab(self, index: int) -> None:
        """Close a tab and end its work."""
        tab = self._tabs.pop(index)
        self.removeTab(index)
        inspector: QObject | None = getattr(tab.panel, "inspector", None)
        if isinstance(inspector, QWidget):
            self._inspectors.removeWidget(inspector)
            inspector.deleteLater()
        tab.panel.deleteLater()
        self._follow()

    def mark_anew(self) -> None:
        """A profile was edited: its pages take its colour and name as they are now."""
        for index, tab in enumerate(self._tabs):
            self._mark(index, tab.page)

    def _mark(self, index: int, page: Page) -> None:
        """Whose page it is: a dot of the profile's colour, on the side where the close button is not."""
        if page.aws is None:
            return
        profile = page.aws.profile
        words = f"{profile.name} · {page.aws.region}"
        dot = QLabel()
        dot.setPixmap(color_dot(profile.color, is_bare=True).pixmap(_DOT_PX))
        # The style leaves a gap behind it, and none before: it would seem to belong to the tab on its left.
        dot.setContentsMargins(_DOT_INSET_PX, 0, 0, 0)
        dot.setToolTip(plain_tooltip(words))
        dot.setAccessibleName(words)
        side = self.style().styleHint(QStyle.StyleHint.SH_TabBar_CloseButtonPosition, None, self.tabBar())
        is_left_taken = side == QTabBar.ButtonPosition.LeftSide.value
        free = QTabBar.ButtonPosition.RightSide if is_left_taken else QTabBar.ButtonPosition.LeftSide
        before = self.tabBar().tabButton(index, free)
        self.tabBar().setTabButton(index, free, dot)
        if before is not None:
            before.deleteLater()

    def _show_titles(self) -> None:
        for tab in self._tabs:
            self._show_title(tab.panel)

    def _show_title(self, panel: Panel) -> None:
        index = self.indexOf(panel)
        title = privacy().in_text(panel.title)
        shown = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
        self.setTabText(index, shown.replace("&", "&&"))
        self.setTabToolTip(index, plain_tooltip(title))

    def _follow(self) -> None:
        tab = self.active()
        inspector = getattr(tab.panel, "inspector", None) if tab else None
        shown = inspector if isinstance(inspector, QWidget) else self._no_inspector
        self._inspectors.setCurrentWidget(shown)
        self._inspectors.setVisible(shown is not self._no_inspector)
        self.page_changed.emit()


def _identity(page: Page) -> tuple[PageKind, str, str, str]:
    """A page of an identity pool is the same whichever user pool's tokens led to it."""
    here: Context = page.context
    if page.kind is PageKind.EXPLANATION:
        about = "/".join((here.pool_id, here.identity_pool_id, here.username))
        return page.kind, here.profile_id, here.region, about
    thing = here.identity_pool_id if page.kind in _OF_IDENTITY_POOLS else here.pool_id
    return page.kind, here.profile_id, here.region, thing
