"""Short notes at the bottom of a window that go away by themselves, with a button to undo or open."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.gui.lib.icons import icon as find_icon
from cognito_explorer.gui.lib.labels import IconLabel, plain_label
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

STAYS_S = 10
ACTION_KEYS = "Alt+Z"
_AT_MOST = 3
# The window's activity line and a list's line of status stay readable.
_ABOVE_PX = 72
_BETWEEN_PX = 8
BANNER = "errorBanner"
KEEP_CLEAR = "keep_clear"  # set it on a button of a page that notes shall not cover; on primary ones it goes without
_ICONS = {Tone.GOOD: "check-circle", Tone.WARN: "warning", Tone.BAD: "error"}


class Toast(QFrame):
    """One note. It waits while the mouse is over it, and goes when it is clicked."""

    def __init__(self, text: str, tone: Tone, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.text = text
        self._action = ""
        self.action_button = QPushButton()
        self.action_button.setProperty("kind", "link")
        self.action_button.hide()
        close = QPushButton(find_icon("close", Tone.MUTED), "")
        close.setProperty("kind", "icon")
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss")
        close.clicked.connect(self.leave)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)
        label = plain_label(text, wrap=len(text) > 80)
        label.setMaximumWidth(560)
        if len(text) > 80:
            label.setMinimumWidth(420)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(IconLabel(icon or _ICONS.get(tone, "info"), tone))
        for part in (label, self.action_button, close):
            layout.addWidget(part)

    def set_action(self, title: str, run: Callable[[], object]) -> None:
        """Offer a way on (*Undo*, *Open*); taking it ends the note."""
        self._action = title
        self.action_button.setText(title)
        self.action_button.show()
        self.action_button.clicked.connect(self.leave)
        self.action_button.clicked.connect(lambda: run())

    @property
    def has_action(self) -> bool:
        """Whether a way on is offered."""
        return bool(self._action)

    def show_keys(self, keys: str) -> None:
        """Say which keys take the way on, "" for none."""
        self.action_button.setText(f"{self._action} ({keys})" if keys else self._action)

    def stay(self, seconds: float) -> None:
        """Go away by itself after so long."""
        self._timer.start(round(seconds * 1000))

    def leave(self) -> None:
        """Go away now."""
        self._timer.stop()
        host = self.parent()
        if isinstance(host, Toasts) and self.isAncestorOf(QApplication.focusWidget() or host):
            host.give_keyboard_back()
        self.hide()
        self.deleteLater()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A note lies over what somebody wants to read: a click anywhere on it takes it away."""
        event.accept()
        self.leave()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.stay(3)


class Toasts(QWidget):
    """Stacks the notes of one window, newest lowest. They never take the keyboard by themselves.

    Alt+Z takes the newest offer from wherever the keyboard is; Tab reaches the buttons, too.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_BETWEEN_PX)
        self._shown: list[Toast] = []
        self._came_from: QWidget | None = None
        window.installEventFilter(self)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._keys = QShortcut(QKeySequence(ACTION_KEYS), self)
        self._keys.activated.connect(self.take_action)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_keyboard)

    def add(self, note: Toast) -> None:
        """Show one note more; the oldest makes room."""
        note.destroyed.connect(self.place)
        self._shown = [kept for kept in self.shown() if kept is not note]
        for old in self._shown[: max(0, len(self._shown) - _AT_MOST + 1)]:
            old.leave()
        self._shown.append(note)
        self._layout.addWidget(note, 0, Qt.AlignmentFlag.AlignHCenter)
        self._name_keys()
        self.place()

    def take_action(self) -> None:
        """Take the newest offer."""
        offers = [note for note in self.shown() if note.has_action]
        if offers:
            offers[-1].action_button.click()

    def give_keyboard_back(self) -> None:
        """Put the keyboard where it was before somebody went to a note."""
        came_from = self._came_from
        if came_from is not None and shiboken6.isValid(came_from) and came_from.isVisible():
            came_from.setFocus()

    def shown(self) -> list[Toast]:
        """The notes on show, oldest first."""
        return [note for note in self.findChildren(Toast) if not note.isHidden()]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def _follow_keyboard(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now) and not (old is not None and self.isAncestorOf(old)):
            self._came_from = old

    def _name_keys(self) -> None:
        keys = self._keys.key().toString(QKeySequence.SequenceFormat.NativeText)
        offers = [note for note in self.shown() if note.has_action]
        for note in offers:
            note.show_keys(keys if note is offers[-1] else "")

    def place(self) -> None:
        """Low in the window, and over no banner nor a page's main buttons."""
        if not self.shown():
            self.hide()
            return
        self.show()
        self._layout.activate()
        size = self.sizeHint()
        width, height = min(size.width(), self._window.width() - 32), size.height()
        top = self._window.height() - height - theme().px(_ABOVE_PX)
        place = QRect((self._window.width() - width) // 2, top, width, height)
        # What went wrong, and what to do, is worth more than what went well. Lowest first: to make way, a note goes up,
        # and may come to lie over the next.
        for there in sorted([*self._banners(), *self._main_buttons()], key=QRect.bottom, reverse=True):
            if there.intersects(place):
                place.moveBottom(max(height, there.top() - _BETWEEN_PX))
        self.setGeometry(place)
        self.raise_()

    def _banners(self) -> list[QRect]:
        banners = [banner for banner in self._window.findChildren(QFrame, BANNER) if banner.isVisible()]
        return [QRect(banner.mapTo(self._window, QPoint()), banner.size()) for banner in banners]

    def _main_buttons(self) -> list[QRect]:
        """Where in the window the buttons are that a page is there for: what is seen of them."""
        found = []
        for button in self._window.findChildren(QPushButton):
            is_main = button.property("kind") == "primary" or bool(button.property(KEEP_CLEAR))
            seen = button.visibleRegion().boundingRect() if is_main and button.isVisible() else QRect()
            if not seen.isEmpty() and button.window() is self._window:
                found.append(seen.translated(button.mapTo(self._window, QPoint())))
        return found


def stand_clear(widget: QWidget) -> None:
    """Have the notes of a widget's window leave a banner free that has just come, or come back when it is gone."""
    host = next((child for child in widget.window().children() if isinstance(child, Toasts)), None)
    if host is not None:
        QTimer.singleShot(0, host, host.place)  # once the banner has its place


def toast(
    widget: QWidget,
    text: str,
    *,
    action: tuple[str, Callable[[], object]] | None = None,
    tone: Tone = Tone.GOOD,
    icon: str = "",
    stays_s: float = STAYS_S,
) -> Toast:
    """Show a note in the widget's window; `action` is a title and what it does."""
    window = widget.window()
    host = next((child for child in window.children() if isinstance(child, Toasts)), None) or Toasts(window)
    note = Toast(privacy().in_text(text), tone, icon, host)
    if action is not None:
        note.set_action(*action)
    note.show()
    host.add(note)
    note.stay(stays_s)
    return note
