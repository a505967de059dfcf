"""Windows and splitters that come back as they were left."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from cognito_explorer.gui.lib.settings import Settings

# What is left free around a first window, so that it is seen to be one among others.
_MARGIN_PX = 48
# What the system puts above a window, which nobody knows before it is shown.
_TITLE_BAR_PX = 32
# A screen smaller than this is needed whole.
_SMALL_SCREEN = QSize(1100, 740)


class RememberedSplitter(QSplitter):
    """A splitter that remembers its sizes under a name. Its parts cannot be dragged away to nothing."""

    def __init__(self, name: str, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._name = name
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.splitterMoved.connect(lambda *_: self.remember())

    def restore(self, sizes: Sequence[int]) -> None:
        """Take the remembered sizes, or these. Call when all parts are in."""
        saved = Settings().texts(f"splitter/{self._name}")
        numbers = [int(size) for size in saved if size.isdigit()]
        self.setSizes(numbers if len(numbers) == self.count() else list(sizes))

    def remember(self) -> None:
        """Keep the sizes as they are now."""
        Settings().put(f"splitter/{self._name}", [str(size) for size in self.sizes()])


def restore_window(window: QWidget, name: str, *, width: int = 1280, height: int = 800) -> None:
    """Give a window its remembered place and size, as far as there is room for it on the screen it opens on."""
    saved = Settings().bytes(f"window/{name}")
    if saved.isEmpty() or not window.restoreGeometry(saved):
        window.resize(first_size(QSize(width, height), window.screen().availableSize()))
    elif not window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
        _fit(window)


def _fit(window: QWidget) -> None:
    """Qt looks after the place alone: another scale of the screen leaves less room than there was."""
    room = (QGuiApplication.screenAt(window.geometry().center()) or window.screen()).availableGeometry()
    if window.width() <= room.width() and window.height() <= room.height():
        return
    window.resize(window.size().boundedTo(room.size() - QSize(0, _TITLE_BAR_PX)))
    window.move(room.topLeft())


def first_size(wanted: QSize, screen: QSize) -> QSize:
    """How large a first window is: as wanted, smaller by a margin than its screen unless that is really small."""
    is_small = screen.width() < _SMALL_SCREEN.width() or screen.height() < _SMALL_SCREEN.height()
    margin_px = 0 if is_small else _MARGIN_PX
    return wanted.boundedTo(screen - QSize(2 * margin_px, 2 * margin_px))


def remember_window(window: QWidget, name: str) -> None:
    """Keep a window's place and size."""
    Settings().put(f"window/{name}", window.saveGeometry())
