"""Enter presses the button that has the keyboard. Qt keeps that for dialogs; elsewhere only Space does it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from typing_extensions import override

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterKey(QObject):
    """Listens to what reaches one window after nothing inside it has taken it.

    A key comes twice: first as the question whether somebody overrides shortcuts, then as itself. In between a line
    of text may have handled it and moved the keyboard on to a button: that button was not meant.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._meant: QPushButton | QToolButton | None = None
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and _is_enter(event):
            self._meant = self._focused()
        elif kind is QEvent.Type.KeyPress and _is_enter(event):
            meant, self._meant = self._meant, None
            if meant is not None and meant is self._focused():
                _press(meant)
                return True
        return False

    def _focused(self) -> QPushButton | QToolButton | None:
        focused = QApplication.focusWidget()
        if not isinstance(focused, QPushButton | QToolButton):
            return None
        return focused if focused.window() is self._window else None


def _is_enter(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent) or event.isAutoRepeat():
        return False
    return event.key() in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _press(button: QPushButton | QToolButton) -> None:
    if button.menu() is not None:
        button.showMenu()
    else:
        button.click()
