"""A panel shows one of four faces, keeps its content under an error, and reloads when it became stale."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from typing_extensions import override

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.gui.lib.panel import PATIENCE_MS, Panel

pytestmark = pytest.mark.usefixtures("theme_app")


@dataclass(frozen=True)
class Written:
    """A write, as a panel sees it."""

    operation: str


class Names(Panel):
    """Loads when its gate opens; fails if told to."""

    STALE_AFTER = frozenset({"create_name"})

    def __init__(self) -> None:
        super().__init__("Names")
        self.gate = asyncio.Event()
        self.trouble: ExplorerError | None = None
        self.loads = 0
        self.set_content(QLabel("content"))

    @override
    def reload(self) -> None:
        self.loads += 1
        self.tasks.start("load", self._load())

    async def _load(self) -> None:
        await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        self.show_content()


@pytest.fixture
async def panel(qtbot: QtBot) -> Names:
    """A panel on screen, loading."""
    shown = Names()
    qtbot.addWidget(shown)
    shown.resize(600, 400)
    shown.show()
    return shown


async def patience() -> None:
    """Let the panel's own timer run out; the loop's timer is set later and so ends later."""
    await asyncio.sleep((PATIENCE_MS + 30) / 1000)


async def test_it_loads_when_first_shown_and_not_before(qtbot: QtBot) -> None:
    shown = Names()
    qtbot.addWidget(shown)
    assert shown.loads == 0
    shown.show()
    shown.hide()
    shown.show()
    assert shown.loads == 1
    shown.tasks.cancel_all()
    await shown.tasks.idle()


async def test_a_quick_load_shows_no_skeleton(panel: Names) -> None:
    assert panel.face == "blank"
    panel.gate.set()
    await panel.tasks.idle()
    assert (panel.face, panel.is_busy_bar_shown) == ("content", False)


async def test_a_slow_first_load_shows_a_skeleton_and_the_bar(panel: Names) -> None:
    await patience()
    assert (panel.face, panel.is_busy_bar_shown) == ("loading", True)
    panel.gate.set()
    await panel.tasks.idle()
    await asyncio.sleep(0)
    assert (panel.face, panel.is_busy_bar_shown) == ("content", False)


async def test_a_slow_reload_keeps_the_content_and_shows_the_bar(panel: Names) -> None:
    panel.gate.set()
    await panel.tasks.idle()
    panel.gate.clear()
    panel.reload()
    await patience()
    assert (panel.face, panel.is_busy_bar_shown) == ("content", True)
    panel.gate.set()
    await panel.tasks.idle()


async def test_an_error_stands_above_the_content_and_retry_loads_again(panel: Names) -> None:
    panel.gate.set()
    await panel.tasks.idle()
    panel.trouble = ExplorerError(
        "You may not list names.", "Ask for names:List.", code="AccessDenied", request_id="r-1"
    )
    panel.reload()
    await panel.tasks.idle()
    assert panel.face == "content"
    assert panel.banner.isVisible()
    QTest.mouseClick(panel.banner.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == ["You may not list names.", "Ask for names:List.", "Code: AccessDenied", "Request id: r-1"]
    panel.trouble = None
    QTest.mouseClick(panel.banner.retry_button, Qt.MouseButton.LeftButton)
    assert not panel.banner.isVisible()
    await panel.tasks.idle()
    assert panel.face == "content"


async def test_a_first_load_that_fails_shows_the_error_alone(panel: Names) -> None:
    panel.trouble = ExplorerError("No answer.", "Is the sandbox running?")
    panel.gate.set()
    await panel.tasks.idle()
    await asyncio.sleep(0)
    assert (panel.face, panel.banner.isVisible()) == ("blank", True)


async def test_the_empty_face_offers_its_button(panel: Names) -> None:
    pressed = list[str]()
    panel.gate.set()
    await panel.tasks.idle()
    panel.show_empty(
        "No names yet", "Names appear here.", icon="tag", action="Add one", run=lambda: pressed.append("x")
    )
    assert panel.face == "empty"
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    assert pressed == ["x"]


class Bulletin:
    """Something with the journal's `subscribe`."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Written], None]] = []

    def subscribe(self, listener: Callable[[Written], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


async def test_it_reloads_after_writes_that_make_it_stale_and_only_those(panel: Names) -> None:
    bulletin = Bulletin()
    panel.follow(bulletin.subscribe)
    panel.gate.set()
    bulletin.listeners[0](Written("delete_colour"))
    assert panel.loads == 1
    bulletin.listeners[0](Written("create_name"))
    assert panel.loads == 2
    panel.hide()
    bulletin.listeners[0](Written("create_name"))
    assert panel.loads == 2
    panel.show()
    assert panel.loads == 3
    await panel.tasks.idle()


async def test_a_destroyed_panel_no_longer_listens() -> None:
    bulletin, shown = Bulletin(), Names()
    shown.follow(bulletin.subscribe)
    shiboken6.delete(shown)
    assert bulletin.listeners == []
