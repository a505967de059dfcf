"""Every list: its largest page, its token's name, and tokens that are its own alone."""

from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import OIDC
from tests.sandbox.user_pools.test_imports import ROLE, make_import_role
from tests.sandbox_fixture import RunningSandbox

# Operation, page-size input, largest page, token's name: the pagination table of the reference.
LISTS = [
    ("list_user_pool_clients", "MaxResults", 60, "NextToken"),
    ("list_users", "Limit", 60, "PaginationToken"),
    ("list_users_in_group", "Limit", 60, "NextToken"),
    ("list_groups", "Limit", 60, "NextToken"),
    ("admin_list_groups_for_user", "Limit", 60, "NextToken"),
    ("list_identity_providers", "MaxResults", 60, "NextToken"),
    ("list_terms", "MaxResults", 60, "NextToken"),
    ("list_resource_servers", "MaxResults", 50, "NextToken"),
    ("list_user_import_jobs", "MaxResults", 60, "PaginationToken"),
]


def _fill(pool: PoolUnderTest) -> PoolUnderTest:
    key = {"UserPoolId": pool.pool_id}
    client = {**key, "ClientId": pool.add_client()["ClientId"]}
    for number in (1, 2):
        pool.add_user(f"u{number}")
    for number in (1, 2):
        pool.idp.create_group(**key, GroupName=f"g{number}")
        pool.idp.admin_add_user_to_group(**key, GroupName=f"g{number}", Username="u1")
        pool.idp.create_identity_provider(
            **key, ProviderName=f"Moonbook{number}", ProviderType="OIDC", ProviderDetails=OIDC
        )
        pool.idp.create_resource_server(**key, Identifier=f"api-{number}", Name="API")
        pool.idp.create_user_import_job(**key, JobName="job", CloudWatchLogsRoleArn=ROLE)
        pool.idp.create_terms(
            **client,
            TermsName=("terms-of-use", "privacy-policy")[number - 1],
            TermsSource="LINK",
            Enforcement="NONE",
            Links={"cognito:default": "https://moonletter.example"},
        )
    pool.idp.admin_add_user_to_group(**key, GroupName="g1", Username="u2")
    return pool


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    make_import_role(sandbox)
    return _fill(make_pool(sandbox))


@pytest.fixture(scope="module")
def neighbour(pool: PoolUnderTest) -> PoolUnderTest:
    return _fill(make_pool(pool.sandbox))


def _page(pool: PoolUnderTest, operation: str, **more: Any) -> dict[str, Any]:
    named = {"list_users_in_group": {"GroupName": "g1"}, "admin_list_groups_for_user": {"Username": "u1"}}
    answer: dict[str, Any] = getattr(pool.idp, operation)(UserPoolId=pool.pool_id, **named.get(operation, {}), **more)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _entries(answer: dict[str, Any]) -> list[Any]:
    return next(value for value in answer.values() if isinstance(value, list))


@pytest.mark.parametrize(("operation", "size", "largest", "token"), LISTS)
def test_pages_of_one_add_up_to_the_whole(
    pool: PoolUnderTest, operation: str, size: str, largest: int, token: str
) -> None:
    whole = _entries(_page(pool, operation, **{size: largest}))
    assert len(whole) == 2
    first = _page(pool, operation, **{size: 1})
    second = _page(pool, operation, **{size: 1, token: first[token]})
    assert _entries(first) + _entries(second) == whole
    assert token not in second


@pytest.mark.parametrize(("operation", "size", "largest", "token"), LISTS)
def test_a_larger_page_is_refused(pool: PoolUnderTest, operation: str, size: str, largest: int, token: str) -> None:
    with refused("InvalidParameterException"):
        _page(pool, operation, **{size: largest + 1})


@pytest.mark.parametrize(("operation", "size", "largest", "token"), LISTS)
def test_a_token_is_good_for_its_own_list_and_pool_alone(
    pool: PoolUnderTest, neighbour: PoolUnderTest, operation: str, size: str, largest: int, token: str
) -> None:
    own = _page(pool, operation, **{size: 1})[token]
    for other in (own[:-8] + "AAAAAAA=", "bWFkZSB1cA==", "ñ"):
        with refused("InvalidParameterException"):
            _page(pool, operation, **{size: 1, token: other})
    with refused("InvalidParameterException"):
        _page(neighbour, operation, **{size: 1, token: own})


@pytest.mark.parametrize(
    "attribute",
    [
        "nickname",
        "address",
        "locale",
        "birthdate",
        "email_verified",
        "identities",
        "custom:plan",
        "dev:custom:notes",
        "groups",
    ],
)
def test_most_attributes_cannot_be_searched(pool: PoolUnderTest, attribute: str) -> None:
    with refused("InvalidParameterException"):
        _page(pool, "list_users", Filter=f'{attribute} = "x"')


def test_a_filter_has_two_hundred_and_fifty_six_characters_at_most(pool: PoolUnderTest) -> None:
    start = 'username = "'
    assert _entries(_page(pool, "list_users", Filter=start + "x" * (255 - len(start)) + '"')) == []
    with refused("InvalidParameterException"):
        _page(pool, "list_users", Filter=start + "x" * (256 - len(start)) + '"')
