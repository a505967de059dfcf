"""Makes .venv from a lock of pinned, hashed requirements, once per lock and Python."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from checkout import LOCK, ROOT, VENV, python_of
from errors import EXIT_MACHINE_LACKS_SOMETHING, SetupError

ENVIRONMENT_STAMP = "made-from-lock.txt"
PROJECT_STAMP = "project-installed.txt"

_DISK_FULL = "The disk is full. The environment needs 1.5 GB and pip's downloads 0.5 GB: free some, then try again."
_EXPLANATIONS = (
    (
        r"No space left on device|Errno 28|disk quota exceeded|not enough space on the disk",
        _DISK_FULL,
    ),
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES|HashMismatch",
        "A downloaded package is not the one that was pinned (its hash differs), so nothing was installed. "
        "Try again; if it stays, the package index or something between here and there alters files.",
    ),
    (
        r"NewConnectionError|NameResolutionError|Failed to establish a new connection|Temporary failure in name|"
        r"getaddrinfo failed|ConnectTimeout|Read timed out|ProxyError|Network is unreachable|Connection refused",
        "The package index cannot be reached. Check the network (and pip's proxy settings), then try again.",
    ),
    (
        r"SSLError|CERTIFICATE_VERIFY_FAILED",
        "The package index's certificate is not trusted here. Where a proxy opens TLS, tell pip its certificate: "
        "pip config set global.cert FILE",
    ),
    (
        r"Permission denied|Errno 13",
        "A file could not be written: this folder, .venv or pip's cache belongs to somebody else.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "The package index does not offer every pinned package for this system and Python.",
    ),
)


def make_main_environment() -> Path:
    """Make or keep .venv, with the project installed in place; return its Python."""
    python = make_environment(VENV, LOCK)
    stamp = VENV / PROJECT_STAMP
    fact = _fingerprint(ROOT / "pyproject.toml")
    if _read(stamp) != fact:
        with _only_one_at_a_time(VENV):
            _pip(python, "install", "--no-build-isolation", "--no-deps", "--no-index", "--quiet", "-e", str(ROOT))
            stamp.write_text(fact, encoding="utf-8")
    return python


def make_environment(venv: Path, lock: Path) -> Path:
    """Make or keep one virtual environment that holds exactly what `lock` names; return its Python."""
    stamp = venv / ENVIRONMENT_STAMP
    # A virtual environment works only where it was made, so its place is part of the fact.
    fact = f"{_fingerprint(lock)} python{sys.version_info[0]}.{sys.version_info[1]} {venv}"
    python = python_of(venv)
    if _read(stamp) == fact and python.exists():
        return python
    _refuse_without_venv_module()
    with _only_one_at_a_time(venv):
        if _read(stamp) == fact and python.exists():
            return python
        started = time.monotonic()
        _remove(venv)
        _create(venv)
        _install(python, lock)
        stamp.write_text(fact, encoding="utf-8")
        print(f"{venv.name} is ready ({time.monotonic() - started:.0f} s).", flush=True)
    return python


def sentence_for(output: str) -> str:
    """What to do about a failure that says this, or nothing where it is not a known one."""
    return next((text for pattern, text in _EXPLANATIONS if re.search(pattern, output)), "")


def _create(venv: Path) -> None:
    print(f"Making {venv.name} (Python {sys.version_info[0]}.{sys.version_info[1]}) …", flush=True)
    # The running Python may itself be one of a virtual environment, even of the one just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run(
        [base, "-m", "venv", str(venv)], capture_output=True, text=True, errors="replace", check=False
    )
    if made.returncode:
        # The module says only that a program of its own failed, so the likeliest reason is looked up.
        is_full = shutil.disk_usage(venv.parent if not venv.exists() else venv).free < 100_000_000
        fallback = _DISK_FULL if is_full else f"{venv.name} could not be made."
        raise SetupError(_explain(made.stdout + made.stderr, fallback))


def _install(python: Path, lock: Path) -> None:
    count = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))
    print(f"Installing from {lock.name} (up to {count} packages; minutes the first time) …", flush=True)
    _pip(python, "install", "--require-hashes", "--progress-bar", "off", "-r", str(lock))


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("PYTHONPATH", None)
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            _show_progress(line)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if process.returncode:
        raise SetupError(_explain("".join(lines), "pip could not install the project's packages."))


def _show_progress(line: str) -> None:
    if sys.stdout.isatty() and line.startswith(("Collecting", "Installing", "Building")):
        print(f"\r\033[K  {line.strip()[:70]}", end="", flush=True)


def _explain(output: str, fallback: str) -> str:
    tail = "\n".join("    " + line[:160] for line in output.strip().splitlines()[-8:])
    return f"{sentence_for(output) or fallback}\nThe last lines of its output:\n{tail}"


def _refuse_without_venv_module() -> None:
    # Debian takes ensurepip out of python3 and puts it into python3-venv.
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return
    advice = "Install it, then run this command again."
    if shutil.which("apt-get"):
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        package = "python3-venv" if sys.executable.startswith(("/usr/bin", "/bin")) else f"{name}-venv"
        advice = f"Install it, then run this command again:\n    sudo apt-get install {package}"
    raise SetupError(f"This Python lacks its venv module. {advice}", EXIT_MACHINE_LACKS_SOMETHING)


def _remove(venv: Path) -> None:
    if not venv.exists() or not any(venv.iterdir()):
        return
    if not (venv / "pyvenv.cfg").is_file():
        raise SetupError(f"{venv} is not a virtual environment, so it is left alone. Move it away, then try again.")
    print(f"{venv.name} is half made or was made for something else: making it anew.", flush=True)
    # Its content, not the folder itself: that may be a volume somebody mounted there.
    for entry in venv.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _fingerprint(file: Path) -> str:
    try:
        # Line ends depend on how git checked the file out, its content does not.
        return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    except FileNotFoundError:
        raise SetupError(f"{file.relative_to(ROOT)} is missing: this checkout is not whole.") from None


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text(encoding="utf-8")
    except OSError:
        return ""


@contextlib.contextmanager
def _only_one_at_a_time(venv: Path) -> Iterator[None]:
    """Hold the checkout's set-up lock; the system frees it however this process ends."""
    with venv.with_name(f"{venv.name}.lock").open("a") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up of this checkout is running: waiting for it …", flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
