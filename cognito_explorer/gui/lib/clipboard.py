"""Copying, and saying so."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.toast import toast
from cognito_explorer.gui.lib.tokens import Tone

SECRET_STAYS_S = 60


def copy(widget: QWidget, text: str, what: str = "") -> None:
    """Put text on the clipboard; `what` completes "Copied ...", for people."""
    QGuiApplication.clipboard().setText(text)
    toast(widget, f"Copied {what}." if what else "Copied.", tone=Tone.INFO, icon="copy", stays_s=3)


def copy_secret(widget: QWidget, text: str, what: str) -> None:
    """Put a secret on the clipboard for a minute; it is taken away again unless something else was copied since."""
    QGuiApplication.clipboard().setText(text)
    QTimer.singleShot(SECRET_STAYS_S * 1000, QGuiApplication.clipboard(), partial(_take_away, text))
    toast(widget, f"Copied {what}. It leaves the clipboard in a minute.", tone=Tone.INFO, icon="copy", stays_s=4)


def _take_away(text: str) -> None:
    if QGuiApplication.clipboard().text() == text:
        QGuiApplication.clipboard().clear()
