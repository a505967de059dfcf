"""The program from outside: its command line, its start, its log, and what it leaves behind."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from cognito_explorer import app
from cognito_explorer.core.sandbox_process import find_running
from cognito_explorer.gui.lib.crash import CrashReporter

ARN_AND_KEYS = "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4"


def run(*arguments: str, home: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **({"COGNITO_EXPLORER_HOME": str(home)} if home else {})}
    command = [sys.executable, "-m", "cognito_explorer", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, "cognito-explorer "),
        (["-V"], 0, "cognito-explorer "),
        (["--help"], 0, "exit codes: 0 done"),
        (["sandbox", "--help"], 0, "--seed"),
    ],
)
def test_a_question_on_the_command_line_is_answered(arguments: list[str], code: int, said: str) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert said in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["--wrong"], ["--trace-start", "more"], ["sandbox", "--seed", "nothing"]])
def test_a_wrong_command_line_is_refused_with_code_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage" in done.stderr
    assert done.stdout == ""


def test_the_version_is_told_without_loading_a_window() -> None:
    code = "import sys; from cognito_explorer.__main__ import main; main(['--version']); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "PySide6" not in loaded
    assert "boto" not in loaded


def test_a_traced_start_tells_its_moments_and_leaves_nothing_running(tmp_path: Path) -> None:
    done = run("--trace-start", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    moments = json.loads(done.stdout.strip().splitlines()[-1])
    assert moments["painted"] < moments["pools"]
    assert find_running(tmp_path / "data" / "sandbox") is None
    logged = [line for file in (tmp_path / "log").glob("*.log*") for line in file.read_text("utf-8").splitlines()]
    assert [line for line in logged if "This plugin does not support" not in line] == []


def test_a_thread_that_waits_for_ever_does_not_keep_the_program() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor; from threading import Event; "
        "from cognito_explorer.app import leave_within; "
        "ThreadPoolExecutor().submit(Event().wait); leave_within(0.1, 3)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 3


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_neither_the_crash_dialog_nor_the_log_holds_a_secret(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("COGNITO_EXPLORER_HOME", str(tmp_path))
    handler = app.log_to_file()
    reporter = CrashReporter(lambda: "1.2.3")
    try:
        raise ValueError(f"could not send password=hunter22 {ARN_AND_KEYS} {TOKEN}")
    except ValueError as error:
        reporter.hear(type(error), error, error.__traceback__)
    logging.getLogger().removeHandler(handler)
    handler.close()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    dialog = reporter.dialog
    assert dialog is not None
    shown = " ".join(view.toPlainText() for view in dialog.findChildren(QPlainTextEdit))
    written = (tmp_path / "log" / "cognito-explorer.log").read_text(encoding="utf-8")
    for text in (shown, written):
        assert "ValueError" in text
        for secret in ("hunter22", "wJalrXUtnFEMI", TOKEN):
            assert secret not in text
    dialog.close()
    caplog.clear()
