"""What importing core brings along, asked in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "cognito_explorer" / "core"


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_all_of_core_loads_without_qt() -> None:
    names = [
        ".".join(("cognito_explorer.core", *file.relative_to(CORE).with_suffix("").parts))
        for file in CORE.rglob("*.py")
    ]
    loaded = modules_after("".join(f"import {name.removesuffix('.__init__')}\n" for name in names))
    assert not loaded & {"PySide6", "shiboken6", "qasync", "moto", "starlette", "uvicorn"}


def test_importing_any_part_of_core_brings_no_heavy_library() -> None:
    names = [
        ".".join(("cognito_explorer.core", *file.relative_to(CORE).with_suffix("").parts))
        for file in CORE.rglob("*.py")
    ]
    loaded = modules_after("".join(f"import {name.removesuffix('.__init__')}\n" for name in names))
    assert not loaded & {"boto3", "botocore", "keyring", "httpx", "jwt", "cryptography"}
