"""How many of each there may be: facts of api-quotas.md sections 4 and 5."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pytest

from cognito_explorer.sandbox.quotas import Asked, Buckets
from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Moon"
OIDC = {
    "client_id": "x",
    "client_secret": "y",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://idp.moonrise.example",
}
IDENTITY_RATES = {
    "GetId": 25,
    "GetOpenIdToken": 200,
    "GetCredentialsForIdentity": 200,
    "GetOpenIdTokenForDeveloperIdentity": 50,
    "ListIdentities": 5,
    "DeleteIdentities": 10,
    "TagResource": 5,
    "UntagResource": 5,
    "ListTagsForResource": 10,
}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


def fill(sandbox: RunningSandbox, sql: str, rows: Iterable[tuple[Any, ...]] = ((),)) -> None:
    """Write into the store directly: thousands of calls would take minutes."""
    (database,) = sandbox.data.glob("*.sqlite3")
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        connection.executemany(sql, rows)


@pytest.mark.parametrize("operation", IDENTITY_RATES)
def test_an_operation_of_identity_pools_has_this_rate(operation: str) -> None:
    """api-quotas.md 4: per operation, account and Region; other Regions and operations are not touched."""
    buckets = Buckets()
    room = (buckets.admit(Asked("cognito-identity", operation, "us-east-1"), now=0.0) for _ in range(500))
    assert next(number for number, is_admitted in enumerate(room) if not is_admitted) == IDENTITY_RATES[operation]
    assert buckets.admit(Asked("cognito-identity", operation, "eu-central-1"), now=0.0)
    assert buckets.admit(Asked("cognito-identity", "DescribeIdentityPool", "us-east-1"), now=0.0)


def test_an_account_has_a_thousand_identity_pools(sandbox: RunningSandbox) -> None:
    """api-quotas.md 5: identity pools per account 1,000."""
    admin = sandbox.client("cognito-identity")
    given = {"IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True}
    rows = ((f"us-east-1:full-{number}", "us-east-1", "{}") for number in range(999))
    fill(sandbox, "INSERT INTO identity_pools (id, region, body) VALUES (?, ?, ?)", rows)
    admin.create_identity_pool(**given)
    with refused("LimitExceededException"):
        admin.create_identity_pool(**given)
    fill(sandbox, "DELETE FROM identity_pools WHERE body = '{}'")
    assert admin.create_identity_pool(**given)


def test_an_identity_pool_takes_fifty_user_pool_clients(sandbox: RunningSandbox) -> None:
    """api-quotas.md 5: user-pool providers per identity pool 50."""
    admin = sandbox.client("cognito-identity")
    many = [{"ProviderName": f"{PROVIDER}{number}", "ClientId": "client"} for number in range(51)]
    given = {"IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True}
    with refused("LimitExceededException"):
        admin.create_identity_pool(**given, CognitoIdentityProviders=many)
    made = admin.create_identity_pool(**given, CognitoIdentityProviders=many[:50])
    assert len(made["CognitoIdentityProviders"]) == 50
    with refused("LimitExceededException"):
        admin.update_identity_pool(IdentityPoolId=made["IdentityPoolId"], **given, CognitoIdentityProviders=many)


def test_a_pool_has_ten_thousand_groups_and_a_user_a_hundred(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: groups per pool 10,000, groups per user 100."""
    pool.add_user("joins")
    groups = [(pool.pool_id, f"g{number:05}") for number in range(9_999)]
    made = "INSERT INTO user_groups (pool_id, name, created_at, modified_at) VALUES (?, ?, 0, 0)"
    fill(pool.sandbox, made, groups)
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="last")
    with refused("LimitExceededException"):
        pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="late")
    joined = (
        "INSERT INTO group_members (pool_id, group_name, user_id)"
        " SELECT ?, ?, id FROM users WHERE pool_id = ? AND username = 'joins'"
    )
    fill(pool.sandbox, joined, ((*group, pool.pool_id) for group in groups[:99]))
    key = {"UserPoolId": pool.pool_id, "Username": "joins"}
    pool.idp.admin_add_user_to_group(**key, GroupName="last")
    with refused("LimitExceededException"):
        pool.idp.admin_add_user_to_group(**key, GroupName="g05000")


def test_a_user_has_five_linked_identities(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: linked identities per user 5."""
    key = {"UserPoolId": pool.pool_id}
    pool.add_user("linked")
    pool.idp.create_identity_provider(**key, ProviderName="Moonrise", ProviderType="OIDC", ProviderDetails=OIDC)

    def link(number: int) -> None:
        pool.idp.admin_link_provider_for_user(
            **key,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "linked"},
            SourceUser={
                "ProviderName": "Moonrise",
                "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": f"person-{number}",
            },
        )

    for number in range(5):
        link(number)
    with refused("LimitExceededException"):
        link(5)


def test_a_pool_has_twenty_five_resource_servers(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: resource servers per pool 25."""
    key = {"UserPoolId": pool.pool_id, "Name": "facts"}
    for number in range(25):
        pool.idp.create_resource_server(**key, Identifier=f"api{number}")
    with refused("LimitExceededException"):
        pool.idp.create_resource_server(**key, Identifier="api25")


def test_a_pool_has_fifty_custom_attributes(sandbox: RunningSandbox) -> None:
    """api-quotas.md 5: custom attributes 50."""
    schema = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(50)]
    pool = make_pool(sandbox, Schema=schema[:49])
    pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=schema[49:])
    with pytest.raises(pool.idp.exceptions.ClientError):
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "more", "AttributeDataType": "String"}]
        )


def test_fifty_mails_a_day_go_by_cognitos_own_sender(pool: PoolUnderTest) -> None:
    """api-quotas.md 5: e-mail with default sender, 50 per day per account, reset at 09:00 UTC."""
    pool.add_user("mailed", email="mailed@moon.example", email_verified="true")
    ask = {"ClientId": pool.client_id, "Username": "mailed"}
    pool.public.forgot_password(**ask)
    fill(pool.sandbox, "UPDATE default_mails SET number = 50")
    shown = pool.sandbox.control("outbox")["daily_mail"]
    assert (shown["sent"], shown["limit"], shown["resets_at"] % 86_400) == (50, 50, 9 * 3600)
    with refused("LimitExceededException"):
        pool.public.forgot_password(**ask)
    pool.sandbox.advance(86_400)
    pool.public.forgot_password(**ask)
    pool.sandbox.advance(-86_400)
