"""Who wants an error explained, and whoever can: an error's face asks, the window answers. One per application."""

from PySide6.QtCore import QObject, Signal

from cognito_explorer.gui.lib.of_application import of_application


class Explaining(QObject):
    """`wanted` carries an ExplorerError or a text."""

    wanted = Signal(object)


def explaining() -> Explaining:
    """The application's one."""
    return of_application(Explaining)
