"""Copying, and saying so."""

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone

SECRET_STAYS_S = 60


def copy(widget: QWidget, text: str, what: str = "") -> None:
    """Put text on the clipboard; `what` completes "Copied ...", for people."""
    QGuiApplication.clipboard().setText(privacy().in_text(text))
    toast(widget, f"Copied {what}." if what else "Copied.", tone=Tone.INFO, icon="copy", stays_s=3)


def copy_secret(widget: QWidget, text: str, what: str) -> None:
    """Put a secret on the clipboard for a minute, or until the app ends, unless something else is copied meanwhile."""
    QGuiApplication.clipboard().setText(text)
    _Stay(text).start()
    toast(widget, f"Copied {what}. It leaves the clipboard in a minute.", tone=Tone.INFO, icon="copy", stays_s=4)


class _Stay(QTimer):
    """A secret's time on the clipboard."""

    def __init__(self, text: str) -> None:
        super().__init__(QGuiApplication.clipboard())
        self._text = text
        self.setSingleShot(True)
        self.setInterval(SECRET_STAYS_S * 1000)
        self.timeout.connect(self.end)
        application = QCoreApplication.instance()
        if application is not None:
            # Windows and macOS keep the clipboard when the app that filled it is gone.
            application.aboutToQuit.connect(self.end)

    def end(self) -> None:
        """Take the secret away, unless something else was copied since."""
        if QGuiApplication.clipboard().text() == self._text:
            QGuiApplication.clipboard().clear()
        self.deleteLater()
