"""The profiles on offer: the sandbox, and those in the keyring. The keyring is asked off the GUI thread."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.core.profiles import IdsFile, IdsInMemory, Profile, Profiles
from cognito_explorer.core.vault import MemoryVault, Vault, open_keyring
from cognito_explorer.gui.connections import SANDBOX_PROFILE

T = TypeVar("T")


class ProfileBook(QObject):
    """Loads, saves and deletes profiles. Without a keyring it says so, until a person goes on without one."""

    changed = Signal()

    def __init__(self, ids_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids_file = ids_file
        self._store: Profiles | None = None
        self._vault: Vault | None = None
        self._own: tuple[Profile, ...] = ()
        self.lost: tuple[str, ...] = ()
        self._turn = asyncio.Lock()
        self.trouble: VaultUnavailable | None = None
        self.is_for_this_run_only = False
        self.is_loaded = False  # whether the keyring was read, so that a profile that is not here is gone

    def all(self) -> tuple[Profile, ...]:
        """Every profile, the sandbox first."""
        return (SANDBOX_PROFILE, *self._own)

    def find(self, profile_id: str) -> Profile | None:
        """A profile by its id."""
        return next((profile for profile in self.all() if profile.id == profile_id), None)

    def may_be_last(self, profile: Profile, before: str) -> bool:
        """Whether the next start may begin with this profile instead of `before`, which may just not be readable."""
        if self.trouble is None and not self.is_for_this_run_only:
            return True
        return profile.kind == "sandbox" and before in ("", profile.id)

    async def load(self) -> None:
        """Read the keyring. What is wrong with it, if anything, stands in `trouble`.

        In `lost` stand the ids of profiles whose entries somebody deleted there.
        """
        turn = self._turn
        own, lost, found = self._own, self.lost, None
        try:
            own, lost = await self._in_thread(lambda store: (store.load_all(), store.lost()))
        except VaultUnavailable as trouble:
            found = trouble
        if turn is self._turn:
            self._own, self.lost, self.trouble = own, lost, found
            self.is_loaded = found is None and not self.is_for_this_run_only
            self.changed.emit()

    async def go_on_without_keyring(self) -> None:
        """Keep profiles in memory from now on, for this run only. What the keyring still does is not waited for."""
        self._turn = asyncio.Lock()
        self._vault = MemoryVault()
        self._store = Profiles(self._vault, IdsInMemory())
        self.is_for_this_run_only = True
        await self.load()

    async def save(self, profile: Profile) -> None:
        """Add or replace a profile. Raises InvalidInput, VaultUnavailable."""
        await self._in_thread(lambda store: store.save(profile))
        await self.load()

    async def add_imported(self, profiles: tuple[Profile, ...]) -> None:
        """Add profiles that may lack their secrets, or replace them. Raises VaultUnavailable."""

        def add(store: Profiles) -> None:
            for profile in profiles:
                store.add_imported(profile)

        await self._in_thread(add)
        await self.load()

    async def delete(self, profile: Profile) -> None:
        """Forget a profile and its secrets. Raises VaultUnavailable."""
        await self._in_thread(lambda store: store.delete(profile.id))
        await self.load()

    async def take_off_lost(self) -> None:
        """Have the list name no profile any more whose entry is gone. Raises VaultUnavailable."""

        def take_off(store: Profiles) -> None:
            for profile_id in store.lost():
                store.delete(profile_id)

        await self._in_thread(take_off)
        await self.load()

    def open_vault(self) -> Vault:
        """Where secrets are kept: for any thread but the GUI's, since it may block. Raises VaultUnavailable."""
        vault = self._vault
        if vault is None:
            vault = self._vault = open_keyring()
        return vault

    async def _in_thread(self, work: Callable[[Profiles], T]) -> T:
        """One after the other, so that a slow reading never brings back what was before a saving."""

        def run() -> T:
            store = self._store
            if store is None:
                store = Profiles(self.open_vault(), IdsFile(self.ids_file))
                if turn is self._turn:
                    self._store = store
            return work(store)

        turn = self._turn
        async with turn:
            return await asyncio.to_thread(run)
