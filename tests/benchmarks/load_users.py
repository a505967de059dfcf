"""Loads all users into the real window and prints the longest the GUI thread stood still, as JSON.

A process of its own: `python -m tests.benchmarks.load_users`, with the app's files in COGNITO_EXPLORER_HOME.
"""

import asyncio
import json
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from cognito_explorer.app import begin, prepare_process
from cognito_explorer.core import paths
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.main_window import MainWindow
from cognito_explorer.gui.user_pools.users_panel import UsersPanel
from tests.hand import Hand

_BEAT_MS = 2


class Heartbeat:
    """Beats every 2 ms; the longest pause between two beats is the longest stall."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Listen from now on."""
        self._last = time.perf_counter()
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now


async def _measure() -> dict[str, float]:
    connections = Connections(paths.sandbox_folder())
    window = MainWindow(connections, ProfileBook(paths.config_folder() / "profiles.json"))
    hand = Hand(window)
    window.show()
    begin(window)
    await hand.settle()
    window.explore_sandbox()
    await hand.settle()
    panel = hand.page(UsersPanel)
    heartbeat = Heartbeat()
    heartbeat.start()
    begun = time.perf_counter()
    panel.list.load_all()
    await hand.settle()
    loaded_s = time.perf_counter() - begun
    rows = panel.list.table.rowCount()
    await connections.close()
    window.hide()
    return {"rows": rows, "longest_ms": heartbeat.longest_s * 1_000, "loaded_s": loaded_s}


def main() -> int:
    """Print the measurement."""
    prepare_process()
    application = QApplication(sys.argv[:1])
    theme().apply()
    with QEventLoop(application) as loop:
        sys.stdout.write(json.dumps(loop.run_until_complete(asyncio.wait_for(_measure(), 120))) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
