"""Finds the project's resources: beside the package in a checkout, inside it in a wheel or a bundle."""

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def root() -> Path:
    """The folder that holds icons, styles, pages and texts. Raises FileNotFoundError in a broken installation."""
    for candidate in (_PACKAGE / "resources_data", _PACKAGE.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("the resources folder is missing from this installation")


def path(*parts: str) -> Path:
    """The path of one resource, named by its parts below the resources folder."""
    return root().joinpath(*parts)


def read_text(*parts: str) -> str:
    """The text of one resource, read as UTF-8."""
    return path(*parts).read_text(encoding="utf-8")
