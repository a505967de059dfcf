"""The operating system's keyring: put, get, forget; a clear error where there is none."""

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

from cognito_explorer.core.errors import SecretLost, VaultUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Cognito Explorer"

# Windows' credential store holds about 1,280 characters per entry; a session token alone can be longer.
_CHUNK = 1_000
# Before the first of several pieces stand their number and a digest of the whole: one that is lost must be noticed.
_SPLIT = "split "
_HEAD = re.compile(rf"{_SPLIT}(\d{{4}}) ([0-9a-f]{{16}}) ")
_TRUSTED = tuple(f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows"))
_WITHOUT = (
    "You can also go on for this run only: profiles are then kept in memory and forgotten when you quit, and nothing"
    " can be changed but the sandbox."
)
_LOCKED_HINT = f"Unlock it, then try again: what is in it is there still. {_WITHOUT}"
_ABSENT_HINT = f"Install a keyring (on Linux: gnome-keyring or KWallet), then try again. {_WITHOUT}"
_SILENT_HINT = f"See whether it runs, or install a keyring (on Linux: gnome-keyring or KWallet). {_WITHOUT}"


class Vault(Protocol):
    """Keeps strings by key."""

    def put(self, key: str, value: str) -> None:
        """Keep a value; an empty one is forgotten. Raises VaultUnavailable."""

    def get(self, key: str) -> str:
        """The value, or "" when there is none. Raises VaultUnavailable, and SecretLost where only a part is left."""

    def forget(self, key: str) -> None:
        """Remove a value; an unknown key is no error. Raises VaultUnavailable."""


class MemoryVault:
    """Keeps values for this run only."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def put(self, key: str, value: str) -> None:
        """Keep a value until the app ends."""
        self._values[key] = value

    def get(self, key: str) -> str:
        """The value, or ""."""
        return self._values.get(key, "")

    def forget(self, key: str) -> None:
        """Remove a value."""
        self._values.pop(key, None)


class KeyringVault:
    """Keeps values in the OS keyring, split every 1,000 characters over numbered entries."""

    def __init__(self, backend: "KeyringBackend", service: str = SERVICE) -> None:
        self._backend = backend
        self._service = service

    def put(self, key: str, value: str) -> None:
        """Keep a value. The old one's surplus pieces are removed."""
        pieces, before = _pieces(value), self._count(key)
        for number, piece in enumerate(pieces):
            self._set(_entry(key, number), piece)
        self._remove(key, len(pieces), before)

    def get(self, key: str) -> str:
        """The value, put together again, or "". Raises SecretLost where not all of it is there."""
        first = self._read(_entry(key, 0)) or ""
        head = _HEAD.match(first)
        if head is not None:
            value = "".join((first[head.end() :], *self._read_rest(key, int(head.group(1)))))
            if _digest(value) != head.group(2):
                raise _lost()
            return value
        if len(first) < _CHUNK:
            return first
        return self._read_without_head(key, first)

    def forget(self, key: str) -> None:
        """Remove all pieces of a value."""
        self._remove(key, 0, self._count(key))

    def _read_rest(self, key: str, count: int) -> list[str]:
        return [self._read(_entry(key, number)) or "" for number in range(1, count)]

    def _read_without_head(self, key: str, first: str) -> str:
        """A long value that does not say how long: its last piece is shorter than the others, if none was lost."""
        pieces = [first]
        while len(pieces[-1]) == _CHUNK:
            pieces.append(self._read(_entry(key, len(pieces))) or "")
        if not pieces[-1]:
            raise _lost()
        return "".join(pieces)

    def _count(self, key: str) -> int:
        """How many pieces there were, as far as the first one says: one in between may be lost."""
        head = _HEAD.match(self._read(_entry(key, 0)) or "")
        return int(head.group(1)) if head is not None else 0

    def _remove(self, key: str, number: int, count: int) -> None:
        """Remove what follows a number: `count` pieces, and more where there are."""
        while (is_there := self._read(_entry(key, number)) is not None) or number < count:
            if is_there:
                self._delete(_entry(key, number))
            number += 1

    def _set(self, entry: str, piece: str) -> None:
        try:
            self._backend.set_password(self._service, entry, piece)
        except Exception as trouble:  # back ends raise D-Bus, OS and keyring errors of many families
            raise _unavailable(trouble) from trouble

    def _read(self, entry: str) -> str | None:
        try:
            return self._backend.get_password(self._service, entry)
        except Exception as trouble:  # the same
            raise _unavailable(trouble) from trouble

    def _delete(self, entry: str) -> None:
        try:
            self._backend.delete_password(self._service, entry)
        except Exception as trouble:  # the same
            raise _unavailable(trouble) from trouble


def open_keyring() -> KeyringVault:
    """The vault of this computer, tried with one read. May block on an unlock prompt: call it off the GUI thread.

    Raises VaultUnavailable where keyring finds no back end that really keeps secrets.
    """
    import keyring

    try:
        found = keyring.get_keyring()
    except Exception as trouble:  # a session bus that goes away while keyring compares its back ends
        raise _unavailable(trouble) from trouble
    backend = _trusted(found)
    if backend is None:
        raise VaultUnavailable("This computer offers no keyring to keep your profiles in.", _ABSENT_HINT)
    vault = KeyringVault(backend)
    vault.get("probe")
    return vault


def _trusted(chosen: "KeyringBackend") -> "KeyringBackend | None":
    """The system's own store: keyring's choice, or the first one in a chain of several.

    "fail" and "null" keep nothing, and keyrings.alt keeps plain files: a chain must never fall back to those.
    """
    backends: list[KeyringBackend] = list(getattr(chosen, "backends", None) or [chosen])
    return next((each for each in backends if type(each).__module__.startswith(_TRUSTED)), None)


def _pieces(value: str) -> list[str]:
    if len(value) < _CHUNK and not value.startswith(_SPLIT):
        return [value] if value else []
    length = len(f"{_SPLIT}0000 {_digest('')} ") + len(value)
    whole = f"{_SPLIT}{-(-length // _CHUNK):04} {_digest(value)} {value}"
    return [whole[start : start + _CHUNK] for start in range(0, length, _CHUNK)]


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()[:16]


def _lost() -> SecretLost:
    title = "A part of what was kept in the keyring is lost."
    return SecretLost(title, "Enter it again: what is left is not used.", code="SecretLost")


def _entry(key: str, number: int) -> str:
    return key if number == 0 else f"{key}#{number}"


def _unavailable(trouble: Exception) -> VaultUnavailable:
    # A back end's frames hold what was to be kept, and its connection to the session bus.
    trouble.__traceback__ = None
    code = type(trouble).__name__
    if code == "KeyringLocked":
        return VaultUnavailable("The keyring is locked.", _LOCKED_HINT, code=code)
    return VaultUnavailable("The keyring did not answer as it should.", _SILENT_HINT, code=code)
