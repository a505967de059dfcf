"""The system libraries Qt and WebEngine need, which no Python package brings along."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from checkout import is_root
from errors import EXIT_MACHINE_LACKS_SOMETHING, SetupError

# Debian's names; found to suffice on a bare Debian 12 for PySide6 6.12, WebEngine included.
RUN_PACKAGES = """
    libegl1 libgl1 libx11-xcb1 libxcomposite1 libxdamage1 libxext6 libxfixes3 libxrandr2 libxtst6 libasound2
    libdbus-1-3 libfontconfig1 libfreetype6 libgbm1 libglib2.0-0 libharfbuzz0b libnspr4 libnss3 libwayland-client0
    libwayland-cursor0 libwayland-egl1 libxcb-cursor0 libxcb-dri3-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1
    libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0 libxkbfile1 fonts-dejavu-core
"""
# A real Secret Service for the tests, on a session bus of their own; a real X server with a window manager and keys.
TEST_PACKAGES = ("gnome-keyring", "dbus-daemon", "xvfb", "openbox", "xdotool")
TEST_PROGRAMS = ("gnome-keyring-daemon", "dbus-run-session", "Xvfb", "openbox", "xdotool")

# What the packages above are asked for, where the package manager is another one.
RUN_LIBRARIES = """
    libEGL.so.1 libGL.so.1 libX11-xcb.so.1 libXcomposite.so.1 libXdamage.so.1 libXext.so.6 libXfixes.so.3
    libXrandr.so.2 libXtst.so.6 libasound.so.2 libdbus-1.so.3 libfontconfig.so.1 libfreetype.so.6 libgbm.so.1
    libglib-2.0.so.0 libnspr4.so libnss3.so libwayland-client.so.0 libwayland-cursor.so.0 libwayland-egl.so.1
    libxcb-cursor.so.0 libxcb-dri3.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-randr.so.0
    libxcb-render-util.so.0 libxcb-render.so.0 libxcb-shape.so.0 libxcb-shm.so.0 libxcb-sync.so.1 libxcb-util.so.1
    libxcb-xfixes.so.0 libxcb-xkb.so.1 libxkbcommon-x11.so.0 libxkbcommon.so.0 libxkbfile.so.1
"""

_INSTALL = ("install", "-y", "--no-install-recommends")


def require_system_packages(*, for_tests: bool) -> None:
    """Install what is missing as root; otherwise say exactly what to install. Only Linux needs any of it."""
    if sys.platform != "linux":
        return
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        _require_loadable_libraries(for_tests=for_tests)
        return
    wanted = [*RUN_PACKAGES.split(), *(TEST_PACKAGES if for_tests else ())]
    installed = _installed()
    missing = [name for name in wanted if not installed & {name, f"{name}t64"}]
    if not missing:
        return
    if not is_root():
        raise SetupError(_command_for_a_person(missing, installed), EXIT_MACHINE_LACKS_SOMETHING)
    print(f"Installing {len(missing)} system packages: {' '.join(missing)} …", flush=True)
    _apt_get("update")
    _apt_get(*_INSTALL, *_named_here(missing, installed, _candidates(missing)))


def _command_for_a_person(missing: list[str], installed: set[str]) -> str:
    candidates = _candidates(missing)
    update = "" if candidates else "sudo apt-get update && "
    names = " ".join(_named_here(missing, installed, candidates))
    return (
        "Some system libraries are missing, and only root may install them. Run this, then try again:\n"
        f"    {update}sudo apt-get {' '.join(_INSTALL)} {names}"
    )


def _named_here(names: Iterable[str], installed: set[str], candidates: set[str]) -> list[str]:
    """Ubuntu 24.04 and Debian 13 renamed some libraries with t64 at the end."""
    is_t64_system = any(name.endswith("t64") for name in installed)
    named = []
    for name in names:
        known = [each for each in (name, f"{name}t64") if each in candidates]
        guess = f"{name}t64" if is_t64_system and name in ("libasound2", "libglib2.0-0") else name
        named.append(known[0] if known else guess)
    return named


def _installed() -> set[str]:
    listing = _output("dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\n")
    return {line.partition(" ")[2] for line in listing.splitlines() if line.startswith("installed ")}


def _candidates(names: Iterable[str]) -> set[str]:
    both = [each for name in names for each in (name, f"{name}t64")]
    listing = _output("apt-cache", "policy", *both)
    return set(re.findall(r"^(\S+):\n  Installed: .*\n  Candidate: (?!\(none\))", listing, re.MULTILINE))


def _output(*command: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", env=environment, check=False
    ).stdout


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments]
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        tail = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-8:])
        raise SetupError(f"apt-get {arguments[0]} failed. The last lines of its output:\n{tail}")


def _require_loadable_libraries(*, for_tests: bool) -> None:
    missing = [name for name in RUN_LIBRARIES.split() if not _loads(name)]
    if for_tests:
        missing += [name for name in TEST_PROGRAMS if not shutil.which(name)]
    if not _has_fonts():
        missing.append("a font (DejaVu Sans, for example)")
    if missing:
        raise SetupError(
            "Some system libraries that Qt needs are missing. Install them with this system's package manager, "
            "then try again:\n    " + "\n    ".join(missing),
            EXIT_MACHINE_LACKS_SOMETHING,
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    return any(file.suffix in (".ttf", ".otf", ".ttc") for folder in folders for file in folder.rglob("*.?t?"))
