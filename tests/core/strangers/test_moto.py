"""moto's server, no Cognito of ours: what it has is read, what it lacks is refused in words, nothing breaks."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.identity_pools.identity_pools import describe_identity_pool, list_identity_pools
from cognito_explorer.core.insight.configuration import Subject
from cognito_explorer.core.insight.explanation_checks import check_causes
from cognito_explorer.core.insight.explanations import catalogue, explain
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.app_clients import describe_app_client, list_client_names
from cognito_explorer.core.user_pools.groups import list_groups, list_groups_for_user
from cognito_explorer.core.user_pools.pools import describe_pool, list_pools
from cognito_explorer.core.user_pools.users import find_user, list_users

_PATIENCE_S = 60
Look = Callable[[Aws, Subject], Coroutine[Any, Any, object]]

LOOKS: dict[str, Look] = {
    "pools": lambda aws, _: list_pools(aws).next_page(),
    "pool": lambda aws, it: describe_pool(aws, it.pool_id),
    "users": lambda aws, it: list_users(aws, it.pool_id).next_page(),
    "user": lambda aws, it: find_user(aws, it.pool_id, it.username),
    "groups": lambda aws, it: list_groups(aws, it.pool_id).next_page(),
    "groups of a user": lambda aws, it: list_groups_for_user(aws, it.pool_id, it.username),
    "clients": lambda aws, it: list_client_names(aws, it.pool_id),
    "client": lambda aws, it: describe_app_client(aws, it.pool_id, it.client_id),
    "identity pools": lambda aws, _: list_identity_pools(aws).next_page(),
    "identity pool": lambda aws, it: describe_identity_pool(aws, it.identity_pool_id),
}
# What every page needs; the rest may be missing.
NEEDED = frozenset({"pools", "pool", "users", "user", "groups", "groups of a user", "clients", "client"})


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """moto's server in a process of its own, on a port of this computer alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("moto_server")
    command = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def subject(endpoint: str) -> Subject:
    """A pool with a client, a group and a user, and an identity pool."""
    keys: dict[str, Any] = {"aws_access_key_id": "moto", "aws_secret_access_key": "moto"}
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    idp: Any = boto3.client("cognito-idp", "us-east-1", endpoint_url=endpoint, config=config, **keys)
    identity: Any = boto3.client("cognito-identity", "us-east-1", endpoint_url=endpoint, config=config, **keys)
    pool_id = idp.create_user_pool(PoolName="moto")["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool_id, Username="ada", UserAttributes=[{"Name": "email", "Value": "ada@a.test"}])
    idp.create_group(UserPoolId=pool_id, GroupName="paid")
    idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ada", GroupName="paid")
    made = identity.create_identity_pool(IdentityPoolName="moto", AllowUnauthenticatedIdentities=True)
    return Subject(pool_id, client_id, "ada", made["IdentityPoolId"])


@pytest.fixture
async def aws(endpoint: str) -> AsyncIterator[Aws]:
    """A door to it, with keys."""
    profile = Profile(
        id="moto",
        name="moto",
        kind="keys",
        region="us-east-1",
        color="#2F9E6E",
        endpoint_url=endpoint,
        access_key_id="moto",
        secret_access_key="moto",
    )
    door = await Aws.open(profile, journal=Journal())
    yield door
    door.close()


@pytest.mark.parametrize("name", LOOKS)
async def test_what_moto_has_is_read_and_what_it_lacks_is_refused_in_words(
    aws: Aws, subject: Subject, name: str
) -> None:
    try:
        found = await LOOKS[name](aws, subject)
    except ExplorerError as refusal:
        assert name not in NEEDED, refusal
        assert refusal.title
    else:
        assert found


async def test_every_check_of_an_error_ends_in_a_verdict(aws: Aws, subject: Subject) -> None:
    for entry in catalogue():
        found = await check_causes(aws, explain(entry.codes[0] if entry.codes else entry.contains[0]), subject)
        assert all(each.verdict.evidence for each in found if each.verdict)


def _wait_for(port: int) -> None:
    """Until it takes connections."""
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        with socket.socket() as knock:
            knock.settimeout(1)
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.1)
    raise TimeoutError("moto's server does not answer")
