"""The users of a pool: a table that fills as one scrolls, a search the server does, an inspector beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.pools import PoolDetail, describe_pool
from cognito_explorer.core.user_pools.users import User, UserQuery, list_users, search_users
from cognito_explorer.gui.lib.billable import BILLABLE
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import confirm
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, plain_tooltip
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tasks import together
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.user_pools.new_user_dialog import ask_new_user
from cognito_explorer.gui.user_pools.user_inspector import UserInspector
from cognito_explorer.gui.user_pools.user_list import UserList
from cognito_explorer.gui.user_pools.user_search import UserSearch, describe_query, guess_queries
from cognito_explorer.gui.workspace import Page, Workspace

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.aws.pages import Pages


@dataclass(frozen=True, slots=True)
class _Found:
    """A listing that was begun: what was asked, the pages to come, the first page."""

    query: UserQuery | None
    pages: "Pages[User]"
    rows: tuple[User, ...]


class UsersPanel(Panel):
    """Table and search; the inspector stands at the right of the window while this tab is active."""

    # Each changes what the list shows of one user; that row alone is read again.
    STALE_AFTER = frozenset(
        {
            "admin_create_user",
            "admin_confirm_sign_up",
            "admin_enable_user",
            "admin_disable_user",
            "admin_reset_user_password",
            "admin_set_user_password",
            "admin_update_user_attributes",
            "admin_delete_user",
        }
    )

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(f"Users · {page.context.pool_name or page.context.pool_id}", parent)
        if page.aws is None:
            raise ValueError("users are read through an open door")
        self._aws: Aws = page.aws
        self._context, self._workspace = page.context, workspace
        self._pool: PoolDetail | None = None
        self._pool_trouble: ExplorerError | None = None
        username = page.context.username
        self._asked: tuple[UserQuery | None, ...] = (
            (UserQuery("username", username, is_prefix=False),) if username else (None,)
        )
        self._row_when_asked: UserQuery | None = None
        self._shown: UserQuery | None = None
        self.search = UserSearch()
        self.list = UserList(self.tasks)
        self.create_button = QPushButton(icon("plus"), "&Create user…")
        self.columns_place = QHBoxLayout()
        self.user_inspector = UserInspector(self._aws, page.context.pool_id)
        self.inspector = self.user_inspector
        self.set_content(self._arrange())
        self._connect()

    @override
    def reload(self) -> None:
        """Ask again what was asked last."""
        self._begin(self._asked)

    @override
    def commands(self) -> list[Command]:
        return [
            Command("users.search", "Search users", self.search.focus, "Ctrl+F", icon="search"),
            Command(
                "user.create",
                "Create user…",
                self.create_user,
                "Ctrl+N",
                icon="plus",
                why_not=self._why_not_create,
                is_billed=lambda: True,
            ),
            Command("users.load_all", "Load all users", self.list.load_all, icon="download"),
            *self.user_inspector.commands(),
        ]

    @override
    def focus_first(self) -> None:
        self.search.focus()

    @override
    def come_back(self) -> None:
        super().come_back()
        if not self.tasks.is_busy and isinstance(self._pool_trouble, Unreachable):
            self.tasks.start("pool", self._read_pool(), label="Reading the pool")
        self.list.come_back()
        self.user_inspector.come_back()

    @override
    def take_text(self, text: str) -> None:
        """Search for a scrap, by what it looks like."""
        queries = guess_queries(text)
        if queries and not self.search.refusal.takes(text):
            self.search.show_query(queries[0])
            self._begin(queries)

    @override
    def has_unsaved_edits(self) -> bool:
        return self.user_inspector.has_unsaved_edits()

    def create_user(self) -> None:
        """Ask for a new user and create it."""
        if not self._why_not_create():
            self.tasks.start("create", self._create(), label="Creating a user")

    def _begin(self, queries: Sequence[UserQuery | None]) -> None:
        self._asked = tuple(queries)
        for name in ("more", "load_all"):
            self.tasks.cancel(name)
        self._row_when_asked = self.search.query()
        self.tasks.start("load", self._load(self._asked), label="Loading users")

    def _read_token(self, text: str) -> None:
        """It leaves the row: nobody is to see it there who comes back for a user."""
        self.search.line.clear()
        self._workspace.read_token(text)

    def _search(self) -> None:
        query = self.search.query()
        if query is None and self._asked == (None,):
            return
        self._begin((query,))

    async def _load(self, queries: Sequence[UserQuery | None]) -> None:
        try:
            found, _ = await together((self._find(queries), self._read_pool()))
        except ExplorerError:
            # The row above the list asks for others already.
            self.list.show_unanswered(is_earlier=queries != (self._shown,))
            raise
        if isinstance(found, _Found):
            self._show(found)

    async def _find(self, queries: Sequence[UserQuery | None]) -> _Found:
        """The first of the queries that finds anybody, or the first one."""
        tried: list[_Found] = []
        for query in queries:
            pool_id = self._context.pool_id
            pages = search_users(self._aws, pool_id, query) if query else list_users(self._aws, pool_id)
            tried.append(_Found(query, pages, await pages.next_page()))
            if tried[-1].rows:
                return tried[-1]
        return tried[0]

    async def _read_pool(self) -> None:
        """Read schema and policy once. Without them the table still works, with fewer columns."""
        if self._pool is not None:
            return
        try:
            pool = await describe_pool(self._aws, self._context.pool_id)
        except ExplorerError as error:
            self._pool_trouble = error
            return
        self._pool, self._pool_trouble = pool, None
        self.list.show_pool(pool)
        self.user_inspector.show_pool(pool)

    def _show(self, found: _Found) -> None:
        self._asked, self._shown = (found.query,), found.query
        row = self.search.query()
        if found.query not in (None, row) and row == self._row_when_asked:
            self.search.show_query(found.query)  # what was typed meanwhile stays
        self.list.show_users(found.rows, found.pages, partial(describe_query, found.query))
        self._prepare_empty()
        self.show_content()
        self.user_inspector.come_back()
        shown = self.user_inspector.user
        again = self.list.loaded_user(shown.username) if shown else None
        if again is not None:
            self.user_inspector.refresh_user(again)
            self.list.select(again.username)
        elif self.has_unsaved_edits():
            self.list.view.clearSelection()  # whoever is being edited stays in sight
        elif len(found.rows) == 1 and not found.pages.has_more:
            self.list.select(found.rows[0].username)
        else:
            self.user_inspector.show_user(None)

    def _prepare_empty(self) -> None:
        query = self._asked[0] if self._asked else None
        if query is None:
            hint = "Whoever signs up or is created here stands in this table."
            self.list.empty.show_text("No users in this pool yet", hint, icon_name="users")
            self.list.empty.set_action("Create user…", self.create_user)
            return
        hint = f"Nobody's {describe_query(query)}. Try less of it."
        self.list.empty.show_text("Nobody found", hint, icon_name="search")
        self.list.empty.set_action("Show all users", self.search.clear)

    def _follow_selection(self) -> None:
        user, shown = self.list.selected_user(), self.user_inspector.user
        if user is None or (shown is not None and user.username == shown.username):
            return
        if self.has_unsaved_edits():
            self.tasks.start("switch", self._ask_to_switch(user))
        else:
            self._inspect(user)

    def _inspect(self, user: User) -> None:
        self.user_inspector.show_user(user)
        if self._workspace.context.pool_id == self._context.pool_id:
            self._workspace.select_user(user.username)

    async def _ask_to_switch(self, user: User) -> None:
        shown = self.user_inspector.user
        if shown is not None:
            self.list.select(shown.username)
        discarded = await confirm(
            self,
            title=f"Discard your edits of {shown.username[:40] if shown else 'this user'}?",
            text="They were not applied. Go back to apply them, or discard them and look at the other user.",
            action="Discard edits",
            keep="Keep editing",
            destructive=True,
        )
        if discarded:
            self.user_inspector.discard_edits()
            if not self.list.select(user.username):
                self._inspect(user)

    def _why_not_create(self) -> str:
        if self._pool is not None:
            return self._aws.permit.why_not("AdminCreateUser", UserPoolId=self._context.pool_id)
        return self._pool_trouble.title if self._pool_trouble else "The pool's settings are still loading."

    def _review(self) -> None:
        """Another mode holds, or a permission turned out to be missing."""
        reason = self._aws.permit.why_not("AdminCreateUser", UserPoolId=self._context.pool_id)
        self.create_button.setEnabled(not reason)
        self.create_button.setToolTip(plain_tooltip(reason or BILLABLE))
        self.commands_changed.emit()

    async def _create(self) -> None:
        if self._pool is None:
            return
        user = await ask_new_user(self, self._aws, self._pool)
        if user is not None:
            self.list.put(user)
            self.list.select(user.username)
            toast(self, f"{user.username[:40]} was created.")

    def _note_change(self, change: Change) -> None:
        is_mine = change.scope == self._context.pool_id and change.operation in self.STALE_AFTER
        if not is_mine or change.outcome not in ("accepted", "unknown"):
            return
        username = change.target.removeprefix("user ")
        if change.outcome == "unknown":
            if self.list.loaded_user(username) is not None:
                self._look_at(username)
        elif change.operation == "admin_delete_user":
            self._forget(username)
        elif self.list.loaded_user(username) is not None or self._is_inspected(username):
            self.tasks.start(f"refresh {username}", self._refresh(username), label="Reading the user again")

    def _look(self) -> None:
        """Nobody knows what became of a write to the user who is inspected."""
        shown = self.user_inspector.user
        if shown is not None:
            self._look_at(shown.username)

    def _look_at(self, username: str) -> None:
        self.tasks.start(f"refresh {username}", self._look_anew(username), label="Looking whether it was done")

    async def _look_anew(self, username: str) -> None:
        """The write says already that no answer came: it says so, too, how to look once more."""
        try:
            is_there = await self._refresh(username)
        except Unreachable:
            return
        if not is_there:
            self._forget(username)
        elif self._is_inspected(username):
            self.user_inspector.load_groups()
            self.user_inspector.banner.show_looked(username[:40])

    def _is_inspected(self, username: str) -> bool:
        shown = self.user_inspector.user
        return shown is not None and shown.username == username

    def _forget(self, username: str) -> None:
        if self._is_inspected(username):
            self.user_inspector.show_user(None)
        self.list.remove(username)

    async def _refresh(self, username: str) -> bool:
        """Show one user as they are now; False where there is none."""
        known = self.list.loaded_user(username) or self.user_inspector.user
        by_sub = known is not None and known.username == username and known.sub
        query = UserQuery("sub", known.sub, is_prefix=False) if known and by_sub else None
        query = query or UserQuery("username", username, is_prefix=False)
        rows = await search_users(self._aws, self._context.pool_id, query, page_size=1).next_page()
        for user in rows:
            if self.list.loaded_user(username) is not None:
                self.list.put(user)
            if self._is_inspected(username):
                self.user_inspector.refresh_user(user)
        return bool(rows)

    def _connect(self) -> None:
        self.search.wanted.connect(self._search)
        self.search.refusal.read_wanted.connect(self._read_token)
        self.user_inspector.look_wanted.connect(self._look)
        self.search.left_downwards.connect(self.list.select_first)
        self.list.selected.connect(self._follow_selection)
        self.list.activated.connect(self.user_inspector.focus_first)
        self.list.columns_changed.connect(self._offer_columns)
        self.create_button.clicked.connect(self.create_user)
        privacy().changed.connect(self._prepare_empty)
        for signal in (self.list.selected, self.user_inspector.attributes.changed):
            signal.connect(self.commands_changed)
        self.user_inspector.tasks.tasks_changed.connect(self.commands_changed)
        self.follow_answers(self._aws.calls.subscribe)
        self.destroyed.connect(partial(_end, self._aws.permit.subscribe(self._review)))
        self._review()
        self.destroyed.connect(partial(_end, self._aws.journal.subscribe(self._note_change)))

    def _offer_columns(self) -> None:
        while (item := self.columns_place.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.columns_place.addWidget(self.list.view.column_button())

    def _arrange(self) -> QWidget:
        content = QWidget()
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("Users", "title"))
        heading.addStretch(1)
        heading.addLayout(self.columns_place)
        heading.addWidget(self.create_button)
        upper = QVBoxLayout()
        upper.setContentsMargins(12, 12, 12, 8)
        upper.setSpacing(8)
        upper.addLayout(heading)
        upper.addWidget(self.search)
        upper.addWidget(self.search.refusal)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(upper)
        column.addWidget(self.list, 1)
        self._offer_columns()
        return content


def _end(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
