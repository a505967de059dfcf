"""What each part of the house loads, tried in an interpreter of its own (import-linter reads, this one runs)."""

import json
import subprocess
import sys

LOAD_ALL = """
import importlib, json, pkgutil, sys
for name in sys.argv[1:]:
    found = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(found, "__path__", []), name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
WINDOW = {"PySide6", "shiboken6", "qasync"}
SERVERS = {"moto", "starlette", "uvicorn", "flask"}


def modules_after_loading(*names: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, *names], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_core_loads_whole_without_a_window_or_a_server() -> None:
    loaded = modules_after_loading("cognito_explorer.core", "cognito_explorer.resources")
    assert "cognito_explorer.core.errors" in loaded
    assert loaded & (WINDOW | SERVERS) == set()
    assert not any(name.startswith("cognito_explorer.sandbox") for name in loaded)


def test_the_sandbox_loads_whole_without_a_window_or_core() -> None:
    loaded = modules_after_loading("cognito_explorer.sandbox")
    assert "cognito_explorer.sandbox.store" in loaded
    assert loaded & WINDOW == set()
    assert not any(name.startswith(("cognito_explorer.core", "cognito_explorer.gui")) for name in loaded)


def test_the_policy_language_loads_nothing_else_of_ours() -> None:
    ours = {name for name in modules_after_loading("cognito_explorer.iam") if name.startswith("cognito_explorer.")}
    assert {name for name in ours if not name.startswith("cognito_explorer.iam")} == set()


def test_what_the_first_paint_waits_for_loads_neither_boto3_nor_the_web_view_nor_the_sandbox() -> None:
    loaded = modules_after_loading("cognito_explorer.app")
    heavy = {"boto3", "botocore", "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets", *SERVERS}
    assert loaded & heavy == set()
    assert not any(name.startswith("cognito_explorer.sandbox") for name in loaded)
