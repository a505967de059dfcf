"""The window's shortcuts stay the window's while an embedded web page has the keyboard."""

from PySide6.QtCore import QChildEvent, QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class WindowKeys(QObject):
    """Asked whether it overrides a shortcut, Chromium takes some (Ctrl+K deletes to the end of a line on Linux).

    The question goes to a child of the view, which is another one after each change of the page's process.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)
        for child in view.findChildren(QWidget):
            child.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ChildAdded and isinstance(event, QChildEvent):
            event.child().installEventFilter(self)
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        is_the_windows = self._is_the_windows(event.keyCombination())
        if is_the_windows:
            event.ignore()
        return is_the_windows

    def _is_the_windows(self, keys: QKeyCombination) -> bool:
        is_function_key = Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35
        if not is_function_key and not keys.keyboardModifiers() & _COMMANDING:
            return False
        wanted = QKeySequence(keys)
        return any(action.isEnabled() and wanted in action.shortcuts() for action in self._view.window().actions())
