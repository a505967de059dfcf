"""One user: who it is, what can be done, attributes edited in place, groups."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cognito_explorer.core.aws.errors import is_unsure
from cognito_explorer.core.errors import ExplorerError, Unreachable
from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.groups import add_to_group, list_groups, list_groups_for_user, remove_from_group
from cognito_explorer.core.user_pools.pools import DEFAULT_TEMPORARY_PASSWORD_DAYS, PoolDetail
from cognito_explorer.core.user_pools.users import User, update_attributes
from cognito_explorer.gui.lib.billable import billable_badge
from cognito_explorer.gui.lib.commands import Command, CommandList
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, plain_tooltip, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.user_pools.attribute_editor import AttributeEditor
from cognito_explorer.gui.user_pools.changes_bar import ChangesBar
from cognito_explorer.gui.user_pools.group_membership import GroupMembership
from cognito_explorer.gui.user_pools.staged_edits import flags_kept
from cognito_explorer.gui.user_pools.taking_away import may_leave_group, may_lose_attributes
from cognito_explorer.gui.user_pools.user_actions import MENU, Subject, UserActions
from cognito_explorer.gui.user_pools.user_heading import UserHeading
from cognito_explorer.gui.user_pools.user_rules import suggested_action
from cognito_explorer.gui.user_pools.write_banner import WriteBanner

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_GROUPS_AT_MOST = 1_000
# A write is sent again only by a button that says so.
_AGAIN = {"apply": "Apply again", "add_group": "Add again", "remove_group": "Remove again"}
_GROUP_OPERATIONS = frozenset({"admin_add_user_to_group", "admin_remove_user_from_group"})


class UserInspector(QWidget):
    """Stands at the right of the users table. Edits outlive every error and wait for Apply or Discard.

    `look_wanted`: nobody knows what became of a write; the user must be read anew.
    """

    look_wanted = Signal()

    def __init__(self, aws: "Aws", pool_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self.banner = WriteBanner()
        self.empty = EmptyFace()
        self.heading = UserHeading()
        self.attributes = AttributeEditor()
        self.membership = GroupMembership()
        self.changes = ChangesBar()
        self.suggested_button = QPushButton()
        self.suggested_billable = billable_badge()
        self.menu_button = QPushButton("Ac&tions")
        self._aws, self._pool_id = aws, pool_id
        self._pool: PoolDetail | None = None
        self._user: User | None = None
        self._starters: dict[str, Callable[[], object]] = {}
        self._failed = ""
        self._whose: dict[str, str] = {}  # whom each write was begun for
        self._actions = UserActions(self, self.tasks, self.subject)
        self._offered = self._actions.commands()
        self._commands = CommandList(self)
        self._commands.add(*self._offered)
        self._stack = QStackedWidget()
        self._assemble()
        self._connect()

    @property
    def user(self) -> User | None:
        """Whom the inspector shows."""
        return self._user

    def subject(self) -> Subject | None:
        """Whom actions are about."""
        return Subject(self._aws, self._pool_id, self._pool, self._user) if self._user else None

    def show_pool(self, pool: PoolDetail | None) -> None:
        """Take the pool's schema and password policy."""
        self._pool = pool
        self.attributes.set_schema(pool.attributes if pool else ())
        if self._user is not None:
            self.heading.show_user(self._user, self._days())

    def show_user(self, user: User | None) -> None:
        """Show another user, or nobody. Edits of the one before are gone: ask first."""
        self._user = user
        self.banner.dismiss()
        self.attributes.show_attributes(user.attributes if user else {})
        self._stack.setCurrentIndex(0 if user is None else 1)
        if user is None:
            self.tasks.cancel("groups")
            return
        self._show_head(user)
        self._scroll.verticalScrollBar().setValue(0)
        self.membership.show_loading()
        self.load_groups()

    def refresh_user(self, user: User) -> None:
        """Show the same user as they are now; edits stay."""
        self._user = user
        self._show_head(user)
        self.attributes.refresh(user.attributes)

    def has_unsaved_edits(self) -> bool:
        """Whether attributes were edited and not sent."""
        return bool(self.attributes.unsent())

    def discard_edits(self) -> None:
        """Take all edits back."""
        if self._user is not None:
            self.attributes.show_attributes(self._user.attributes)

    def apply_edits(self) -> None:
        """Send all edits in one call, unless one of them cannot be right."""
        can_send = not self._why_not_apply() and not self.attributes.problems()
        if self._user is not None and can_send and not self.tasks.is_running("apply"):
            if _has_keyboard(self.changes):
                # Its buttons go away; the keyboard stays with what was edited.
                self.attributes.row(self.attributes.edits()[0].name).editor.setFocus()
            after = self.attributes.after()
            self._do("apply", partial(self._apply, self._user, after), f"Changing {self._user.username}")

    def load_groups(self) -> None:
        """Read the user's groups, and the pool's for the chooser."""
        if self._user is not None:
            self.tasks.start("groups", self._load_groups(self._user), label="Loading groups")

    def come_back(self) -> None:
        """The connection answers again. A write is never repeated by itself; the edits wait for Apply."""
        if self.banner.must_look:
            self.look_wanted.emit()
        elif isinstance(self.banner.error, Unreachable) and not is_unsure(self.banner.error):
            self.banner.dismiss()
        if isinstance(self.membership.trouble.error, Unreachable) and not self.tasks.is_running("groups"):
            self.load_groups()

    def commands(self) -> list[Command]:
        """What can be done with the selected user."""
        return [
            Command(
                "user.apply_edits",
                "Apply the edits",
                self.apply_edits,
                "Ctrl+S",
                icon="check",
                why_not=self._why_not_apply,
                is_billed=lambda: True,
            ),
            *self._offered,
        ]

    def focus_first(self) -> None:
        """Put the keyboard where work begins."""
        if self._user is None:
            return
        if self.suggested_button.isEnabled():
            self.suggested_button.setFocus()
        else:
            self.menu_button.setFocus()

    async def _load_groups(self, user: User) -> None:
        try:
            mine = await list_groups_for_user(self._aws, self._pool_id, user.username)
            every = await list_groups(self._aws, self._pool_id).collect(limit=_GROUPS_AT_MOST)
        except ExplorerError as error:
            self.membership.show_error(error)
            return
        member_of = {group.name for group in mine}
        had_keyboard = _has_keyboard(self.membership)
        self.membership.show_groups(mine, [group for group in every if group.name not in member_of])
        if had_keyboard and not _has_keyboard(self.membership):
            self.menu_button.setFocus()

    async def _apply(self, user: User, after: Mapping[str, str]) -> None:
        edits = self.attributes.edits_from(user.attributes, after)
        about = Subject(self._aws, self._pool_id, self._pool, user)
        if not await may_lose_attributes(self, about, edits):
            return
        with self.attributes.sending(edits), self._aws.permit.assured(about.target):
            await update_attributes(self._aws, self._pool_id, user, after, kept=flags_kept(user, after))
        changed = replace(user, attributes=dict(after))
        if self._user is not None and self._user.sub == user.sub:
            self._user = changed
            self.attributes.refresh(changed.attributes)  # what was typed meanwhile stays
        text = f"{counted(len(edits), 'attribute')} of {user.username[:40]} changed."
        self._actions.offer_undo(about, "admin_update_user_attributes", text, "The attributes are as before.")

    def _add_group(self, name: str) -> None:
        if self._user is not None:
            self._do("add_group", partial(self._change_group, self._user, name, is_added=True), f"Adding to {name}")

    def _remove_group(self, name: str) -> None:
        if self._user is not None:
            work = partial(self._change_group, self._user, name, is_added=False)
            self._do("remove_group", work, f"Removing from {name}")

    async def _change_group(self, user: User, name: str, *, is_added: bool) -> None:
        about = Subject(self._aws, self._pool_id, self._pool, user)
        if not is_added and not await may_leave_group(self, about, name):
            return
        change = add_to_group if is_added else remove_from_group
        with self._aws.permit.assured(about.target):
            await change(self._aws, self._pool_id, user.username, name, sub=user.sub)
        who = user.username[:40]
        text = f"{who} is now in {name}." if is_added else f"{who} is no longer in {name}."
        done = f"{who} left {name}." if is_added else f"{who} is in {name} again."
        operation = "admin_add_user_to_group" if is_added else "admin_remove_user_from_group"
        self._actions.offer_undo(about, operation, text, done)

    def _do(self, name: str, work: Callable[[], Coroutine[Any, Any, object]], label: str) -> None:
        if _has_keyboard(self.membership):
            # Its buttons cannot be pressed for a moment, and the pressed one may be gone then.
            chooser = self.membership.chooser
            (chooser if chooser.isVisible() else self.menu_button).setFocus()
        self._whose[name] = self._user.username if self._user is not None else ""
        self._starters[name] = lambda: self.tasks.start(name, work(), label=label)
        self._starters[name]()

    def _show_failure(self, name: str, error: ExplorerError) -> None:
        self._failed = name
        action, whose = self._actions.title(name), self._whose.get(name) or self._actions.whose(name)
        again = _AGAIN.get(name) or (action and f"{action.removesuffix('…')} again")
        self.banner.show_failure(error, again=again, whose="" if self._is_shown(whose) else whose[:40])
        # An undo that came too late has seen how the user is now.
        if self.banner.must_look or error.code == "MovedOn":
            self.look_wanted.emit()

    def _retry(self) -> None:
        self.banner.dismiss()
        if self._failed == "apply" and self._is_shown(self._whose["apply"]):
            self.apply_edits()  # as they are now
        elif self._failed in self._starters:
            self._starters[self._failed]()
        else:
            self._actions.repeat(self._failed)

    def _is_shown(self, username: str) -> bool:
        return self._user is not None and self._user.username == username

    def _hear(self, change: Change) -> None:
        about = self._user is not None and change.target == f"user {self._user.username}"
        if about and change.scope == self._pool_id and change.operation in _GROUP_OPERATIONS:
            self.load_groups()

    def _days(self) -> int:
        return self._pool.password_policy.temporary_validity_days if self._pool else DEFAULT_TEMPORARY_PASSWORD_DAYS

    def _show_head(self, user: User) -> None:
        self.heading.show_user(user, self._days())
        self._commands.refresh()
        suggested = self._commands.get(suggested_action(user))
        self.suggested_button.setText(suggested.title)
        self.suggested_button.setIcon(icon(suggested.icon))
        refusal = self._actions.refusal(suggested.id)
        self.suggested_button.setEnabled(not refusal)
        self.suggested_button.setToolTip(plain_tooltip(refusal))
        self.suggested_billable.setVisible(suggested.is_billed())

    def _run_suggested(self) -> None:
        if self._user is not None:
            self._commands.run(suggested_action(self._user))

    def _show_busy(self) -> None:
        self.changes.show_busy(self.tasks.is_running("apply"))
        self.membership.show_busy(self.tasks.is_running("add_group") or self.tasks.is_running("remove_group"))

    def _why_not_apply(self) -> str:
        edits = self.attributes.edits()
        if not edits:
            return "Nothing was edited."
        names = [{"Name": edit.name} for edit in edits]
        # A permission may have been given since it was refused: the edits wait, and can be sent again.
        title, pool_id = "AdminUpdateUserAttributes", self._pool_id
        permit = self._aws.permit
        if ("cognito-idp", title) in permit.seen.lacking:
            return permit.seen.why_not("cognito-idp", title)
        return permit.why_not_by_mode(title, UserPoolId=pool_id, UserAttributes=names)

    def _why_not_group(self, name: str, is_added: bool) -> str:
        title = "AdminAddUserToGroup" if is_added else "AdminRemoveUserFromGroup"
        return self._aws.permit.why_not(title, UserPoolId=self._pool_id, GroupName=name)

    def _follow_privacy(self) -> None:
        if self._user is not None:
            self._show_head(self._user)

    def _review(self) -> None:
        """The mode was switched, or a permission turned out to be missing."""
        if self._user is not None:
            self._show_head(self._user)
        self.membership.review()
        self._show_edits()

    def _show_edits(self) -> None:
        self.changes.show_refusal(self._why_not_apply())
        edits, unsent = self.attributes.edits(), self.attributes.unsent()
        self.changes.show_edits(edits, len(self.attributes.problems()), sent_count=len(edits) - len(unsent))

    def _connect(self) -> None:
        self.tasks.failed.connect(self._show_failure)
        privacy().changed.connect(self._follow_privacy)
        self.tasks.tasks_changed.connect(self._show_busy)
        self.banner.retry_wanted.connect(self._retry)
        self.banner.look_wanted.connect(self.look_wanted)
        self.attributes.changed.connect(self._show_edits)
        self.changes.apply_wanted.connect(self.apply_edits)
        self.changes.discard_wanted.connect(self.discard_edits)
        self.membership.add_wanted.connect(self._add_group)
        self.membership.remove_wanted.connect(self._remove_group)
        self.membership.again_wanted.connect(self.load_groups)
        self.suggested_button.clicked.connect(self._run_suggested)
        self.membership.why_not = self._why_not_group
        for stop in (self._aws.journal.subscribe(self._hear), self._aws.permit.subscribe(self._review)):
            self.destroyed.connect(partial(_end, stop))

    def _assemble(self) -> None:
        self.empty.show_text("No user selected", "Select a row to see and change that user.", icon_name="user")
        self.empty.set_action("", None)
        menu = QMenu(self)
        self._commands.fill_menu(menu, MENU)
        menu.aboutToShow.connect(self._commands.refresh)
        self.menu_button.setMenu(menu)
        set_property(self.menu_button, "has_menu", "true")
        page = QWidget()
        page.setProperty("role", "scrolled")
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addLayout(self._buttons())
        # Beside them there is no room for it.
        column.addWidget(self.suggested_billable)
        for title, part in (("Attributes", self.attributes), ("Groups", self.membership)):
            column.addWidget(_line())
            column.addWidget(plain_label(title, "section"))
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(page)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # A banner that comes beneath moves nothing that somebody is about to press.
        for whole in (self._stack, self.banner, self.changes):
            layout.addWidget(whole, 1 if whole is self._stack else 0)

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.suggested_button)
        line.addWidget(self.menu_button)
        line.addStretch(1)
        return line


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def _has_keyboard(part: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and part.isAncestorOf(focused)


def _end(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
