"""A real Secret Service of a test's own: a conftest takes `secret_service` over by importing it."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest


def lock() -> None:
    """Lock the collection. Who is asked for its password dismisses that: there is nobody to type it."""
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def unlock() -> None:
    """As a person does at the next login: a new daemon reads the same file."""
    command = ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"]
    subprocess.run(command, input="test\n", text=True, check=True, capture_output=True)


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """gnome-keyring on a message bus of its own, unlocked and empty."""
    if not which("gnome-keyring-daemon") or not which("dbus-daemon"):
        pytest.skip("dev.py test installs gnome-keyring and dbus")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    command = ["dbus-daemon", "--session", "--print-address", "--nofork"]
    # A socket's path has 107 characters at most, and a folder named after the test takes most of them.
    with (
        tempfile.TemporaryDirectory(prefix="k") as runtime,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bus,
    ):
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        assert bus.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        unlock = ["gnome-keyring-daemon", "--unlock", "--components=secrets"]
        subprocess.run(unlock, input="test\n", text=True, check=True, capture_output=True)
        yield
        bus.terminate()
