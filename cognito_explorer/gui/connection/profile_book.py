"""The profiles on offer: the sandbox, those in the keyring, which is asked off the GUI thread, and the AWS CLI's."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.aws.shared_profiles import is_shared
from cognito_explorer.core.errors import VaultUnavailable
from cognito_explorer.core.profiles import IdsFile, IdsInMemory, Profile, Profiles
from cognito_explorer.core.vault import MemoryVault, Vault, open_keyring
from cognito_explorer.gui.connection.shared_book import SharedBook
from cognito_explorer.gui.connections import SANDBOX_PROFILE

T = TypeVar("T")

_NAMED_AT_MOST = 3
_RESTORE = "Restore the keyring, or add {} anew"


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
        self.damaged: tuple[str, ...] = ()
        self._turn = asyncio.Lock()
        self.trouble: VaultUnavailable | None = None
        self.is_for_this_run_only = False
        self.is_loaded = False  # whether the keyring was read, so that a profile that is not here is gone
        self._asked = asyncio.Event()
        self.shared = SharedBook(self)
        self.shared.changed.connect(self.changed)

    def all(self) -> tuple[Profile, ...]:
        """The sandbox and every profile of one's own: what may be edited, deleted and handed on."""
        return (SANDBOX_PROFILE, *self._own)

    def usable(self) -> tuple[Profile, ...]:
        """Every profile that can be looked through: those of the AWS CLI's files come last."""
        return (*self.all(), *self.shared.profiles())

    def find(self, profile_id: str) -> Profile | None:
        """A profile by its id."""
        return next((profile for profile in self.usable() if profile.id == profile_id), None)

    def is_gone(self, profile_id: str) -> bool:
        """Whether it is known that there is no such profile any more."""
        is_read = self.shared.is_loaded if is_shared(profile_id) else self.is_loaded
        return is_read and self.find(profile_id) is None

    def may_be_last(self, profile: Profile, before: str) -> bool:
        """Whether the next start may begin with this profile instead of `before`, which may just not be readable."""
        if self.trouble is None and not self.is_for_this_run_only:
            return True
        is_before_readable = before in ("", SANDBOX_PROFILE.id, profile.id) or is_shared(before)
        return is_before_readable and (profile.kind == "sandbox" or is_shared(profile.id))

    def is_lasting(self, profile: Profile) -> bool:
        """Whether the next start knows this profile, too."""
        return profile.kind == "sandbox" or is_shared(profile.id) or not self.is_for_this_run_only

    async def load(self) -> None:
        """Read the AWS CLI's files, then the keyring. What is wrong with it, if anything, stands in `trouble`.

        In `lost` stand the ids of profiles whose entries somebody deleted there, or damaged: those in `damaged`, too.
        """
        await self.shared.load()
        await self._load_own()

    async def first_read(self) -> VaultUnavailable | None:
        """Wait until the keyring was asked for the first time; why it did not answer, or None."""
        await self._asked.wait()
        return self.trouble

    async def _load_own(self) -> None:
        turn = self._turn
        own, lost, damaged, found = self._own, self.lost, self.damaged, None
        try:
            own, lost, damaged = await self._in_thread(_load_all)
        except VaultUnavailable as trouble:
            found = trouble
        if turn is self._turn:
            self._own, self.lost, self.damaged, self.trouble = own, lost, damaged, found
            self.is_loaded = found is None and not self.is_for_this_run_only
            self._asked.set()
            self.changed.emit()

    async def go_on_without_keyring(self) -> None:
        """Keep profiles in memory from now on, for this run only. What the keyring still does is not waited for."""
        self._turn = asyncio.Lock()
        self._vault = MemoryVault()
        self._store = Profiles(self._vault, IdsInMemory())
        self.is_for_this_run_only = True
        await self._load_own()

    async def save(self, profile: Profile) -> None:
        """Add or replace a profile. Raises InvalidInput, VaultUnavailable.

        Of one in the AWS CLI's files only colour, mode and Region are kept, and in the settings.
        """
        if is_shared(profile.id):
            self.shared.keep(profile)
            return
        await self._in_thread(lambda store: store.save(profile))
        await self._take((profile,))

    async def add_imported(
        self, profiles: tuple[Profile, ...], told: Callable[[int], object] = lambda _done: None
    ) -> None:
        """Add profiles that may lack their secrets, or replace them. Raises VaultUnavailable.

        `told` hears how many are kept by now: a keyring takes a moment for each. Cancelled, it leaves those it has.
        """
        done = 0
        try:
            for profile in profiles:
                await self._in_thread(partial(_add_imported, profile))
                done += 1
                told(done)
        finally:
            if done:
                self._add_own(profiles[:done])
        await self._take(())

    async def delete(self, profile: Profile) -> None:
        """Forget a profile and its secrets. Raises VaultUnavailable."""
        await self._in_thread(lambda store: store.delete(profile.id))
        self._own = tuple(each for each in self._own if each.id != profile.id)
        await self._take(())

    async def take_off_lost(self) -> None:
        """Have the list name no profile any more whose entry is gone. Raises VaultUnavailable."""

        def take_off(store: Profiles) -> None:
            for profile_id in store.lost():
                store.delete(profile_id)

        await self._in_thread(take_off)
        await self._load_own()

    def open_vault(self) -> Vault:
        """Where secrets are kept: for any thread but the GUI's, since it may block. Raises VaultUnavailable."""
        vault = self._vault
        if vault is None:
            vault = self._vault = open_keyring()
        return vault

    async def _take(self, profiles: tuple[Profile, ...]) -> None:
        """What was just kept is known; the keyring is read only where it could not be read before."""
        if self.trouble is not None or not (self.is_loaded or self.is_for_this_run_only):
            await self._load_own()
            return
        self._add_own(profiles)
        self.changed.emit()

    def _add_own(self, profiles: tuple[Profile, ...]) -> None:
        own = {profile.id: profile for profile in self._own}
        self._own = tuple((own | {profile.id: profile for profile in profiles}).values())

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


def lost_words(lost: tuple[str, ...], damaged: tuple[str, ...]) -> str:
    """What is said of profiles whose entries somebody deleted or damaged in the keyring, or ""."""
    if not lost:
        return ""
    is_one = len(lost) == 1
    which, them = ("A profile", "it") if is_one else (f"{len(lost)} profiles", "them")
    whole = f"{which} on the list cannot be shown:"
    if not damaged:
        return f"{whole} {_entries(len(lost), 'deleted', of=len(lost))} in the keyring. {_RESTORE.format(them)}."
    left = len(lost) - len(damaged)
    gone = f", and {_entries(left, 'deleted', of=len(lost))}" if left else ""
    places = ", ".join(f"profile/{profile_id}/facts" for profile_id in damaged[:_NAMED_AT_MOST])
    became = f"{_entries(len(damaged), 'damaged', of=len(lost))} in the keyring{gone}"
    return (
        f"{whole} {became}. What was damaged is kept there as it is ({places})."
        f" {_RESTORE.format(them)} and take {'this' if is_one else 'these'} off the list."
    )


def _entries(count: int, became: str, *, of: int) -> str:
    if of == 1:
        return f"its entry was {became}"
    return f"one entry was {became}" if count == 1 else f"{count} entries were {became}"


def _load_all(store: Profiles) -> tuple[tuple[Profile, ...], tuple[str, ...], tuple[str, ...]]:
    found = store.load_all()
    lost = store.lost(found)
    return found, lost, store.damaged(lost)


def _add_imported(profile: Profile, store: Profiles) -> None:
    store.add_imported(profile)
