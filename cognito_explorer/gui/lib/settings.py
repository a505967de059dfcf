"""What the window remembers: geometry, splitters, theme, columns. Never a secret and never data of an account."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class Settings:
    """A thin wrapper around QSettings. Every instance sees the same values, so nobody has to hand one around.

    With COGNITO_EXPLORER_HOME set, the values live in `settings.ini` in that folder.
    """

    def __init__(self) -> None:
        home = os.environ.get("COGNITO_EXPLORER_HOME")
        if home:
            self._store = QSettings(str(Path(home) / "settings.ini"), QSettings.Format.IniFormat)
        else:
            self._store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Cognito Explorer", "Cognito Explorer"
            )

    @property
    def file(self) -> Path:
        """Where the values lie."""
        return Path(self._store.fileName())

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        return str(self._store.value(key, default))

    def number(self, key: str, default: float) -> float:
        """A remembered number; the default if it is not one."""
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A remembered yes or no."""
        return self.text(key, str(default)).lower() == "true"

    def texts(self, key: str) -> list[str]:
        """A remembered list of words."""
        return [word for word in self.text(key).split("\n") if word]

    def bytes(self, key: str) -> QByteArray:
        """A remembered state of Qt's own (geometry, header, splitter)."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, key: str, value: str | float | bool | list[str] | QByteArray) -> None:
        """Remember a value."""
        if isinstance(value, list):
            self._store.setValue(key, "\n".join(value))
        elif isinstance(value, QByteArray):
            self._store.setValue(key, value)
        else:
            self._store.setValue(key, str(value))

    def forget(self, key: str) -> None:
        """Forget a value and all below it."""
        self._store.remove(key)

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()


def keep_qt_settings_here() -> None:
    """Have what Qt's file dialogs remember written beside our settings, where it is ours to forget.

    By itself it goes into a file that all programs made with Qt share. Has an effect where settings are files: on
    Windows and macOS the system's own dialogs remember for themselves.
    """
    folder = Settings().file.parent
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))
