"""The tree on the left: every open connection, beneath each its user pools and identity pools, loaded lazily."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QMenu, QTreeView, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.gui.connection_rows import CONNECTION, ConnectionRows, cross_of, show_connection
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.open_connection import ConnectionKey, OpenConnection
from cognito_explorer.gui.tree_branches import (
    PAGE,
    RUN,
    failure,
    identity_pools,
    item,
    note,
    offer,
    user_pools,
)
from cognito_explorer.gui.workspace import Page

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_STEP_PX = 16
_AHEAD_S = 0.06
_USER_POOLS, _IDENTITY_POOLS = 0, 1
_ASLEEP = "asleep"
# The key of a Mac's keyboard that says “delete” is Backspace.
_CLOSING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) if sys.platform == "darwin" else (Qt.Key.Key_Delete,)


class ExplorerTree(QTreeView):
    """Activating an item asks for its page. A branch that failed to load says why and retries when activated.

    `connect_wanted`, `front_wanted` and `close_wanted` carry a connection's key.
    """

    page_wanted = Signal(object)
    pools_loaded = Signal()
    connect_wanted = Signal(object)
    front_wanted = Signal(object)
    close_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self._items = QStandardItemModel(self)
        self._roots: dict[ConnectionKey, QStandardItem] = {}
        self._shown: dict[ConnectionKey, object] = {}
        self._front: ConnectionKey | None = None
        self._closing: ConnectionKey | None = None
        self._sought: ConnectionKey | None = None
        self.setItemDelegate(ConnectionRows(self))
        self.setModel(self._items)
        self.setHeaderHidden(True)
        self.setExpandsOnDoubleClick(False)  # its first click has done it; the second would undo it
        self.setAccessibleName("Connections, user pools and identity pools")
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._follow_type_size()
        theme().changed.connect(self._follow_type_size)
        self.clicked.connect(self._activate)
        self.expanded.connect(self._connect_opened)

    def show_connections(
        self, connections: Sequence[OpenConnection], front: ConnectionKey | None, *, last: QStandardItem | None = None
    ) -> None:
        """Show these, each with what its door opens; `last` stands beneath them all."""
        wanted = {each.key: each for each in connections}
        for key in [key for key in self._roots if key not in wanted]:
            self._cancel(key)
            self._items.removeRow(self._roots.pop(key).row())
            self._shown.pop(key, None)
        while self._items.rowCount() > len(self._roots):
            self._items.removeRow(self._items.rowCount() - 1)
        is_new_front, self._front = front != self._front, front
        for row, (key, connection) in enumerate(wanted.items()):
            root = self._root(key, row)
            show_connection(root, connection, is_front=key == front)
            self._show_state(root, connection)
            if key == front and is_new_front and _state(connection) != _ASLEEP:
                self.expand(root.index())
        if last is not None:
            self._items.appendRow(last)
        if is_new_front:
            self._sought = front
            self._bring_into_sight()

    def reload(self) -> None:
        """Load the pools of the connection in front anew."""
        if self._front is not None:
            self.reload_connection(self._front)

    def reload_connection(self, key: ConnectionKey) -> None:
        """Load a connection's pools anew."""
        connection = self._connection(key)
        if connection is not None and connection.aws is not None:
            self._load(key, connection.aws)

    def item_titles(self) -> list[str]:
        """Every title, parents first, for tests and for reading aloud."""
        return [each.text() for each in self._walk(self._items.invisibleRootItem())]

    def pages(self) -> list[Page]:
        """Every page the tree leads to, for the palette; those of the connection in front first."""
        roots = sorted(self._roots, key=lambda key: key != self._front)
        leaves = (each for key in roots for each in self._walk(self._roots[key]) if not each.hasChildren())
        return [page for page in (leaf.data(PAGE) for leaf in leaves) if isinstance(page, Page)]

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(self.currentIndex())
            return
        connection = self.currentIndex().data(CONNECTION)
        if event.key() in _CLOSING and isinstance(connection, OpenConnection):
            self.close_wanted.emit(connection.key)
            return
        super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._closing = self._crossed(event)
        if self._closing is None:
            super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        closing, self._closing = self._closing, None
        if closing is None:
            super().mouseReleaseEvent(event)
        elif closing == self._crossed(event):
            self.close_wanted.emit(closing)

    def _crossed(self, event: QMouseEvent) -> ConnectionKey | None:
        """The connection whose cross is under the mouse."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        found = index.data(CONNECTION)
        is_left = event.button() is Qt.MouseButton.LeftButton
        is_there = isinstance(found, OpenConnection) and is_left and cross_of(self.visualRect(index)).contains(place)
        return found.key if is_there else None

    def _walk(self, parent: QStandardItem) -> list[QStandardItem]:
        found: list[QStandardItem] = []
        for row in range(parent.rowCount()):
            child = parent.child(row)
            found += [child, *self._walk(child)]
        return found

    def _follow_type_size(self) -> None:
        """Style sheets reach rows and icons; Qt draws the arrows as large as the indentation, and keeps old rows."""
        self.setIndentation(theme().px(_STEP_PX))
        self.setIconSize(QSize(theme().px(_STEP_PX), theme().px(_STEP_PX)))
        self.scheduleDelayedItemsLayout()

    def _root(self, key: ConnectionKey, row: int) -> QStandardItem:
        known = self._roots.get(key)
        if known is None:
            known = self._roots[key] = QStandardItem()
            self._items.insertRow(row, known)
        elif known.row() != row:
            is_open = self.isExpanded(known.index())
            self._items.insertRow(row, self._items.takeRow(known.row()))
            self.setExpanded(known.index(), is_open)
        return known

    def _show_state(self, root: QStandardItem, connection: OpenConnection) -> None:
        """What stands beneath a connection: its pools, that it is being opened, why it is not, or how it is."""
        key, state = connection.key, _state(connection)
        if self._shown.get(key) == state:
            return
        is_fresh, self._shown[key] = key not in self._shown, state
        if connection.aws is not None:
            is_asked = self.isExpanded(root.index()) or key == self._front
            self._load(key, connection.aws)
            self.setExpanded(root.index(), is_asked)
            return
        self._cancel(key)
        root.removeRows(0, root.rowCount())
        connect = partial(self.connect_wanted.emit, key)
        if connection.is_connecting:
            root.appendRow(note("Connecting…"))
        elif connection.trouble is not None:
            root.appendRow(failure(connection.trouble, connect))
        else:
            root.appendRow(offer("Connect", "play", connect))
        if state != _ASLEEP and (not is_fresh or key == self._front):
            self.expand(root.index())

    def _connection(self, key: ConnectionKey) -> OpenConnection | None:
        root = self._roots.get(key)
        found = root.data(CONNECTION) if root is not None else None
        return found if isinstance(found, OpenConnection) else None

    def _connection_of(self, index: QModelIndex) -> OpenConnection | None:
        while index.parent().isValid():
            index = index.parent()
        found = index.data(CONNECTION)
        return found if isinstance(found, OpenConnection) else None

    def _connect_opened(self, index: QModelIndex) -> None:
        """A connection of the last run is opened when somebody looks into it."""
        connection = index.data(CONNECTION)
        if isinstance(connection, OpenConnection) and _state(connection) == _ASLEEP:
            self.connect_wanted.emit(connection.key)

    def _activate(self, index: QModelIndex) -> None:
        run = index.data(RUN)
        page = index.data(PAGE)
        if run is not None:
            run()
        elif isinstance(page, Page):
            self.expand(index)
            self.page_wanted.emit(page)
        else:
            self.setExpanded(index, not self.isExpanded(index))

    def _show_menu(self, place: QPoint) -> None:
        connection = self._connection_of(self.indexAt(place))
        if connection is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        key = connection.key
        front = menu.addAction(icon("cloud"), "&Look through it")
        front.setEnabled(key != self._front)
        front.triggered.connect(partial(self.front_wanted.emit, key))
        again = menu.addAction(icon("refresh"), "&Reload" if connection.aws is not None else "&Connect")
        again.setEnabled(not connection.is_connecting)
        work = self.reload_connection if connection.aws is not None else self.connect_wanted.emit
        again.triggered.connect(partial(work, key))
        menu.addSeparator()
        # With the key in its words and not as its shortcut: that would take Delete from every line in the window.
        menu.addAction(icon("close"), "&Close connection\tDelete").triggered.connect(
            partial(self.close_wanted.emit, key)
        )
        menu.popup(self.viewport().mapToGlobal(place))

    def _load(self, key: ConnectionKey, aws: "Aws") -> None:
        """Both branches load side by side, the user pools a moment ahead."""
        root = self._roots[key]
        self._cancel(key)
        root.removeRows(0, root.rowCount())
        for title, symbol in (("User pools", "pool"), ("Identity pools", "identity-pool")):
            branch = item(title, symbol)
            root.appendRow(branch)
            self.expand(branch.index())
        self._load_user_pools(key, aws)
        self._load_identity_pools(key, aws, _AHEAD_S)

    def _load_user_pools(self, key: ConnectionKey, aws: "Aws") -> None:
        retry = partial(self._load_user_pools, key, aws)
        work = self._fill(key, _USER_POOLS, user_pools(aws), "No user pools in this Region.", retry)
        self.tasks.start(_task(_USER_POOLS, key), work, label="Loading user pools", place=self._place(key))

    def _load_identity_pools(self, key: ConnectionKey, aws: "Aws", after_s: float = 0) -> None:
        retry = partial(self._load_identity_pools, key, aws)
        found, nothing = identity_pools(aws, after_s), "No identity pools in this Region."
        work = self._fill(key, _IDENTITY_POOLS, found, nothing, retry)
        self.tasks.start(_task(_IDENTITY_POOLS, key), work, label="Loading identity pools", place=self._place(key))

    def _place(self, key: ConnectionKey) -> str:
        connection = self._connection(key)
        return connection.place if connection is not None else ""

    def _cancel(self, key: ConnectionKey) -> None:
        for row in (_USER_POOLS, _IDENTITY_POOLS):
            self.tasks.cancel(_task(row, key))

    async def _fill(
        self,
        key: ConnectionKey,
        row: int,
        found: "AsyncIterator[QStandardItem]",
        nothing: str,
        retry: Callable[[], object],
    ) -> None:
        branch = self._roots[key].child(row)
        branch.removeRows(0, branch.rowCount())
        try:
            async for each in found:
                branch.appendRow(each)
        except NotOffered as error:
            branch.appendRow(note(error.title, error.hint))
        except ExplorerError as error:
            branch.appendRow(failure(error, retry))
        else:
            if branch.rowCount() == 0:
                branch.appendRow(note(nothing))
        self._open_first(branch)
        if key == self._sought:
            self._bring_into_sight()
        if row == _USER_POOLS:
            self.pools_loaded.emit()

    def _bring_into_sight(self) -> None:
        """The connection that came to the front, with as much of what stands beneath it as there is room for."""
        root = self._roots.get(self._sought) if self._sought is not None else None
        if root is None:
            return
        last = root.index()
        while self.isExpanded(last) and (rows := self._items.rowCount(last)):
            last = self._items.index(rows - 1, 0, last)
        for index in (last, root.index()):
            self.scrollTo(index)
        if isinstance(last.data(PAGE), Page):
            self._sought = None  # from here on the view is where somebody scrolls it

    def _open_first(self, branch: QStandardItem) -> None:
        """The first pool stands open, so that its pages are seen at once."""
        self.expand(branch.index())
        first = branch.child(0)
        if first is not None and first.rowCount():
            self.expand(first.index())


def _state(connection: OpenConnection) -> object:
    """What is shown beneath a connection depends on: its door, or what there is instead."""
    if connection.aws is not None:
        return connection.aws
    if connection.is_connecting:
        return "connecting"
    return connection.trouble or _ASLEEP


def _task(row: int, key: ConnectionKey) -> str:
    branch = "user_pools" if row == _USER_POOLS else "identity_pools"
    return f"load_{branch} {' '.join(key)}"
