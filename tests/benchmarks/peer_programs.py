"""Finds the programs measurements are compared with; `dev.py bench` keeps them in an environment of their own."""

import os
from pathlib import Path

VARIABLE = "COGNITO_EXPLORER_PEERS"


def peer_program(name: str) -> Path:
    """The path of a peer's program, for example `aws`. Raises FileNotFoundError where it is not installed."""
    folder = Path(os.environ.get(VARIABLE, "")) / ("Scripts" if os.name == "nt" else "bin")
    for candidate in (name, f"{name}.exe", f"{name}.cmd"):
        if (folder / candidate).is_file():
            return folder / candidate
    raise FileNotFoundError(f"{name} is not in {folder}: run the measurement through `dev.py bench`")
