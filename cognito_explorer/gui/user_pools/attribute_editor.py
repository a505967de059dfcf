"""A user's attributes, edited in place: edits are kept until they are applied or taken back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.attributes import AttributeSpec
from cognito_explorer.gui.lib.privacy import is_personal, privacy
from cognito_explorer.gui.user_pools.attribute_row import AttributeRow
from cognito_explorer.gui.user_pools.staged_edits import FLAGS, Edit, edits_between, problems_of

_ALWAYS = ("email", "name", "phone_number")
_FIRST = (
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
)


class AttributeEditor(QWidget):
    """Shows the attributes that are set, required or the pool's own; the rest can be added."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs: dict[str, AttributeSpec] = {}
        self._before: dict[str, str] = {}
        self._rows: dict[str, AttributeRow] = {}
        self._is_filling = False
        self._sent: tuple[Edit, ...] = ()
        self._kept: frozenset[str] = frozenset()  # what is being edited stays in sight
        self.adder = QComboBox()
        self.adder.setAccessibleName("Add an attribute")
        self.adder.activated.connect(self._add_chosen)
        privacy().changed.connect(self._follow_privacy)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._lines)
        layout.addWidget(self.adder)

    def set_schema(self, specs: tuple[AttributeSpec, ...]) -> None:
        """Say what the pool's attributes are. What was typed stays."""
        self._specs = {spec.name: spec for spec in specs}
        self.refresh(self._before)

    def show_attributes(self, attributes: Mapping[str, str]) -> None:
        """Show another user's attributes; edits are gone."""
        self._before, self._sent = dict(attributes), ()
        self._fill({})

    def refresh(self, attributes: Mapping[str, str]) -> None:
        """Show the same user's attributes as they are now; edits stay."""
        kept = {edit.name: edit.after for edit in self.edits()}
        self._before = dict(attributes)
        self._fill(kept)

    def after(self) -> dict[str, str]:
        """All attributes as they will be; unset ones are left out."""
        values = dict(self._before) | {name: row.value() for name, row in self._rows.items()}
        return {name: value for name, value in values.items() if value}

    def edits(self) -> tuple[Edit, ...]:
        """What was edited and not applied."""
        return self.edits_from(self._before, self.after())

    def edits_from(self, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Edit, ...]:
        """What an edit makes of these attributes, whoever is shown by now."""
        return edits_between(self._specs.values(), before, after)

    def unsent(self) -> tuple[Edit, ...]:
        """The edits that are not on their way: what was typed since, or not applied at all."""
        sent = {(edit.name, edit.after) for edit in self._sent}
        return tuple(edit for edit in self.edits() if (edit.name, edit.after) not in sent)

    @contextmanager
    def sending(self, sent: tuple[Edit, ...]) -> Iterator[None]:
        """Meanwhile these are on their way, until another user is shown."""
        self._sent = sent
        self.changed.emit()
        try:
            yield
        finally:
            if self._sent is sent:
                self._sent = ()
                if shiboken6.isValid(self):
                    self.changed.emit()

    def problems(self) -> dict[str, str]:
        """What is wrong with the edits, by attribute."""
        return problems_of(self._specs.values(), self._before, self.after())

    def row(self, name: str) -> AttributeRow:
        """The row of an attribute. Raises KeyError if it is not shown."""
        return self._rows[name]

    def names(self) -> list[str]:
        """The attributes shown, top to bottom."""
        return list(self._rows)

    def focus_first(self) -> None:
        """Put the keyboard into the first row that can be edited."""
        for row in self._rows.values():
            if not row.lock_reason:
                row.editor.setFocus()
                return

    def _fill(self, kept: Mapping[str, str]) -> None:
        self._is_filling = True
        self._kept = frozenset(kept)
        keyboard = self._find_keyboard()
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = {}
        for name in sorted({*self._shown(), *kept}, key=self._place):
            self._add_row(name)
        for name, value in kept.items():
            self._rows[name].set_value(value)
        self._is_filling = False
        self._order_tabs()
        self._offer_rest()
        self._review()
        self._put_keyboard(*keyboard)

    def _follow_privacy(self) -> None:
        self.refresh(self._before)

    def _order_tabs(self) -> None:
        """Rows that are made anew come last in Qt's order; here they come before what stands beneath them."""
        before: QWidget | None = self.adder.previousInFocusChain()
        while before is not None and (self.isAncestorOf(before) or before.window() is not self.window()):
            before = before.previousInFocusChain()
        for row in self._rows.values():
            for part in row.findChildren(QWidget):
                # A choice's list is a window of its own.
                if before is not None and _takes_tab(part) and part.window() is self.window():
                    QWidget.setTabOrder(before, part)
                    before = part
        if before is not None:
            QWidget.setTabOrder(before, self.adder)

    def _find_keyboard(self) -> tuple[str, int]:
        """In which row the keyboard is ("" for none), and where in its line."""
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            return "", 0
        name = next((name for name, row in self._rows.items() if row.isAncestorOf(focused)), "")
        return name, focused.cursorPosition() if isinstance(focused, QLineEdit) else 0

    def _put_keyboard(self, name: str, position: int) -> None:
        if name in self._rows:
            editor = self._rows[name].editor
            editor.setFocus()
            if isinstance(editor, QLineEdit):
                editor.setCursorPosition(position)

    def _shown(self) -> set[str]:
        shown = {name for name in self._before if name != "sub"}
        for spec in self._specs.values():
            if not spec.is_generated and (spec.is_required or spec.is_custom or spec.name in _ALWAYS):
                shown.add(spec.name)
        return shown

    def _place(self, name: str) -> tuple[int, int, str]:
        place = _FIRST.index(name) if name in _FIRST else len(_FIRST)
        return int(":" in name), place, name

    def _add_row(self, name: str) -> AttributeRow:
        before = self._before.get(name, "")
        is_private = bool(before) and name not in self._kept and is_personal(name, before)
        is_masked = is_private and privacy().hides(self._before.get("sub", ""))
        row = AttributeRow(name, self._specs.get(name), before, is_masked=is_masked)
        row.changed.connect(lambda: self._note(name))
        self._rows[name] = row
        self._lines.addWidget(row)
        return row

    def _note(self, name: str) -> None:
        if self._is_filling:
            return
        flag = self._rows.get(FLAGS.get(name, ""))
        if flag is not None and flag.before == "true":
            self._is_filling = True
            flag.set_value("false" if self._rows[name].is_changed() else "true")
            self._is_filling = False
        self._review()

    def _review(self) -> None:
        problems = self.problems()
        for name, row in self._rows.items():
            row.show_state(problems.get(name, ""))
        self.changed.emit()

    def _offer_rest(self) -> None:
        self.adder.clear()
        self.adder.addItem("Add an attribute…")
        for name, spec in sorted(self._specs.items(), key=lambda pair: self._place(pair[0])):
            if name not in self._rows and not spec.is_generated and spec.is_mutable:
                self.adder.addItem(spec.label, name)
        self.adder.setVisible(self.adder.count() > 1)

    def _add_chosen(self, index: int) -> None:
        name = self.adder.itemData(index)
        if isinstance(name, str):
            row = self._add_row(name)
            row.show_state("")
            self._offer_rest()
            row.editor.setFocus()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
