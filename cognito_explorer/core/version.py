"""Which Cognito Explorer this is."""

from functools import cache


@cache
def own_version() -> str:
    """The version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("cognito-explorer")
    except PackageNotFoundError:
        return "(not installed)"
