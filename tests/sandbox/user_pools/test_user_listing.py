"""Looking through a pool: filter, order, pages."""

from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

PEOPLE = [
    ("ada", "Ada", "Lovelace"),
    ("Ana", "Ána", "Ñandú"),
    ("ada2", "ADA", "Byron"),
    ("grace", "Grace", "Hopper"),
    ("oneil", "Shaun", 'O"Neil'),
    ("slash", "Back", "A\\B"),
]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    for username, given, family in PEOPLE:
        made.add_user(
            username, given_name=given, family_name=family, email=f"{username.lower()}@x.example", custom__plan="free"
        )
    made.idp.admin_disable_user(UserPoolId=made.pool_id, Username="grace")
    made.idp.admin_create_user(UserPoolId=made.pool_id, Username="invited", MessageAction="SUPPRESS")
    return made


def _names(pool: PoolUnderTest, text: str, **more: Any) -> list[str]:
    answer = pool.idp.list_users(UserPoolId=pool.pool_id, Filter=text, **more)
    return [user["Username"] for user in answer["Users"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('username = "ada"', ["ada"]),
        ('username ^= "ada"', ["ada", "ada2"]),
        ('username = "ADA"', []),
        ('given_name = "ada"', ["ada", "ada2"]),
        ('given_name ^= "á"', ["Ana"]),
        ('family_name ^= "ñ"', ["Ana"]),
        ('family_name = "O\\"Neil"', ["oneil"]),
        ('family_name = "a\\\\b"', ["slash"]),
        ('email ^= "ADA"', ["ada2", "ada"]),
        ('"email"="grace@x.example"', ["grace"]),
        ('status = "Disabled"', ["grace"]),
        ('status = "disabled"', []),
        ('cognito:user_status = "force_change_password"', ["invited"]),
        ('cognito:user_status ^= "FORCE"', ["invited"]),
        ('phone_number ^= "+"', []),
        ('preferred_username ^= ""', []),
    ],
)
def test_a_filter_finds_exactly_these(pool: PoolUnderTest, text: str, found: list[str]) -> None:
    assert _names(pool, text) == found


def test_a_blank_filter_finds_everybody(pool: PoolUnderTest) -> None:
    assert len(_names(pool, "")) == len(PEOPLE) + 1


def test_a_filtered_list_is_sorted_by_the_attribute(pool: PoolUnderTest) -> None:
    assert _names(pool, 'family_name ^= ""') == ["slash", "ada2", "grace", "ada", "oneil", "Ana"]


@pytest.mark.parametrize(
    "text",
    [
        'custom:plan = "free"',
        'nickname = "x"',
        "username = ada",
        'username > "a"',
        'username = "a" AND status = "Enabled"',
        'username = "a',
        "username",
    ],
)
def test_what_the_grammar_does_not_know_is_refused(pool: PoolUnderTest, text: str) -> None:
    with refused("InvalidParameterException"):
        _names(pool, text)


@pytest.mark.parametrize("text", ["", 'cognito:user_status = "CONFIRMED"', 'email ^= ""'])
def test_pages_add_up_without_gaps_or_repeats(pool: PoolUnderTest, text: str) -> None:
    whole = _names(pool, text)
    pages: list[str] = []
    more: dict[str, str] = {}
    while True:
        answer = pool.idp.list_users(UserPoolId=pool.pool_id, Filter=text, Limit=2, **more)
        pages += [user["Username"] for user in answer["Users"]]
        if "PaginationToken" not in answer:
            break
        assert len(answer["Users"]) == 2
        more = {"PaginationToken": answer["PaginationToken"]}
    assert pages == whole


def test_a_page_token_is_good_for_an_hour_and_for_its_own_filter(pool: PoolUnderTest) -> None:
    token = pool.idp.list_users(UserPoolId=pool.pool_id, Limit=2)["PaginationToken"]
    with refused("InvalidParameterException"):
        pool.idp.list_users(UserPoolId=pool.pool_id, Limit=2, PaginationToken=token, Filter='email ^= "a"')
    with refused("InvalidParameterException"):
        pool.idp.list_users(UserPoolId=pool.pool_id, Limit=2, PaginationToken=token[:-8] + "AAAAAAA=")
    pool.sandbox.advance(3601)
    with refused("InvalidParameterException"):
        pool.idp.list_users(UserPoolId=pool.pool_id, Limit=2, PaginationToken=token)


def test_a_page_holds_sixty_users_at_most(sandbox: RunningSandbox) -> None:
    crowd = make_pool(sandbox)
    for number in range(61):
        crowd.idp.admin_create_user(UserPoolId=crowd.pool_id, Username=f"u{number}", MessageAction="SUPPRESS")
    assert len(crowd.idp.list_users(UserPoolId=crowd.pool_id)["Users"]) == 60
    with refused("InvalidParameterException"):
        crowd.idp.list_users(UserPoolId=crowd.pool_id, Limit=61)


def test_only_asked_for_attributes_come_and_every_user_must_have_them(pool: PoolUnderTest) -> None:
    answer = pool.idp.list_users(
        UserPoolId=pool.pool_id, Filter='username = "ada"', AttributesToGet=["email", "custom:plan"]
    )
    assert {entry["Name"] for entry in answer["Users"][0]["Attributes"]} == {"email", "custom:plan"}
    with refused("InvalidParameterException", "One or more requested attributes do not exist."):
        pool.idp.list_users(UserPoolId=pool.pool_id, AttributesToGet=["email"])
