"""Reads what was pasted or dropped on the tokens page; what is long, off the window's thread, and only while wanted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from typing_extensions import override

from cognito_explorer.core.auth.token_text import LONGEST as LONGEST_FILE
from cognito_explorer.core.auth.token_text import Watch, is_text, text_in
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.gui.auth.paste_field import PasteField
from cognito_explorer.gui.auth.pasted_tokens import LONGEST, ReadTokens, read_pasted, side_by_side
from cognito_explorer.gui.lib.drop_target import files_in, read_dropped_file
from cognito_explorer.gui.lib.panel import Panel
from cognito_explorer.gui.lib.secret_text import secret_in
from cognito_explorer.gui.lib.times import counted

_TOLD_EVERY_S = 0.2
_MOST_FILES = 20
_NO_TEXT = "{} looks like a picture or a program. Drop a HAR file, a log, a script or a saved answer."


class TokenReader(QObject):
    """`read` carries the ReadTokens. What is wrong with a text or file is said beneath the field: `refused`."""

    read = Signal(object)
    refused = Signal()

    def __init__(self, panel: Panel, field: PasteField) -> None:
        super().__init__(panel)
        self._panel = panel
        self._field = field
        panel.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A text that can only be read keeps the shortcut for itself, and then does not paste.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_paste = event.matches(QKeySequence.StandardKey.Paste)
            if is_paste:
                self.take_clipboard()
            return is_paste
        return False

    def take_text(self, text: str) -> None:
        """Read a text instead of whatever is being read; a short one at once."""
        self._panel.tasks.cancel("read")
        if len(text) > LONGEST:
            self._start(partial(read_pasted, text), "Looking for tokens")
            return
        try:
            self.read.emit(read_pasted(text))
        except InvalidInput as error:
            self._refuse(text, error)

    def take_clipboard(self, *, only_tokens: bool = False) -> None:
        """Read what was copied, files too; `refused` where that is nothing, or no token although one is a must."""
        copied = QGuiApplication.clipboard().mimeData() or QMimeData()  # none at all where it was cleared
        files, text = files_in(copied), copied.text()
        if files and not only_tokens:
            self.take_files(files)
        elif not text.strip() or (only_tokens and files):
            self.refused.emit()
        elif only_tokens and len(text) > LONGEST:
            self._start(partial(read_pasted, text), "Looking for tokens", says_why=False)
        elif only_tokens and secret_in(text) != "token":
            self.refused.emit()
        else:
            self.take_text(text)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Read files side by side; the tokens of all are offered together."""
        what = paths[0].name if len(paths) == 1 else counted(len(paths), "file")
        self._start(partial(_read_files, paths), f"Looking for tokens in {what}")

    def _refuse(self, text: str, error: InvalidInput) -> None:
        self._field.refuse(text, error)
        self.refused.emit()

    def _start(self, work: Callable[[Watch], ReadTokens], label: str, *, says_why: bool = True) -> None:
        self._panel.tasks.start("read", self._read(work, says_why=says_why), label=label)

    async def _read(self, work: Callable[[Watch], ReadTokens], *, says_why: bool) -> None:
        unwanted = Event()
        watch = _Watch(unwanted, partial(self._panel.tasks.describe, "read"))
        reading = asyncio.get_running_loop().run_in_executor(None, work, watch)
        try:
            found = await asyncio.shield(reading)
        except InvalidInput as error:
            if says_why:
                self._refuse("", error)
            else:
                self.refused.emit()
        except asyncio.CancelledError:
            # A thread cannot be ended from without: it looks up after each bite.
            unwanted.set()
            with suppress(InvalidInput):
                await reading
            raise
        else:
            self.read.emit(found)
        finally:
            unwanted.set()


class _Watch:
    """How far the thread is, told in the window's thread now and then."""

    def __init__(self, unwanted: Event, tell: Callable[[str], None]) -> None:
        self._unwanted = unwanted
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._next_s = time.monotonic() + _TOLD_EVERY_S

    def __call__(self, share: float) -> bool:
        if self._unwanted.is_set():
            return False
        now_s = time.monotonic()
        if share and now_s >= self._next_s:
            self._next_s = now_s + _TOLD_EVERY_S
            self._loop.call_soon_threadsafe(self._say, f"{share:.0%}")
        return True

    def _say(self, words: str) -> None:
        if not self._unwanted.is_set():
            self._tell(words)


def _read_files(paths: Sequence[Path], watch: Watch) -> ReadTokens:
    """The tokens of all files. Raises InvalidInput where there are none, with the reason where there is one file."""
    if len(paths) > _MOST_FILES:
        raise InvalidInput("These are too many files.", f"At most {_MOST_FILES} are read at once.")
    found, refused = [], []
    for path in paths:
        try:
            found.append((path.name, _read_file(path, watch)))
        except InvalidInput as error:
            refused.append(error)
    if not found:
        raise (
            refused[0]
            if len(paths) == 1
            else InvalidInput(
                "No token was found.", " ".join(dict.fromkeys(f"{each.title} {each.hint}" for each in refused))
            )
        )
    return found[0][1] if len(paths) == 1 else side_by_side(found)


def _read_file(path: Path, watch: Watch) -> ReadTokens:
    if path.is_dir():
        raise InvalidInput("This is a folder.", f"Open {path.name} and drop the files in it that are to be read.")
    raw = read_dropped_file(path, LONGEST_FILE)
    try:
        return read_pasted(text_in(raw), watch)
    except InvalidInput:
        if is_text(raw):
            raise
        raise InvalidInput("No token was found: this is no text.", _NO_TEXT.format(path.name)) from None
