"""A door to the real sandbox, and a real Secret Service of the tests' own."""

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
from hypothesis import settings

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from tests.sandbox_fixture import RunningSandbox, demo_sandbox, sandbox

__all__ = ["demo_sandbox", "sandbox"]

# How long an example takes says nothing on a busy machine.
settings.register_profile("core", deadline=None)
settings.load_profile("core")

PASSWORD = "Moonletter-2026"


def profile_of(running: RunningSandbox) -> Profile:
    """The sandbox's administrator as a profile."""
    return Profile(
        id="sandbox",
        name="Sandbox",
        kind="sandbox",
        region="us-east-1",
        color="#2F9E6E",
        endpoint_url=running.endpoint,
        access_key_id=running.ready["access_key_id"],
        secret_access_key=running.ready["secret_access_key"],
    )


@pytest.fixture
async def aws(demo_sandbox: RunningSandbox) -> AsyncIterator[Aws]:
    """A door to Moonletter with a journal of its own."""
    door = await Aws.open(profile_of(demo_sandbox), journal=Journal())
    yield door
    await door.drain()
    door.close()


@pytest.fixture(scope="session")
def pool_id(demo_sandbox: RunningSandbox) -> str:
    """The id of the pool `moonletter`."""
    pools = demo_sandbox.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    found: str = next(pool["Id"] for pool in pools if pool["Name"] == "moonletter")
    return found


@pytest.fixture(scope="session")
def client_named(demo_sandbox: RunningSandbox, pool_id: str) -> Callable[[str], str]:
    """Finds an app client's id by its name."""

    def find(name: str) -> str:
        clients = demo_sandbox.client("cognito-idp").list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)
        found: str = next(each["ClientId"] for each in clients["UserPoolClients"] if each["ClientName"] == name)
        return found

    return find


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """gnome-keyring on a message bus of its own, unlocked and empty."""
    if not which("gnome-keyring-daemon") or not which("dbus-daemon"):
        pytest.skip("dev.py test installs gnome-keyring and dbus")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    command = ["dbus-daemon", "--session", "--print-address", "--nofork"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        unlock = ["gnome-keyring-daemon", "--unlock", "--components=secrets"]
        subprocess.run(unlock, input="test\n", text=True, check=True, capture_output=True)
        yield
        bus.terminate()
