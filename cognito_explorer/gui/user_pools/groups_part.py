"""The groups of a pool: the table, and how a group is made, changed and deleted, each with a way back."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.groups import Group, NewGroup, create_group, delete_group, update_group
from cognito_explorer.core.user_pools.undo import newest_change
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import ask_form, confirm_with_care
from cognito_explorer.gui.lib.form import Field, Form
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.user_pools.pool_tables import GROUP_COLUMNS, SmallTable
from cognito_explorer.gui.user_pools.undo_toast import UndoToasts

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_OPERATIONS = frozenset({"create_group", "update_group", "delete_group"})
_LONGEST_NAME, _LONGEST_DESCRIPTION = 128, 2_048


class GroupsPart(QWidget):
    """`changed`: the groups are others now, whoever did it; `reviewed`: something else may be done."""

    changed = Signal()
    reviewed = Signal()

    def __init__(self, aws: "Aws", pool_id: str, tasks: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aws, self._pool_id, self._tasks = aws, pool_id, tasks
        self.toasts = UndoToasts(self, tasks)
        self.table = SmallTable("pool groups", GROUP_COLUMNS, ("role ARN", "role_arn"))
        self.create_button = QPushButton(icon("plus"), "New group…")
        self.edit_button = QPushButton(icon("pencil"), "Edit…")
        self.delete_button = QPushButton(icon("trash"), "Delete…")
        self._arrange()
        self._connect()
        self.review()

    def commands(self) -> list[Command]:
        """What can be done with groups."""
        return [
            Command("group.create", "New group…", self.create_one, icon="plus", why_not=self.why_not_create),
            Command("group.edit", "Edit the group…", self.edit, icon="pencil", why_not=self.why_not_edit),
            Command(
                "group.delete",
                "Delete the group…",
                self.delete,
                icon="trash",
                why_not=self.why_not_delete,
                is_destructive=True,
            ),
        ]

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Show these."""
        self.table.setVisible(bool(groups))
        self.table.show_records(groups)
        self.review()

    def why_not_create(self) -> str:
        """Why no group can be made, or ""."""
        return self._aws.permit.why_not("CreateGroup", UserPoolId=self._pool_id)

    def why_not_edit(self) -> str:
        """Why the selected group cannot be changed, or ""."""
        return self._aws.permit.why_not("UpdateGroup", UserPoolId=self._pool_id) or self._why_none()

    def why_not_delete(self) -> str:
        """Why the selected group cannot be deleted, or ""."""
        return self._aws.permit.why_not("DeleteGroup", UserPoolId=self._pool_id) or self._why_none()

    def create_one(self) -> None:
        """Ask for a group and make it."""
        self._tasks.start("group.create", self._create(), label="Creating a group")

    def edit(self) -> None:
        """Ask for what shall change of the selected group."""
        group = self.selected()
        if group is not None:
            self._tasks.start("group.edit", self._edit(group), label=f"Changing {group.name}")

    def delete(self) -> None:
        """Ask, then delete the selected group."""
        group = self.selected()
        if group is not None:
            self._tasks.start("group.delete", self._delete(group), label=f"Deleting {group.name}")

    def selected(self) -> Group | None:
        """The group that is chosen in the table."""
        record = self.table.view.current_record()
        return record if isinstance(record, Group) and self.table.view.chosen() else None

    def review(self) -> None:
        """Enable what may be done, and say why the rest may not."""
        for button, why_not in (
            (self.create_button, self.why_not_create),
            (self.edit_button, self.why_not_edit),
            (self.delete_button, self.why_not_delete),
        ):
            reason = why_not()
            button.setEnabled(not reason)
            button.setToolTip(plain_tooltip(reason))
        self.reviewed.emit()

    async def _create(self) -> None:
        form = _form(None)
        text = "Its name stands in its members' tokens, and its role is one they can take in an identity pool."
        made: list[NewGroup] = []

        async def submit() -> None:
            wanted = _wanted(form, str(form.values()["name"]))
            await create_group(self._aws, self._pool_id, wanted)
            made.append(wanted)

        if await self._ask(form, "Create a group?", text, "Create group", submit):
            name = made[0].name
            self._offer_undo("create_group", name, f"The group {name} was created.", f"{name} is deleted again.")

    async def _edit(self, group: Group) -> None:
        form = _form(group)
        text = "Tokens that were issued keep the role and the precedence they were issued with."

        changed: list[bool] = []

        async def submit() -> None:
            changed.append(await update_group(self._aws, self._pool_id, group, _wanted(form, group.name)))

        title = f"Change the group {group.name[:40]}?"
        if await self._ask(form, title, text, "Change group", submit) and any(changed):
            done = f"{group.name} is as before."
            self._offer_undo("update_group", group.name, f"{group.name} was changed.", done)

    async def _delete(self, group: Group) -> None:
        text = (
            "Its members stay, but are in it no longer, and lose its role with their next tokens. Tokens that were"
            " issued keep naming it until they expire."
        )
        typed_name = group.name if self._aws.profile.is_production else ""
        title = f"Delete the group {group.name[:40]}?"
        if await confirm_with_care(
            self, title=title, text=text, action="Delete group", keep="Keep it", typed_name=typed_name
        ):
            with self._aws.permit.assured(f"group {group.name}"):
                await delete_group(self._aws, self._pool_id, group)
            done = f"The group {group.name} is there again."
            self._offer_undo("delete_group", group.name, f"The group {group.name} was deleted.", done)

    async def _ask(
        self, form: Form, title: str, text: str, action: str, submit: Callable[[], Awaitable[object]]
    ) -> bool:
        return await ask_form(self, form, title=title, text=text, action=action, submit=submit)

    def _offer_undo(self, operation: str, name: str, text: str, done: str) -> None:
        change = newest_change(self._aws, operation, f"group {name}", self._pool_id)
        self.toasts.offer(self._aws, change, text, done)

    def _why_none(self) -> str:
        return "" if self.selected() is not None else "Select a group first."

    def _hear(self, change: Change) -> None:
        if change.operation in _OPERATIONS and change.scope == self._pool_id:
            self.changed.emit()

    def _connect(self) -> None:
        self.create_button.clicked.connect(self.create_one)
        self.edit_button.clicked.connect(self.edit)
        self.delete_button.clicked.connect(self.delete)
        self.table.view.selected.connect(self.review)
        self.table.view.activated.connect(lambda _index: self.edit() if not self.why_not_edit() else None)
        for stop in (self._aws.journal.subscribe(self._hear), self._aws.permit.subscribe(self.review)):
            self.destroyed.connect(partial(_end, stop))

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.create_button, self.edit_button, self.delete_button, self.table.copy_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table)
        layout.addLayout(buttons)


def _form(group: Group | None) -> Form:
    """The fields of a new group, or of one that is there: its name never changes."""
    name = Field("name", "Name", is_required=True, max_length=_LONGEST_NAME, is_identifier=True, check=_check_name)
    precedence = "" if group is None or group.precedence is None else str(group.precedence)
    must_have_role = group is not None and bool(group.role_arn)
    return Form(
        [
            *([name] if group is None else []),
            Field(
                "description",
                "Description",
                value=group.description if group else "",
                max_length=_LONGEST_DESCRIPTION,
            ),
            Field(
                "precedence",
                "Precedence",
                kind="number",
                value=precedence,
                is_required=bool(precedence),
                hint="The lowest wins: its role is the preferred one of who is in several groups.",
            ),
            Field(
                "role",
                "Role ARN",
                value=group.role_arn if group else "",
                is_required=must_have_role,
                is_identifier=True,
                placeholder="arn:aws:iam::123456789012:role/name",
                hint="Cognito has no way to take a role or a precedence from a group again.",
                check=_check_role,
            ),
        ]
    )


def _wanted(form: Form, name: str) -> NewGroup:
    values = form.values()
    precedence = str(values["precedence"])
    return NewGroup(name, str(values["description"]), str(values["role"]), int(precedence) if precedence else None)


def _check_name(text: str) -> str:
    return "A group's name has no blanks in it." if any(letter.isspace() for letter in text) else ""


def _check_role(text: str) -> str:
    is_role = not text or (text.startswith("arn:") and ":iam::" in text and ":role/" in text)
    return "" if is_role else "This is not the ARN of a role."


def _end(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
