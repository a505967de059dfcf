"""Pools, clients, groups and domains, against the real sandbox."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import NotFound
from cognito_explorer.core.user_pools import app_clients, domains, groups, pools
from cognito_explorer.core.user_pools.pool_overview import check_password, describe_in_words, describe_password_policy
from cognito_explorer.core.user_pools.pools import PasswordPolicy


async def test_pools_are_listed(aws: Aws) -> None:
    found = await pools.list_pools(aws, page_size=1).collect(limit=100)
    assert {"moonletter", "moonletter-staging"} <= {pool.name for pool in found}


async def test_a_pool_is_described_in_plain_words(aws: Aws, pool_id: str) -> None:
    pool = await pools.describe_pool(aws, pool_id)
    assert (pool.name, pool.domain, pool.region) == ("moonletter", "moonletter", "us-east-1")
    assert {"custom:plan", "custom:ref", "email"} <= {spec.name for spec in pool.attributes}
    words = {fact.label: fact.value for fact in describe_in_words(pool)}
    assert words["Users"].startswith("about 5")
    assert words["Sign-in pages"] == "moonletter"
    assert all(words.values())


async def test_an_unknown_pool_is_not_found(aws: Aws) -> None:
    with pytest.raises(NotFound, match="user pool does not exist"):
        await pools.describe_pool(aws, "us-east-1_Nowhere00")


async def test_groups_carry_roles_and_precedence(aws: Aws, pool_id: str) -> None:
    found = {group.name: group.precedence for group in await groups.list_groups(aws, pool_id).collect(limit=100)}
    assert found == {"free": 30, "paid": 20, "editors": 10}


async def test_an_app_client_is_described_with_its_secret_out_of_sight(
    aws: Aws, pool_id: str, client_named: Callable[[str], str]
) -> None:
    names = {client.name for client in await app_clients.list_app_clients(aws, pool_id).collect(limit=100)}
    assert {"web", "server", "machine"} <= names
    web = await app_clients.describe_app_client(aws, pool_id, client_named("web"))
    assert web.can_sign_in
    assert not web.has_secret
    assert "http://localhost:8400/callback" in web.callback_urls
    assert web.refresh_token_validity >= timedelta(hours=1)
    server = await app_clients.describe_app_client(aws, pool_id, client_named("server"))
    assert server.has_secret
    assert server.secret not in repr(server)


async def test_a_domain_leads_to_its_pool(aws: Aws, pool_id: str) -> None:
    found = await domains.describe_domain(aws, "moonletter")
    assert (found.pool_id, found.is_custom) == (pool_id, False)
    with pytest.raises(NotFound):
        await domains.describe_domain(aws, "nobody-has-this")


STRICT = PasswordPolicy(10, True, True, True, True)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (PasswordPolicy(), "At least 8 characters"),
        (PasswordPolicy(6, needs_numbers=True), "At least 6 characters with a digit"),
        (STRICT, "At least 10 characters with an upper-case letter, a lower-case letter, a digit and a symbol"),
    ],
)
def test_a_password_policy_reads_as_a_sentence(policy: PasswordPolicy, words: str) -> None:
    assert describe_password_policy(policy) == words


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("Moonletter-2026", ""),
        ("moonletter-2026", "This password still needs an upper-case letter."),
        ("Moon-2026", "This password still needs 10 characters."),
        (
            "",
            "This password still needs 10 characters, an upper-case letter, a lower-case letter, a digit and a symbol.",
        ),
    ],
)
def test_what_a_password_lacks_is_said_at_once(password: str, complaint: str) -> None:
    assert check_password(STRICT, password) == complaint
