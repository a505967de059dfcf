"""What may I do: each operation, whether these credentials may call it, how that is known, and a policy to ask for."""

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.aws.least_privilege import as_json, least_privilege
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.permissions import Permission, Permissions, Standing, find_permissions
from cognito_explorer.core.insight.pool_facts import read_trigger
from cognito_explorer.core.profiles import Mode
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.dialogs import ask_save_file
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.workspace import Page, Workspace

_LOOKS: dict[Standing, tuple[str, str, Tone]] = {
    "allowed": ("Allowed", "check-circle", Tone.GOOD),
    "refused": ("Refused", "denied", Tone.BAD),
    "lacking": ("Not offered here", "warning", Tone.WARN),
    "unknown": ("Not known", "help", Tone.MUTED),
}
_MODES: tuple[tuple[Mode, str], ...] = (("read-only", "Read-only"), ("support", "Support"), ("admin", "Admin"))


class PermissionsPanel(Panel):
    """Asks AWS with reads that bill nobody, and IAM for the rest where it may be asked."""

    def __init__(self, page: Page, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("What may I do?", parent)
        if page.aws is None:
            raise ValueError("permissions are found through an open door")
        self._aws, self._context, self._workspace = page.aws, page.context, workspace
        self._found: Permissions | None = None
        self._function_arns: tuple[str, ...] = ()
        self._table: RecordTable[Permission] = RecordTable(_columns())
        self.view = RecordView(self._table, "permissions")
        self.view.setAccessibleName("Permissions")
        self.sentence = plain_label("", "muted", wrap=True, selectable=True)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: an operation, a family, refused")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show_rows)
        self.again_button = QPushButton(icon("refresh"), "Chec&k again")
        self.again_button.setToolTip("Forget what was refused or missing, and ask AWS again")
        self.again_button.clicked.connect(self.check_again)
        self.mode_choice = QComboBox()
        self.mode_choice.setAccessibleName("Mode the policy is for")
        for mode, words in _MODES:
            self.mode_choice.addItem(f"For {words}", mode)
        self.copy_button = QPushButton(icon("copy"), "&Copy policy")
        self.copy_button.clicked.connect(self.copy_policy)
        self.save_button = QPushButton(icon("download"), "&Save policy…")
        self.save_button.clicked.connect(lambda: self.tasks.start("save", self._save(), label="Saving the policy"))
        self.set_content(self._arrange())

    @override
    def reload(self) -> None:
        self.tasks.start("load", self._load(), label="Finding out what may be done")

    @override
    def focus_first(self) -> None:
        self.filter.setFocus()

    def check_again(self) -> None:
        """Forget refusals: a permission may have been given meanwhile."""
        self._aws.permit.try_again()
        self.reload()

    def policy(self) -> str:
        """The policy for the chosen mode, for the pool this page is about or for all."""
        chosen = self.mode_choice.currentData()
        mode: Mode = next((mode for mode, _ in _MODES if mode == chosen), _MODES[0][0])
        return as_json(least_privilege(mode, self._pool_arns(), function_arns=self._function_arns))

    def copy_policy(self) -> None:
        """Put the policy on the clipboard."""
        copy(self, self.policy(), f"the policy {self.mode_choice.currentText().lower()}")

    async def _load(self) -> None:
        self._found = await find_permissions(self._aws, self._context.pool_id)
        self._function_arns = await self._read_function_arns()
        self._show_rows()
        self.show_content()

    async def _read_function_arns(self) -> tuple[str, ...]:
        """The function that a prediction of tokens invokes; none where the pool may not be read."""
        if not self._context.pool_id:
            return ()
        try:
            trigger = await read_trigger(self._aws, self._context.pool_id)
        except ExplorerError:
            return ()
        return (trigger.function_arn,) if trigger is not None else ()

    async def _save(self) -> None:
        name = f"cognito-explorer-{self.mode_choice.currentData()}.json"
        path = await ask_save_file(self, title="Save the policy", name=name, kinds="JSON (*.json)")
        if path is not None:
            path.write_text(self.policy() + "\n", encoding="utf-8")
            toast(self, f"Saved {path.name}. Attach it as a customer managed policy.")

    def _show_rows(self) -> None:
        if self._found is None:
            return
        words = self.filter.text().casefold().split()
        rows = [row for row in self._found.rows if all(word in _text(row) for word in words)]
        self._table.set_rows(rows)
        counts = {look: sum(row.standing == look for row in self._found.rows) for look in _LOOKS}
        told = ", ".join(f"{count} {_LOOKS[look][0].lower()}" for look, count in counts.items() if count)
        place = f" for the pool {self._context.pool_name or self._context.pool_id}" if self._context.pool_id else ""
        caller = self._found.caller
        who = privacy().in_text(caller.arn) if caller is not None else "These credentials"
        self.sentence.setText(f"{who}{place}: {told}. {self._found.simulation}")

    def _pool_arns(self) -> list[str]:
        caller = self._found.caller if self._found is not None else None
        if caller is None or not self._context.pool_id:
            return []
        place = f"arn:{caller.arn.split(':')[1]}:cognito-idp:{self._aws.region}:{caller.account_id}"
        return [f"{place}:userpool/{self._context.pool_id}"]

    def _arrange(self) -> QWidget:
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("What may I do?", "title"))
        heading.addStretch(1)
        heading.addWidget(self.again_button)
        asking = QHBoxLayout()
        asking.setSpacing(8)
        asking.addWidget(self.filter, 1)
        asking.addWidget(plain_label("Least-privilege policy", "muted"))
        for part in (self.mode_choice, self.copy_button, self.save_button):
            asking.addWidget(part)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.setSpacing(12)
        layout.addLayout(heading)
        layout.addWidget(self.sentence)
        layout.addLayout(asking)
        layout.addWidget(self.view, 1)
        return whole


def _columns() -> tuple[Column[Permission], ...]:
    return (
        Column("Family", lambda row: row.family, width=175),
        Column("Operation", lambda row: row.title, full_name="IAM action", tooltip=lambda row: row.action, width=240),
        Column(
            "These credentials",
            lambda row: _LOOKS[row.standing][0],
            icon=lambda row: _LOOKS[row.standing][1],
            tone=lambda row: _LOOKS[row.standing][2],
            width=140,
        ),
        Column("This mode", _mode_word, tooltip=lambda row: row.mode_refusal or "The mode lets it through.", width=110),
        Column("How it is known", lambda row: row.how, width=290),
    )


def _mode_word(row: Permission) -> str:
    return "Refuses" if row.mode_refusal else "Lets through"


def _text(row: Permission) -> str:
    return f"{row.family} {row.action} {_LOOKS[row.standing][0]} {_mode_word(row)}".casefold()
