"""A hand on the keyboard and the mouse of the real window."""

import asyncio
from collections.abc import Collection
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.tasks import TaskScope
from cognito_explorer.gui.lib.toast import Toast
from cognito_explorer.gui.main_window import MainWindow

_PATIENCE_S = 60
_NONE = Qt.KeyboardModifier.NoModifier
D = TypeVar("D", bound=Dialog)
P = TypeVar("P", bound=Panel)


class Hand:
    """Types and clicks as a person does, and waits until what that began is done."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def page(self, kind: type[P]) -> P:
        """The page in front, which is of this kind."""
        tab = self.window.tabs.active()
        assert tab is not None, "no page is open"
        assert isinstance(tab.panel, kind), f"{tab.panel.title} is in front"
        return tab.panel

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, *, times: int = 1) -> None:
        """Press a key where the keyboard is."""
        for _ in range(times):
            QTest.keyClick(self.focus(), key, modifier)

    def control(self, key: Qt.Key) -> None:
        """Press a key with Control."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def write(self, text: str) -> None:
        """Type text where the keyboard is."""
        QTest.keyClicks(self.focus(), text)

    def click(self, widget: QWidget) -> None:
        """Click the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def dismiss_toasts(self) -> None:
        """Close what is still said at the bottom of the window."""
        for toast in self.window.findChildren(Toast):
            if toast.isVisible():
                self.click(toast.findChildren(QPushButton)[-1])

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until the keyboard is in a widget. Fails where it cannot be reached."""
        for _ in range(200):
            if self.focus() is wanted:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"the keyboard never reached {wanted}")

    async def go(self, words: str) -> None:
        """Open a page by the universal box: Ctrl+K, a few words, Enter."""
        self.control(Qt.Key.Key_K)
        self.write(words)
        self.press(Qt.Key.Key_Return)
        await self.settle()

    async def settle(self, *, besides: Collection[str] = ()) -> None:
        """Wait until nothing is running any more, in the window and on every page; `besides` names what may go on."""
        async with asyncio.timeout(_PATIENCE_S):
            while busy := [scope for scope in self.window.findChildren(TaskScope) if _names(scope) - set(besides)]:
                if besides:
                    await asyncio.sleep(0)
                else:
                    await busy[0].idle()

    async def dialog(self, kind: type[D]) -> D:
        """The open dialog of a kind, as soon as it has the keyboard."""
        async with asyncio.timeout(_PATIENCE_S):
            while not self._dialogs(kind):  # noqa: ASYNC110  # Qt announces a new window to nobody
                await asyncio.sleep(0)
        return self._dialogs(kind)[0]

    async def be_active(self) -> None:
        """Wait until the window has the keyboard."""
        self.window.activateWindow()
        async with asyncio.timeout(_PATIENCE_S):
            while not self.window.isActiveWindow():  # noqa: ASYNC110  # the window system answers by events
                await asyncio.sleep(0)

    def _dialogs(self, kind: type[D]) -> list[D]:
        return [dialog for dialog in self.window.findChildren(kind) if dialog.isActiveWindow()]

    def focus(self) -> QWidget:
        """Where the keyboard is."""
        return QApplication.focusWidget() or self.window


def _names(scope: TaskScope) -> set[str]:
    return {task.name for task in scope.running()}
