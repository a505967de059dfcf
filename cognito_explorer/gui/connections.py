"""The open doors, one per profile and region, and the sandbox behind the sandbox profile."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.journal import Intent, Journal
from cognito_explorer.core.profile_transfer import foreign_addresses
from cognito_explorer.core.profiles import Profile, check_profile
from cognito_explorer.gui.lib.tasks import TaskScope

if TYPE_CHECKING:
    from cognito_explorer.core.aws.call_log import CallLog
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.aws.pace import Pace
    from cognito_explorer.core.aws.permit import Permit
    from cognito_explorer.core.aws.person import Person
    from cognito_explorer.core.aws.provisioned_limits import ProvisionedLimits
    from cognito_explorer.core.sandbox_process import SandboxProcess

SANDBOX_PROFILE = Profile(id="sandbox", name="Moonletter sandbox", kind="sandbox", region="us-east-1", color="#2F9E6E")

_WATCH_MS = 2_000
_LOADING, _LOADED = threading.Lock(), threading.Event()


class Connections(QObject):
    """Opens doors on request and keeps them; starts, restarts and stops the sandbox.

    `renewed` and `forgotten` carry a profile's id: its doors lead elsewhere now, or are closed.
    """

    sandbox_stopped = Signal()
    sandbox_started = Signal()
    renewed = Signal(str)
    forgotten = Signal(str)

    def __init__(self, sandbox_data: Path, journal: Journal | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.journal = journal or Journal()
        self.tasks = TaskScope(self)
        self._sandbox: SandboxProcess | None = None
        self._sandbox_data = sandbox_data
        self._doors: dict[tuple[str, str], Aws] = {}
        self.permits: dict[str, Permit] = {}
        self._paces: dict[tuple[str, str, str], Pace] = {}
        self._limits: dict[tuple[str, str, str], ProvisionedLimits] = {}
        self._background = TaskScope(self)
        self.person_of: Callable[[], Person | None] = lambda: None  # whom doors ask for MFA codes and sign-ins
        self._trusted: dict[str, list[dict[str, str]]] = {}  # by profile, the addresses that were confirmed
        self.confirm_foreign: Callable[[Profile], Awaitable[bool]] | None = None
        self.ask_sign_in: Callable[[Profile], Awaitable[bool]] | None = None
        self.ask_name: Callable[[Profile, str, Intent], Awaitable[bool]] | None = None
        self.calls_in_front: Callable[[], CallLog | None] = _nothing
        # One profile's program or metadata service may take a minute: the others do not wait for it.
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._is_neighbour_gone = False
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look_at_neighbour)

    @property
    def sandbox(self) -> "SandboxProcess | None":
        """The sandbox this app talks to, once it was started or found."""
        return self._sandbox

    async def open(self, profile: Profile, region: str = "") -> "Aws":
        """The door of a profile in a region, opened once. Raises ExplorerError when it cannot be opened."""
        profile = await self._confirmed(profile)
        async with self._opening[profile.id]:
            reachable = await self._reachable(profile)
            key = (profile.id, region or profile.region)
            if key not in self._doors:
                self._doors[key] = self._under_permit(await self._make_door(reachable, key[1]))
            return self._doors[key]

    async def open_apart(self, profile: Profile) -> "Aws":
        """A door of one's own, to try a profile as it is now; close it when done. Raises ExplorerError."""
        profile = await self._confirmed(profile)
        async with self._opening[profile.id]:
            door = await self._make_door(await self._reachable(profile), profile.region)
        door.calls = door.http.calls = door.calls.sign_ins  # it is gone soon, and what it asked stays in the log
        return door

    @asynccontextmanager
    async def trying(self, profile: Profile) -> AsyncIterator["Aws"]:
        """`open_apart` for as long as it takes, its calls shown in the log in front, too. Raises ExplorerError."""
        person, front = self.person_of(), self.calls_in_front()
        own = person.calls_of(profile) if person is not None else None
        if own is None or front is None or front.sign_ins is own:
            stop: Callable[[], object] = _nothing
        else:
            stop = front.show_beside(own, profile.name)
        try:
            door = await self.open_apart(profile)
            try:
                yield door
            finally:
                door.close()
        finally:
            # What another thread has told just now is on its way through the loop.
            asyncio.get_running_loop().call_soon(stop)

    def renew(self, profile: Profile) -> None:
        """Have a profile's doors ask for credentials anew. Pages keep their doors."""
        if self._is_trusted(profile):
            profile = replace(profile, is_foreign=False)
        for door in self._doors_of(profile.id):
            door.renew(profile)

    def take_change(self, profile: Profile) -> None:
        """A profile was edited: its doors lead where it says now."""
        self.renew(profile)
        self.renewed.emit(profile.id)

    async def restart_sandbox(self) -> None:
        """Start the sandbox again, on its old port where that is free. Raises ExplorerError."""
        async with self._opening[SANDBOX_PROFILE.id]:
            await self._start_sandbox()
        self.sandbox_started.emit()

    async def reset_sandbox(self) -> None:
        """Stop the sandbox, delete its world and start a fresh one on the same port. Raises ExplorerError."""
        if self._sandbox is not None:
            for door in self._doors_of(SANDBOX_PROFILE.id):
                await door.drain()
            await self._sandbox.reset()
            self.forget(SANDBOX_PROFILE.id)
            self.sandbox_started.emit()

    def forget(self, profile_id: str) -> None:
        """Close the doors of a profile that was deleted, each when the writes under way have their answer."""
        for key in [key for key in self._doors if key[0] == profile_id]:
            self.close_door(*key)
        if profile_id != SANDBOX_PROFILE.id:
            self.permits.pop(profile_id, None)
        self.forgotten.emit(profile_id)

    def share_pace(self, door: "Aws", account_id: str) -> None:
        """Have a door go by the rates that are kept for its account and Region, whatever profile leads there."""
        place = (account_id, door.region, door.profile.endpoint_url)
        pace = door.pace = door.http.pace = self._paces.setdefault(place, door.pace)
        if pace.is_strict:
            self._limits_of(place, pace).follow(door, partial(self._ask_limit, " ".join(place)))

    def close_door(self, profile_id: str, region: str) -> None:
        """Nobody looks through this door any more: close it when the writes under way have their answer."""
        door = self._doors.pop((profile_id, region), None)
        if door is not None:
            name = f"close {profile_id} {region} {id(door)}"
            self.tasks.start(name, _close(door), label="Finishing what was begun")

    async def abandon_writes(self) -> None:
        """Wait no longer for what was sent: it is noted as unknown."""
        for door in tuple(self._doors.values()):
            await door.drain(may_wait=False)

    async def close(self) -> None:
        """Wait for writes under way, then close every door and stop the sandbox."""
        self._watch.stop()
        self._background.cancel_all()
        while self._doors:
            _, door = self._doors.popitem()
            await _close(door)
        await self.tasks.idle()
        await self.journal.close()
        if self._sandbox is not None:
            await self._sandbox.stop()

    def _under_permit(self, door: "Aws") -> "Aws":
        """All Regions of a profile are under one permit; a sign-in under read-only is asked about once."""
        self.permits[door.profile.id] = door.permit
        if self.ask_sign_in is not None:
            door.permit.ask_sign_in = partial(self.ask_sign_in, door.profile)
        if self.ask_name is not None:
            door.permit.ask_name = partial(self.ask_name, door.profile)
        return door

    def _limits_of(self, place: tuple[str, str, str], pace: "Pace") -> "ProvisionedLimits":
        from cognito_explorer.core.aws.provisioned_limits import ProvisionedLimits

        return self._limits.setdefault(place, ProvisionedLimits(pace))

    def _ask_limit(self, place: str, category: str, work: Coroutine[Any, Any, None]) -> None:
        self._background.start(f"{category} {place}", work, label=f"Asking for the account's rate of {category}")

    async def _confirmed(self, profile: Profile) -> Profile:
        """An imported profile that leads elsewhere than to AWS is asked about once. Raises InvalidInput after a no."""
        if not profile.is_foreign:
            return profile
        if not self._is_trusted(profile):
            if self.confirm_foreign is None or not await self.confirm_foreign(profile):
                title = f"“{profile.name}” is not used: you have not confirmed where it leads."
                raise InvalidInput(title, "Choose it again to look at it, or edit it.", code="NotConfirmed")
            self._trusted.setdefault(profile.id, []).append(foreign_addresses(profile))
        return replace(profile, is_foreign=False)

    def _is_trusted(self, profile: Profile) -> bool:
        """Whether it was confirmed in this run that the profile may lead exactly where it does."""
        return foreign_addresses(profile) in self._trusted.get(profile.id, ())

    def _doors_of(self, profile_id: str) -> list["Aws"]:
        return [door for (owner, _), door in self._doors.items() if owner == profile_id]

    async def _make_door(self, profile: Profile, region: str) -> "Aws":
        if profile.kind == "sandbox":
            # Its first lists come without botocore, which loads when they stand.
            await asyncio.to_thread(import_module, "cognito_explorer.core.aws.door")
        else:
            # An imported profile lacks its secrets until somebody enters them.
            check_profile(profile)
            await asyncio.to_thread(load_door)
        from cognito_explorer.core.aws.door import Aws

        permit = self.permits.get(profile.id)
        if profile.kind == "sandbox":
            return Aws.ajar(profile, region=region, journal=self.journal, permit=permit)
        return await Aws.open(profile, region=region, journal=self.journal, permit=permit, person=self.person_of())

    async def _reachable(self, profile: Profile) -> Profile:
        """The profile with the running sandbox's endpoint and keys; any other profile as it is."""
        if profile.kind != "sandbox" or profile.endpoint_url:
            return profile
        if self._sandbox is None or not self._sandbox.is_running or self._is_neighbour_gone:
            await self._start_sandbox()
            self.sandbox_started.emit()
        return self._as_running(profile)

    def _as_running(self, profile: Profile) -> Profile:
        running = self._require_sandbox().running
        permit = self.permits.get(profile.id)
        return replace(
            profile,
            chosen_mode=permit.mode if permit is not None else profile.chosen_mode,
            endpoint_url=running.endpoint,
            access_key_id=running.access_key_id,
            secret_access_key=running.secret_access_key,
        )

    async def _start_sandbox(self) -> None:
        """Start or attach. Where it listens elsewhere than before, its doors follow."""
        sandbox = self._require_sandbox()
        running = await sandbox.start()
        self._sandbox, self._is_neighbour_gone = sandbox, False
        if running.is_attached:
            self._watch.start()
        if any(door.profile.endpoint_url != running.endpoint for door in self._doors_of(SANDBOX_PROFILE.id)):
            self.take_change(self._as_running(SANDBOX_PROFILE))

    def _require_sandbox(self) -> "SandboxProcess":
        from cognito_explorer.core.sandbox_process import SandboxProcess

        return self._sandbox or SandboxProcess(self._sandbox_data, on_exit=self.sandbox_stopped.emit)

    def _look_at_neighbour(self) -> None:
        """Nobody tells us when a sandbox ends that another program started: we look."""
        from cognito_explorer.core.sandbox_process import is_listening

        if self._sandbox is None or not self._sandbox.running.is_attached:
            self._watch.stop()
        elif not is_listening(self._sandbox.running):
            self._watch.stop()
            self._is_neighbour_gone = True
            self.sandbox_stopped.emit()


def _nothing() -> None:
    """Nobody looks at a log; there is nothing to stop."""


async def _close(door: "Aws") -> None:
    # The window that would show a question is on its way out, or its profile is gone.
    await door.drain(may_ask=False)
    door.close()


def load_door() -> None:
    """Load the door, and what boto3 needs for a first client. Blocks: belongs into a thread."""
    from cognito_explorer.core.aws.connection import warm_up

    with _LOADING:
        if not _LOADED.is_set():
            warm_up()
            import_module("cognito_explorer.core.aws.door")
            _LOADED.set()
