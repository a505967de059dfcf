"""Finds every area's operations and tables, so that a new file needs no entry anywhere."""

import importlib
import pkgutil

from cognito_explorer.sandbox.store import Store

_AREAS = (
    "user_pools",
    "auth",
    "identity_pools",
    "federation",
    "hosted_ui",
    "profile_endpoints",
    "functions",
    "triggers",
)


def import_areas() -> list[str]:
    """Import every module of the areas; importing is what registers an operation. Returns the modules' names."""
    names: list[str] = []
    for area in _AREAS:
        package = importlib.import_module(f"cognito_explorer.sandbox.{area}")
        names += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in names:
        importlib.import_module(name)
    return names


def create_tables(store: Store, names: list[str]) -> None:
    """Make each area's tables where they are missing."""
    for name in names:
        if name.rpartition(".")[2] == "tables":
            store.create_tables(importlib.import_module(name).SCHEMA)
