"""From the command line to the painted window, beside importing boto3 and making one client."""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.app_runs import moments_of, running_sandbox, seconds_of, start_app
from tests.benchmarks.row import Row

_ROUNDS = 7
_PEER = "import boto3; boto3.client('cognito-idp', region_name='us-east-1')"


def measure() -> list[Row]:
    """Both in turns, so that both see the same machine; medians. The first run of each warms the disk."""
    painted, peers = [], []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_sandbox(home):
            for _ in range(_ROUNDS + 1):
                begun = time.time()
                painted.append(moments_of(start_app(home))["painted"] - begun)
                peers.append(seconds_of([sys.executable, "-c", _PEER]))
    return [
        Row(
            name="start to painted window",
            value=median(painted[1:]),
            unit="s",
            peer="import boto3 and make a client",
            peer_value=median(peers[1:]),
            most_ratio=1.5,
        )
    ]
