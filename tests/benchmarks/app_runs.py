"""Starts the app and its sandbox for measurements, each in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TIMEOUT_S = 120


@contextmanager
def running_sandbox(home: Path) -> Iterator[dict[str, Any]]:
    """The demo sandbox of an app whose files live in `home`; yields its ready line."""
    data = home / "data" / "sandbox"
    data.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cognito_explorer.sandbox", "--child", "--seed", "demo", "--data", str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(_TIMEOUT_S)


def app_environment(home: Path) -> dict[str, str]:
    """The environment of an app whose files live in `home`, off-screen where there is no display."""
    environment = {**os.environ, "COGNITO_EXPLORER_HOME": str(home)}
    # An installed app has its bytecode, as the peers have; a checkout that is kept clean compiles at every start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(home / "bytecode")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment


def start_app(home: Path) -> "subprocess.Popen[str]":
    """The app, told to say when it was painted and when the pools were listed, and to quit then."""
    command = [sys.executable, "-m", "cognito_explorer", "--trace-start"]
    return subprocess.Popen(command, env=app_environment(home), stdout=subprocess.PIPE, text=True)


def moments_of(app: "subprocess.Popen[str]") -> dict[str, float]:
    """The epoch seconds of each moment, once the app has quit."""
    output, _ = app.communicate(timeout=_TIMEOUT_S)
    found: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    return found


def seconds_of(command: list[str], environment: dict[str, str] | None = None) -> float:
    """How long a command takes from being started to its end."""
    begun = time.time()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=_TIMEOUT_S)
    return time.time() - begun
