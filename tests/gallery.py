"""Pictures of the real app doing the main job: real widgets, real sandbox, real events; light and dark.

`gallery.py DIR` starts itself once for each theme, each time with files and a sandbox of its own, and without the
person's keyring. `gallery.py DIR THEME --keyring` keeps a profile and the journal's key there: that of a test.
"""

import asyncio
import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from cognito_explorer.app import Application, begin, close_log, log_to_file, prepare_process, watch_for_crashes
from cognito_explorer.core import paths
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.journal_file import open_journal
from cognito_explorer.gui.connection.profile_book import ProfileBook
from cognito_explorer.gui.connections import Connections
from cognito_explorer.gui.lib.theme import ThemeChoice, theme
from cognito_explorer.gui.main_window import MainWindow
from tests.journey import MainJob, look_around
from tests.traces import leave_traces, stumble

_THEMES = ("light", "dark")
_FRAMES_S = 0.5
_SIZE = 1280, 800


class Album:
    """Numbers the pictures and writes them into one folder."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._count = 0

    def take(self, name: str) -> None:
        """One picture of the whole window, with whatever lies over it."""
        self._count += 1
        for _ in range(3):  # a text that is new may need a second and a third round of layout
            QApplication.sendPostedEvents()
            QApplication.processEvents()
        overlay = QApplication.activeModalWidget()
        words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        target = self._folder / f"{self._count:02} {words}.png"
        shown = overlay if overlay is not None else self._window
        if not shown.grab().save(str(target)):
            raise OSError(f"{target} could not be written")


def main(arguments: list[str]) -> int:
    """Take the pictures: of one theme, or of both in turn."""
    folder = Path(arguments[0])
    if len(arguments) > 1:
        return _take(folder, ThemeChoice(arguments[1]), has_keyring="--keyring" in arguments)
    for name in _THEMES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            environment = {**os.environ, "COGNITO_EXPLORER_HOME": home}
            command = [sys.executable, __file__, str(folder / name), name]
            code = subprocess.run(command, env=environment, check=False).returncode
        if code:
            return code
    return 0


def _take(folder: Path, choice: ThemeChoice, *, has_keyring: bool) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("[0-9][0-9] *.png"):
        old.unlink()
    logging.basicConfig(level=logging.ERROR)
    prepare_process()
    application = Application(sys.argv[:1])
    application.setApplicationName("Cognito Explorer")
    theme().choose(choice)
    with QEventLoop(application) as loop:
        loop.run_until_complete(_drive(folder, has_keyring=has_keyring))
    return 0


async def _drive(folder: Path, *, has_keyring: bool) -> None:
    connections = Connections(paths.sandbox_folder(), Journal(open_journal if has_keyring else None))
    window = MainWindow(connections, ProfileBook(paths.config_folder() / "profiles.json"))
    album = Album(window, folder)
    try:
        window.resize(*_SIZE)  # as it opens on a screen of today; the off-screen one has 800 by 800
        window.show()
        begin(window)
        watch_for_crashes(window)
        log_to_file()
        if not has_keyring:
            await window.book.go_on_without_keyring()
        await _tour(window, album)
    except BaseException:
        album.take("stopped here")
        raise
    finally:
        for index in reversed(range(window.tabs.count())):
            window.tabs.close_tab(index)
        await connections.close()
        close_log()
        window.hide()


async def _tour(window: MainWindow, album: Album) -> None:
    """The main job, what stands beside it, and what a person does where things are written down."""
    job = MainJob(window, album.take, lambda: asyncio.sleep(_FRAMES_S))
    await job.begin()
    await job.look_at_the_pool()
    users = await job.find_a_user()
    await job.change_a_user(users)
    await job.add_to_a_group(users, "free")
    await job.create_a_user(users)
    await job.sign_in()
    panel = await job.read_the_tokens()
    token = panel.token.raw if panel.token is not None else ""
    await job.look_at_the_identity_pool()
    await job.try_access()
    await look_around(window, album.take)
    await leave_traces(window, album.take)
    await stumble(window, album.take, token)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
