"""Builds the objects, runs the loop, answers quit. The only file that knows everything."""

import asyncio
import json
import logging
import os
import sys
import threading
import time
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from typing_extensions import override

from cognito_explorer.core import paths
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.journal_file import open_journal
from cognito_explorer.core.version import own_version
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import SANDBOX_PROFILE, Connections
from cognito_explorer.gui.lib.immortals import keep_singletons_alive
from cognito_explorer.gui.lib.qt_messages import hear_qt
from cognito_explorer.gui.lib.quick_start import release_collector
from cognito_explorer.gui.lib.settings import Settings, keep_qt_settings_here
from cognito_explorer.gui.lib.tasks import TaskScope, is_loop_running
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone
from cognito_explorer.gui.main_window import MainWindow

_LOG_BYTES = 1_000_000
_START_MS = 5_000
_KEYRING_MS = 1_500
_JOURNAL_MS = 2_500
_LOG_MS = 1_000
_LEAVE_S = 3


def run(*, is_traced: bool = False) -> int:
    """Run the app until a person quits. `is_traced` prints when it was painted and connected, then quits."""
    prepare_process()
    application = Application(sys.argv[:1])
    # Not before: where Qt finds no display, it says so on the terminal and ends.
    hear_qt()
    application.setApplicationName("Cognito Explorer")
    application.setDesktopFileName("cognito-explorer")
    application.setQuitOnLastWindowClosed(False)
    keep_qt_settings_here()
    theme().apply()
    # Not asyncio.run: its loop_factory needs Python 3.12, and the loop must live while we clean up.
    with QEventLoop(application) as loop:
        code = int(loop.run_until_complete(_main(application, is_traced=is_traced)))
        leave_within(_LEAVE_S, code)
        return code


def leave_within(seconds: float, code: int) -> None:
    """End the process by then, whatever its threads still wait for.

    Python joins them first: an endpoint that never answers holds one for a minute, a prompt of the keyring for ever.
    """
    last_resort = threading.Timer(seconds, os._exit, (code,))
    last_resort.daemon = True
    last_resort.start()


def prepare_process() -> None:
    """What must be settled before there is an application object."""
    keep_singletons_alive()
    # Qt lets go of the interpreter while it draws; a worker that parses an answer would keep it for 5 ms each time.
    sys.setswitchinterval(0.0005)
    # WebEngine is loaded when a hosted UI opens, long after this; it needs this attribute from the beginning.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


class Application(QApplication):
    """Hands the system's request to quit to the window: the loop must outlive the clean-up.

    An event filter on the application would hear it, too, but PySide6 6.12 then makes a wrapper for each object that
    gets an event, and dies of a null pointer over the items inside a web view that is given the focus.
    """

    quit_asked = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Quit:
            self.quit_asked.emit()
            return True
        return super().event(event)


async def _main(application: Application, *, is_traced: bool) -> int:
    connections = Connections(paths.sandbox_folder(), Journal(open_journal))
    window = MainWindow(connections, ProfileBook(paths.config_folder() / "profiles.json"))
    application.quit_asked.connect(window.close)
    finished = asyncio.Event()
    window.closed.connect(finished.set)
    trace = _Trace(window) if is_traced else None
    window.open_welcome()
    window.show()
    threading.Thread(target=_load_ahead, name="load-ahead", daemon=True).start()
    QTimer.singleShot(0, window, lambda: _after_paint(window))
    await finished.wait()
    window.hide()
    end_tasks(window)
    await connections.close()
    close_log()
    window.forgetting.remove_files()
    if trace is not None:
        trace.print()
    window.deleteLater()
    return 0


def _load_ahead() -> None:
    """Load what the first list needs while Qt paints: Qt lets go of the interpreter meanwhile."""
    for name in ("sandbox_process", "aws.door", "user_pools.pools", "identity_pools.identity_pools"):
        import_module(f"cognito_explorer.core.{name}")


def end_tasks(window: MainWindow) -> None:
    """End what is still being read, so that nobody asks a door that is being closed. Writes go on by themselves."""
    for scope in window.findChildren(TaskScope):
        scope.cancel_all()


def _after_paint(window: MainWindow) -> None:
    begin(window)
    QTimer.singleShot(0, window, lambda: watch_for_crashes(window))
    QTimer.singleShot(_LOG_MS, window, log_to_file)
    QTimer.singleShot(_JOURNAL_MS, window, lambda: _open_journal(window))
    QTimer.singleShot(_START_MS, window, release_collector)


def watch_for_crashes(window: MainWindow) -> None:
    """From now on an unexpected error opens a dialog over the window."""
    from cognito_explorer.gui.lib.crash import CrashReporter

    reporter = CrashReporter(own_version, window, parent=window)
    reporter.install()
    asyncio.get_running_loop().set_exception_handler(reporter.hear_loop)


def begin(window: MainWindow) -> None:
    """After the first paint: the profile used last (the sandbox at first), the start page, the keyring."""
    settings = Settings()
    last = settings.text("profile", SANDBOX_PROFILE.id)
    window.open_welcome()
    if last == SANDBOX_PROFILE.id:
        window.session.switch(SANDBOX_PROFILE, settings.text("region", SANDBOX_PROFILE.region))
        window.session.restore([SANDBOX_PROFILE])
        # The sandbox needs no keyring; what it takes to read one would hold up the first list.
        QTimer.singleShot(_KEYRING_MS, window, lambda: _read_keyring(window))
    else:
        _start_resuming(window, last)


def _read_keyring(window: MainWindow) -> None:
    if is_loop_running():
        window.tasks.start("load_profiles", window.book.load(), label="Reading the keyring")


def _open_journal(window: MainWindow) -> None:
    if is_loop_running():
        window.tasks.start("open_journal", open_journal_once_asked(window), label="Opening the journal")


async def open_journal_once_asked(window: MainWindow) -> None:
    """The first write would do it, too; a person should hear before that what is wrong with it.

    Whoever dismissed the keyring's prompt for the profiles is not shown it again for the journal.
    """
    trouble = await window.book.first_read()
    if trouble is None:
        await window.connections.journal.open()
    else:
        window.connections.journal.stay_closed(trouble)


def _start_resuming(window: MainWindow, profile_id: str) -> None:
    window.tasks.start("load_profiles", _resume(window, profile_id), label="Reading the keyring")


async def _resume(window: MainWindow, profile_id: str) -> None:
    is_awaited = any(profile_id == key[0] for key in window.session.awaited)
    await window.book.load()
    profile, trouble = window.book.find(profile_id), window.book.trouble
    if profile is not None:
        window.session.switch(profile, Settings().text("region", profile.region))
    elif trouble is not None:
        window.recovery.show_locked(trouble, again=lambda: _start_resuming(window, profile_id))
    else:
        window.session.switch(SANDBOX_PROFILE)
        if not is_awaited:  # else it has been told with the others
            toast(window, "The profile you used last is gone. You are in the sandbox.", tone=Tone.WARN)


def close_log() -> None:
    """Let go of the log file."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logging.FileHandler)]:
        root.removeHandler(handler)
        handler.close()


def log_to_file() -> logging.Handler:
    """Warnings and worse go to the log folder; what is logged holds no secret."""
    from logging.handlers import RotatingFileHandler

    folder = paths.log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "cognito-explorer.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return handler


class _Trace(QObject):
    """Measures the way to the first paint and to the list of pools, for the benchmarks."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._moments: dict[str, float] = {}
        self._window = window
        window.tree.pools_loaded.connect(self._pools_are_shown)
        window.session.failed.connect(lambda _error: window.close())
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._moments.setdefault("painted", time.time())
        return False

    def print(self) -> None:
        """One line of JSON: epoch seconds of each moment."""
        sys.stdout.write(json.dumps(self._moments) + "\n")

    def _pools_are_shown(self) -> None:
        self._window.tree.repaint()
        self._moments.setdefault("pools", time.time())
        self._window.close()
