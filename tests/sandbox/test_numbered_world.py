"""`--seed-number`: equal calls draw equal ids, codes and secrets. `--issuer local`: discovery is to be believed."""

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.sandbox.pools import make_pool
from tests.sandbox_fixture import RunningSandbox, direct, start_sandbox


def drawn(sandbox: RunningSandbox) -> dict[str, Any]:
    """What a pool, a client, a registration and an identity pool were given."""
    pool = make_pool(sandbox)
    client = pool.add_client(GenerateSecret=True)
    signed_up = pool.public.sign_up(
        ClientId=pool.client_id,
        Username="ada",
        Password="Moonletter-2026",
        UserAttributes=[{"Name": "email", "Value": "ada@moonletter.example"}],
    )
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id, Username="bob", UserAttributes=[{"Name": "email", "Value": "bob@moonletter.example"}]
    )
    identity = sandbox.client("cognito-identity")
    made = identity.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=True)
    return {
        "pool": pool.pool_id,
        "client": (client["ClientId"], client["ClientSecret"]),
        "sub": signed_up["UserSub"],
        "codes": [message["code"] for message in sandbox.messages()],
        "identity pool": made["IdentityPoolId"],
        "user": sandbox.client("iam").create_user(UserName="someone")["User"]["UserId"],
    }


def run(data: Path, *options: str) -> dict[str, Any]:
    """What a sandbox on this folder draws."""
    running = start_sandbox(data, *options)
    try:
        return drawn(running)
    finally:
        running.stop()


def test_equal_numbers_draw_equal_ids_codes_and_secrets(tmp_path: Path) -> None:
    first = run(tmp_path / "one", "--seed-number", "42")
    assert run(tmp_path / "two", "--seed-number", "42") == first
    other = run(tmp_path / "three", "--seed-number", "43")
    assert not {str(value) for value in other.values()} & {str(value) for value in first.values()}


def test_without_a_number_nothing_repeats(tmp_path: Path) -> None:
    first, second = run(tmp_path / "one"), run(tmp_path / "two")
    assert not {str(value) for value in first.values()} & {str(value) for value in second.values()}


def test_a_restarted_numbered_world_draws_on(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        running = start_sandbox(tmp_path / name, "--seed-number", "42")
        pools = [make_pool(running).pool_id]
        running.stop()
        running = start_sandbox(tmp_path / name)
        pools.append(make_pool(running).pool_id)
        running.stop()
        assert len(set(pools)) == 2
        found.append(pools)
    assert found[0] == found[1]


@pytest.mark.parametrize("issuer", ["aws", "local"])
def test_tokens_discovery_and_identity_pools_agree_on_the_issuer(tmp_path: Path, issuer: str) -> None:
    running = start_sandbox(tmp_path / "world", "--issuer", issuer)
    try:
        pool = make_pool(running)
        pool.add_user("ada")
        token = pool.tokens("ada")["IdToken"]
        claims = jwt.decode(token, options={"verify_signature": False})
        local = f"{running.endpoint}/{pool.pool_id}"
        aws = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
        assert claims["iss"] == (local if issuer == "local" else aws)
        with direct.open(f"{local}/.well-known/openid-configuration", timeout=10) as answer:
            document = json.load(answer)
        assert document["issuer"] == claims["iss"]
        assert document["jwks_uri"].startswith(local)
        assert pool.public.get_user(AccessToken=pool.tokens("ada")["AccessToken"])["Username"] == "ada"
        provider = aws.removeprefix("https://")
        identity = running.client("cognito-identity")
        made = identity.create_identity_pool(
            IdentityPoolName="p",
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": pool.client_id}],
        )
        assert identity.get_id(IdentityPoolId=made["IdentityPoolId"], Logins={provider: token})["IdentityId"]
    finally:
        running.stop()


@pytest.mark.parametrize("options", [["--seed-number", "x"], ["--seed-number", "-1"], ["--issuer", "moon"]])
def test_a_wrong_option_is_refused(tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(RuntimeError, match="exit code 2"):
        start_sandbox(tmp_path / "world", *options)
