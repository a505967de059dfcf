"""Copying, and saying so."""

import sys

from PySide6.QtCore import QCoreApplication, QMimeData, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone

SECRET_STAYS_S = 60
# What tells the system's clipboard history, its synchronisation and password managers to leave a text alone: KDE's
# Klipper on X11 and Wayland, and Windows ("Cloud Clipboard and Clipboard History Formats"). On macOS it would be the
# type org.nspasteboard.ConcealedType; Qt writes it for whoever derives from QUtiMimeConverter, which PySide6 6.12 does
# not have. Under any name of a MIME type Qt would give it one that nobody looks for.
_CONCEALED = {
    "linux": {"x-kde-passwordManagerHint": b"secret"},
    "win32": {
        "ExcludeClipboardContentFromMonitorProcessing": b"1",
        "CanIncludeInClipboardHistory": b"\0\0\0\0",
        "CanUploadToCloudClipboard": b"\0\0\0\0",
    },
}


def copy(widget: QWidget, text: str, what: str = "") -> None:
    """Put text on the clipboard; `what` completes "Copied ...", for people."""
    QGuiApplication.clipboard().setText(privacy().in_text(text))
    toast(widget, f"Copied {what}." if what else "Copied.", tone=Tone.INFO, icon="copy", stays_s=3)


def copy_secret(widget: QWidget, text: str, what: str) -> None:
    """Put a secret on the clipboard for a minute, or until the app ends, unless something else is copied meanwhile.

    Where the system knows such a mark, it is told to keep the text out of its history.
    """
    keep_secret(text)
    toast(widget, f"Copied {what}. {what_becomes_of_secret()}", tone=Tone.INFO, icon="copy", stays_s=4)


def keep_secret(text: str) -> None:
    """The same without saying so."""
    clipboard = QGuiApplication.clipboard()
    for earlier in clipboard.findChildren(_Stay):
        earlier.give_up()
    clipboard.setMimeData(concealed(text))
    _Stay(text).start()


def concealed(text: str, platform: str = sys.platform) -> QMimeData:
    """A text with the mark of a secret."""
    data = QMimeData()
    data.setText(text)
    for name, value in _CONCEALED.get(platform, {}).items():
        data.setData(name, value)
    return data


def what_becomes_of_secret(platform: str = sys.platform) -> str:
    """A sentence about a copied secret, which says where no program can be told to leave it alone."""
    leaves = "It leaves the clipboard in a minute."
    return leaves if platform in _CONCEALED else f"{leaves} A history of the clipboard may keep it."


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
        self.give_up()

    def give_up(self) -> None:
        """Another secret was copied: its own time counts."""
        self._text = ""
        self.stop()
        self.deleteLater()
