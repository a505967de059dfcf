"""Resolves dependencies into lock files with uv, in a throw-away environment."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from checkout import ROOT, python_of
from errors import SetupError

# No address and no machine's path may reach a lock: it is used everywhere.
FLAGS = (
    "--all-extras",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
)


def resolve(sources_and_locks: Iterable[tuple[Path, Path]], *, is_upgrade: bool) -> None:
    """Write each lock from its source, keeping pins that fit unless upgrading. Raises SetupError where uv fails."""
    with tempfile.TemporaryDirectory(prefix="cognito-explorer-lock-") as folder:
        _run([sys.executable, "-m", "venv", folder], "A throw-away environment for uv could not be made.")
        pip = [str(python_of(Path(folder))), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "uv"]
        _run(pip, "uv could not be installed.")
        for source, lock in sources_and_locks:
            _compile(Path(folder), source, lock, is_upgrade=is_upgrade)


def _compile(folder: Path, source: Path, lock: Path, *, is_upgrade: bool) -> None:
    print(f"Resolving {source.relative_to(ROOT)} …", flush=True)
    before = lock.read_text(encoding="utf-8") if lock.exists() else ""
    draft = folder / lock.name
    draft.write_text(before, encoding="utf-8")
    flags = [flag for flag in FLAGS if source.suffix == ".toml" or flag != "--all-extras"]
    command = [str(python_of(folder)), "-m", "uv", "pip", "compile", str(source.relative_to(ROOT)), *flags]
    upgrade = ["--upgrade"] if is_upgrade else []
    _run([*command, *upgrade, "-o", str(draft)], f"{source.name} could not be resolved.")
    after = draft.read_text(encoding="utf-8")
    lock.write_text(after, encoding="utf-8", newline="\n")
    print(f"{lock.relative_to(ROOT)}: {'unchanged' if after == before else 'written anew'}", flush=True)


def _run(command: list[str], complaint: str) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SetupError(f"{complaint}\n{done.stdout}{done.stderr}".rstrip())
