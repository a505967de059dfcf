"""What the hosted UI and the identity pools build on, called directly on a small world."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest

from cognito_explorer.sandbox.auth import sign_in
from cognito_explorer.sandbox.auth import tables as auth_tables
from cognito_explorer.sandbox.auth.keys import jwks, openid_configuration
from cognito_explorer.sandbox.auth.tokens import (
    Grant,
    issue_client_credentials,
    issue_tokens,
    verify_access_token,
    verify_id_token,
)
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.functions.host import FunctionHost
from cognito_explorer.sandbox.outbox import Outbox
from cognito_explorer.sandbox.store import Store
from cognito_explorer.sandbox.sts import SecurityTokenService
from cognito_explorer.sandbox.user_pools import tables as pool_tables
from cognito_explorer.sandbox.user_pools.app_clients import check_secret, create_client
from cognito_explorer.sandbox.user_pools.domains import create_domain
from cognito_explorer.sandbox.user_pools.passwords import make_verifier
from cognito_explorer.sandbox.user_pools.pools import create_pool
from cognito_explorer.sandbox.user_pools.users import NewUser, User, find_user, insert_user
from cognito_explorer.sandbox.world import World

PASSWORD = "Moonletter-2026"
HOSTED = Grant(scopes=("openid", "email"), nonce="n-1", is_hosted=True)


@dataclass
class Stage:
    """A world with one pool, one client and one user."""

    world: World
    pool: dict[str, Any]
    client: dict[str, Any]
    user: User


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    store = Store(tmp_path / "world.sqlite")
    for schema in (pool_tables.SCHEMA, auth_tables.SCHEMA):
        store.create_tables(schema)
    clock = Clock()
    no_sts: SecurityTokenService = object()  # type: ignore[assignment]  # nothing here asks for credentials
    functions = FunctionHost(tmp_path, clock, no_sts)
    world = World(tmp_path, store, clock, Outbox(store, clock), no_sts, functions, "http://127.0.0.1:4000")
    pool = create_pool(world, "us-east-1", {"PoolName": "small"})
    client = create_client(world, {"UserPoolId": pool["Id"], "ClientName": "web", "GenerateSecret": True})
    attributes = {"email": "ada@x.example", "email_verified": "true", "name": "Ada"}
    user = insert_user(world, pool, NewUser("ada", attributes, password=PASSWORD))
    yield Stage(world, pool, client, user)
    store.close()


def _claims(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_hosted_grant_shows_what_its_scopes_name(stage: Stage) -> None:
    tokens = issue_tokens(stage.world, stage.pool, stage.client, stage.user, HOSTED)
    identity, access = _claims(tokens["IdToken"]), _claims(tokens["AccessToken"])
    assert identity["email"] == "ada@x.example"
    assert "name" not in identity
    assert identity["nonce"] == "n-1"
    assert identity["at_hash"]
    assert access["scope"] == "openid email"
    assert access["version"] == 2


def test_openid_alone_shows_every_attribute_and_without_it_there_is_no_id_token(stage: Stage) -> None:
    only = Grant(scopes=("openid",), is_hosted=True)
    assert _claims(issue_tokens(stage.world, stage.pool, stage.client, stage.user, only)["IdToken"])["name"] == "Ada"
    none = Grant(scopes=("email",), is_hosted=True)
    assert "IdToken" not in issue_tokens(stage.world, stage.pool, stage.client, stage.user, none)


def test_a_bound_resource_becomes_the_audience(stage: Stage) -> None:
    bound = Grant(scopes=("openid",), is_hosted=True, resource="https://api.x.example")
    tokens = issue_tokens(stage.world, stage.pool, stage.client, stage.user, bound)
    assert _claims(tokens["AccessToken"])["aud"] == "https://api.x.example"


def test_a_hosted_token_without_the_admin_scope_does_not_serve_oneself(stage: Stage) -> None:
    token = issue_tokens(stage.world, stage.pool, stage.client, stage.user, HOSTED)["AccessToken"]
    with pytest.raises(ServiceError, match="Access Token does not have required scopes"):
        verify_access_token(stage.world, token)
    pool, user, claims = verify_access_token(stage.world, token, scope="openid")
    assert (pool["Id"], user.username, claims["username"]) == (stage.pool["Id"], "ada", "ada")


def test_a_machine_gets_an_access_token_about_itself(stage: Stage) -> None:
    tokens = issue_client_credentials(stage.world, stage.pool, stage.client, ("api/read",))
    claims = _claims(tokens["AccessToken"])
    assert claims["sub"] == claims["client_id"] == stage.client["ClientId"]
    assert "username" not in claims
    assert tokens.keys() == {"AccessToken", "ExpiresIn", "TokenType"}
    with pytest.raises(ServiceError, match="Invalid Access Token"):
        verify_access_token(stage.world, tokens["AccessToken"], scope=None)


def test_an_id_token_is_checked_by_signature_kind_and_time(stage: Stage) -> None:
    tokens = issue_tokens(stage.world, stage.pool, stage.client, stage.user)
    assert verify_id_token(stage.world, tokens["IdToken"])["sub"] == stage.user.sub
    with pytest.raises(ServiceError, match="Invalid Id Token"):
        verify_id_token(stage.world, tokens["AccessToken"])
    stage.world.clock.advance(3601)
    with pytest.raises(ServiceError, match="Id Token has expired"):
        verify_id_token(stage.world, tokens["IdToken"])


def test_the_key_set_holds_two_keys_that_stay(stage: Stage) -> None:
    first = jwks(stage.world, stage.pool["Id"])
    assert len(first["keys"]) == 2
    assert jwks(stage.world, stage.pool["Id"]) == first


def test_discovery_lists_the_endpoints_of_the_domain(stage: Stage) -> None:
    assert "token_endpoint" not in openid_configuration(stage.world, stage.pool["Id"])
    create_domain(stage.world, {"UserPoolId": stage.pool["Id"], "Domain": "small"})
    document = openid_configuration(stage.world, stage.pool["Id"])
    assert document["token_endpoint"] == "http://localhost:4000/_hosted/small/oauth2/token"


def test_a_client_secret_is_compared_whole(stage: Stage) -> None:
    assert check_secret(stage.client, stage.client["ClientSecret"])
    assert not check_secret(stage.client, stage.client["ClientSecret"][:-1])
    assert not check_secret(stage.client, "")


def test_a_ready_verifier_serves_as_password(stage: Stage) -> None:
    proof = make_verifier(stage.pool, "grace", PASSWORD)
    insert_user(stage.world, stage.pool, NewUser("grace", {}, password=proof))
    assert sign_in.check_password(stage.world, stage.pool, stage.client, "grace", PASSWORD).username == "grace"


def test_an_invitation_of_last_week_has_expired(stage: Stage) -> None:
    long_ago = stage.world.clock.now() - 9 * 86400
    new = NewUser("alan", {}, status="FORCE_CHANGE_PASSWORD", password=PASSWORD, created_at=long_ago)
    insert_user(stage.world, stage.pool, new)
    with pytest.raises(ServiceError, match="Temporary password has expired"):
        sign_in.check_password(stage.world, stage.pool, stage.client, "alan", PASSWORD)


def test_no_password_is_stored(stage: Stage, tmp_path: Path) -> None:
    found = find_user(stage.world, stage.pool, "ada")
    assert found is not None
    assert PASSWORD not in repr(found)
    assert all(PASSWORD.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_wrong_password_is_counted_although_its_transaction_fails(stage: Stage) -> None:
    with pytest.raises(ServiceError), stage.world.store.transaction():
        sign_in.check_password(stage.world, stage.pool, stage.client, "ada", "wrong")
    row = stage.world.store.one("SELECT failures FROM password_lockouts")
    assert row is not None
    assert row["failures"] == 1
