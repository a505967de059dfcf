"""Runs every check, reports each with its time, and ends with pytest's own closing line."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from checkout import ROOT, child_environment
from errors import EXIT_FAILED

_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as command; command()"
# The keyring is unlocked once for the whole run; its daemon goes when the bus goes.
_WITH_KEYRING = 'printf "test\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 70; exec "$@"'
_MOST_PROCESSES = 4


@dataclass(frozen=True)
class Outcome:
    """How one check ended."""

    name: str
    passed: bool
    duration_s: float


def run_checks(python: Path, *, is_full: bool, selection: str | None) -> int:
    """Run the static checks (not for a selection of tests) and pytest, side by side; return the exit code."""
    # Types are checked by one process on one core, for most of a minute where nothing is remembered of the last time.
    with ThreadPoolExecutor(max_workers=1) as beside:
        checks = [] if selection else [beside.submit(_run_check, *check) for check in _static_checks(python)]
        pytest, closing_line = _run_pytest(python, is_full=is_full, selection=selection)
        outcomes = [*(check.result() for check in checks), pytest]
    print(flush=True)
    for outcome in outcomes:
        word = "passed" if outcome.passed else "FAILED"
        print(f"{word}  {outcome.name:<14} {outcome.duration_s:6.1f} s")
    print(closing_line, flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else EXIT_FAILED


def _static_checks(python: Path) -> list[tuple[str, list[str]]]:
    return [
        ("ruff check", [str(python), "-m", "ruff", "check", "."]),
        ("ruff format", [str(python), "-m", "ruff", "format", "--check", "."]),
        ("mypy", [str(python), "-m", "mypy"]),
        ("lint-imports", [str(python), "-c", _LINT_IMPORTS, "--no-cache"]),
    ]


def _run_check(name: str, command: list[str]) -> Outcome:
    """A passing check says one line; a failing one shows all it said."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=child_environment(is_headless=True),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    outcome = Outcome(name, done.returncode == 0, time.monotonic() - started)
    word = f"passed ({outcome.duration_s:.1f} s)" if outcome.passed else f"FAILED\n{done.stdout.rstrip()}"
    print(f"── {name} … {word}", flush=True)
    return outcome


def _run_pytest(python: Path, *, is_full: bool, selection: str | None) -> tuple[Outcome, str]:
    print("── pytest", flush=True)
    command = [str(python), "-X", "faulthandler", "-m", "pytest"]
    command += [f"--color={'yes' if sys.stdout.isatty() else 'no'}", "-o", "faulthandler_timeout=180"]
    # Files are shared out among a few processes, each with windows and a sandbox of its own.
    command += [f"--numprocesses={_how_many_processes()}", "--dist=loadfile", "--no-loadscope-reorder"]
    if not is_full:
        command += ["-m", "not full"]
    if selection:
        command += ["-k", selection]
    started = time.monotonic()
    with _test_environment() as environment:
        code, closing_line = _stream(_with_secret_service(command), environment)
    return Outcome("pytest", code == 0, time.monotonic() - started), closing_line or "pytest did not start"


def _how_many_processes() -> int:
    """One more than there are cores: a quarter of a test's time goes by waiting for a timer, a disk or a sandbox."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(cores + 1, _MOST_PROCESSES)


def _with_secret_service(command: list[str]) -> list[str]:
    if sys.platform != "linux":
        return command  # macOS and Windows have a keyring of their own
    return ["dbus-run-session", "--", "sh", "-c", _WITH_KEYRING, "sh", *command]


@contextlib.contextmanager
def _test_environment() -> Iterator[dict[str, str]]:
    """Variables that keep the tests' keyring, caches, settings and leftovers away from the person's own."""
    environment = child_environment(is_headless=True)
    # Every process of the tests, hundreds of sandboxes among them, would compile the whole program again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="cognito-explorer-test-", ignore_cleanup_errors=True) as folder:
        if sys.platform == "linux":
            for name in ("DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
                path = Path(folder, name.lower())
                path.mkdir(mode=0o700)
                environment[f"XDG_{name}"] = str(path)
        for name in ("TMPDIR", "TEMP", "TMP"):
            environment[name] = folder
        yield environment


def _stream(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Pass the program's output on as it comes, all but the last line, which is returned."""
    held = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                print(held, end="", flush=True)
                held = line
            else:
                held += line
    return process.returncode, held.strip(os.linesep)
