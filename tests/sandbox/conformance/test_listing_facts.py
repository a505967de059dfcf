"""Lists, their pages and the filter of ListUsers: facts of user-pools.md sections 3 and 4."""

from typing import Any

import pytest

from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

PHONE = "+441632960100"


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    tracking = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    made = make_pool(
        sandbox,
        AliasAttributes=["email"],
        Schema=[{"Name": "plan", "AttributeDataType": "String"}],
        DeviceConfiguration=tracking,
    )
    made.add_user(
        "ada",
        email="ada@moonletter.example",
        email_verified="true",
        phone_number=PHONE,
        name="Ada Lovelace",
        given_name="Ada",
        family_name="Lovelace",
        preferred_username="countess",
        custom__plan="paid",
    )
    made.add_user("grace", family_name='O"Neil')
    made.idp.admin_disable_user(UserPoolId=made.pool_id, Username="grace")
    made.idp.admin_create_user(UserPoolId=made.pool_id, Username="invited", MessageAction="SUPPRESS")
    made.public.sign_up(ClientId=made.client_id, Username="signing", Password=PASSWORD)
    return made


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


def found(pool: PoolUnderTest, text: str | None = None, **more: Any) -> list[str]:
    given = {} if text is None else {"Filter": text}
    answer = pool.idp.list_users(UserPoolId=pool.pool_id, **given, **more)
    return [user["Username"] for user in answer["Users"]]


@pytest.mark.parametrize(
    ("operation", "size", "largest", "more"),
    [
        ("admin_list_user_auth_events", "MaxResults", 60, {"Username": "ada"}),
        ("admin_list_devices", "Limit", 60, {"Username": "ada"}),
        ("list_groups", "Limit", 60, {}),
        ("list_identity_providers", "MaxResults", 60, {}),
        ("list_resource_servers", "MaxResults", 50, {}),
        ("list_user_import_jobs", "MaxResults", 60, {}),
    ],
)
def test_a_page_has_a_largest_size(
    pool: PoolUnderTest, strict: Any, operation: str, size: str, largest: int, more: dict[str, str]
) -> None:
    """user-pools.md 3: page-size input and maximum of each list."""
    with refused("InvalidParameterException"):
        getattr(strict, operation)(UserPoolId=pool.pool_id, **more, **{size: largest + 1})


@pytest.mark.parametrize(
    ("operation", "size", "largest"),
    [("list_devices", "Limit", 60), ("list_web_authn_credentials", "MaxResults", 20)],
)
def test_a_page_of_ones_own_things_has_a_largest_size(
    pool: PoolUnderTest, operation: str, size: str, largest: int
) -> None:
    """user-pools.md 3: ListDevices Limit 60, ListWebAuthnCredentials MaxResults 20."""
    token = pool.tokens("ada")["AccessToken"]
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    assert getattr(strict, operation)(AccessToken=token, **{size: largest})
    with refused("InvalidParameterException"):
        getattr(strict, operation)(AccessToken=token, **{size: largest + 1})


@pytest.mark.parametrize("operation", ["list_user_pools", "list_user_import_jobs"])
def test_a_size_must_be_given_where_it_is_required(pool: PoolUnderTest, strict: Any, operation: str) -> None:
    """user-pools.md 3: ListUserPools and ListUserImportJobs require MaxResults."""
    with refused("InvalidParameterException"):
        getattr(strict, operation)(**({} if operation == "list_user_pools" else {"UserPoolId": pool.pool_id}))


@pytest.mark.parametrize("operation", ["list_users", "list_groups", "admin_list_groups_for_user", "admin_list_devices"])
def test_a_limit_of_zero_is_the_services_default(pool: PoolUnderTest, operation: str) -> None:
    """user-pools.md 3: Limit minimum is 0 for most operations; 0 means service default."""
    more = {"Username": "ada"} if operation.startswith("admin") else {}
    whole = getattr(pool.idp, operation)(UserPoolId=pool.pool_id, **more)
    none = getattr(pool.idp, operation)(UserPoolId=pool.pool_id, Limit=0, **more)
    assert {**none, "ResponseMetadata": 0} == {**whole, "ResponseMetadata": 0}


@pytest.mark.parametrize("operation", ["list_user_pool_client_secrets", "list_user_pool_replicas"])
def test_short_lists_come_as_one_page(pool: PoolUnderTest, operation: str) -> None:
    """user-pools.md 3: client secrets, replicas and sessions have no page size and no further page."""
    more = {"ClientId": pool.add_client(GenerateSecret=True)["ClientId"]} if "client" in operation else {}
    assert "NextToken" not in getattr(pool.idp, operation)(UserPoolId=pool.pool_id, **more)


@pytest.mark.parametrize(
    ("paginator", "more"),
    [
        ("list_groups", {}),
        ("list_identity_providers", {}),
        ("list_resource_servers", {}),
        ("list_user_pool_clients", {}),
        ("list_users", {}),
        ("list_users_in_group", {"GroupName": "paged"}),
        ("admin_list_groups_for_user", {"Username": "ada"}),
        ("admin_list_user_auth_events", {"Username": "ada"}),
    ],
)
def test_a_paginator_of_boto3_comes_to_an_end(sandbox: RunningSandbox, paginator: str, more: dict[str, str]) -> None:
    """user-pools.md 3: boto3 has paginators for these; a page without a token is the last."""
    pool = make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    key = {"UserPoolId": pool.pool_id}
    for number in range(2):
        pool.add_user(("ada", "grace")[number])
        pool.idp.create_group(**key, GroupName=("paged", "other")[number])
        pool.idp.admin_add_user_to_group(**key, GroupName="paged", Username=("ada", "grace")[number])
    pages = list(pool.idp.get_paginator(paginator).paginate(**key, **more, PaginationConfig={"PageSize": 1}))
    assert pages
    assert not {"NextToken", "PaginationToken"} & pages[-1].keys()


def test_a_page_may_be_short_and_not_the_last(sandbox: RunningSandbox) -> None:
    """user-pools.md 3: stop only when no token comes back, pages can be short or empty."""
    pool = make_pool(sandbox)
    for _ in range(2):
        pool.add_client()
    first = pool.idp.list_user_pool_clients(UserPoolId=pool.pool_id, MaxResults=1, ClientType="DCR")
    assert first["UserPoolClients"] == []
    assert first["NextToken"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("username", "ada"),
        ("email", "ada@moonletter.example"),
        ("phone_number", PHONE),
        ("name", "Ada Lovelace"),
        ("given_name", "Ada"),
        ("family_name", "Lovelace"),
        ("preferred_username", "countess"),
    ],
)
def test_an_attribute_is_searched_whole_or_by_its_beginning(pool: PoolUnderTest, attribute: str, value: str) -> None:
    """user-pools.md 4: searchable attributes; `=` is exact, `^=` is prefix, there is no suffix or contains."""
    assert found(pool, f'{attribute} = "{value}"') == ["ada"]
    assert found(pool, f'{attribute} ^= "{value[:-1]}"') == ["ada"]
    assert found(pool, f'{attribute} = "{value[:-1]}"') == []
    assert "ada" not in found(pool, f'{attribute} ^= "{value[1:]}"')


def test_a_user_is_found_by_sub(pool: PoolUnderTest) -> None:
    """user-pools.md 4: `sub` is searchable."""
    shown = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada")["UserAttributes"]
    sub = {entry["Name"]: entry["Value"] for entry in shown}["sub"]
    assert found(pool, f'sub = "{sub}"') == ["ada"]
    assert found(pool, f'sub ^= "{sub[:13]}"') == ["ada"]


@pytest.mark.parametrize(
    ("status", "users"),
    [
        ("UNCONFIRMED", ["signing"]),
        ("CONFIRMED", ["ada", "grace"]),
        ("FORCE_CHANGE_PASSWORD", ["invited"]),
        ("confirmed", ["ada", "grace"]),
        ("RESET_REQUIRED", []),
        ("EXTERNAL_PROVIDER", []),
        ("ARCHIVED", []),
        ("UNKNOWN", []),
        ("COMPROMISED", []),
    ],
)
def test_users_are_found_by_status_in_whatever_case(pool: PoolUnderTest, status: str, users: list[str]) -> None:
    """user-pools.md 4: cognito:user_status values, not case-sensitive."""
    assert sorted(found(pool, f'cognito:user_status = "{status}"')) == users


@pytest.mark.parametrize(
    ("text", "number"), [('status = "Enabled"', 3), ('status = "Disabled"', 1), ('status = "enabled"', 0)]
)
def test_being_enabled_is_found_by_status_in_the_right_case(pool: PoolUnderTest, text: str, number: int) -> None:
    """user-pools.md 4: `status` is Enabled or Disabled, case-sensitive, and not UserStatus."""
    assert len(found(pool, text)) == number


def test_usernames_are_found_in_the_right_case_alone(pool: PoolUnderTest) -> None:
    """user-pools.md 4: `username` is case-sensitive."""
    assert found(pool, 'username = "ADA"') == []


def test_no_filter_and_an_empty_one_find_everybody(pool: PoolUnderTest) -> None:
    """user-pools.md 4: an empty filter or none filters nothing."""
    assert sorted(found(pool)) == sorted(found(pool, "")) == ["ada", "grace", "invited", "signing"]


def test_a_quote_inside_a_value_is_escaped(pool: PoolUnderTest) -> None:
    """user-pools.md 4: a literal quote or backslash inside the value is escaped with a backslash."""
    assert found(pool, 'family_name = "O\\"Neil"') == ["grace"]
    with refused("InvalidParameterException"):
        found(pool, 'family_name = "O"Neil"')


@pytest.mark.parametrize(
    "text",
    [
        'username = "ada" AND status = "Enabled"',
        'username = "ada" OR username = "grace"',
        'NOT username = "ada"',
        'username != "ada"',
        'username $= "a"',
        'username ~ "a"',
        'username >= "a"',
        "username = 'ada'",
        "username = ada",
    ],
)
def test_a_filter_is_one_clause_of_two_operators(pool: PoolUnderTest, text: str) -> None:
    """user-pools.md 4: exactly one clause, no AND, OR or NOT, no ranges, value in double quotes."""
    with refused("InvalidParameterException"):
        found(pool, text)


def test_an_alias_is_no_username_in_a_list(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    """user-pools.md 4: an alias is not a username; in e-mail-username pools `username` holds the UUID."""
    assert found(pool, 'username = "ada@moonletter.example"') == []
    addressed = make_pool(sandbox, UsernameAttributes=["email"])
    made = addressed.add_user("mina@moonletter.example")["User"]["Username"]
    assert found(addressed, 'username = "mina@moonletter.example"') == []
    assert found(addressed, 'email = "mina@moonletter.example"') == [made]
    assert found(addressed, f'username = "{made}"') == [made]


def test_asked_for_attributes_must_be_everybodys(pool: PoolUnderTest) -> None:
    """user-pools.md 4: AttributesToGet fails if any user in the page lacks a value; custom ones included."""
    for name in ("email", "custom:plan"):
        with refused("InvalidParameterException"):
            found(pool, AttributesToGet=[name])
        assert found(pool, 'username = "ada"', AttributesToGet=[name]) == ["ada"]
    assert len(found(pool, AttributesToGet=["sub"])) == 4


def test_a_filtered_list_is_in_ascending_order(pool: PoolUnderTest) -> None:
    """user-pools.md 4: with a filter, output is sorted ascending by that attribute."""
    assert found(pool, 'username ^= ""') == ["ada", "grace", "invited", "signing"]


def test_a_page_token_is_good_for_an_hour(pool: PoolUnderTest) -> None:
    """user-pools.md 3: the ListUsers token lives one hour."""
    key = {"UserPoolId": pool.pool_id, "Limit": 1}
    token = pool.idp.list_users(**key)["PaginationToken"]
    pool.sandbox.advance(3590)
    assert pool.idp.list_users(**key, PaginationToken=token)["Users"]
    pool.sandbox.advance(20)
    with refused("InvalidParameterException"):
        pool.idp.list_users(**key, PaginationToken=token)
