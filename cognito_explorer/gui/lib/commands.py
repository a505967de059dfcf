"""One list of commands that makes menus, toolbars, shortcuts and the palette."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.billable import BILLABLE, in_menu
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.tokens import Tone

_KEPT_RECENT = 12


def _nothing() -> str:
    return ""


def _no() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do. `id` is "noun.verb"; `group` names the menu; a `shortcut` reads like "Ctrl+K".

    `why_not` answers why it cannot be done just now, "" if it can. A title from outside is fine: it is shown plain.
    `begins_section` puts a line above it in its menu. `is_billed` answers whether it makes a user billable: then it
    carries the badge wherever it is listed.
    """

    id: str
    title: str
    run: Callable[[], object] = field(repr=False, compare=False)
    shortcut: str = ""
    group: str = ""
    icon: str = ""
    keywords: tuple[str, ...] = ()
    hint: str = ""
    why_not: Callable[[], str] = field(default=_nothing, repr=False, compare=False)
    is_checked: Callable[[], bool] | None = field(default=None, repr=False, compare=False)
    is_destructive: bool = False
    begins_section: bool = False
    is_billed: Callable[[], bool] = field(default=_no, repr=False, compare=False)

    @property
    def is_enabled(self) -> bool:
        """Whether it can be done now."""
        return not self.why_not()

    @property
    def disabled_reason(self) -> str:
        """Why it cannot be done now, or ""."""
        return self.why_not()


class CommandList(QObject):
    """All commands there are at this moment, in order, with the QAction of each."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._recent: list[str] = []
        self._shortcut_hosts: list[QWidget] = []

    def add(self, *commands: Command) -> None:
        """Add commands. Raises ValueError for an id or a shortcut that is taken."""
        for command in commands:
            self._check(command)
            self._commands[command.id] = command
            action = self._make_action(command)
            self._actions[command.id] = action
            for host in self._shortcut_hosts:
                host.addAction(action)
        self.refresh()

    def remove(self, *command_ids: str) -> None:
        """Take commands away, from menus and shortcuts too. Unknown ids are passed over."""
        for command_id in command_ids:
            if self._commands.pop(command_id, None) is not None:
                action = self._actions.pop(command_id)
                action.setShortcut(QKeySequence())
                action.deleteLater()
        self.changed.emit()

    def all(self) -> tuple[Command, ...]:
        """Every command, in the order added."""
        return tuple(self._commands.values())

    def get(self, command_id: str) -> Command:
        """The command of that id. Raises KeyError."""
        return self._commands[command_id]

    def action(self, command_id: str) -> QAction:
        """The command's action, for a button or a menu of one's own. Raises KeyError."""
        return self._actions[command_id]

    def recent(self) -> tuple[Command, ...]:
        """What was done last, newest first."""
        return tuple(self._commands[known] for known in self._recent if known in self._commands)

    def run(self, command_id: str) -> bool:
        """Do it, unless it cannot be done now; tells whether it was done."""
        command = self._commands.get(command_id)
        if command is None or not command.is_enabled:
            return False
        self._recent = [command_id, *(known for known in self._recent if known != command_id)][:_KEPT_RECENT]
        command.run()
        self.refresh()
        return True

    def refresh(self) -> None:
        """Ask every command anew whether it can be done, and tell menus and tooltips."""
        for command_id, command in self._commands.items():
            _update(self._actions[command_id], command)
        self.changed.emit()

    def install_shortcuts(self, widget: QWidget) -> None:
        """Make every shortcut work inside `widget` (the main window)."""
        self._shortcut_hosts.append(widget)
        widget.addActions(list(self._actions.values()))

    def fill_menu_bar(self, bar: QMenuBar, groups: Iterable[str]) -> None:
        """One menu per group, in that order, opened by Alt and its first letter; a group without commands gets none."""
        # Clearing a menu bar leaves its menus behind as children: they are used again.
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        kept = {menu.title().removeprefix("&"): menu for menu in bar.findChildren(QMenu, options=direct)}
        bar.clear()
        for group in groups:
            commands = [command for command in self._commands.values() if command.group == group]
            if commands:
                menu = kept.get(group) or self._make_menu(bar, group)
                menu.clear()
                for command in commands:
                    if command.begins_section and not menu.isEmpty():
                        menu.addSeparator()
                    menu.addAction(self._actions[command.id])
                bar.addMenu(menu)

    def fill_menu(self, menu: QMenu, command_ids: Iterable[str]) -> None:
        """Put commands into a menu; an empty id makes a separator."""
        menu.setToolTipsVisible(True)
        for command_id in command_ids:
            if command_id:
                menu.addAction(self._actions[command_id])
            else:
                menu.addSeparator()

    def _make_menu(self, bar: QMenuBar, group: str) -> QMenu:
        menu = QMenu(f"&{group}", bar)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.refresh)
        return menu

    def _check(self, command: Command) -> None:
        if command.id in self._commands:
            raise ValueError(f"there is a command {command.id!r} already")
        if command.shortcut:
            for other in self._commands.values():
                if other.shortcut and QKeySequence(other.shortcut) == QKeySequence(command.shortcut):
                    raise ValueError(f"{command.id} and {other.id} both want {command.shortcut}")

    def _make_action(self, command: Command) -> QAction:
        action = QAction(self)
        action.setObjectName(command.id)
        if command.icon:
            action.setIcon(icons.icon(command.icon, Tone.BAD if command.is_destructive else Tone.TEXT))
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        action.setCheckable(command.is_checked is not None)
        action.triggered.connect(lambda _checked=False, command_id=command.id: self.run(command_id))
        _update(action, command)
        return action


def _update(action: QAction, command: Command) -> None:
    reason, is_billed = command.disabled_reason, command.is_billed()
    keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText) if command.shortcut else ""
    title = command.title.replace("&", "&&")
    action.setText(in_menu(title, keys) if is_billed else title)
    action.setEnabled(not reason)
    words = f"{command.hint or command.title}{f' ({keys})' if keys else ''}"
    action.setToolTip(plain_tooltip(reason or (f"{words}. {BILLABLE}" if is_billed else words)))
    if command.is_checked is not None:
        action.setChecked(command.is_checked())
