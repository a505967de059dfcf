"""Finds every area's operations and tables, so that a new file needs no entry anywhere."""

import importlib
import logging
import pkgutil

from cognito_explorer.sandbox.store import Store

_log = logging.getLogger(__name__)
_AREAS = ("user_pools", "auth", "identity_pools", "hosted_ui")


def import_areas() -> list[str]:
    """Import every module of the areas; importing is what registers an operation. Returns the modules' names."""
    names: list[str] = []
    for area in _AREAS:
        package = importlib.import_module(f"cognito_explorer.sandbox.{area}")
        names += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [name for name in names if _can_import(name)]


def _can_import(name: str) -> bool:
    """One broken area must not take the others down with it; its operations are missing and the log says why."""
    try:
        importlib.import_module(name)
    except ImportError:
        _log.exception("%s cannot be imported", name)
        return False
    return True


def create_tables(store: Store, names: list[str]) -> None:
    """Make each area's tables where they are missing."""
    for name in names:
        if name.rpartition(".")[2] == "tables":
            store.create_tables(importlib.import_module(name).SCHEMA)
