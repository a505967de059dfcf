"""The open doors, one per profile and region, and the sandbox behind the sandbox profile."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws
    from cognito_explorer.core.sandbox_process import SandboxProcess

SANDBOX_PROFILE = Profile(id="sandbox", name="Moonletter sandbox", kind="sandbox", region="us-east-1", color="#2F9E6E")


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

    @property
    def sandbox(self) -> "SandboxProcess | None":
        """The sandbox this app talks to, once it was started or found."""
        return self._sandbox

    async def open(self, profile: Profile, region: str = "") -> "Aws":
        """The door of a profile in a region, opened once. Raises ExplorerError when it cannot be opened."""
        async with self._opening:
            key = (profile.id, region or profile.region)
            if key not in self._doors:
                # botocore loads while the sandbox starts.
                _, reachable = await asyncio.gather(_load_door(), self._reachable(profile))
                from cognito_explorer.core.aws.door import Aws

                self._doors[key] = await Aws.open(reachable, region=key[1], journal=self.journal)
            return self._doors[key]

    async def restart_sandbox(self) -> None:
        """Start the sandbox again on its old port, so that every open page goes on. Raises ExplorerError."""
        if self._sandbox is not None:
            await self._sandbox.start()
            self.sandbox_started.emit()

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
        for aws in self._doors.values():
            await aws.drain()
            aws.close()
        self._doors.clear()
        if self._sandbox is not None:
            await self._sandbox.stop()

    async def _reachable(self, profile: Profile) -> Profile:
        """The profile with the running sandbox's endpoint and keys; any other profile as it is."""
        if profile.kind != "sandbox" or profile.endpoint_url:
            return profile
        if self._sandbox is None:
            from cognito_explorer.core.sandbox_process import SandboxProcess

            sandbox = SandboxProcess(self._sandbox_data, on_exit=self.sandbox_stopped.emit)
            await sandbox.start()
            self._sandbox = sandbox
            self.sandbox_started.emit()
        running = self._sandbox.running
        return replace(
            profile,
            endpoint_url=running.endpoint,
            access_key_id=running.access_key_id,
            secret_access_key=running.secret_access_key,
        )


async def _load_door() -> None:
    """Import the door, and botocore with it, without holding up the window."""
    await asyncio.to_thread(__import__, "cognito_explorer.core.aws.door")
    await asyncio.to_thread(__import__, "botocore.session")
