"""One attribute in the inspector: its editor, a mark when it differs, a way back, and what is wrong with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.user_pools.attributes import AttributeSpec
from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, plain_tooltip, set_property
from cognito_explorer.gui.lib.privacy import mask
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.staged_edits import FLAGS, why_locked

_LABEL_PX = 104
_LONGEST_TOOLTIP = 600
_YES_NO = (("", "Not set"), ("true", "Yes"), ("false", "No"))
_VERIFIED = (("", "Not set"), ("true", "Verified"), ("false", "Not verified"))
_MASKED = "Masked for privacy. Reveal the user to see and change it."
_PLACEHOLDERS = {"DateTime": "2026-11-30T12:00:00+00:00", "Number": "A whole number"}


class AttributeRow(QWidget):
    """`changed`: somebody typed or chose. The value of a locked row never changes."""

    changed = Signal()

    def __init__(
        self,
        name: str,
        spec: AttributeSpec | None,
        value: str,
        parent: QWidget | None = None,
        *,
        is_masked: bool = False,
    ) -> None:
        super().__init__(parent)
        self.name, self.before = name, value
        self.label = spec.label if spec else name
        self.is_masked = is_masked
        self.lock_reason = _MASKED if is_masked else why_locked(name, spec)
        self.editor = self._make_editor(spec)
        self.revert_button = QPushButton(icon("undo", Tone.ACCENT), "")
        self.problem = plain_label("", "fieldError", wrap=True)
        self._arrange()
        self.show_state("")

    def value(self) -> str:
        """The value as it stands; "" is not set."""
        match self.editor:
            case QLineEdit():
                return self.editor.text()
            case QComboBox():
                return str(self.editor.currentData() or "")
            case _:
                return self.before

    def set_value(self, value: str) -> None:
        """Put a value in, as if typed."""
        match self.editor:
            case QLineEdit():
                self.editor.setText(value)
                self.editor.setCursorPosition(0)
            case QComboBox():
                self.editor.setCurrentIndex(max(0, self.editor.findData(value)))

    def is_changed(self) -> bool:
        """Whether it differs from what Cognito has."""
        return self.value() != self.before

    def revert(self) -> None:
        """Take the edit back."""
        self.set_value(self.before)
        self.editor.setFocus()

    def show_state(self, problem: str) -> None:
        """Mark the row as changed or not, and say what is wrong."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        set_property(self.editor, "invalid", "true" if problem else "false")
        keeps_place = self.revert_button.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self.revert_button.setSizePolicy(keeps_place)
        self.revert_button.setVisible(self.is_changed())
        self.editor.setToolTip(plain_tooltip(self.lock_reason or _cut(self.value())))

    def _make_editor(self, spec: AttributeSpec | None) -> QWidget:
        if self.lock_reason or spec is None:
            return ElidedLabel(mask(self.before) if self.is_masked else self.before, middle=True, masks=False)
        if spec.data_type == "Boolean" or self.name in FLAGS.values():
            return self._make_choice()
        line = QLineEdit(self.before)
        line.setCursorPosition(0)
        line.setPlaceholderText(_PLACEHOLDERS.get(spec.data_type, "Not set"))
        line.textChanged.connect(lambda _text: self.changed.emit())
        return line

    def _make_choice(self) -> QComboBox:
        box = QComboBox()
        for value, label in _VERIFIED if self.name in FLAGS.values() else _YES_NO:
            box.addItem(label, value)
        if box.findData(self.before) < 0:
            box.addItem(self.before, self.before)
        box.setCurrentIndex(box.findData(self.before))
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        return box

    def _arrange(self) -> None:
        words = ElidedLabel(self.label)
        set_property(words, "role", "muted")
        words.setFixedWidth(theme().px(_LABEL_PX))
        words.setToolTip(plain_tooltip(f"{self.label} ({self.name})"))
        copy_name = words.addAction(f"Copy “{self.name}”".replace("&", "&&"))
        copy_name.triggered.connect(lambda: copy(self, self.name, self.name))
        words.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.editor.setAccessibleName(self.label)
        self.editor.setAccessibleDescription(self.name)
        self.revert_button.setProperty("kind", "mini")
        self.revert_button.setToolTip(plain_tooltip(f"Take back the edit of {self.label}"))
        self.revert_button.setAccessibleName(f"Take back the edit of {self.label}")
        self.revert_button.clicked.connect(self.revert)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(words)
        line.addWidget(self.editor, 1)
        if self.lock_reason:
            lock = IconLabel("lock", Tone.MUTED)
            lock.setToolTip(self.lock_reason)
            lock.setAccessibleName(self.lock_reason)
            line.addWidget(lock)
        line.addWidget(self.revert_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.problem)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TOOLTIP else f"{text[:_LONGEST_TOOLTIP]}…"
