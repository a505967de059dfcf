"""The journal: every write of every run, to search, to export, and to take back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.aws.permit import Permit
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.journal import Change, Outcome
from cognito_explorer.core.user_pools.undo import inverse_of
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.commands import Command
from cognito_explorer.gui.lib.dialogs import ask_save_file
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.privacy import privacy, veil
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import is_loop_running
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.logs.change_details import ChangeDetails
from cognito_explorer.gui.logs.counting import count_changes
from cognito_explorer.gui.logs.outcomes import LOOKS, as_shown, change_columns
from cognito_explorer.gui.undoing import is_sure, undo_surely

_PAGE = 200
_TYPING_MS = 200
_OUTCOME_CHARS = 13
_FILE = "cognito-explorer-journal.jsonl"


class JournalPanel(Panel):
    """Follows the journal: a change appears when it has an outcome."""

    def __init__(self, connections: Connections, book: ProfileBook, parent: QWidget | None = None) -> None:
        super().__init__("Journal", parent)
        self._connections, self._book = connections, book
        self._journal = connections.journal
        self._table: RecordTable[Change] = RecordTable(change_columns(is_narrow=True))
        self.view = RecordView(self._table, "journal")
        self.details = ChangeDetails()
        self.inspector = self.details
        self.line = QLineEdit()
        self.outcome_box = QComboBox()
        veil(self.line)
        self.export_button = QPushButton(icon("download"), "&Export…")
        self.status = plain_label("", "muted")
        self.note = plain_label("", "muted", wrap=True)
        self.keyring_button = QPushButton(icon("lock"), "&Look for the keyring again")
        self._undo_trouble: ExplorerError | None = None
        self._not_undone: Change | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_TYPING_MS)
        self.set_content(self._arrange())
        self._connect()

    def reload(self) -> None:
        """Search anew."""
        self._wait.stop()
        self.tasks.start("load", self._load(), label="Searching the journal")

    def retry(self) -> None:
        """Undo again what could not be undone, or search anew."""
        if self._not_undone is not None and self.banner.error is self._undo_trouble:
            self._start_undo(self._not_undone)
        else:
            self.reload()

    def focus_first(self) -> None:
        """The search."""
        self.line.setFocus()

    def take_text(self, text: str) -> None:
        """Search for it."""
        self.line.setText(text)

    def show_outcome(self, outcome: Outcome) -> None:
        """List what ended so, whatever it was."""
        self.line.clear()
        self.outcome_box.setCurrentIndex(self.outcome_box.findData(outcome))

    def commands(self) -> list[Command]:
        """What can be done here."""
        return [
            Command(
                "journal.undo",
                "Undo the change",
                self.undo,
                icon="undo",
                why_not=self._why_not_undo,
                is_billed=lambda: self.details.change is not None and inverse_of(self.details.change).is_billed,
            ),
            Command("journal.export", "Export the journal…", self.export, icon="download", keywords=("json",)),
        ]

    def undo(self) -> None:
        """Take the selected change back."""
        change = self.details.change
        if change is not None:
            self._start_undo(change)

    def export(self) -> None:
        """Ask for a file and write what was found into it."""
        self.tasks.start("export", self._export(), label="Exporting the journal")

    def _start_undo(self, change: Change) -> None:
        self.tasks.start("undo", self._undo(change), label=f"Undoing {change.action}")

    def _follow(self) -> None:
        if not is_loop_running():
            return
        kept = self.banner.error
        self.reload()
        if kept is not None and kept is self._undo_trouble:
            # An undo that failed is in the journal, too: reading it anew must not take away why.
            self.show_error(kept)

    def look_for_keyring(self) -> None:
        """Try anew to keep the journal, and what is in memory with it."""
        self.tasks.start("keyring", self._look_for_keyring(), label="Looking for the keyring")

    async def _look_for_keyring(self) -> None:
        await self._journal.open()
        await self._load()

    async def _load(self) -> None:
        text = self.line.text()
        found = await self._journal.search(text, limit=_PAGE, outcome=self._outcome())
        selected = self.details.change
        self._table.set_rows(found, has_more=len(found) == _PAGE)
        if selected is not None:
            self._select(selected.id)
        self._show_selected()
        if not found and not text.strip() and not self._outcome():
            hint = "\n".join((*self._troubles(), "Every write will be here, with before and after."))
            again = "" if self._journal.is_kept else "Look for the keyring again"
            self.show_empty("Nothing was changed yet.", hint, icon="log", action=again, run=self.look_for_keyring)
        else:
            self.show_content()
        self._say()
        if self.isVisible():
            await self._journal.note_seen(found)

    async def _load_more(self) -> None:
        try:
            found = await self._journal.search(
                self.line.text(), limit=_PAGE, skip=self._table.rowCount(), outcome=self._outcome()
            )
        except ExplorerError:
            self._table.more_failed()
            raise
        self._table.add_rows(found, has_more=len(found) == _PAGE)
        self._say()

    async def _undo(self, change: Change) -> None:
        profile = self._book.find(change.profile_id)
        if profile is None:
            hint = "It was made through a profile that is not there any more."
            raise InvalidInput("This change cannot be undone.", hint, code="NoProfile")
        if not await is_sure(self, change, is_production=profile.is_production):
            return
        aws = await self._connections.open(profile, change.region)
        try:
            await undo_surely(aws, change)
        except ExplorerError as error:
            self._undo_trouble, self._not_undone = error, change
            raise
        toast(self, f"Undone: {change.action} of {change.target}.", icon="undo")

    async def _show_other(self, change_id: str) -> None:
        """Stand on that change; it is searched for where the list does not show it."""
        if not self._select(change_id):
            self.outcome_box.setCurrentIndex(0)
            self.line.setText(change_id)
            self._wait.stop()
            await self._load()
            self._select(change_id)

    def _select(self, change_id: str) -> bool:
        index = self._table.find(lambda change: change.id == change_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
        return index.isValid()

    async def _export(self) -> None:
        path = await ask_save_file(self, title="Export the journal", name=_FILE, kinds="JSON lines (*.jsonl)")
        if path is None:
            return
        try:
            count = await self._journal.export(
                path, self.line.text(), outcome=self._outcome(), shown=partial(as_shown, privacy())
            )
        except OSError as trouble:
            title = f"{path.name} could not be written."
            raise ExplorerError(title, f"Choose another folder. ({trouble.strerror})", code="NotWritten") from trouble
        masked = " Names and addresses of people are masked in it." if privacy().is_on else ""
        toast(self, f"{counted(count, 'change')} written into {path.name}.{masked}", icon="download")

    def _outcome(self) -> str:
        """The one that is shown alone, or "" for all."""
        return str(self.outcome_box.currentData() or "")

    def _why_not_undo(self) -> str:
        change = self.details.change
        if change is None:
            return "Select a change first."
        if self.details.undo_button.isEnabled():
            return ""
        return inverse_of(change).why_not or self._why_refused(change)

    def _why_refused(self, change: Change) -> str:
        """Why the mode of the change's profile, or a missing permission, lets nobody take it back; or ""."""
        inverse, profile = inverse_of(change), self._book.find(change.profile_id)
        if not inverse.action or profile is None:
            return ""
        permit = self._connections.permits.get(profile.id) or Permit(profile)
        return permit.why_not(inverse.action, **inverse.parameters)

    def _offer_undo(self, change: Change) -> None:
        refusal = self._why_refused(change)
        if refusal:
            self.details.show_undo("", refusal)

    def _show_selected(self) -> None:
        record = self.view.current_record()
        change = record if isinstance(record, Change) else None
        self.details.show_change(change)
        if change is not None and inverse_of(change).title:
            self._offer_undo(change)
        self.commands_changed.emit()

    def _troubles(self) -> list[str]:
        """What is wrong with the journal itself, each thing once."""
        return list(dict.fromkeys(f"{trouble.title} {trouble.hint}".strip() for trouble in self._journal.troubles))

    def _say(self) -> None:
        count = count_changes(self._table.records())
        self.status.setText(f"{count}, and older ones" if self._table.has_more else count)
        troubles = self._troubles()
        self.note.setText("\n".join(troubles))
        self.note.setVisible(bool(troubles))
        self.keyring_button.setVisible(not self._journal.is_kept)

    def _connect(self) -> None:
        self.line.textChanged.connect(lambda: self._wait.start())
        self.outcome_box.currentIndexChanged.connect(lambda _index: self.reload())
        self._wait.timeout.connect(self._follow)
        self.view.selected.connect(self._show_selected)
        privacy().changed.connect(self._show_selected)
        self._table.more_wanted.connect(
            lambda: self.tasks.start("more", self._load_more(), label="Searching the journal")
        )
        self.export_button.clicked.connect(self.export)
        self.keyring_button.clicked.connect(self.look_for_keyring)
        self.details.undo_wanted.connect(self.undo)
        self.details.other_wanted.connect(
            lambda change_id: self.tasks.start("other", self._show_other(change_id), label="Searching the journal")
        )
        self.destroyed.connect(partial(_end, self._journal.subscribe(lambda _change: self._wait.start())))
        QShortcut(QKeySequence.StandardKey.Find, self, self.focus_first)

    def _arrange_search(self) -> QHBoxLayout:
        self.line.setPlaceholderText("Search operations, names, values, cases, profiles, request ids")
        self.line.setAccessibleName("Search the journal")
        self.line.setClearButtonEnabled(True)
        self.line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.outcome_box.setAccessibleName("Outcome")
        self.outcome_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.outcome_box.setMinimumContentsLength(_OUTCOME_CHARS)
        self.outcome_box.addItem("Every outcome", "")
        for outcome, look in LOOKS.items():
            self.outcome_box.addItem(icon(look.icon, look.tone), look.words, outcome)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.line, 1)
        line.addWidget(self.outcome_box)
        return line

    def _arrange(self) -> QWidget:
        self.view.setAccessibleName("Journal")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("Journal", "title"), 1)
        heading.addWidget(self.view.column_button())
        heading.addWidget(self.export_button)
        column.addLayout(heading)
        column.addWidget(self.note)
        column.addWidget(self.keyring_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._arrange_search())
        column.addWidget(self.view, 1)
        column.addWidget(self.status)
        self.note.hide()
        self.keyring_button.hide()
        return content


def _end(unsubscribe: Callable[[], object], _destroyed: object = None) -> None:
    unsubscribe()
