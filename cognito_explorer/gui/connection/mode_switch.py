"""The mode of the profile in front, and the menu that switches it. The window acts on what is chosen."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.elided_button import ElidedButton
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tokens import Tone


class ModeSwitch(ElidedButton):
    """Shows what may be changed. `wanted` carries the mode a person chose."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setProperty("has_menu", True)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        self._actions: dict[Mode, QAction] = {}
        for mode in ORDER:
            words = MODES[mode]
            action = self._menu.addAction(icon(words.icon, words.tone), words.name)
            action.setCheckable(True)
            action.setToolTip(words.reach)
            action.triggered.connect(lambda _checked=False, chosen=mode: self.wanted.emit(chosen))
            self._group.addAction(action)
            self._actions[mode] = action
        self.setMenu(self._menu)
        self.hide()

    def show_mode(self, profile: Profile) -> None:
        """Show a profile's mode."""
        words = MODES[profile.mode]
        is_local = profile.kind == "sandbox"
        name = f"Sandbox: {words.name}" if is_local else words.name
        reach = f"{words.reach}\nNothing here reaches AWS." if is_local else words.reach
        self.setText(name)
        self.setIcon(icon(words.icon, Tone.GOOD if is_local else words.tone))
        self.setToolTip(plain_tooltip(f"Mode: {words.name}\n{reach}"))
        self.setAccessibleName(f"Mode: {name}")
        self._actions[profile.mode].setChecked(True)
        self.show()
