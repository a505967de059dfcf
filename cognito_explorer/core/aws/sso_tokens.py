"""Tokens of IAM Identity Center: in memory and in the vault. ~/.aws is read where there is nothing else, never written.

botocore's token provider takes a cache that behaves as a dictionary; this is one.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cognito_explorer.core.errors import SecretLost, VaultUnavailable
from cognito_explorer.core.vault import Vault

_KNOWN = "sso/known"


@dataclass(frozen=True, slots=True)
class SsoSession:
    """Where to sign in. `name` is that of the sso-session in ~/.aws; "" in the old form, which has none."""

    start_url: str
    region: str
    name: str = ""

    @property
    def key(self) -> str:
        """What botocore keeps its token under."""
        return hashlib.sha1((self.name or self.start_url).encode(), usedforsecurity=False).hexdigest()


class SsoTokens(MutableMapping[str, Any]):
    """Token sets by session key. Used from the doors' threads; the vault may block them.

    `open_vault` may raise VaultUnavailable: tokens are then kept for this run only.
    """

    def __init__(self, open_vault: Callable[[], Vault]) -> None:
        self._open_vault = open_vault
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            text = self._texts.get(key) or self._from_vault(key)
            if text:
                self._texts[key] = text
        found = _parsed(text) if text else _from_shared_files(key)
        if not isinstance(found, dict):
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, token: Any) -> None:
        text = json.dumps(token, default=_stamp)
        with self._lock:
            self._texts[key] = text
            self._into_vault(key, text)

    def __delitem__(self, key: str) -> None:
        """Forget a token. Raises VaultUnavailable where the vault keeps it: it is not used any more in this run."""
        with self._lock:
            self._texts.pop(key, None)
            vault = self._open_vault()
            vault.forget(f"sso/{key}")
            _keep_known(vault, _known(vault) - {key})

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._texts))

    def __len__(self) -> int:
        return len(self._texts)

    def own(self, key: str) -> str:
        """The access token that somebody signed in for here, or "": never one of the AWS CLI's.

        Raises VaultUnavailable where there is none of this run, and nobody can see whether there is one of an earlier.
        """
        with self._lock:
            found = _parsed(self._texts.get(key) or _kept(self._open_vault(), key) or "null")
        return str(found.get("accessToken", "")) if isinstance(found, dict) else ""

    def count_all(self) -> int:
        """How many sign-ins of this and of earlier runs are kept. Raises VaultUnavailable."""
        with self._lock:
            return len({*_known(self._open_vault()), *self._texts})

    def forget_all(self) -> None:
        """Forget every token of this and of earlier runs. Raises VaultUnavailable."""
        with self._lock:
            vault = self._open_vault()
            for key in {*_known(vault), *self._texts}:
                vault.forget(f"sso/{key}")
            vault.forget(_KNOWN)
            self._texts.clear()

    def _from_vault(self, key: str) -> str:
        try:
            return _kept(self._open_vault(), key)
        except VaultUnavailable:
            return ""

    def _into_vault(self, key: str, text: str) -> None:
        try:
            vault = self._open_vault()
            vault.put(f"sso/{key}", text)
            _keep_known(vault, _known(vault) | {key})
        except VaultUnavailable:
            # Without a keyring one is signed in until the app ends.
            return


def _kept(vault: Vault, key: str) -> str:
    """What the vault keeps. Of what is lost in part, nothing: one signs in anew."""
    try:
        return vault.get(f"sso/{key}")
    except SecretLost:
        return ""


def _known(vault: Vault) -> set[str]:
    try:
        return set(vault.get(_KNOWN).split())
    except SecretLost:
        return set()


def _keep_known(vault: Vault, keys: set[str]) -> None:
    vault.put(_KNOWN, " ".join(sorted(keys))) if keys else vault.forget(_KNOWN)


def _from_shared_files(key: str) -> Any:
    """What “aws sso login” left. Without its refresh token: a refreshed one would leave the CLI's file useless."""
    file = Path.home() / ".aws" / "sso" / "cache" / f"{key}.json"
    try:
        found = _parsed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if name != "refreshToken"}


def _parsed(text: str) -> Any:
    """What is kept, or None where it is damaged: then nobody is signed in."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
