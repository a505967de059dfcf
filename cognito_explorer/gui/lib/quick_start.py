"""Two habits of the interpreter that cost a start a fifth of a second, put off or kept away."""

import builtins
import gc


def load_qt() -> None:
    """Load Qt without its import hook.

    PySide6 replaces `__import__` to look for `from __feature__ import …`: it reads the source of every module loaded
    afterwards, boto3's hundreds among them. Nothing here uses those features.
    """
    plain_import = builtins.__import__
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = plain_import


def hold_collector() -> None:
    """No garbage collection while thousands of classes and functions are loaded that stay for good."""
    gc.disable()


def release_collector() -> None:
    """Collect garbage again, and never again look through what the start has loaded."""
    gc.freeze()
    gc.enable()
