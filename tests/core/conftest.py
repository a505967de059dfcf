"""A door to the real sandbox, and a real Secret Service of the tests' own."""

from collections.abc import AsyncIterator, Callable

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from tests.sandbox_fixture import RunningSandbox, demo_sandbox, empty_worlds, sandbox
from tests.secret_service_fixture import secret_service

__all__ = ["demo_sandbox", "empty_worlds", "sandbox", "secret_service"]

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
