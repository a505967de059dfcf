"""Profiles: choose, add, edit, duplicate, test, delete. Secrets stay in the keyring, the AWS CLI's files untouched."""

import asyncio
from copy import copy
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.aws.shared_profiles import own_copy
from cognito_explorer.core.errors import ExplorerError, NotOffered
from cognito_explorer.core.profiles import Profile, free_name, new_profile_id
from cognito_explorer.gui.connection.profile_book import ProfileBook, lost_words
from cognito_explorer.gui.connection.profile_colors import next_color
from cognito_explorer.gui.connection.profile_columns import filter_text, profile_columns
from cognito_explorer.gui.connection.profile_exchange import export_to_file, import_from_file, what_was_saved
from cognito_explorer.gui.connection.profile_form import edit_profile
from cognito_explorer.gui.connection.shared_book import SharedRow
from cognito_explorer.gui.connection.shared_looks import edit_looks
from cognito_explorer.gui.connection.shared_section import SharedSection
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.dialogs import confirm
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.wrapping_row import WrappingRow

_KEPT = "Profiles and their secrets are kept in your system's keyring, nowhere else."
_LABELS = {
    "edit": "Saving the profile",
    "duplicate": "Saving the profile",
    "delete": "Deleting the profile",
    "sign_out": "Signing out",
    "looks": "Keeping how it is used",
    "own": "Saving the profile",
}
_ROWS_AT_LEAST = 2
_SIGNING_IN = ("sso", "aws_profile", "role")


class ProfilesPanel(Panel):
    """The list of profiles. `chosen`: look through this one."""

    chosen = Signal(object)

    def __init__(self, book: ProfileBook, connections: Connections, parent: QWidget | None = None) -> None:
        super().__init__("Profiles", parent)
        self._book = book
        self._connections = connections
        self._table: RecordTable[Profile] = RecordTable(profile_columns())
        self.view = RecordView(self._table, "profiles")
        self.shared = SharedSection(book.shared)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: a name, a kind, a Region, an account")
        self.filter.setClearButtonEnabled(True)
        self._tested: Profile | None = None
        self._failed = ""
        self._vault_note = plain_label("", "muted", wrap=True)
        self.memory_button = QPushButton("Go on for this &run only")
        self.lost_button = QPushButton("Take &off the list")
        self.lost_button.setToolTip("What is left in the keyring of what cannot be shown is forgotten, too.")
        self.add_button = QPushButton(icon("plus"), "Ne&w profile…")
        self.use_button = QPushButton(icon("play"), "&Use")
        self.test_button = QPushButton("&Test connection")
        self.edit_button = QPushButton(icon("pencil"), "&Edit…")
        self.copy_button = QPushButton(icon("copy"), "&Duplicate…")
        self.import_button = QPushButton(icon("download"), "I&mport…")
        self.export_button = QPushButton(icon("upload"), "E&xport…")
        self.sign_out_button = QPushButton(icon("sign-out"), "Sign o&ut")
        self.delete_button = QPushButton(icon("trash", Tone.BAD), "De&lete…")
        self._connect()
        self.set_content(self._arrange())

    def reload(self) -> None:
        """Read the keyring and the AWS CLI's files anew."""
        self.tasks.start("load", self._book.load(), label="Reading the keyring")

    def retry(self) -> None:
        """Do again what failed: the test of a connection, or reading the keyring."""
        if self._failed == "test" and self._tested is not None:
            self._start_test(self._book.find(self._tested.id) or self._tested)
        else:
            self.reload()

    def focus_first(self) -> None:
        """The list."""
        self.view.setFocus()

    def _show(self) -> None:
        selected = self._selected()
        words = self.filter.text().casefold().split()
        self._table.set_rows(
            profile for profile in self._book.all() if all(word in filter_text(profile) for word in words)
        )
        if selected is not None:
            self._select(selected.id)
        trouble = self._book.trouble
        if trouble is not None:
            self.show_error(trouble)
        if self._book.is_for_this_run_only:
            self._vault_note.setText("Profiles are kept in memory and forgotten when you quit.")
        else:
            damaged = next((_damage_of(profile) for profile in self._book.all() if profile.lost_part), "")
            self._vault_note.setText(damaged or lost_words(self._book.lost, self._book.damaged) or _KEPT)
        self.lost_button.setVisible(bool(self._book.lost))
        self.memory_button.setVisible(trouble is not None)
        self._show_possible()
        self.show_content()

    def _show_possible(self) -> None:
        profile = self._selected()
        is_own = profile is not None and profile.kind != "sandbox"
        for button in (self.edit_button, self.copy_button, self.delete_button):
            button.setEnabled(is_own)
            button.setToolTip("" if is_own else "Select a profile of your own. The sandbox stays as it is.")
        for button in (self.use_button, self.test_button):
            button.setEnabled(profile is not None)
        self.sign_out_button.setVisible(profile is not None and profile.kind in _SIGNING_IN)
        self.export_button.setEnabled(len(self._book.all()) > 1)

    def _selected(self) -> Profile | None:
        record = self.view.current_record()
        return record if isinstance(record, Profile) else None

    def _select(self, profile_id: str) -> bool:
        """Whether it is in the list: a filter may hide it."""
        index = self._table.find(lambda profile: profile.id == profile_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
        return index.isValid()

    def _use(self) -> None:
        profile = self._selected()
        if profile is not None:
            self.chosen.emit(profile)

    async def _add(self) -> None:
        color = next_color(profile.color for profile in self._book.usable())
        draft = Profile(new_profile_id(), "", "aws_profile", "", color)
        await self._edit(draft, title="New profile")

    async def _edit(self, profile: Profile, *, title: str = "Edit profile") -> None:
        if await edit_profile(self, profile, self._book, title=title, person=self._connections.person_of()):
            self._connections.take_change(saved := self._book.find(profile.id) or profile)
            if not self._select(profile.id):
                self.filter.clear()  # it would hide what was just saved
                self._select(profile.id)
            toast(self, what_was_saved(saved))

    async def _duplicate(self, profile: Profile) -> None:
        twin = replace(profile, id=new_profile_id(), name=self._free(f"{profile.name} (copy)"))
        await self._edit(twin, title="Duplicate profile")

    async def _change_looks(self, profile: Profile) -> None:
        changed = await edit_looks(self, profile, self._book)
        if changed is not None:
            self._connections.take_change(changed)
            toast(self, "Kept. The AWS configuration files stay as they are.")

    async def _make_own(self, profile: Profile) -> None:
        draft = await asyncio.to_thread(own_copy, profile)
        draft = replace(draft, name=self._free(draft.name))
        await self._edit(draft, title="Save as a profile of your own")

    def _free(self, name: str) -> str:
        return free_name(name, [profile.name for profile in self._book.all()])

    async def _test(self, profile: Profile) -> None:
        from cognito_explorer.core.aws.caller import get_caller_identity
        from cognito_explorer.core.user_pools.pools import list_pools

        self._tested = profile
        async with self._connections.trying(profile) as aws:
            try:
                who = (await get_caller_identity(aws)).arn
            except NotOffered:
                # An emulator without STS proves by a list that it answers.
                await list_pools(aws, page_size=1).next_page()
                who = "it lists user pools, and cannot say who you are."
        toast(self, f"“{profile.name}” works: {who}")

    def _start_test(self, profile: Profile) -> None:
        self.tasks.start("test", self._test(profile), label="Testing the connection")

    async def _delete(self, profile: Profile) -> None:
        wants = await confirm(
            self,
            title=f"Delete the profile “{profile.name}”?",
            text="Its secrets leave the keyring, and its open pages close. Nothing changes in AWS.",
            action="Delete profile",
            keep="Keep it",
            destructive=True,
        )
        if wants:
            await self._book.delete(profile)
            self._connections.forget(profile.id)
            await self._forget_sign_in(profile)
            toast(self, f"“{profile.name}” is deleted.")

    async def _forget_sign_in(self, profile: Profile) -> None:
        person = self._connections.person_of() if profile.kind in _SIGNING_IN else None
        if person is not None:
            from cognito_explorer.core.aws.sso_portal import forget_sign_in

            await forget_sign_in(profile, self._book.all(), person)

    async def _sign_out(self, profile: Profile) -> None:
        from cognito_explorer.core.aws.sso_portal import sign_out

        person = self._connections.person_of()
        if person is None:
            return
        try:
            was_signed_in = await sign_out(profile, person)
        finally:
            for each in self._book.usable():
                if each.kind in _SIGNING_IN:
                    self._connections.renew(each)
        words = "You are signed out of IAM Identity Center." if was_signed_in else "You were not signed in here."
        toast(self, words)

    def _start_importing(self) -> None:
        told = partial(self.tasks.describe, "import")
        self.tasks.start("import", import_from_file(self, self._book, told), label="Importing profiles")

    def _start_exporting(self) -> None:
        self.tasks.start("export", export_to_file(self, self._book), label="Exporting profiles")

    def _remember_failure(self, name: str, error: ExplorerError) -> None:
        self._failed = name
        if name == "test" and self._tested is not None:
            self.show_error(_about(self._tested, error))

    def _forget_test(self, record: object) -> None:
        """Another one was chosen, in either list: what its test said is not about this one."""
        profile = record.profile if isinstance(record, SharedRow) else record
        is_other = isinstance(profile, Profile) and self._tested is not None and profile.id != self._tested.id
        if is_other and self._failed == "test":
            self.clear_error()

    def _test_selected(self) -> None:
        profile = self._selected()
        if profile is not None:
            self._start_test(profile)

    def _start(self, name: str, profile: Profile | None) -> None:
        work = {
            "edit": self._edit,
            "duplicate": self._duplicate,
            "delete": self._delete,
            "sign_out": self._sign_out,
            "looks": self._change_looks,
            "own": self._make_own,
        }
        if profile is not None:
            self.tasks.start(name, work[name](profile), label=_LABELS[name])

    def _connect(self) -> None:
        self._book.changed.connect(self._show)
        self.tasks.failed.connect(self._remember_failure)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_possible())
        for view in (self.view, self.shared.view):
            view.selectionModel().currentRowChanged.connect(
                lambda *_, view=view: self._forget_test(view.current_record())
            )
        self.view.activated.connect(lambda _index: self._use())
        self.use_button.clicked.connect(self._use)
        self.test_button.clicked.connect(self._test_selected)
        self.add_button.clicked.connect(lambda: self.tasks.start("add", self._add(), label="Saving the profile"))
        self.import_button.clicked.connect(self._start_importing)
        self.export_button.clicked.connect(self._start_exporting)
        self.memory_button.clicked.connect(lambda: self.tasks.start("memory", self._book.go_on_without_keyring()))
        self.lost_button.clicked.connect(lambda: self.tasks.start("lost", self._book.take_off_lost()))
        named = {
            "edit": self.edit_button,
            "duplicate": self.copy_button,
            "delete": self.delete_button,
            "sign_out": self.sign_out_button,
        }
        for name, button in named.items():
            button.clicked.connect(lambda _checked=False, name=name: self._start(name, self._selected()))
        self._connect_shared()

    def _connect_shared(self) -> None:
        self.shared.chosen.connect(self.chosen)
        self.shared.test_wanted.connect(self._start_test)
        named = {
            "looks": self.shared.looks_wanted,
            "own": self.shared.copy_wanted,
            "sign_out": self.shared.sign_out_wanted,
        }
        for name, wanted in named.items():
            wanted.connect(lambda profile, name=name: self._start(name, profile))
        self.filter.textChanged.connect(lambda _text: self._show())
        self.filter.textChanged.connect(self.shared.filter_by)

    def _arrange(self) -> QWidget:
        first = (self.use_button, self.test_button, self.add_button, self.edit_button, self.copy_button)
        buttons = WrappingRow((*first, self.delete_button, self.sign_out_button))
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("Profiles", "title"))
        heading.addStretch(1)
        heading.addWidget(self.filter, 2)
        for button in (self.import_button, self.export_button):
            heading.addWidget(button)
        note = QHBoxLayout()
        note.addWidget(self._vault_note, 1)
        note.addWidget(self.memory_button)
        note.addWidget(self.lost_button)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(heading)
        layout.addWidget(self._sections(note, buttons), 1)
        return whole

    def _sections(self, note: QHBoxLayout, buttons: QWidget) -> QWidget:
        """Those of one's own above those of the files."""
        own = QWidget()
        upper = QVBoxLayout(own)
        upper.setContentsMargins(0, 0, 0, 8)
        upper.setSpacing(8)
        upper.addLayout(note)
        upper.addWidget(buttons)
        self.view.setMinimumHeight(theme().row_height() * (_ROWS_AT_LEAST + 1))
        upper.addWidget(self.view, 1)
        sections = RememberedSplitter("profiles", Qt.Orientation.Vertical)
        for section in (own, self.shared):
            sections.addWidget(section)
        sections.setChildrenCollapsible(False)
        sections.restore([2, 3])
        return sections


def _about(profile: Profile, error: ExplorerError) -> ExplorerError:
    """The same error, saying whose test it was."""
    named = copy(error)
    named.title = f"“{profile.name}”: {error.title}"
    return named


def _damage_of(profile: Profile) -> str:
    lost = f"The keyring has lost a part of the {profile.lost_part} of “{profile.name}”."
    return f"{lost} Edit the profile and enter it again."
