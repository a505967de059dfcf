"""Changing a client's secret without a gap: two are good at a time."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from tests.sandbox.pools import FLOWS, PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada")
    return made


def _key(pool: PoolUnderTest, client: dict[str, Any]) -> dict[str, str]:
    return {"UserPoolId": pool.pool_id, "ClientId": client["ClientId"]}


def _sign_in(pool: PoolUnderTest, client: dict[str, Any], secret: str) -> None:
    digest = hmac.new(secret.encode(), f"ada{client['ClientId']}".encode(), hashlib.sha256).digest()
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": base64.b64encode(digest).decode()}
    pool.public.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=client["ClientId"], AuthParameters=parameters)


def test_old_and_new_secret_are_both_good_until_the_old_one_is_deleted(pool: PoolUnderTest) -> None:
    client = pool.add_client(GenerateSecret=True, ExplicitAuthFlows=FLOWS)
    key = _key(pool, client)
    added = pool.idp.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    assert added["ClientSecretId"].startswith(f"{client['ClientId']}--")
    _sign_in(pool, client, client["ClientSecret"])
    _sign_in(pool, client, added["ClientSecretValue"])
    listed = pool.idp.list_user_pool_client_secrets(**key)["ClientSecrets"]
    assert len(listed) == 2
    assert all("ClientSecretValue" not in entry for entry in listed)
    pool.idp.delete_user_pool_client_secret(**key, ClientSecretId=listed[0]["ClientSecretId"])
    _sign_in(pool, client, added["ClientSecretValue"])
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client['ClientId']}"):
        _sign_in(pool, client, client["ClientSecret"])
    described = pool.idp.describe_user_pool_client(**key)["UserPoolClient"]
    assert described["ClientSecret"] == added["ClientSecretValue"]
    assert pool.idp.list_user_pool_client_secrets(**key)["ClientSecrets"] == listed[1:]


def test_a_client_has_two_secrets_at_most_and_one_at_least(pool: PoolUnderTest) -> None:
    client = pool.add_client(GenerateSecret=True)
    key = _key(pool, client)
    only = pool.idp.list_user_pool_client_secrets(**key)["ClientSecrets"][0]["ClientSecretId"]
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool_client_secret(**key, ClientSecretId=only)
    own = pool.idp.add_user_pool_client_secret(**key, ClientSecret="a" * 30)["ClientSecretDescriptor"]
    assert "ClientSecretValue" not in own
    with refused("LimitExceededException"):
        pool.idp.add_user_pool_client_secret(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.delete_user_pool_client_secret(**key, ClientSecretId="somebody--1")


def test_an_update_of_the_client_keeps_both_secrets(pool: PoolUnderTest) -> None:
    client = pool.add_client(GenerateSecret=True)
    pool.idp.add_user_pool_client_secret(**_key(pool, client))
    pool.idp.update_user_pool_client(**_key(pool, client), ClientName="renamed")
    assert len(pool.idp.list_user_pool_client_secrets(**_key(pool, client))["ClientSecrets"]) == 2


def test_a_public_client_gets_no_secret_afterwards(pool: PoolUnderTest) -> None:
    with refused("InvalidParameterException"):
        pool.idp.add_user_pool_client_secret(UserPoolId=pool.pool_id, ClientId=pool.client_id)
