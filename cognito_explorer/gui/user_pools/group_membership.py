"""A user's groups: what they carry, taking one away, adding one. Loads by itself and fails by itself."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.groups import Group
from cognito_explorer.gui.lib.billable import BILLABLE, billable_badge
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, IconLabel, plain_label, plain_tooltip, set_property
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.user_pools.trouble_line import TroubleLine


class GroupMembership(QWidget):
    """`add_wanted` and `remove_wanted` carry a group's name; `again_wanted`: load anew."""

    add_wanted = Signal(str)
    remove_wanted = Signal(str)
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trouble = TroubleLine()
        self.trouble.again_wanted.connect(self.again_wanted)
        self.note = plain_label("", "muted", wrap=True)
        self.chooser = QComboBox()
        self.chooser.setAccessibleName("Group to add")
        self.add_button = QPushButton(icon("plus"), "Add g&roup")
        self.add_button.setToolTip("Add to this group")
        self.add_button.clicked.connect(self._ask_to_add)
        self.chooser.currentIndexChanged.connect(lambda _index: self.review())
        self.remove_buttons: dict[str, QPushButton] = {}
        self.why_not: Callable[[str, bool], str] = lambda _group, _is_added: ""
        self._is_busy = False
        self._chips = QVBoxLayout()
        self._chips.setSpacing(4)
        self._adding = QWidget()
        line = QHBoxLayout(self._adding)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.chooser, 1)
        line.addWidget(self.add_button)
        line.addWidget(billable_badge())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.trouble)
        layout.addLayout(self._chips)
        layout.addWidget(self.note)
        layout.addWidget(self._adding)
        self.show_loading()

    def show_loading(self) -> None:
        """Groups are on their way."""
        self._clear()
        self.trouble.show_error(None)
        self._adding.hide()
        self._say("Loading groups…")

    def show_groups(self, mine: Sequence[Group], others: Sequence[Group]) -> None:
        """Show a user's groups, and those that can be added."""
        self._clear()
        self.trouble.show_error(None)
        for group in mine:
            self._chips.addWidget(self._chip(group))
        self.chooser.clear()
        for group in others:
            self.chooser.addItem(group.name, group.name)
        self._adding.setVisible(bool(others))
        self.review()
        self._say("" if mine else "In no group." if others else "This pool has no groups.")

    def show_error(self, error: ExplorerError) -> None:
        """Groups could not be read; the rest of the inspector stands."""
        self._clear()
        self._adding.hide()
        self._say("")
        self.trouble.show_error(error)

    def show_busy(self, is_busy: bool) -> None:
        """While a change is being sent nothing can be pressed."""
        self._is_busy = is_busy
        self.review()

    def review(self) -> None:
        """Enable what `why_not` (a group's name, whether to add it) does not speak against."""
        chosen = self.chooser.currentData()
        asked = [(button, name, False) for name, button in self.remove_buttons.items()]
        asked += [(self.add_button, chosen, True)] if isinstance(chosen, str) else []
        for button, name, is_added in asked:
            reason = self.why_not(name, is_added)
            button.setEnabled(not self._is_busy and not reason)
            button.setToolTip(plain_tooltip(reason or f"{'Add to' if is_added else 'Remove from'} {name}. {BILLABLE}"))

    def group_names(self) -> list[str]:
        """The user's groups as shown."""
        return list(self.remove_buttons)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _clear(self) -> None:
        self.remove_buttons = {}
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _chip(self, group: Group) -> QWidget:
        chip = QWidget()
        name = ElidedLabel(group.name)
        precedence = "no precedence" if group.precedence is None else f"precedence {group.precedence}"
        facts = (group.description, precedence, group.role_arn)
        name.setToolTip(plain_tooltip("\n".join([group.name, *(fact for fact in facts if fact)])))
        small = ElidedLabel(precedence)
        set_property(small, "role", "muted")
        remove = QPushButton(icon("close", Tone.MUTED), "")
        remove.setProperty("kind", "mini")
        remove.setToolTip(plain_tooltip(f"Remove from {group.name}"))
        remove.setAccessibleName(f"Remove from {group.name}")
        remove.clicked.connect(lambda: self.remove_wanted.emit(group.name))
        self.remove_buttons[group.name] = remove
        line = QHBoxLayout(chip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(IconLabel("group", Tone.MUTED))
        line.addWidget(name, 1)
        line.addWidget(small)
        line.addWidget(remove)
        return chip

    def _ask_to_add(self) -> None:
        name = self.chooser.currentData()
        if isinstance(name, str):
            self.add_wanted.emit(name)
