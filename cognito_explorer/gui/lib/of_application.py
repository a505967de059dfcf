"""Things there is one of per application (theme, clock): children of the QApplication, made when first asked for."""

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject

T = TypeVar("T", bound=QObject)


def of_application(kind: type[T]) -> T:
    """The application's one object of that kind. Raises RuntimeError where there is no application yet."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("there is no QApplication yet")
    found = next((child for child in application.children() if isinstance(child, kind)), None)
    return found if found is not None else kind(application)
