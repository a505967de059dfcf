"""The programs of others that are measured against and that try the sandbox, each in an environment of its own."""

import os
import shutil
import subprocess
from pathlib import Path

from checkout import ROOT
from errors import SetupError
from virtual_environment import make_environment

# Tests and measurements find the programs' folders here, in this order, separated as PATH is.
VARIABLE = "COGNITO_EXPLORER_PEERS"
_PACKAGING = ROOT / "packaging"
SOURCES_AND_LOCKS = (
    (_PACKAGING / "peers.in", _PACKAGING / "peers.lock"),
    (_PACKAGING / "ministack.in", _PACKAGING / "ministack.lock"),
)
_COGNITO_LOCAL = "5.3.0"


def make_peers() -> dict[str, str]:
    """Make every program of others (cognito-local where npm is); return the variable that names them."""
    folders = [_make("peers"), _make("ministack")]
    if shutil.which("npm"):
        folders.append(_make_cognito_local())
    else:
        print("npm is not installed, so cognito-local is not there.", flush=True)
    return _variable(folders)


def _make(name: str) -> Path:
    make_environment(ROOT / f".venv-{name}", _PACKAGING / f"{name}.lock")
    return ROOT / f".venv-{name}" / ("Scripts" if os.name == "nt" else "bin")


def _make_cognito_local() -> Path:
    folder = ROOT / ".venv-cognito-local"
    program = folder / "node_modules" / ".bin"
    if not (folder / f"{_COGNITO_LOCAL}.txt").exists():
        print(f"Installing cognito-local {_COGNITO_LOCAL} …", flush=True)
        npm = shutil.which("npm") or "npm"
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
        done = subprocess.run(
            [*command, f"cognito-local@{_COGNITO_LOCAL}"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise SetupError(f"npm could not install cognito-local:\n{done.stderr[-2000:]}")
        (folder / f"{_COGNITO_LOCAL}.txt").touch()
    return program


def _variable(folders: list[Path]) -> dict[str, str]:
    return {VARIABLE: os.pathsep.join(map(str, folders))}
