"""Keeps people's data off the screen while others look: masked until revealed, one record at a time."""

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.settings import Settings

MASK = "•••"
# OpenID Connect's claims that say who somebody is or how to reach them (Core 1.0, section 5.1).
_PERSONAL = """
    email phone_number name given_name family_name middle_name nickname preferred_username address birthdate picture
    profile website
"""
PERSONAL = frozenset(_PERSONAL.split())
_E_MAIL = re.compile(r"([^\s@\"'“”<>(),;:]?)[^\s@\"'“”<>(),;:]*@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+/=-])\+\d[\d ()-]{5,}(\d\d)\b")


class Privacy(QObject):
    """`changed`: it was switched, or a record was revealed. It stays as it was at the next start."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_on = Settings().flag("privacy")
        self._revealed: set[str] = set()

    @property
    def is_on(self) -> bool:
        """Whether people's data is masked."""
        return self._is_on

    def switch(self, *, on: bool) -> None:
        """Mask or show; what was revealed is masked again."""
        self._is_on = on
        self._revealed.clear()
        Settings().put("privacy", on)
        self.changed.emit()

    def reveal(self, key: str) -> None:
        """Show one record until the switch is used again."""
        self._revealed.add(key)
        self.changed.emit()

    def hides(self, key: str) -> bool:
        """Whether a record's data is masked now."""
        return self._is_on and key not in self._revealed

    def of_record(self, key: str, text: str) -> str:
        """A value of a record: masked as a whole while the record is hidden."""
        return mask(text) if self.hides(key) else text

    def of_claim(self, name: str, text: str) -> str:
        """A named value where no one record can be revealed, as in a log."""
        return mask(text) if self._is_on and name in PERSONAL else self.in_text(text)

    def of_claims(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """A token's claims, as `of_claim` has each."""
        return {name: self._in_depth(value, name) for name, value in claims.items()}

    def in_text(self, text: str) -> str:
        """Free text: addresses and numbers in it are masked while the switch is on, whoever was revealed."""
        if not self._is_on:
            return text
        return _PHONE.sub(rf"{MASK}\1", _E_MAIL.sub(rf"\1{MASK}@{MASK}", text))

    def _in_depth(self, value: Any, name: str = "") -> Any:
        if self._is_on and name in PERSONAL and not isinstance(value, str):
            return MASK
        if isinstance(value, Mapping):
            return self.of_claims(value)
        if isinstance(value, list):
            return [self._in_depth(each) for each in value]
        return self.of_claim(name, value) if isinstance(value, str) else value


def privacy() -> Privacy:
    """The application's privacy switch."""
    return of_application(Privacy)


def mask(text: str) -> str:
    """The first letter, or a number's last two digits: enough to see that it is there."""
    if not text:
        return ""
    if text.startswith("+") and text[1:].isdigit():
        return f"{MASK}{text[-2:]}"
    return f"{text[0]}{MASK}@{MASK}" if "@" in text[1:] else f"{text[0]}{MASK}"
