"""dev.py as a person meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).resolve().parents[2] / "packaging" / "dev.py"


def dev(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "LANG", "LC_ALL", "LC_CTYPE")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, str(DEV), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**environment, **variables},
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is run without a display")
def test_no_fallback_makes_a_missing_display_an_error() -> None:
    done = dev("run", "--no-fallback")
    assert done.returncode == 1
    assert "there is no display" in done.stderr


def test_help_names_every_verb_and_the_exit_codes() -> None:
    done = dev("--help")
    assert done.returncode == 0
    for word in ("run", "test", "gallery", "bench", "lock", "exit codes:"):
        assert word in done.stdout


def test_an_unknown_verb_is_refused_with_exit_code_2() -> None:
    assert dev("fly").returncode == 2


def test_output_survives_a_terminal_that_is_not_unicode() -> None:
    done = dev("--help", PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 0, done.stderr


def test_an_unfit_python_gets_a_sentence(tmp_path: Path) -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 14, 0, 'final', 0); "
        f"sys.argv = ['dev.py', 'run']; runpy.run_path({str(DEV)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 3
    assert "Python 3.14 is too new" in done.stderr
    assert "Traceback" not in done.stderr
