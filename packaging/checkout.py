"""Where things are in this checkout, and the environment variables its programs are started with."""

import codecs
import locale
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "packaging" / "requirements.lock"


def python_of(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_root() -> bool:
    """Whether this process may install system packages."""
    return sys.platform != "win32" and os.geteuid() == 0


def has_display() -> bool:
    """Whether a window can be shown; only Linux is run without one."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def child_environment(*, is_headless: bool) -> dict[str, str]:
    """The variables the app and the checks are started with."""
    environment = dict(os.environ)
    environment["PYTHONUTF8"] = "1"
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    if is_root():
        # Chromium refuses its own sandbox to root. The product never sets this.
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    if sys.platform == "linux" and not _is_utf8_locale():
        environment["LC_ALL"] = "C.UTF-8"  # Qt warns at every start under another encoding
    if is_headless:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            environment.pop(name, None)
    return environment


def _is_utf8_locale() -> bool:
    # Python's UTF-8 mode hides what Qt will see, so the variables themselves are asked.
    named = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "C")
    encoding = named.partition(".")[2].partition("@")[0] or (locale.normalize(named).partition(".")[2])
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False
