"""What was edited and not applied, or is on its way, old and new side by side, with one Apply and one Discard."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.billable import billable_badge
from cognito_explorer.gui.lib.labels import (
    ElidedLabel,
    IconLabel,
    breakable,
    plain_label,
    plain_tooltip,
    set_property,
    set_tone,
)
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import counted, number
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.staged_edits import Edit, in_words

_TALLEST_PX = 168
_SENT = "It was sent before the mode was switched, and goes through if AWS accepts it."


class ChangesBar(QFrame):
    """Hidden while nothing was edited."""

    apply_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changesBar")
        self.setProperty("role", "banner")
        self._title = plain_label("", "section")
        self._problem = plain_label("", "fieldError", wrap=True)
        self._note = plain_label(_SENT, "muted", wrap=True)
        self.apply_button = QPushButton("&Apply")
        self.apply_button.setProperty("kind", "primary")
        self.apply_button.clicked.connect(self.apply_wanted)
        self.discard_button = QPushButton("Di&scard")
        self.discard_button.clicked.connect(self.discard_wanted)
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._shown: tuple[Edit, ...] = ()
        self._is_busy = False
        self._problem_count = self._sent_count = 0
        self._refusal = ""
        self.billable = billable_badge()
        self._arrange()
        self.show_edits((), 0)

    @property
    def shown(self) -> tuple[Edit, ...]:
        """The edits on show."""
        return self._shown

    def show_edits(self, edits: Sequence[Edit], problem_count: int, *, sent_count: int = 0) -> None:
        """Show edits; while there are problems they cannot be applied. `sent_count` of them are on their way."""
        self._shown, self._problem_count, self._sent_count = tuple(edits), problem_count, sent_count
        self.setVisible(bool(edits))
        self._title.setText(_title(len(edits), sent_count))
        self._problem.setText(f"Correct {counted(problem_count, 'value')} first.")
        self._problem.setVisible(problem_count > 0)
        self._fill()
        self._update_buttons()

    def show_refusal(self, reason: str) -> None:
        """Say why they may not be applied through this profile, or "" where they may."""
        self._refusal = reason
        self._update_buttons()

    def show_busy(self, is_busy: bool) -> None:
        """While they are being sent nothing can be pressed."""
        self._is_busy = is_busy
        self._update_buttons()

    def _update_buttons(self) -> None:
        self.apply_button.setEnabled(not self._is_busy and not self._problem_count and not self._refusal)
        self.apply_button.setToolTip(plain_tooltip(self._refusal))
        is_all_sent = self._sent_count == len(self._shown)
        if self._refusal and not self._problem_count:
            self._problem.setText(breakable(self._refusal))
        self._problem.setVisible(not is_all_sent and (self._problem_count > 0 or bool(self._refusal)))
        self._note.setVisible(bool(self._refusal) and self._sent_count > 0)
        self.discard_button.setEnabled(not self._is_busy)

    def _fill(self) -> None:
        body = QWidget()
        body.setProperty("role", "scrolled")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, stretch in enumerate((0, 1, 0, 1)):
            grid.setColumnStretch(column, stretch)
        for row, edit in enumerate(self._shown):
            label = ElidedLabel(edit.label)
            label.setFixedWidth(theme().px(96))
            label.setToolTip(plain_tooltip(f"{edit.label} ({edit.name})"))
            old, new = (ElidedLabel(in_words(edit, side), masks=False) for side in (edit.before, edit.after))
            set_property(label, "role", "muted")
            set_tone(old, Tone.MUTED)
            set_tone(new, Tone.ACCENT)
            for column, part in enumerate((label, old, IconLabel("chevron-right", Tone.MUTED), new)):
                grid.addWidget(part, row, column)
        grid.setRowStretch(len(self._shown), 1)
        self._list.setWidget(body)
        self._list.setFixedHeight(min(theme().px(_TALLEST_PX), body.sizeHint().height() + 4))

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.discard_button)
        buttons.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self.billable)
        layout.addLayout(heading)
        layout.addWidget(self._list)
        layout.addWidget(self._problem)
        layout.addWidget(self._note)
        layout.addLayout(buttons)


def _title(count: int, sent_count: int) -> str:
    if not sent_count:
        return f"{counted(count, 'change')} not applied"
    rest = f", {number(count - sent_count)} not applied" if count > sent_count else ""
    return f"{counted(sent_count, 'change')} on {'its' if sent_count == 1 else 'their'} way{rest}"
