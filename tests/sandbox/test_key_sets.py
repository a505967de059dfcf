"""The addresses that anybody may read: key sets and discovery."""

import json
import urllib.error
from typing import Any

import jwt
import pytest

from tests.sandbox_fixture import RunningSandbox, direct


def read(sandbox: RunningSandbox, path: str) -> dict[str, Any]:
    with direct.open(f"{sandbox.endpoint}{path}", timeout=10) as answer:
        document: dict[str, Any] = json.load(answer)
        return document


def test_a_pools_keys_are_the_same_each_time(sandbox: RunningSandbox) -> None:
    pool_id = sandbox.client("cognito-idp").create_user_pool(PoolName="keys")["UserPool"]["Id"]
    keys = read(sandbox, f"/{pool_id}/.well-known/jwks.json")
    assert len(jwt.PyJWKSet.from_dict(keys).keys) == 2
    assert read(sandbox, f"/{pool_id}/.well-known/jwks.json") == keys


def test_discovery_names_awss_issuer_and_our_addresses(sandbox: RunningSandbox) -> None:
    pool_id = sandbox.client("cognito-idp").create_user_pool(PoolName="discovery")["UserPool"]["Id"]
    document = read(sandbox, f"/{pool_id}/.well-known/openid-configuration")
    assert document["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    assert document["jwks_uri"] == f"{sandbox.endpoint}/{pool_id}/.well-known/jwks.json"


@pytest.mark.parametrize("name", ["jwks.json", "openid-configuration"])
def test_pages_of_any_origin_may_read_them(sandbox: RunningSandbox, name: str) -> None:
    pool_id = sandbox.client("cognito-idp").create_user_pool(PoolName="origins")["UserPool"]["Id"]
    with direct.open(f"{sandbox.endpoint}/{pool_id}/.well-known/{name}", timeout=10) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_identity_service_has_a_key_set(sandbox: RunningSandbox) -> None:
    assert jwt.PyJWKSet.from_dict(read(sandbox, "/.well-known/jwks_uri")).keys


def test_an_unknown_pool_has_none(sandbox: RunningSandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        read(sandbox, "/us-east-1_nobody/.well-known/jwks.json")
    with caught.value as refusal:
        assert refusal.code == 404
