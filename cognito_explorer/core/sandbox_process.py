"""The sandbox child: starts it or attaches to a running one, watches it, stops it, and asks it about itself."""

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cognito_explorer.core.errors import ExplorerError, InvalidInput, Unreachable

# Everyone's in the demo world: made up and published, so it may be shown in clear.
DEMO_PASSWORD = "Moonletter-2026"  # noqa: S105
# As public as the password: what an authenticator app is told for margaret of moonletter-eu.
DEMO_APP_SECRET = "MOONLETTERMARGARETSAUTHENTICATORAPPSSECRETABCDEFGHIJ"  # noqa: S105
# The sandbox's documented exit codes.
_REFUSED, _IN_USE, _PORT_TAKEN = 2, 3, 4
# Seeding 500 users on a slow machine is the longest part of a start.
READY_TIMEOUT_S = 90
_NEIGHBOUR_LOOKS, _NEIGHBOUR_LOOK_S = 10, 0.2
_STOP_TIMEOUT_S, _CONTROL_TIMEOUT_S, _CONNECT_TIMEOUT_S = 10, 5, 0.2
_STDERR_LINES = 40


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """The facts of the ready line. `is_attached`: another program started it and will end it."""

    endpoint: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    control_token: str = field(repr=False)
    region: str
    version: str
    pid: int
    is_attached: bool = False

    @property
    def port(self) -> int:
        """The port on this computer."""
        return int(self.endpoint.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A mail or text message Cognito would have sent. `purpose` is e.g. AdminCreateUser; `code` the code in it."""

    id: int
    sent_at: datetime
    medium: str
    destination: str
    subject: str
    body: str = field(repr=False)
    pool_id: str
    username: str
    purpose: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request the sandbox answered. `resource` is an ARN or "*"; `decision` allowed, denied, public or refused."""

    at: datetime
    service: str
    operation: str
    resource: str
    caller_arn: str
    decision: str
    status: int
    code: str
    took_ms: float
    request_id: str


class SandboxProcess:
    """One data folder's sandbox. `on_exit` is called on the event loop when it ends without having been asked to."""

    def __init__(
        self, data: Path, *, on_exit: Callable[[], object] | None = None, seed: str = "demo", attaches: bool = True
    ) -> None:
        self.data = data
        self._on_exit = on_exit
        self._seed = seed
        self._attaches = attaches
        self._child: _Child | None = None
        self._running: RunningSandbox | None = None
        self._last_port = 0
        self._turn = asyncio.Lock()

    @property
    def is_running(self) -> bool:
        """Whether it is there, as far as is known without asking it."""
        return self._running is not None

    @property
    def running(self) -> RunningSandbox:
        """The running sandbox. Raises Unreachable when it was not started or has ended."""
        if self._running is None:
            raise Unreachable("The sandbox is not running.", "Start it again; what was in it is kept.")
        return self._running

    async def start(self) -> RunningSandbox:
        """Attach to the folder's sandbox or start one, on the same port as before where it can be had.

        Raises ExplorerError with the sandbox's own words when it does not come up.
        """
        async with self._turn:
            if self._child is not None and self._running is not None:
                return self._running
            attached = await asyncio.to_thread(find_running, self.data) if self._attaches else None
            self._running = attached or await self._spawn(is_reset=False)
            self._last_port = self._running.port
            return self._running

    async def stop(self) -> None:
        """End the sandbox if we started it. An attached one is left alone."""
        async with self._turn:
            await self._end_child()

    async def reset(self) -> RunningSandbox:
        """Delete the world and start a fresh one; its keys are new. Raises InvalidInput for an attached sandbox."""
        async with self._turn:
            if self._running is not None and self._running.is_attached:
                title = "This sandbox belongs to another window."
                raise InvalidInput(title, "Reset it there, or close that window and start the sandbox here.")
            await self._end_child()
            self._running = await self._spawn(is_reset=True)
            self._last_port = self._running.port
            return self._running

    async def status(self) -> dict[str, Any]:
        """What the sandbox says about itself: version, uptime, clock, seed, operations. Raises Unreachable."""
        return await asyncio.to_thread(ask_control, self.running, "status")

    async def outbox(self, limit: int = 100) -> tuple[OutboxMessage, ...]:
        """The newest messages, newest first. Raises Unreachable."""
        answer = await asyncio.to_thread(ask_control, self.running, f"outbox?limit={limit}")
        return tuple(OutboxMessage(**_timed(row, "sent_at")) for row in answer.get("messages", ()))

    async def log(self, limit: int = 100) -> tuple[ServedRequest, ...]:
        """The newest requests, newest first. Raises Unreachable."""
        answer = await asyncio.to_thread(ask_control, self.running, f"log?limit={limit}")
        return tuple(ServedRequest(**_timed(row, "at")) for row in answer.get("requests", ()))

    async def _spawn(self, *, is_reset: bool) -> RunningSandbox:
        """Try the old port, then any; with the seed while the world was never finished, then without it."""
        port, seed = self._last_port, self._seed if is_reset or self._needs_seed() else ""
        if seed:
            self._unfinished.parent.mkdir(parents=True, exist_ok=True)
            self._unfinished.touch()
        gives_up_at = time.monotonic() + READY_TIMEOUT_S
        while True:
            child = _Child(_command(self.data, port=port, seed=seed, is_reset=is_reset), self._ended_later())
            if ready := await self._until_ready(child):
                self._unfinished.unlink(missing_ok=True)
                return _facts(ready, is_attached=False)
            if child.exit_code == _PORT_TAKEN and port:
                port = 0
            elif child.exit_code == _REFUSED and seed and not is_reset and "already holds" in child.last_words:
                seed = ""
            elif child.exit_code == _IN_USE and self._attaches and time.monotonic() < gives_up_at:
                if attached := await self._wait_for_neighbour():
                    return attached
            else:
                raise _did_not_start(child, self.data)

    async def _until_ready(self, child: "_Child") -> dict[str, Any] | None:
        """The ready line of a child that is ours from now on; None when it ended and is nobody's."""
        self._child, ready = child, None
        try:
            ready = await asyncio.to_thread(child.wait_ready, READY_TIMEOUT_S)
        finally:
            if ready is None:
                self._child = None
                child.stop_soon()
        return ready

    async def _wait_for_neighbour(self) -> RunningSandbox | None:
        """Another program holds the folder. It is just starting, or about to end and leave it to us, or it hangs."""
        for _ in range(_NEIGHBOUR_LOOKS):
            if attached := await asyncio.to_thread(find_running, self.data):
                return attached
            await asyncio.sleep(_NEIGHBOUR_LOOK_S)
        return None

    @property
    def _unfinished(self) -> Path:
        """Stands beside the folder while a world is being filled: a killed seeding must begin again."""
        return self.data.with_name(f"{self.data.name}.unfinished")

    def _needs_seed(self) -> bool:
        return self._unfinished.exists() or not (self.data / "world.sqlite3").exists()

    async def _end_child(self) -> None:
        child, self._child, self._running = self._child, None, None
        if child is not None:
            await asyncio.to_thread(child.stop)

    def _ended_later(self) -> "Callable[[_Child], None]":
        loop = asyncio.get_running_loop()

        def report(child: _Child) -> None:
            # The loop is closed when the app itself has ended in the meantime.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ended, child)

        return report

    def _ended(self, child: "_Child") -> None:
        if child is not self._child or not child.was_ready:
            return
        self._child = self._running = None
        if self._on_exit is not None:
            self._on_exit()


class _Child:
    """The process and two threads that read its pipes. asyncio's own subprocesses need a watcher Qt's loop lacks.

    Making a process takes long enough to be seen in a window: `wait_ready` does it, in its caller's thread.
    """

    def __init__(self, command: list[str], on_end: "Callable[[_Child], None]") -> None:
        self.exit_code: int | None = None
        self.was_ready = False
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._first_line: str | None = None
        self._unwanted, self._heard, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._errors: deque[str] = deque(maxlen=_STDERR_LINES)
        self._on_end = on_end

    @property
    def last_words(self) -> str:
        """The end of its standard error."""
        return "\n".join(self._errors)

    def wait_ready(self, timeout_s: float) -> dict[str, Any] | None:
        """Start it; the ready line, or None when it ended before. Raises ExplorerError when neither comes in time."""
        if self._unwanted.is_set():
            return None
        self._process = process = _open_process(self._command)
        if self._unwanted.is_set():
            self.stop_soon()
        reader = threading.Thread(target=self._read_errors, args=(process,), name="sandbox-stderr", daemon=True)
        reader.start()
        watcher = threading.Thread(target=self._watch, args=(process, reader), name="sandbox-stdout", daemon=True)
        watcher.start()
        if not self._heard.wait(timeout_s):
            self.stop()
            title = "The sandbox did not become ready in time."
            raise ExplorerError(title, "Try again. If it keeps happening, reset the sandbox.", code="Timeout")
        if self._first_line is None:
            self._ended.wait(_STOP_TIMEOUT_S)
            return None
        self.was_ready = True
        ready: dict[str, Any] = json.loads(self._first_line)
        return ready

    def stop(self) -> None:
        """Close its standard input, which is its signal to end; insist when it does not."""
        self.stop_soon()
        process = self._process
        for insist in (subprocess.Popen.terminate, subprocess.Popen.kill):
            if process is None or self._ended.wait(_STOP_TIMEOUT_S):
                return
            insist(process)
        self._ended.wait(_STOP_TIMEOUT_S)

    def stop_soon(self) -> None:
        """Give the signal to end without waiting; a process not yet made is never made."""
        self._unwanted.set()
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _watch(self, process: "subprocess.Popen[str]", reader: threading.Thread) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            self._first_line = output.readline().strip() or None
            if self._first_line is not None:
                self._heard.set()
            for _ in output:
                continue
        self.exit_code = process.wait()
        reader.join(_STOP_TIMEOUT_S)
        self.stop_soon()
        self._ended.set()
        self._heard.set()
        self._on_end(self)

    def _read_errors(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr as errors:
            for line in errors:
                self._errors.append(line.rstrip())


def _open_process(command: list[str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C in our terminal must not end it before our own writes are done.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as trouble:
        hint = "This computer let no further program start. Close what you do not need, then try again."
        raise ExplorerError("The sandbox could not start.", hint, code=type(trouble).__name__) from trouble


def find_running(data: Path) -> RunningSandbox | None:
    """The sandbox that runs on a folder, if it answers and knows the token. Blocks."""
    try:
        running = _facts(json.loads((data / "running.json").read_text(encoding="utf-8")), is_attached=True)
        ask_control(running, "status")
    except (OSError, ValueError, TypeError, KeyError, ExplorerError):
        return None
    return running


def is_listening(running: RunningSandbox) -> bool:
    """Whether somebody accepts connections where the sandbox listens; answered in no time on one's own computer."""
    try:
        socket.create_connection(("127.0.0.1", running.port), _CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def ask_control(running: RunningSandbox, path: str) -> dict[str, Any]:
    """GET a control endpoint; `path` is e.g. status. Blocks. Raises Unreachable."""
    # Not urllib: it would send a proxy of the environment between us and this computer's own sandbox.
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=_CONTROL_TIMEOUT_S)
    try:
        connection.request("GET", f"/_sandbox/{path}", headers={"X-Sandbox-Token": running.control_token})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise OSError(f"status {answer.status}")
        found: dict[str, Any] = json.load(answer)
        return found
    except (OSError, ValueError, http.client.HTTPException) as trouble:
        hint = "Start it again; what was in it is kept."
        raise Unreachable("The sandbox does not answer.", hint, code=type(trouble).__name__) from trouble
    finally:
        connection.close()


def _command(data: Path, *, port: int, seed: str, is_reset: bool) -> list[str]:
    is_frozen = getattr(sys, "frozen", False)
    start = [sys.executable, "sandbox"] if is_frozen else [sys.executable, "-m", "cognito_explorer.sandbox"]
    options = ["--child", "--data", str(data)]
    options += ["--port", str(port)] if port else []
    options += ["--seed", seed] if seed else []
    return start + options + (["--reset"] if is_reset else [])


def _facts(ready: dict[str, Any], *, is_attached: bool) -> RunningSandbox:
    return RunningSandbox(
        endpoint=str(ready["endpoint"]),
        access_key_id=str(ready["access_key_id"]),
        secret_access_key=str(ready["secret_access_key"]),
        control_token=str(ready["control_token"]),
        region=str(ready["region"]),
        version=str(ready.get("version", "")),
        pid=int(ready["pid"]),
        is_attached=is_attached,
    )


def _did_not_start(child: _Child, data: Path) -> ExplorerError:
    words = child.last_words.rpartition("\n")[2].removeprefix("cognito-explorer sandbox: ")
    if child.exit_code in (_REFUSED, _IN_USE, _PORT_TAKEN):
        return ExplorerError("The sandbox could not start.", words, code=f"exit {child.exit_code}")
    error = ExplorerError(
        "The sandbox ended before it was ready.",
        f"Try again. If it keeps happening, reset the sandbox (its data is in {data}).",
        code=f"exit {child.exit_code}",
    )
    error.said = child.last_words
    return error


def _timed(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {**row, name: datetime.fromtimestamp(row[name], UTC)}
