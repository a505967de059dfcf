"""The part of the profiles page that lists what stands in the AWS CLI's files: used here, changed only there."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.endpoint_column import endpoint_column, endpoint_text
from cognito_explorer.gui.connection.profile_modes import mode_words
from cognito_explorer.gui.connection.shared_book import SharedBook, SharedRow
from cognito_explorer.gui.lib.columns import Column
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, set_tone
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import counted
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.lib.wrapping_row import WrappingRow

_KINDS = {
    "keys": "Access keys",
    "assume role": "Role",
    "single sign-on": "Identity Center",
    "process": "Program",
    "web identity": "Web identity",
    "login": "Console sign-in",
    "settings only": "Settings only",
}
_ROWS_AT_LEAST = 2
_HOW = (
    "Edit or delete them there, or save one as your own. What you choose for one, its mode for instance, is kept in the"
    " app's settings."
)
_NEEDS_ONE = "Select a profile of the list beneath."


class SharedSection(QWidget):
    """Emits what a person wants of a profile of the files: the page does it."""

    chosen = Signal(object)
    test_wanted = Signal(object)
    looks_wanted = Signal(object)
    copy_wanted = Signal(object)
    sign_out_wanted = Signal(object)

    def __init__(self, book: SharedBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._words: list[str] = []
        self.table: RecordTable[SharedRow] = RecordTable(_columns())
        self.view = RecordView(self.table, "shared-profiles")
        self.view.setAccessibleName("Profiles from the AWS configuration files")
        self.view.setMinimumHeight(theme().row_height() * (_ROWS_AT_LEAST + 1))
        self.note = plain_label("", "muted", wrap=True, selectable=True)
        self.note.setToolTip(_HOW)
        self.warning = plain_label("", wrap=True, selectable=True)
        set_tone(self.warning, Tone.WARN)
        self.count = plain_label("", "muted")
        self.empty = EmptyFace()
        self.use_button = QPushButton(icon("play"), "Use")
        self.test_button = QPushButton("Test connection")
        self.looks_button = QPushButton(icon("pencil"), "Mode and colour…")
        self.copy_button = QPushButton(icon("copy"), "Save as own profile…")
        self.copy_button.setToolTip("Makes a profile of your own of it, which can be edited and is kept in the keyring")
        self.sign_out_button = QPushButton(icon("sign-out"), "Sign out")
        self._face = QStackedWidget()
        self._arrange()
        self._connect()
        self._show()

    def filter_by(self, text: str) -> None:
        """Show only profiles that have all of these words in their name, kind, Region, role, account or file."""
        self._words = text.casefold().split()
        self._show()

    def selected(self) -> Profile | None:
        """The profile the keyboard stands on."""
        record = self.view.current_record()
        return record.profile if isinstance(record, SharedRow) else None

    def _show(self) -> None:
        selected = self.selected()
        found = [row for row in self._book.rows if all(word in _text(row) for word in self._words)]
        self.table.set_rows(found)
        if selected is not None:
            index = self.table.find(lambda row: row.profile.id == selected.id)
            if index.isValid():
                self.view.setCurrentIndex(index)
        total = len(self._book.rows)
        told = f"{len(found)} of {total}" if len(found) < total else counted(total, "profile")
        self.count.setText(told if self._book.trouble is None else "")
        self.note.setText(_note(self._book.files))
        self.warning.setText(" ".join(map(_folder_words, self._book.folders)))
        self.warning.setVisible(bool(self._book.folders))
        self._show_face(self.view if found else self.empty)
        self._show_empty()
        self._show_possible()

    def _show_empty(self) -> None:
        trouble = self._book.trouble
        if trouble is not None:
            self.empty.show_text(trouble.title, trouble.hint, icon_name="warning")
        elif self._book.rows:
            self.empty.show_text("No profile fits", "The filter above hides all of them.", icon_name="search")
        else:
            hint = "What “aws configure” writes, or another tool of your organisation, appears here by itself."
            self.empty.show_text("No profiles there yet", hint, icon_name="profile")
        # A broken file is the whole truth: what was read before cannot be used any more.
        if trouble is not None:
            self._show_face(self.empty)

    def _show_face(self, face: QWidget) -> None:
        """What is not shown asks for no room."""
        for each in (self.view, self.empty):
            policy = QSizePolicy.Policy.Expanding if each is face else QSizePolicy.Policy.Ignored
            each.setSizePolicy(QSizePolicy.Policy.Expanding, policy)
        self._face.setCurrentWidget(face)

    def _show_possible(self) -> None:
        profile = self.selected() if self._face.currentWidget() is self.view else None
        for button in (self.use_button, self.test_button, self.looks_button):
            button.setEnabled(profile is not None)
            button.setToolTip("" if profile is not None else _NEEDS_ONE)
        self.copy_button.setEnabled(profile is not None)
        record = self.view.current_record()
        is_sso = isinstance(record, SharedRow) and record.shared.kind in ("single sign-on", "assume role")
        self.sign_out_button.setVisible(profile is not None and is_sso)

    def _connect(self) -> None:
        self._book.changed.connect(self._show)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_possible())
        self.view.activated.connect(lambda _index: self._tell(self.chosen))
        for button, signal in (
            (self.use_button, self.chosen),
            (self.test_button, self.test_wanted),
            (self.looks_button, self.looks_wanted),
            (self.copy_button, self.copy_wanted),
            (self.sign_out_button, self.sign_out_wanted),
        ):
            button.clicked.connect(lambda _checked=False, signal=signal: self._tell(signal))

    def _tell(self, signal: object) -> None:
        profile = self.selected()
        if profile is not None:
            signal.emit(profile)  # type: ignore[attr-defined]  # a bound signal has no name of its own for mypy

    def _arrange(self) -> None:
        self.empty.set_action("", None)
        for face in (self.view, self.empty):
            self._face.addWidget(face)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(plain_label("From the AWS configuration files", "section"), 1)
        heading.addWidget(self.count)
        first = (self.use_button, self.test_button, self.looks_button)
        buttons = WrappingRow((*first, self.copy_button, self.sign_out_button))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(heading)
        layout.addWidget(self.note)
        layout.addWidget(self.warning)
        layout.addWidget(buttons)
        layout.addWidget(self._face, 1)


def _note(files: tuple[Path, ...]) -> str:
    names = " and ".join(_short(file) for file in files)
    return f"Read from {names}, and never changed here."


def _folder_words(folder: Path) -> str:
    return f"{_short(folder)} is a folder, not a file: nothing is read from it, as if it were not there."


def _short(file: Path) -> str:
    """As one would type it."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _text(row: SharedRow) -> str:
    shared = row.shared
    endpoint = endpoint_text(shared.endpoint_url)
    words = (shared.name, _KINDS[shared.kind], row.profile.region, shared.leads_to, endpoint, _files(row))
    return " ".join(words).casefold()


def _files(row: SharedRow) -> str:
    return " and ".join(file.name for file in row.shared.files)


def _kind(row: SharedRow) -> str:
    name = _KINDS[row.shared.kind]
    return f"{name} with MFA" if row.shared.has_mfa else name


def _columns() -> tuple[Column[SharedRow], ...]:
    return (
        Column("Name", lambda row: row.profile.name, dot=lambda row: row.profile.color, width=165),
        Column("Kind", _kind, width=115),
        Column("Region", lambda row: row.profile.region or "you are asked", width=115),
        Column("Leads to", lambda row: row.shared.leads_to, width=150, is_identifier=True),
        endpoint_column(
            lambda row: row.shared.endpoint_url,
            otherwise=lambda row: "AWS, FIPS" if row.shared.use_fips else "AWS",
            width=190,
        ),
        Column(
            "File",
            _files,
            width=95,
            tooltip=lambda row: "\n".join(str(file) for file in row.shared.files),
        ),
        Column("Mode", lambda row: mode_words(row.profile), width=160),
    )
