"""Things there is one of per application (theme, clock): children of the QApplication, made when first asked for."""

from typing import TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt

T = TypeVar("T", bound=QObject)
# Painting asks for the theme hundreds of times a frame: looking through the application's children each time is slow.
_known: dict[type[QObject], QObject] = {}


def of_application(kind: type[T]) -> T:
    """The application's one object of that kind. Raises RuntimeError where there is no application yet."""
    known = _known.get(kind)
    if isinstance(known, kind) and shiboken6.isValid(known):
        return known
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("there is no QApplication yet")
    # Not `children()`: the first wrapper of Qt's own children there costs 60 ms, each look 0.5 ms.
    found = application.findChild(kind, "", Qt.FindChildOption.FindDirectChildrenOnly)
    made = found if found is not None else kind(application)
    _known[kind] = made
    return made
