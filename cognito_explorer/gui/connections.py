"""The open doors, one per profile and region, and the sandbox behind the sandbox profile."""

import asyncio
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.sandbox_process import SandboxProcess

SANDBOX_PROFILE = Profile(id="sandbox", name="Moonletter sandbox", kind="sandbox", region="us-east-1", color="#2F9E6E")

_WATCH_MS = 2_000
_LOADING, _LOADED = threading.Lock(), threading.Event()


class Connections(QObject):
    """Opens doors on request and keeps them; starts, restarts and stops the sandbox."""

    sandbox_stopped = Signal()
    sandbox_started = Signal()

    def __init__(self, sandbox_data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.journal = Journal()
        self._sandbox: SandboxProcess | None = None
        self._sandbox_data = sandbox_data
        self._doors: dict[tuple[str, str], Aws] = {}
        self._opening = asyncio.Lock()
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look_at_neighbour)

    @property
    def sandbox(self) -> "SandboxProcess | None":
        """The sandbox this app talks to, once it was started or found."""
        return self._sandbox

    async def open(self, profile: Profile, region: str = "") -> "Aws":
        """The door of a profile in a region, opened once. Raises ExplorerError when it cannot be opened."""
        async with self._opening:
            reachable = await self._reachable(profile)
            key = (profile.id, region or profile.region)
            if key not in self._doors:
                self._doors[key] = await self._make_door(reachable, key[1])
            return self._doors[key]

    async def open_apart(self, profile: Profile) -> "Aws":
        """A door of one's own, to try a profile as it is now; close it when done. Raises ExplorerError."""
        async with self._opening:
            return await self._make_door(await self._reachable(profile), profile.region)

    async def restart_sandbox(self) -> bool:
        """Start the sandbox again; True when it has its old port, so that open pages go on. Raises ExplorerError."""
        is_where_it_was = await self._start_sandbox()
        self.sandbox_started.emit()
        return is_where_it_was

    async def reset_sandbox(self) -> None:
        """Stop the sandbox, delete its world and start a fresh one on the same port. Raises ExplorerError."""
        if self._sandbox is not None:
            await self._sandbox.reset()
            self.forget(SANDBOX_PROFILE.id)
            self.sandbox_started.emit()

    def forget(self, profile_id: str) -> None:
        """Close the doors of a profile that was changed or deleted."""
        for key in [key for key in self._doors if key[0] == profile_id]:
            self._doors.pop(key).close()

    async def close(self) -> None:
        """Wait for writes under way, then close every door and stop the sandbox."""
        self._watch.stop()
        for aws in self._doors.values():
            await aws.drain()
            aws.close()
        self._doors.clear()
        if self._sandbox is not None:
            await self._sandbox.stop()

    async def _make_door(self, profile: Profile, region: str) -> "Aws":
        if profile.kind == "sandbox":
            # Its first lists come without botocore, which loads when they stand.
            await asyncio.to_thread(import_module, "cognito_explorer.core.aws.door")
        else:
            await asyncio.to_thread(load_door)
        from cognito_explorer.core.aws.door import Aws

        if profile.kind == "sandbox":
            return Aws.ajar(profile, region=region, journal=self.journal)
        return await Aws.open(profile, region=region, journal=self.journal)

    async def _reachable(self, profile: Profile) -> Profile:
        """The profile with the running sandbox's endpoint and keys; any other profile as it is."""
        if profile.kind != "sandbox" or profile.endpoint_url:
            return profile
        if self._sandbox is None or not self._sandbox.is_running:
            await self._start_sandbox()
            self.sandbox_started.emit()
        running = self._require_sandbox().running
        return replace(
            profile,
            endpoint_url=running.endpoint,
            access_key_id=running.access_key_id,
            secret_access_key=running.secret_access_key,
        )

    async def _start_sandbox(self) -> bool:
        """Start or attach; True when it listens where it did. Doors to where it no longer listens are closed."""
        sandbox = self._require_sandbox()
        running = await sandbox.start()
        self._sandbox = sandbox
        if running.is_attached:
            self._watch.start()
        lost = [key for key, door in self._doors.items() if door.profile.endpoint_url not in ("", running.endpoint)]
        lost = [key for key in lost if key[0] == SANDBOX_PROFILE.id]
        for key in lost:
            self._doors.pop(key).close()
        return not lost

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
            self.sandbox_stopped.emit()


def load_door() -> None:
    """Load the door, and what boto3 needs for a first client. Blocks: belongs into a thread."""
    from cognito_explorer.core.aws.connection import warm_up

    with _LOADING:
        if not _LOADED.is_set():
            warm_up()
            import_module("cognito_explorer.core.aws.door")
            _LOADED.set()
