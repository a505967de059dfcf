"""Finds the programs of others; `dev.py bench` and `dev.py test --full` keep them in environments of their own."""

import os
from pathlib import Path

VARIABLE = "COGNITO_EXPLORER_PEERS"


def peer_program(name: str) -> Path:
    """The path of a peer's program, for example `aws`. Raises FileNotFoundError where it is not installed."""
    folders = [Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    for folder in folders:
        for candidate in (name, f"{name}.exe", f"{name}.cmd"):
            if (folder / candidate).is_file():
                return folder / candidate
    raise FileNotFoundError(f"{name} is not installed: run this through `dev.py bench` or `dev.py test --full`")
