"""Small forms from a list of fields: labels with accelerators, hints, and errors beneath the field in plain text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_label, set_property

Kind = Literal["text", "secret", "number", "flag", "choice", "lines"]
Value = str | bool

_GAP_PX = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `check` answers with what is wrong, or ""; `choices` are pairs of value and label."""

    key: str
    label: str
    kind: Kind = "text"
    value: Value = field(default="", repr=False)
    is_required: bool = False
    hint: str = ""
    placeholder: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    check: Callable[[str], str] | None = field(default=None, repr=False, compare=False)
    max_length: int = 0
    is_identifier: bool = False


class Form(QWidget):
    """Fields one below the other. `changed`: something was typed; `submitted`: Enter in a line.

    `taken` are the letters that other things in the window want with Alt; the form adds its own to them.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(
        self, fields: Sequence[Field], parent: QWidget | None = None, *, taken: set[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._fields = tuple(fields)
        self._editors: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._parts: dict[str, list[QWidget]] = {}
        self._hidden: frozenset[str] = frozenset()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        letters = set() if taken is None else taken
        for number, one in enumerate(self._fields):
            gap = QWidget()
            gap.setFixedHeight(_GAP_PX if number else 0)
            layout.addWidget(gap)
            self._add(one, layout, letters)
            # A hidden field leaves no gap.
            self._parts[one.key].append(gap)

    def editor(self, key: str) -> QWidget:
        """The widget of a field. Raises KeyError."""
        return self._editors[key]

    def values(self) -> dict[str, Value]:
        """Every field's value as it stands; text without blanks at either end, secrets as typed."""
        return {one.key: _read(one, self._editors[one.key]) for one in self._fields}

    def set_values(self, values: Mapping[str, Value]) -> None:
        """Fill in values by key."""
        for one in self._fields:
            if one.key in values:
                _write(self._editors[one.key], values[one.key])

    def is_changed(self) -> bool:
        """Whether any value differs from what the form began with."""
        return any(_read(one, self._editors[one.key]) != one.value for one in self._fields)

    def show_field(self, key: str, *, shown: bool) -> None:
        """Show a field with its label and hint, or hide it. A hidden field keeps its value and is not checked."""
        for part in self._parts[key]:
            part.setVisible(shown)
        self._hidden = self._hidden - {key} if shown else self._hidden | {key}
        self.show_error(key, "")

    def add_beneath(self, key: str, widget: QWidget) -> None:
        """Put a widget, a button for instance, beneath a field; it is shown and hidden with it. Raises KeyError."""
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            last = max(layout.indexOf(part) for part in (*self._parts[key], self._errors[key]))
            layout.insertWidget(last + 1, widget, 0, Qt.AlignmentFlag.AlignLeft)
            self._parts[key].append(widget)

    def problems(self) -> dict[str, str]:
        """What is wrong, by key."""
        asked = [one for one in self._fields if one.key not in self._hidden]
        found = {one.key: _problem(one, _read(one, self._editors[one.key])) for one in asked}
        return {key: text for key, text in found.items() if text}

    def check(self) -> bool:
        """Show what is wrong beneath each field and go to the first; tells whether all is well."""
        found = self.problems()
        for one in self._fields:
            self.show_error(one.key, found.get(one.key, ""))
        if found:
            self._editors[next(iter(found))].setFocus()
        return not found

    def show_error(self, key: str, text: str) -> None:
        """Show (or, with "", take away) an error beneath a field: one the service found, for instance."""
        self._errors[key].setText(text)
        self._errors[key].setVisible(bool(text))
        set_property(self._editors[key], "invalid", "true" if text else "false")

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        if self._fields:
            self._editors[self._fields[0].key].setFocus()

    def _add(self, one: Field, layout: QVBoxLayout, letters: set[str]) -> None:
        editor = _make_editor(one)
        parts = self._parts[one.key] = [editor]
        words = _with_accelerator(one.label, letters)
        if isinstance(editor, QCheckBox):
            editor.setText(words)
        else:
            label = plain_label(words + (" *" if one.is_required else ""))
            label.setBuddy(editor)
            layout.addWidget(label)
            parts.append(label)
        editor.setAccessibleName(one.label + (", required" if one.is_required else ""))
        editor.setAccessibleDescription(one.hint)
        layout.addWidget(editor)
        error = plain_label("", "fieldError", wrap=True)
        error.hide()
        layout.addWidget(error)
        if one.hint:
            hint = plain_label(one.hint, "small", wrap=True)
            layout.addWidget(hint)
            parts.append(hint)
        self._editors[one.key], self._errors[one.key] = editor, error
        self._listen(one.key, editor)

    def _listen(self, key: str, editor: QWidget) -> None:
        def notice(*_: object) -> None:
            self.show_error(key, "")
            self.changed.emit()

        match editor:
            case QLineEdit():
                editor.textChanged.connect(notice)
                editor.returnPressed.connect(self.submitted)
            case QCheckBox():
                editor.toggled.connect(notice)
            case QComboBox():
                editor.currentIndexChanged.connect(notice)
            case QPlainTextEdit():
                editor.textChanged.connect(notice)


def _make_editor(one: Field) -> QWidget:
    editor: QWidget
    match one.kind:
        case "flag":
            editor = QCheckBox()
        case "choice":
            editor = QComboBox()
            for value, label in one.choices:
                editor.addItem(label, value)
        case "lines":
            editor = QPlainTextEdit()
            editor.setTabChangesFocus(True)
            editor.setPlaceholderText(one.placeholder)
            editor.setFixedHeight(96)
        case _:
            editor = _make_line(one)
    if one.is_identifier:
        editor.setProperty("role", "mono")
    _write(editor, one.value)
    return editor


def _make_line(one: Field) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(one.placeholder)
    if one.max_length:
        line.setMaxLength(one.max_length)
    if one.kind == "number":
        line.setValidator(QIntValidator(line))
    if one.kind == "secret":
        line.setEchoMode(QLineEdit.EchoMode.Password)
        reveal = line.addAction(icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        reveal.setToolTip("Show what is typed")
        reveal.setCheckable(True)
        reveal.toggled.connect(
            lambda shown: line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        )
    return line


def _read(one: Field, editor: QWidget) -> Value:
    match editor:
        case QCheckBox():
            return editor.isChecked()
        case QComboBox():
            return str(editor.currentData() or "")
        case QPlainTextEdit():
            return editor.toPlainText().strip()
        case QLineEdit():
            return editor.text() if one.kind == "secret" else editor.text().strip()
        case _:
            return ""


def _write(editor: QWidget, value: Value) -> None:
    match editor:
        case QCheckBox():
            editor.setChecked(bool(value))
        case QComboBox():
            editor.setCurrentIndex(max(0, editor.findData(value, Qt.ItemDataRole.UserRole)))
        case QPlainTextEdit():
            editor.setPlainText(str(value))
        case QLineEdit():
            editor.setText(str(value))


def _problem(one: Field, value: Value) -> str:
    if one.is_required and value == "":
        return f"{one.label} is needed."
    if one.check is not None and isinstance(value, str) and value != "":
        return one.check(value)
    return ""


def _with_accelerator(label: str, taken: set[str]) -> str:
    escaped = label.replace("&", "&&")
    for at, letter in enumerate(escaped):
        if letter.isascii() and letter.isalpha() and letter.lower() not in taken:
            taken.add(letter.lower())
            return escaped[:at] + "&" + escaped[at:]
    return escaped
