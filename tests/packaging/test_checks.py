"""The tests get a real keyring that is nobody's own, and pytest has the last word."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checks import _stream, _test_environment, _with_secret_service

WRITE_AND_READ = """
import keyring
keyring.set_password("cognito-explorer-test", "grace", "compiler")
print(type(keyring.get_keyring()).__module__, keyring.get_password("cognito-explorer-test", "grace"))
"""


@pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="dev.py test installs it on Linux")
def test_the_tests_keyring_is_a_real_one_in_a_folder_of_its_own() -> None:
    with _test_environment() as environment:
        command = _with_secret_service([sys.executable, "-c", WRITE_AND_READ])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        kept = list(Path(environment["XDG_DATA_HOME"], "keyrings").glob("*.keyring"))
    assert done.stdout.split() == ["keyring.backends.SecretService", "compiler"], done.stderr
    assert kept
    assert not any(file.exists() for file in kept)


def test_the_last_line_is_held_back_and_the_exit_code_kept(capfd: pytest.CaptureFixture[str]) -> None:
    code = "print('collected 3 items'); print(); print('=== 3 passed in 0.1s ==='); raise SystemExit(5)"
    with _test_environment() as environment:
        assert _stream([sys.executable, "-c", code], environment) == (5, "=== 3 passed in 0.1s ===")
    assert capfd.readouterr().out == "collected 3 items\n\n"
