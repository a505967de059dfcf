"""The program on a real X server, driven by real keys from outside: what the off-screen platform cannot show."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from cognito_explorer.core.sandbox_process import ask_control, find_running

NEEDED = ("Xvfb", "xdotool", "openbox")
PATIENCE_S = 60

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has X servers")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a program on a fresh screen with a window manager, and with a data folder of its own."""
    missing = [name for name in NEEDED if not which(name)]
    assert not missing, f"dev.py test installs what is missing here: {', '.join(missing)}"
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{number}", "COGNITO_EXPLORER_HOME": str(tmp_path)}
        environment["QT_QPA_PLATFORM"] = "xcb"
        if os.geteuid() == 0:
            environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
            yield environment
            manager.terminate()
        server.terminate()


class Keyboard:
    """Presses keys on a screen, and waits for windows by what stands in their title."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def press(self, *keys: str) -> None:
        """Press keys one after the other, e.g. ctrl+k."""
        self._do("key", "--delay", "40", *keys)

    def wait_for(self, title: str) -> None:
        """Wait until a window with such a title has the keyboard."""
        window = self._do("search", "--sync", "--onlyvisible", "--name", title).split()[0]
        self._do("windowactivate", "--sync", window)

    def _do(self, *arguments: str) -> str:
        command = ["xdotool", *arguments]
        return subprocess.run(
            command, env=self._environment, check=True, capture_output=True, text=True, timeout=PATIENCE_S
        ).stdout


def is_sign_in_page_open(data: Path) -> bool:
    """The sandbox's log says when the page was asked for; nobody outside is told."""
    running = find_running(data)
    assert running is not None
    return any(served["operation"] == "GET /login" for served in ask_control(running, "log")["requests"])


@pytest.fixture
def program(screen: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The program, on that screen. It ends with the test, however that ends."""
    command = [sys.executable, "-m", "cognito_explorer"]
    with subprocess.Popen(command, env=screen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def test_the_way_to_the_sign_in_page_by_keys_alone_and_out_again(
    screen: dict[str, str], program: subprocess.Popen[str], tmp_path: Path
) -> None:
    keys = Keyboard(screen)
    keys.wait_for("^Start – Moonletter sandbox")
    keys.press("Return")
    keys.wait_for("^Users · moonletter")
    keys.press("ctrl+1", "Home", "Down", "Down", "Down", "Down", "Down", "Return")
    keys.wait_for("^Sign in · moonletter")
    data = tmp_path / "data" / "sandbox"
    deadline = time.monotonic() + PATIENCE_S
    # The button has the keyboard as soon as the app clients are there, which nobody outside is told either.
    while not is_sign_in_page_open(data):
        assert time.monotonic() < deadline, "the sign-in page was never asked for"
        keys.press("Return")
    keys.press("ctrl+q")
    said, complained = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0
    assert said == ""
    assert complained == ""
    assert find_running(data) is None
