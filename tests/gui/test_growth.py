"""Opening and closing pages all day long: nothing of them stays behind."""

import gc
from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.workspace import PageKind
from tests.gui.windows import page_of
from tests.hand import Hand

KINDS = (
    PageKind.POOL,
    PageKind.USERS,
    PageKind.SIGN_IN,
    PageKind.TOKENS,
    PageKind.IDENTITY_POOL,
    PageKind.ACCESS,
)


def living(window: MainWindow) -> Counter[str]:
    """What hangs on the window, by kind, and the panels Python still holds."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    found = Counter(type(child).__name__ for child in window.findChildren(QObject))
    found["panels held"] = sum(isinstance(each, Panel) for each in gc.get_objects())
    return found


async def open_and_close_all(window: MainWindow) -> None:
    for kind in KINDS:
        window.open_page(page_of(window, kind))
    window.open_profiles()
    window.open_sandbox()
    await Hand(window).settle()
    while window.tabs.count() > 1:
        window.tabs.close_tab(window.tabs.count() - 1)


async def test_pages_that_were_closed_leave_nothing_behind(shared_window: MainWindow) -> None:
    for _ in range(2):
        await open_and_close_all(shared_window)
    before = living(shared_window)
    for _ in range(3):
        await open_and_close_all(shared_window)
    assert living(shared_window) - before == Counter()
