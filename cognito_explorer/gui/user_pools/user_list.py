"""The table of users with its line beneath: page by page, or all of them, and one row anew after a write."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.aws.pace import in_bulk
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.user_pools.users import User
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.times import number
from cognito_explorer.gui.user_pools.user_columns import user_columns
from cognito_explorer.gui.user_pools.users_footer import UsersFooter

if TYPE_CHECKING:
    from cognito_explorer.core.aws.pages import Pages
    from cognito_explorer.core.user_pools.pools import PoolDetail

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class UserList(QWidget):
    """`selected`: another row is current. `activated`: Enter or a double click. Loads through the panel's tasks."""

    selected = Signal()
    activated = Signal()
    columns_changed = Signal()

    def __init__(self, tasks: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._pages: Pages[User] | None = None
        self._names: set[str] = set()
        self._search: Callable[[], str] = str
        self._estimate = 0
        self.empty = EmptyFace()
        self.footer = UsersFooter()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self.table: RecordTable[User] = RecordTable(user_columns(None), self)
        self.view = self._make_view("users")
        self.footer.all_wanted.connect(self.load_all)
        self.footer.stop_wanted.connect(lambda: tasks.cancel("load_all"))
        self.footer.again_wanted.connect(self.load_more)
        privacy().changed.connect(self._count)
        tasks.tasks_changed.connect(self._follow_tasks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.footer)

    @property
    def is_empty_face_shown(self) -> bool:
        """Whether there is no row to show."""
        return self._stack.currentWidget() is self.empty

    def show_pool(self, pool: "PoolDetail") -> None:
        """Take the pool's schema: its attributes become columns one can choose. Rows are gone until set anew."""
        self._estimate = pool.estimated_users
        old_view, old_table = self.view, self.table
        self.table = RecordTable(user_columns(pool), self)
        self.view = self._make_view(f"users/{pool.id}")
        self._stack.removeWidget(old_view)
        old_view.deleteLater()
        old_table.deleteLater()
        self.columns_changed.emit()

    def show_users(self, users: Iterable[User], pages: "Pages[User]", search: Callable[[], str]) -> None:
        """Show the first page of a listing; further ones come as one scrolls. `search` says what was asked."""
        rows = list(users)
        # What was asked for meanwhile belongs to the listing before.
        for name in ("more", "load_all"):
            self._tasks.cancel(name)
        self._pages, self._search = pages, search
        self._names = {user.username for user in rows}
        _know(rows)
        self.table.set_rows(rows, has_more=pages.has_more)
        self.footer.show_trouble(None)
        self.footer.show_earlier(is_earlier=False)
        self._stack.setCurrentWidget(self.view if rows or pages.has_more else self.empty)
        self._count()

    def show_unanswered(self, *, is_earlier: bool) -> None:
        """What was asked for did not come. `is_earlier`: the rows answer another question, and it is said."""
        self.footer.show_earlier(is_earlier=is_earlier and self._pages is not None)
        self._count()

    def load_more(self) -> None:
        """Fetch the next page."""
        if not self._tasks.is_running("load_all"):
            self._tasks.start("more", self._load_page(), label="Loading more users")

    def load_all(self) -> None:
        """Fetch every page there is."""
        self._tasks.cancel("more")
        self._tasks.start("load_all", self._load_all(), label="Loading all users")

    def come_back(self) -> None:
        """The connection answers again: fetch the page that did not come."""
        is_loading = self._tasks.is_running("more") or self._tasks.is_running("load_all")
        if isinstance(self.footer.error, Unreachable) and not is_loading:
            self.load_more()

    def selected_user(self) -> User | None:
        """The user of the selected row."""
        chosen = self.view.chosen()
        return chosen[0] if chosen and isinstance(chosen[0], User) else None

    def select(self, username: str) -> bool:
        """Select a user's row; tells whether there is one."""
        index = self.table.find(lambda user: user.username == username)
        if index.isValid():
            self._select(index)
        else:
            self.view.clearSelection()
        return index.isValid()

    def select_first(self) -> None:
        """Go into the table, to the first row unless one is selected."""
        self.view.setFocus()
        if not self.view.chosen() and self.table.rowCount():
            self._select(self.table.index(0, 0))

    def loaded_user(self, username: str) -> User | None:
        """A loaded user."""
        return next((user for user in self.table.records() if user.username == username), None)

    def put(self, user: User) -> None:
        """Show a user as they are now, in their row or in a new one at the end."""
        _know([user])
        if not self.table.replace(lambda each: each.username == user.username, user):
            self._names.add(user.username)
            self.table.add_rows([user], has_more=self.table.has_more)
            self._stack.setCurrentWidget(self.view)
        self._count()

    def remove(self, username: str) -> None:
        """Take a row away; the one that takes its place is selected."""
        row = self.table.find(lambda user: user.username == username).row()
        self.table.remove(lambda user: user.username == username)
        self._names.discard(username)
        left = self.table.rowCount()
        if row >= 0 and left:
            self._select(self.table.index(min(row, left - 1), 0))
        elif not left:
            self._stack.setCurrentWidget(self.empty)
        self._count()

    async def _load_page(self) -> None:
        if self._pages is None:
            return
        try:
            rows = await self._pages.next_page()
        except ExplorerError as error:
            self.table.more_failed()
            self.footer.show_trouble(error)
            return
        self._add(rows, self._pages)

    async def _load_all(self) -> None:
        while self._pages is not None and self._pages.has_more:
            try:
                with in_bulk():
                    rows = await self._pages.next_patiently(self._describe)
            except ExplorerError as error:
                self.footer.show_trouble(error)
                return
            self._add(rows, self._pages)
            self._describe()

    def _describe(self, waits_for: ExplorerError | None = None) -> None:
        done = f"{number(self.table.rowCount())} of about {number(self._estimate)}"
        self._tasks.describe(
            "load_all", done if waits_for is None else f"{done}. {waits_for.title} It goes on by itself."
        )

    def _add(self, rows: Iterable[User], pages: "Pages[User]") -> None:
        # A user created here meanwhile stands in the table already.
        fresh = [user for user in rows if user.username not in self._names]
        self._names.update(user.username for user in fresh)
        _know(fresh)
        self.table.add_rows(fresh, has_more=pages.has_more)
        self.footer.show_trouble(None)
        self._count()

    def _count(self) -> None:
        loaded, has_more = self.table.rowCount(), self.table.has_more
        self.footer.show_amount(loaded, estimate=self._estimate, has_more=has_more, search=self._search())

    def _follow_tasks(self) -> None:
        is_loading = self._tasks.is_running("load_all")
        self.footer.show_loading(is_loading)
        if not is_loading and not self._tasks.is_running("more"):
            self.table.more_failed()

    def _select(self, index: QModelIndex) -> None:
        self.view.selectionModel().setCurrentIndex(index, _SELECT)
        self.view.scrollTo(index)

    def _make_view(self, name: str) -> RecordView:
        view = RecordView(self.table, name)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAccessibleName("Users")
        view.selected.connect(self.selected)
        view.activated.connect(lambda _index: self.activated.emit())
        self.table.more_wanted.connect(self.load_more)
        self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)
        return view


def _know(users: Iterable[User]) -> None:
    privacy().know((user.username, user.sub) for user in users)
