"""Cognitos of others on this computer, each with a little in it. `dev.py test --full` installs all but moto's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from cognito_explorer.core.profiles import Profile
from tests.benchmarks.emulators import peer, peer_command

R = TypeVar("R")

# As parameters of a fixture: one process of each for a module's tests.
NAMES = (
    pytest.param("moto server"),
    pytest.param("ministack", marks=pytest.mark.full),
    pytest.param("cognito-local", marks=pytest.mark.full),
)
POOL, EMAIL, GROUP = "strange", "ada@strange.test", "paid"
# An id for what an endpoint could not make.
NO_IDENTITY_POOL = "us-east-1:00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A running one, and what was made in it."""

    name: str
    endpoint: str
    pool_id: str
    client_id: str
    username: str
    identity_pool_id: str

    def profile(self) -> Profile:
        """An administrator's profile that leads there."""
        return Profile(
            id="stranger",
            name=self.name,
            kind="keys",
            region="us-east-1",
            color="#2F9E6E",
            endpoint_url=self.endpoint,
            access_key_id="test",
            secret_access_key="test",
            chosen_mode="admin",
        )


@contextmanager
def stranger(name: str, folder: Path) -> Iterator[Stranger]:
    """Start one and make a pool with a client, a user, a group and an identity pool in it."""
    with peer(name, peer_command(name), folder) as emulator:
        yield _filled(name, emulator.endpoint)


def _filled(name: str, endpoint: str) -> Stranger:
    idp, identity = _client("cognito-idp", endpoint), _client("cognito-identity", endpoint)
    pool_id = idp.create_user_pool(PoolName=POOL)["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]["ClientId"]
    pairs = [{"Name": "email", "Value": EMAIL}]
    user = idp.admin_create_user(UserPoolId=pool_id, Username=EMAIL, UserAttributes=pairs, MessageAction="SUPPRESS")
    username = user["User"]["Username"]  # cognito-local calls its users by their sub
    idp.create_group(UserPoolId=pool_id, GroupName=GROUP)
    idp.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=GROUP)
    _if_offered(lambda: idp.create_user_pool_domain(UserPoolId=pool_id, Domain=POOL))
    provider = {"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{pool_id}", "ClientId": client_id}
    made = _if_offered(
        lambda: identity.create_identity_pool(
            IdentityPoolName=POOL, AllowUnauthenticatedIdentities=True, CognitoIdentityProviders=[provider]
        )
    )
    identity_pool_id = made["IdentityPoolId"] if made else NO_IDENTITY_POOL
    return Stranger(name, endpoint, pool_id, client_id, username, identity_pool_id)


def _if_offered(make: Callable[[], R]) -> R | None:
    try:
        return make()
    except ClientError:
        return None


def _client(service: str, endpoint: str) -> Any:
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(
        service,  # type: ignore[call-overload]  # the service is a variable here
        region_name="us-east-1",
        endpoint_url=endpoint,
        config=config,
        **keys,
    )
