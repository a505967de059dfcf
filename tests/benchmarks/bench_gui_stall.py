"""The longest the GUI thread stands still while 500 users load into the table."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.app_runs import app_environment, running_sandbox
from tests.benchmarks.row import Row

_ROUNDS = 5
_USERS = 500
_TIMEOUT_S = 180


def measure() -> list[Row]:
    """The median over runs of each run's longest stall."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_sandbox(home):
            for _ in range(_ROUNDS):
                command = [sys.executable, "-m", "tests.benchmarks.load_users"]
                run = subprocess.run(
                    command, env=app_environment(home), stdout=subprocess.PIPE, check=True, timeout=_TIMEOUT_S
                )
                found.append(json.loads(run.stdout))
    if any(each["rows"] < _USERS for each in found):
        raise RuntimeError("not all users were loaded")
    return [
        Row(
            name="longest stall while 500 users load", value=median(e["longest_ms"] for e in found), unit="ms", most=50
        ),
        Row(name="500 users loaded", value=median(each["loaded_s"] for each in found), unit="s"),
    ]
