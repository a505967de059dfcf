"""The tree on the left: user pools and identity pools of one profile and region, loaded lazily."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeView, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Context, Page, PageKind

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_PAGE = Qt.ItemDataRole.UserRole + 1
_RETRY = Qt.ItemDataRole.UserRole + 2

_STEP_PX = 16
_ENOUGH = 1_000
_AHEAD_S = 0.06

_POOL_PAGES = (
    ("Overview", "info", PageKind.POOL),
    ("Users", "users", PageKind.USERS),
    ("Sign in", "sign-in", PageKind.SIGN_IN),
    ("Tokens", "token", PageKind.TOKENS),
)
_IDENTITY_POOL_PAGES = (
    ("Overview", "info", PageKind.IDENTITY_POOL),
    ("Try access", "compare", PageKind.ACCESS),
)


class ExplorerTree(QTreeView):
    """Activating an item asks for its page. A branch that failed to load says why and retries when activated."""

    page_wanted = Signal(object)
    pools_loaded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self._aws: Aws | None = None
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setHeaderHidden(True)
        self.setAccessibleName("User pools and identity pools")
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self._follow_type_size()
        theme().changed.connect(self._follow_type_size)
        self.clicked.connect(self._activate)

    def show_door(self, aws: "Aws") -> None:
        """Show what this door opens. Both branches load side by side, the user pools a moment ahead."""
        self._aws = aws
        self._items.clear()
        for title, symbol in (("User pools", "pool"), ("Identity pools", "identity-pool")):
            branch = _item(title, symbol)
            self._items.appendRow(branch)
            self.expand(branch.index())
        self.load_user_pools()
        self._load_identity_pools(_AHEAD_S)

    def clear(self, note: str = "") -> None:
        """Show nothing, or a sentence that says why."""
        self.tasks.cancel_all()
        self._aws = None
        self._items.clear()
        if note:
            self._items.appendRow(_note(note))

    def reload(self) -> None:
        """Load both branches anew."""
        if self._aws is not None:
            self.show_door(self._aws)

    def load_user_pools(self) -> None:
        """Load the branch of user pools."""
        if self._aws is not None:
            work = self._fill(0, _user_pools(self._aws), "No user pools in this Region.", self.load_user_pools)
            self.tasks.start("load_user_pools", work, label="Loading user pools")

    def load_identity_pools(self) -> None:
        """Load the branch of identity pools."""
        self._load_identity_pools(0)

    def _load_identity_pools(self, after_s: float) -> None:
        if self._aws is not None:
            found = _identity_pools(self._aws, after_s)
            work = self._fill(1, found, "No identity pools in this Region.", self.load_identity_pools)
            self.tasks.start("load_identity_pools", work, label="Loading identity pools")

    def item_titles(self) -> list[str]:
        """Every title, parents first, for tests and for reading aloud."""
        found: list[str] = []

        def walk(parent: QStandardItem) -> None:
            for row in range(parent.rowCount()):
                found.append(parent.child(row).text())
                walk(parent.child(row))

        walk(self._items.invisibleRootItem())
        return found

    def pages(self) -> list[Page]:
        """Every page the tree leads to, for the palette."""
        found: list[Page] = []

        def walk(parent: QStandardItem) -> None:
            for row in range(parent.rowCount()):
                page = parent.child(row).data(_PAGE)
                if isinstance(page, Page) and parent is not self._items.invisibleRootItem():
                    found.append(page)
                walk(parent.child(row))

        walk(self._items.invisibleRootItem())
        return found

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _follow_type_size(self) -> None:
        """Style sheets reach rows and icons; Qt draws the arrows as large as the indentation, and keeps old rows."""
        self.setIndentation(theme().px(_STEP_PX))
        self.setIconSize(QSize(theme().px(_STEP_PX), theme().px(_STEP_PX)))
        self.scheduleDelayedItemsLayout()

    def _activate(self, index: QModelIndex) -> None:
        retry = index.data(_RETRY)
        page = index.data(_PAGE)
        if retry is not None:
            retry()
        elif isinstance(page, Page):
            self.expand(index)
            self.page_wanted.emit(page)
        else:
            self.setExpanded(index, not self.isExpanded(index))

    async def _fill(
        self, row: int, found: "AsyncIterator[QStandardItem]", nothing: str, retry: Callable[[], None]
    ) -> None:
        branch = self._items.item(row)
        branch.removeRows(0, branch.rowCount())
        try:
            async for item in found:
                branch.appendRow(item)
        except NotOffered as error:
            branch.appendRow(_note(error.title, error.hint))
        except ExplorerError as error:
            branch.appendRow(_failure(error, retry))
        else:
            if branch.rowCount() == 0:
                branch.appendRow(_note(nothing))
        self._open_first(branch)
        if row == 0:
            self.pools_loaded.emit()

    def _open_first(self, branch: QStandardItem) -> None:
        """The first pool stands open, so that its pages are seen at once."""
        self.expand(branch.index())
        first = branch.child(0)
        if first is not None and first.rowCount():
            self.expand(first.index())


async def _user_pools(aws: "Aws") -> "AsyncIterator[QStandardItem]":
    from cognito_explorer.core.user_pools.pools import list_pools

    context = Context(profile_id=aws.profile.id, region=aws.region)
    for pool in sorted(await list_pools(aws).collect(_ENOUGH), key=lambda pool: pool.name.lower()):
        here = replace(context, pool_id=pool.id, pool_name=pool.name)
        yield _branch(pool.name, pool.id, "pool", [(t, s, Page(kind, here, aws)) for t, s, kind in _POOL_PAGES])


async def _identity_pools(aws: "Aws", after_s: float) -> "AsyncIterator[QStandardItem]":
    await asyncio.sleep(after_s)
    from cognito_explorer.core.identity_pools.identity_pools import list_identity_pools

    context = Context(profile_id=aws.profile.id, region=aws.region)
    for pool in sorted(await list_identity_pools(aws).collect(_ENOUGH), key=lambda pool: pool.name.lower()):
        here = replace(context, identity_pool_id=pool.id, identity_pool_name=pool.name)
        pages = [(t, s, Page(kind, here, aws)) for t, s, kind in _IDENTITY_POOL_PAGES]
        yield _branch(pool.name, pool.id, "identity-pool", pages)


def _branch(name: str, thing_id: str, symbol: str, pages: list[tuple[str, str, Page]]) -> QStandardItem:
    item = _item(name or thing_id, symbol)
    item.setToolTip(plain_tooltip(f"{name}\n{thing_id}"))
    item.setData(pages[0][2], _PAGE)
    for title, page_symbol, page in pages:
        child = _item(title, page_symbol, Tone.MUTED)
        child.setData(page, _PAGE)
        item.appendRow(child)
    return item


def _item(title: str, symbol: str, tone: Tone = Tone.TEXT) -> QStandardItem:
    return QStandardItem(icon(symbol, tone), title)


def _note(text: str, more: str = "") -> QStandardItem:
    item = QStandardItem(icon("info", Tone.MUTED), text)
    item.setToolTip(plain_tooltip(f"{text}\n{more}") if more else "")
    item.setEnabled(False)
    return item


def _failure(error: ExplorerError, retry: Callable[[], None]) -> QStandardItem:
    item = QStandardItem(icon("warning", Tone.WARN), f"{error.title} Try again")
    item.setToolTip(plain_tooltip(f"{error.title}\n{error.hint}\n{error.code}".strip()))
    item.setData(retry, _RETRY)
    return item
