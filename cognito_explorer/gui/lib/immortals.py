"""Keeps None, True and False alive under PySide6 6.12 on Python 3.11.

PySide6 6.12 is built for the limited API of Python 3.12, where these objects are immortal: it returns them without
taking a reference. Python 3.11 counts, so each call of a Qt method without a result costs None one reference and each
`Signal.emit` one of True; after some thousand calls the interpreter aborts with "deallocating None".
"""

import ctypes
import sys

_ENOUGH = 1 << 40


def keep_singletons_alive() -> None:
    """Give the singletons more references than any program can lose. Does nothing from Python 3.12 on."""
    if sys.version_info >= (3, 12):
        return
    for singleton in (None, True, False, NotImplemented):
        if sys.getrefcount(singleton) < _ENOUGH // 2:
            # In CPython up to 3.11 an object begins with its reference count.
            ctypes.c_ssize_t.from_address(id(singleton)).value += _ENOUGH
