"""Facts as lines of label and value: what an inspector and an overview are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.clipboard import copy
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, plain_tooltip, set_property, set_tone
from cognito_explorer.gui.lib.times import clock
from cognito_explorer.gui.lib.tokens import Tone

LABEL_PX = 128


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. An identifier is monospace, elided in the middle and can be copied; a datetime is told relatively.

    Without `masks`, whoever makes it sees to the privacy switch.
    """

    label: str
    value: str | datetime
    hint: str = ""
    is_identifier: bool = False
    tone: Tone = Tone.TEXT
    icon: str = ""
    masks: bool = True


class FactList(QWidget):
    """Labels at the left, values at the right, small hints beneath."""

    def __init__(self, facts: Sequence[Fact] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, LABEL_PX)
        self._facts: tuple[Fact, ...] = ()
        self.set_facts(facts)
        clock().changed.connect(self._retell)
        clock().ticked.connect(self._retell)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts instead."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        self._fill()

    def _retell(self) -> None:
        if any(isinstance(fact.value, datetime) for fact in self._facts):
            self._fill()

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, fact in enumerate(self._facts):
            label = plain_label(fact.label, "muted", wrap=True)
            label.setMinimumHeight(20)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_value_widget(fact), row, 1, Qt.AlignmentFlag.AlignTop)


def _value_widget(fact: Fact) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    line = QHBoxLayout()
    line.setSpacing(4)
    if fact.icon:
        line.addWidget(IconLabel(fact.icon, fact.tone), 0, Qt.AlignmentFlag.AlignVCenter)
    line.addWidget(_text_widget(fact), 1)
    if fact.is_identifier and fact.value:
        line.addWidget(_copy_button(whole, fact))
    column.addLayout(line)
    if fact.hint:
        column.addWidget(plain_label(fact.hint, "small", wrap=True))
    return whole


def _text_widget(fact: Fact) -> QWidget:
    if fact.is_identifier:
        elided = ElidedLabel(str(fact.value), middle=True, masks=fact.masks)
        set_property(elided, "role", "mono")
        return elided
    is_time = isinstance(fact.value, datetime)
    text = clock().relative(fact.value) if isinstance(fact.value, datetime) else fact.value
    label = plain_label(text, wrap=True, selectable=True)
    label.setMinimumHeight(20)
    if is_time and isinstance(fact.value, datetime):
        label.setToolTip(plain_tooltip(clock().exact(fact.value)))
    if fact.tone is not Tone.TEXT:
        set_tone(label, fact.tone)
    return label


def _copy_button(parent: QWidget, fact: Fact) -> QPushButton:
    button = QPushButton(icon("copy", Tone.MUTED), "", parent)
    button.setProperty("kind", "mini")
    button.setToolTip(plain_tooltip(f"Copy {fact.label}"))
    button.setAccessibleName(f"Copy {fact.label}")
    button.clicked.connect(lambda: copy(button, str(fact.value), fact.label[:1].lower() + fact.label[1:]))
    return button
