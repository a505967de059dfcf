"""Keeps people's data off the screen while others look: masked until revealed, one record at a time."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from cognito_explorer.core.personal_claims import is_called_personal, says_nothing
from cognito_explorer.gui.lib.mail_addresses import holds_mail_address, replace_mail_addresses
from cognito_explorer.gui.lib.of_application import of_application
from cognito_explorer.gui.lib.settings import Settings

MASK = "•••"
# In an address of a web page, + is written as %2B.
_PHONE = re.compile(r"(?:(?<![\w+/-])\+|%2B)\d[\d ()-]{5,}(\d\d)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s\u200b\"'“”‘’`<>(),;:=&?/…→]+")
# These words stand on the window's own buttons and tell nobody's name: in a sentence they are left alone.
_ROLES = frozenset(
    ["admin", "administrator", "demo", "guest", "none", "root", "sandbox", "support", "test", "user", "users"]
)
_SHORTEST_NAME = 3
# Sentences cut a username after so many letters.
_CUTS = (39, 40)


class Privacy(QObject):
    """`changed`: it was switched, a record was revealed, or somebody's username became known while it is on.

    It stays as it was at the next start.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_on = Settings().flag("privacy")
        self._revealed: set[str] = set()
        self._people: dict[str, str] = {}
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.timeout.connect(self.changed)

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

    def know(self, people: Iterable[tuple[str, str]]) -> None:
        """Usernames with the key of each one's record ("" where it is unknown), to be masked wherever they stand."""
        is_new = False
        for username, key in people:
            if len(username) < _SHORTEST_NAME or says_nothing(username) or username.casefold() in _ROLES:
                continue
            for name in (username, *(username[:length] for length in _CUTS if len(username) > length)):
                is_new = is_new or name not in self._people
                self._people[name] = key or self._people.get(name, "")
        if is_new and self._is_on:
            # Whoever shows a text may be painting just now.
            self._news.start()

    def of_username(self, key: str, username: str) -> str:
        """A user's name in their pool: masked while their record is hidden, unless it is but a UUID."""
        if not self.hides(key) or says_nothing(username):
            return username
        return mask(username)

    def of_record(self, key: str, text: str) -> str:
        """A value of a record: masked as a whole while the record is hidden."""
        return mask(text) if self.hides(key) else text

    def of_attribute(self, key: str, name: str, text: str) -> str:
        """An attribute of a record, as `of_record` where it tells who somebody is."""
        return mask(text) if self.hides(key) and is_personal(name, text) else text

    def of_claim(self, name: str, text: str) -> str:
        """A named value where no one record can be revealed, as in a log."""
        return mask(text) if self._is_on and is_called_personal(name, text) else self.in_text(text)

    def of_claims(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """A token's claims, as `of_claim` has each."""
        return {name: self._in_depth(value, name) for name, value in claims.items()}

    def in_text(self, text: str) -> str:
        """Free text: addresses and numbers in it are masked while the switch is on, whoever was revealed.

        So are the usernames that are known, but of those who were revealed.
        """
        if not self._is_on:
            return text
        text = _PHONE.sub(rf"{MASK}\1", replace_mail_addresses(text, _mask_address))
        return _TOKEN.sub(self._mask_name, text) if self._people else text

    def in_error(self, text: str, tells: Iterable[tuple[str, str]]) -> str:
        """A text out of an error, as `in_text` has it, with the attributes masked whose values it tells."""
        if not self._is_on:
            return text
        for name, value in sorted(tells, key=lambda told: -len(told[1])):
            if value and is_personal(name, value):
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _mask_found, text)
        return self.in_text(text)

    def _mask_name(self, token: re.Match[str]) -> str:
        word = token.group()
        name = word if word in self._people else word.rstrip(".!")
        key = self._people.get(name)
        if key is None or (key and not self.hides(key)):
            return word
        return mask(name) + word[len(name) :]

    def _in_depth(self, value: Any, name: str = "") -> Any:
        if self._is_on and is_called_personal(name) and not isinstance(value, str):
            return MASK
        if isinstance(value, Mapping):
            return self.of_claims(value)
        if isinstance(value, list):
            return [self._in_depth(each) for each in value]
        return self.of_claim(name, value) if isinstance(value, str) else value


def privacy() -> Privacy:
    """The application's privacy switch."""
    return of_application(Privacy)


def is_personal(name: str, text: str) -> bool:
    """Whether an attribute or a claim tells who somebody is: by its name, or by what stands in it."""
    return is_called_personal(name, text) or holds_mail_address(text) or bool(_PHONE.search(text))


def veil(line: QLineEdit) -> None:
    """Have a line show dots while the switch is on: what was typed may be somebody.

    Whoever types into it or clicks it sees what is there, until the keyboard leaves: it also comes to a line by itself.
    """
    _Veil(line)


def mask(text: str) -> str:
    """The first letter, or a number's last two digits: enough to see that it is there."""
    if not text:
        return ""
    if text.startswith("+") and text[1:].isdigit():
        return f"{MASK}{text[-2:]}"
    return f"{text[0]}{MASK}@{MASK}" if "@" in text[1:] else f"{text[0]}{MASK}"


def _mask_found(found: re.Match[str]) -> str:
    return mask(found.group())


def _mask_address(local: str, _from_at: str) -> str:
    return f"{local[:1]}{MASK}@{MASK}"


class _Veil(QObject):
    """Watches one line."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self._line = line
        self._is_wanted = False  # by a hand, and not by a page that came to the front
        line.installEventFilter(self)
        line.textEdited.connect(lambda _text: self._show())
        line.textChanged.connect(lambda _text: self._follow())
        privacy().changed.connect(self._follow)
        self._follow()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._show()
        elif isinstance(event, QFocusEvent):
            # Its own menu takes the keyboard for a moment.
            self._is_wanted = self._is_wanted and event.reason() is Qt.FocusReason.PopupFocusReason
            self._follow()
        return False

    def _show(self) -> None:
        self._is_wanted = True
        self._follow()

    def _follow(self) -> None:
        is_seen = self._line.hasFocus() and (self._is_wanted or not self._line.text())
        is_hidden = privacy().is_on and not is_seen
        mode = QLineEdit.EchoMode.Password if is_hidden else QLineEdit.EchoMode.Normal
        if self._line.echoMode() is not mode:
            self._line.setEchoMode(mode)
