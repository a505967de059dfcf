"""Programs that print credentials (credential_process): watched while they run, and ended with what they start."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from typing_extensions import override


class Program(subprocess.Popen[bytes]):
    """A program in a session of its own, so that `kill` reaches what it started: a shell's child holds the pipes."""

    def __init__(self, programs: "Programs", command: list[str], **streams: Any) -> None:
        super().__init__(command, start_new_session=os.name == "posix", **streams)
        self._programs = programs
        programs.add(self)

    @override
    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:
        try:
            return super().communicate(input, timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            super().communicate()
            raise
        finally:
            self._programs.remove(self)

    @override
    def kill(self) -> None:
        if sys.platform == "win32":
            super().kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)


class Programs:
    """Those of one connection that run just now. Used from any thread."""

    def __init__(self) -> None:
        self._running: set[Program] = set()
        self._lock = threading.Lock()
        self.are_over = False

    def add(self, program: Program) -> None:
        """Watch a program; where nobody waits for any, it is ended."""
        with self._lock:
            self._running.add(program)
            if self.are_over:
                program.kill()

    def remove(self, program: Program) -> None:
        """A program has ended."""
        with self._lock:
            self._running.discard(program)

    def end_all(self) -> None:
        """End those that run and those that are started from now on: nobody waits for their credentials any more."""
        with self._lock:
            self.are_over = True
            for program in self._running:
                program.kill()
