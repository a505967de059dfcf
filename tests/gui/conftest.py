"""GUI tests run on the Qt loop, off-screen, away from the person's own settings; any unexpected log line fails."""

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, cast

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimerEvent
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop, _SimpleTimer
from typing_extensions import override

from cognito_explorer.app import Application, prepare_process
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme, ThemeChoice, theme
from tests.gui.windows import demo_world, make_window, own_window, own_world, shared_window
from tests.sandbox_fixture import demo_sandbox
from tests.secret_service_fixture import secret_service

__all__ = [
    "demo_sandbox",
    "demo_world",
    "make_window",
    "own_window",
    "own_world",
    "secret_service",
    "shared_window",
]

T = TypeVar("T")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
prepare_process()


class _PatientTimer(_SimpleTimer):
    """Steps tasks while their loop runs. pytest-qt delivers events between a test's parts, too, when none does."""

    def __init__(self, loop: "QtLoop") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # qasync is untyped
        self._loop = loop

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        # A timer that is not taken comes again.
        if self._loop.is_running() or self._stopped:
            super().timerEvent(event)  # type: ignore[no-untyped-call]  # the same


class QtLoop(QEventLoop):  # type: ignore[misc]  # qasync is untyped
    """The loop of the product, made anew for each test."""

    def __init__(self) -> None:
        application = QApplication.instance() or Application([])
        super().__init__(application)
        self._timer = _PatientTimer(self)

    @override
    def close(self) -> None:
        """Its timers end here: the collector may run in any thread, where Qt cannot stop them."""
        super().close()
        if shiboken6.isValid(self._timer):
            shiboken6.delete(self._timer)

    @override
    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """What a thread sent before the loop was closed arrives after it: nobody waits for it any longer."""
        if self.is_closed():
            handle.cancel()
            return handle
        return cast(asyncio.Handle, super()._add_callback(handle, delay))

    @override
    def run_until_complete(self, future: Awaitable[T]) -> T:
        """A fixture's part, then the test: each is one run, and what is not done goes on in the next.

        qasync delivers events once more after each run, when no loop is running: tasks that are under way then break.
        """
        task = asyncio.ensure_future(future, loop=self)  # noqa: TID251  # this is the loop itself

        def stop(_: "asyncio.Future[T]") -> None:
            self.stop()

        task.add_done_callback(stop)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(stop)
        return task.result()


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], QtLoop]]:
    """Coroutine tests below tests/gui run on Qt's loop."""
    return {"qt": QtLoop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The off-screen platform warns about what it cannot do; every other Qt warning fails the test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COGNITO_EXPLORER_HOME", str(home))
        yield home


@pytest.fixture(autouse=True)
def _no_unexpected_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning nobody expected is a failure. A test that expects one clears `caplog` after looking at it."""
    caplog.set_level(logging.WARNING)
    yield
    unexpected = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not unexpected, [f"{record.name}: {record.getMessage()}" for record in unexpected]


@pytest.fixture(scope="module", autouse=True)
def _what_is_loaded_stays() -> None:
    """The collector need not look at every module's functions again after each test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _delete_later_means_now(qapp: QApplication) -> Iterator[None]:
    """What a test asked to delete is gone before the next begins."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def settings(_own_settings: Path) -> Iterator[Settings]:
    """Empty settings."""
    found = Settings()
    found.forget("")
    yield found
    found.forget("")


@pytest.fixture
def theme_app(qapp: QApplication, settings: Settings) -> Theme:
    """The application with its real looks, light to begin with."""
    found = theme()
    found.choose(ThemeChoice.LIGHT)
    return found
