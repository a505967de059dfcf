"""One change beside the journal: what became of it, before and after, who did it for which case, and *Undo*."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QWidget

from cognito_explorer.core.journal import Change
from cognito_explorer.core.user_pools.undo import inverse_of
from cognito_explorer.gui.lib.badge import StatusBadge
from cognito_explorer.gui.lib.billable import billable_badge
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.facts import Fact, FactList
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import breakable, plain_label, plain_tooltip
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.scrolled import scrolled_column
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.logs.outcomes import look_of, target_of


class ChangeDetails(QScrollArea):
    """The selected change. `undo_wanted`: take it back; `other_wanted`: show the change of that id."""

    undo_wanted = Signal()
    other_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.change: Change | None = None
        self.empty = EmptyFace()
        self.empty.show_text("No change selected", "Select a row to see what it did.", icon_name="log")
        self.empty.set_action("", None)
        self._title = plain_label("", "title", wrap=True)
        self._outcome = StatusBadge()
        self._advice = plain_label("", "muted", wrap=True)
        self._facts = FactList()
        self.comparison = Comparison()
        self.undo_button = QPushButton(icon("undo"), "&Undo")
        self.undo_billable = billable_badge()
        self.undo_note = plain_label("", "muted", wrap=True)
        self.undone_by_button = QPushButton(icon("chevron-right"), "Show what undid it")
        self.undoes_button = QPushButton(icon("chevron-right"), "Show what it took back")
        self.undo_button.clicked.connect(self.undo_wanted)
        self.undone_by_button.clicked.connect(lambda: self._ask_for(lambda change: change.undone_by))
        self.undoes_button.clicked.connect(lambda: self._ask_for(lambda change: change.undoes))
        self._arrange()
        self.show_change(None)

    def show_change(self, change: Change | None) -> None:
        """Show a change, or that none is selected."""
        self.change = change
        shown = (self._title, self._outcome, self._advice, self._facts, self.comparison, self.undo_button)
        for part in (*shown, self.undo_note):
            part.setVisible(change is not None)
        self.empty.setVisible(change is None)
        self.undone_by_button.setVisible(change is not None and bool(change.undone_by))
        self.undoes_button.setVisible(change is not None and bool(change.undoes))
        if change is None:
            self.undo_billable.hide()
            return
        look = look_of(change)
        self._title.setText(breakable(f"{change.action}, {target_of(change)}"))
        self._outcome.set_status(look.words, look.tone, look.icon)
        undone = f"Undone {clock().exact(change.undone_at)}." if change.undone_at is not None else ""
        advice = " ".join(part for part in (undone, look.advice, change.trouble) if part)
        self._advice.setText(breakable(privacy().in_text(advice)))
        self._advice.setVisible(bool(advice))
        self._facts.set_facts(_facts(change))
        self.comparison.show_change(change)
        inverse = inverse_of(change)
        self.show_undo(inverse.title, inverse.why_not)
        was_done = change.outcome not in ("refused", "not sent", "undone")
        self.undo_button.setVisible(was_done)
        self.undo_billable.setVisible(was_done and inverse.is_billed)
        self.undo_note.setVisible(was_done)

    def show_undo(self, title: str, why_not: str = "") -> None:
        """Say what *Undo* would do, or why it cannot."""
        self.undo_button.setEnabled(bool(title))
        title, why_not = privacy().in_text(title), privacy().in_text(why_not)
        self.undo_button.setToolTip(plain_tooltip(why_not or title))
        note = f"{title}. It is checked first that nothing has changed since." if title else why_not
        self.undo_note.setText(breakable(note))

    def _ask_for(self, other: Callable[[Change], str]) -> None:
        if self.change is not None:
            self.other_wanted.emit(other(self.change))

    def _arrange(self) -> None:
        column = scrolled_column(self, (16, 16, 16, 16), 12)
        column.addWidget(self.empty, 1000)
        column.addWidget(self._title)
        column.addWidget(self._outcome, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advice)
        for button in (self.undone_by_button, self.undoes_button):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.comparison)
        column.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.undo_billable, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.undo_note)
        column.addWidget(self._facts)
        column.addStretch(1)


class Comparison(QWidget):
    """Before and after, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def show_change(self, change: Change) -> None:
        """Show what it changed."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, words in enumerate(("Before", "After")):
            self._grid.addWidget(plain_label(words, "section"), 0, number)
        names = list(dict.fromkeys((*change.before, *change.after)))
        for row, name in enumerate(names, 1):
            before, after = (privacy().of_claim(name, side.get(name, "")) for side in (change.before, change.after))
            self._grid.addWidget(plain_label(breakable(name), "small", wrap=True), 2 * row - 1, 0, 1, 2)
            self._grid.addWidget(_value(before, "muted"), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(
                _value(after, "" if after != before else "muted"), 2 * row, 1, Qt.AlignmentFlag.AlignTop
            )
        if not names:
            self._grid.addWidget(plain_label("Nothing was noted of it.", "muted"), 1, 0, 1, 2)


def _value(text: str, role: str) -> QLabel:
    label = plain_label(breakable(text) or "–", role, wrap=True, selectable=True)
    # Both sides get half the width, however long their words are.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _facts(change: Change) -> list[Fact]:
    facts = [
        Fact("When", clock().exact(change.at)),
        Fact("Profile", change.profile_name or change.profile_id, hint=change.region),
        Fact("Who", privacy().in_text(change.caller_arn), is_identifier=True),
        Fact("Case", change.case_number),
        Fact("In", change.scope, is_identifier=True),
        Fact("Request id", change.request_id, is_identifier=True),
        Fact("Takes back", change.undoes, is_identifier=True),
        Fact("Undone by", change.undone_by, is_identifier=True),
        Fact("Change id", change.id, is_identifier=True),
    ]
    return [fact for fact in facts if fact.value]
