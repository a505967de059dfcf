"""One invocation in one child process: started, fed, read within bounds, and killed by its own id when it overruns."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cognito_explorer.sandbox.functions import bootstrap

_MAX_ANSWER_BYTES = 6 * 1024 * 1024
_MAX_LOG_BYTES = 256 * 1024
_AFTER_KILL_S = 2.0


@dataclass(frozen=True, slots=True)
class Task:
    """What to run. `limit_s` is the time it has, `timeout_s` the function's own limit that it is told of."""

    root: Path
    handler: str
    context: dict[str, Any]
    event: bytes = field(repr=False)
    environment: dict[str, str] = field(repr=False)
    limit_s: float


@dataclass(frozen=True, slots=True)
class Finished:
    """How it ended. `payload` is JSON; `error` is "" or "Unhandled"; `log` is what was printed, cut at its front."""

    payload: bytes = field(repr=False)
    error: str
    log: str = field(repr=False)
    took_ms: float


def run_task(task: Task, running: "set[subprocess.Popen[bytes]]") -> Finished:
    """Run the handler in a new process and wait for it, at most `limit_s` seconds; meanwhile it is among `running`."""
    started = time.monotonic()
    try:
        child = _start(task)
    except (OSError, ValueError) as problem:
        # Too much for one process, or bytes that no environment can hold.
        return never_started(task.context["request_id"], str(problem))
    given = b'{"event": %s, "context": %s}' % (task.event, json.dumps(task.context).encode())
    answer, log = _Reader(child.stdout, _MAX_ANSWER_BYTES + 1024), _Reader(child.stderr, _MAX_LOG_BYTES, keeps_end=True)
    feeder = threading.Thread(target=_feed, args=(child, given), daemon=True)
    feeder.start()
    running.add(child)
    try:
        status = child.wait(task.limit_s)
    except subprocess.TimeoutExpired:
        status = None
    took_s = time.monotonic() - started
    end_process(child)
    running.discard(child)
    payload, error = _outcome(task, status, answer.content())
    return Finished(payload, error, log.content().decode("utf-8", "replace"), round(took_s * 1000, 2))


def never_started(request_id: str, why: str) -> Finished:
    """How an invocation ended that had no process."""
    text = f"RequestId: {request_id} Error: Runtime could not be started: {why}"
    return Finished(_failure("Runtime.ExitError", text), "Unhandled", "", 0.0)


def _start(task: Task) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  # our own interpreter; what it runs is the user's own code
        [*_interpreter(), str(task.root), task.handler],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=task.environment,
        cwd=task.root,
        start_new_session=sys.platform != "win32",
    )


def _interpreter() -> list[str]:
    """This Python, deaf to its environment; a frozen app plays the interpreter itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "run-function"]
    return [sys.executable, "-I", "-B", str(Path(bootstrap.__file__))]


def _feed(child: "subprocess.Popen[bytes]", given: bytes) -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.write(given)
        with contextlib.suppress(OSError):
            child.stdin.close()


def end_process(child: "subprocess.Popen[bytes]") -> None:
    """End the process, if it still runs, and whatever it started; on Linux also what has left its process group."""
    if sys.platform == "linux":
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_AFTER_KILL_S)
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _outcome(task: Task, status: int | None, raw: bytes) -> tuple[bytes, str]:
    request_id = task.context["request_id"]
    if status is None:
        text = f"RequestId: {request_id} Error: Task timed out after {task.limit_s:.2f} seconds"
        return _failure("Sandbox.Timedout", text), "Unhandled"
    if len(raw) > _MAX_ANSWER_BYTES:
        text = f"Response payload size exceeded maximum allowed payload size ({_MAX_ANSWER_BYTES} bytes)."
        return _failure("Function.ResponseSizeTooLarge", text), "Unhandled"
    try:
        answer = json.loads(raw)
        if _is_error(answer):
            return json.dumps(answer["error"]).encode(), "Unhandled"
        return json.dumps(answer["result"]).encode(), ""
    except (ValueError, TypeError, KeyError, RecursionError):
        # Nothing, or something that a handler wrote where the answer should have come.
        text = f"RequestId: {request_id} Error: Runtime exited with error: exit status {status}"
        return _failure("Runtime.ExitError", text), "Unhandled"


def _is_error(answer: dict[str, Any]) -> bool:
    """Whether the answer tells of an error. Raises KeyError or TypeError for one that is of no known shape."""
    if "error" not in answer:
        return False
    told = answer["error"]
    if not all(isinstance(told[member], str) for member in ("errorType", "errorMessage")):
        raise TypeError("an error in words of its own")
    return True


def _failure(kind: str, text: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": text}).encode()


class _Reader:
    """Empties a pipe in a thread and keeps its first or last bytes."""

    def __init__(self, pipe: IO[bytes] | None, limit: int, *, keeps_end: bool = False) -> None:
        self._pipe = pipe
        self._limit = limit
        self._keeps_end = keeps_end
        self._content = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def content(self) -> bytes:
        """What was kept. A grandchild that still holds the pipe is not waited for."""
        self._thread.join(_AFTER_KILL_S)
        return bytes(self._content)

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe as pipe:
            while chunk := pipe.read1(65_536):  # type: ignore[attr-defined]  # a pipe of subprocess is buffered
                self._content += chunk
                if len(self._content) > self._limit:
                    cut = len(self._content) - self._limit
                    if self._keeps_end:
                        del self._content[:cut]
                    else:
                        del self._content[self._limit :]
