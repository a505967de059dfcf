"""The list of user pools on screen, beside `aws cognito-idp list-user-pools`, started at the same moment."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.app_runs import moments_of, running_sandbox, start_app
from tests.benchmarks.peer_programs import peer_program
from tests.benchmarks.row import Row

_ROUNDS = 7


def measure() -> list[Row]:
    """App and CLI side by side against one sandbox; medians. The app's first run is not counted."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_sandbox(home) as ready:
            for _ in range(_ROUNDS + 1):
                begun = time.time()
                app = start_app(home)
                theirs.append(_cli_seconds(ready, begun))
                ours.append(moments_of(app)["pools"] - begun)
    return [
        Row(
            name="start to pool list on screen",
            value=median(ours[1:]),
            unit="s",
            peer="aws cognito-idp list-user-pools",
            peer_value=median(theirs[1:]),
            most_ratio=1.0,
        )
    ]


def _cli_seconds(ready: dict[str, Any], begun: float) -> float:
    """When the CLI's first line is out."""
    command = [str(peer_program("aws")), "cognito-idp", "list-user-pools", "--max-results", "60"]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": str(ready["endpoint"]),
        "AWS_ACCESS_KEY_ID": str(ready["access_key_id"]),
        "AWS_SECRET_ACCESS_KEY": str(ready["secret_access_key"]),
        "AWS_DEFAULT_REGION": str(ready["region"]),
        "AWS_PAGER": "",
    }
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the AWS CLI printed nothing")
        printed = time.time()
        process.stdout.read()
    return printed - begun
