"""Attributes of a pool: types, limits, who may write them, and names people sign in with."""

from typing import Any

import pytest

from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

SCHEMA = [
    {"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "8"}},
    {
        "Name": "age",
        "AttributeDataType": "Number",
        "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "150"},
    },
    {"Name": "since", "AttributeDataType": "DateTime"},
    {"Name": "paid", "AttributeDataType": "Boolean"},
    {"Name": "notes", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    {"Name": "ref", "AttributeDataType": "String", "Mutable": False},
    {"Name": "long", "AttributeDataType": "String"},
]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, Schema=SCHEMA)
    made.add_user("ada", custom__ref="ML-1")
    return made


def _update(pool: PoolUnderTest, **changes: str) -> None:
    entries = [{"Name": name.replace("__", ":"), "Value": value} for name, value in changes.items()]
    pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username="ada", UserAttributes=entries)


def _shown(pool: PoolUnderTest, username: str) -> dict[str, str]:
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=username)
    return {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            [{"Name": "plan", "AttributeDataType": "String"}, {"Name": "plan", "AttributeDataType": "String"}],
            "Duplicate custom attribute names custom:plan are not allowed in a user pool schema.",
        ),
        (
            [{"Name": "email", "AttributeDataType": "Number"}],
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        ([{"Name": "plan", "Required": True}], "Required custom attributes are not supported currently."),
        (
            [
                {
                    "Name": "plan",
                    "AttributeDataType": "String",
                    "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "3"},
                }
            ],
            "Attribute custom:plan cannot have a max length shorter than it's min length",
        ),
        (
            [
                {
                    "Name": "age",
                    "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "3"},
                }
            ],
            "Attribute custom:age cannot have a max value smaller than it's min value",
        ),
        ([{"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "few"}}], None),
        (
            [{"Name": "plan"}],
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        ([{"Name": "x" * 21, "AttributeDataType": "String"}], None),
        ([{"AttributeDataType": "String"}], None),
    ],
)
def test_a_schema_that_cannot_be_is_refused(
    sandbox: RunningSandbox, schema: list[dict[str, Any]], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        make_pool(sandbox, Schema=schema)


def test_a_taken_name_is_refused_with_the_prefix_it_has(pool: PoolUnderTest) -> None:
    for name, kept in {"plan": "custom:plan", "notes": "dev:custom:notes"}.items():
        again = {"Name": name, "AttributeDataType": "String", "DeveloperOnlyAttribute": kept.startswith("dev:")}
        with refused("InvalidParameterException", f"custom:{name}: Existing attribute already has name {kept}."):
            pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=[again])


def test_a_pool_takes_fifty_custom_attributes(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, Schema=[{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(49)])
    pool.idp.add_custom_attributes(
        UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "fiftieth", "AttributeDataType": "String"}]
    )
    with refused("InvalidParameterException"):
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "one-more", "AttributeDataType": "String"}]
        )


@pytest.mark.parametrize(
    "change",
    [
        {"custom__plan": "x"},
        {"custom__plan": "x" * 9},
        {"custom__age": "151"},
        {"custom__age": "-1"},
        {"custom__age": "nan"},
        {"custom__age": "1_0"},
        {"custom__since": "yesterday"},
        {"custom__paid": "yes"},
        {"custom__long": "ñ" * 1025},
        {"birthdate": "1815-1-1"},
        {"updated_at": "-5"},
        {"custom__ref": "ML-2"},
        {"identities": "[]"},
    ],
)
def test_a_value_must_fit_its_type_and_limits(pool: PoolUnderTest, change: dict[str, str]) -> None:
    with refused("InvalidParameterException"):
        _update(pool, **change)


def test_values_at_the_limits_are_taken(pool: PoolUnderTest) -> None:
    _update(
        pool,
        custom__plan="12345678",
        custom__age="150",
        custom__since="2026-11-23T04:05:06+00:00",
        custom__paid="true",
        custom__long="x" * 2048,
        birthdate="1815-12-10",
    )
    assert _shown(pool, "ada")["custom:age"] == "150"


def test_an_immutable_attribute_is_set_once_at_creation(pool: PoolUnderTest) -> None:
    assert _shown(pool, "ada")["custom:ref"] == "ML-1"
    with refused("InvalidParameterException", "user.custom:ref: Attribute cannot be updated."):
        pool.idp.admin_delete_user_attributes(
            UserPoolId=pool.pool_id, Username="ada", UserAttributeNames=["custom:ref"]
        )


def test_a_developers_attribute_is_written_with_credentials_only(pool: PoolUnderTest) -> None:
    _update(pool, dev__custom__notes="a regular")
    assert _shown(pool, "ada")["dev:custom:notes"] == "a regular"
    token = pool.tokens("ada")["AccessToken"]
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        pool.public.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "dev:custom:notes", "Value": "an admirer"}]
        )


def test_names_differ_by_case_unless_the_pool_folds_them(sandbox: RunningSandbox) -> None:
    strict = make_pool(sandbox)
    strict.add_user("Ada")
    strict.add_user("ada")
    folding = make_pool(sandbox, UsernameConfiguration={"CaseSensitive": False}, AliasAttributes=["email"])
    folding.add_user("Ada", email="Ada@X.example", email_verified="true")
    with refused("UsernameExistsException", "User already exists"):
        folding.add_user("ADA")
    assert _shown(folding, "aDa") == _shown(folding, "ada@x.EXAMPLE")
    with refused("AliasExistsException"):
        folding.add_user("other", email="ada@x.example", email_verified="true")


@pytest.mark.parametrize(
    ("alias", "username", "word"), [("email", "ada@x.example", "email"), ("phone_number", "+491234567", "phone number")]
)
def test_a_username_is_not_of_an_aliass_form(sandbox: RunningSandbox, alias: str, username: str, word: str) -> None:
    pool = make_pool(sandbox, AliasAttributes=[alias])
    text = f"Username cannot be of {word} format, since user pool is configured for {word} alias."
    with refused("InvalidParameterException", text):
        pool.add_user(username)


def test_a_preferred_username_is_an_alias_once_its_owner_is_confirmed(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, AliasAttributes=["preferred_username"])
    pool.public.sign_up(
        ClientId=pool.client_id,
        Username="u-1",
        Password=PASSWORD,
        UserAttributes=[{"Name": "preferred_username", "Value": "ada"}],
    )
    with refused("UserNotFoundException"):
        pool.status("ada")
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="u-1")
    assert pool.status("ada") == "CONFIRMED"
    with refused("InvalidParameterException"):
        make_pool(
            sandbox,
            AliasAttributes=["preferred_username"],
            Schema=[{"Name": "preferred_username", "Required": True}],
        )


def test_an_address_as_username_is_unique_even_unverified_and_may_change(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    made = pool.add_user("ada@x.example")["User"]
    assert made["Username"] == _shown(pool, "ada@x.example")["sub"]
    with refused("UsernameExistsException"):
        pool.add_user("ada@x.example")
    with refused("InvalidParameterException", "Username should be an email."):
        pool.add_user("+491234567")
    with refused("InvalidParameterException", "Username should be either an email or a phone number."):
        make_pool(sandbox, UsernameAttributes=["phone_number", "email"]).add_user("ada")
    entry = {"Name": "email", "Value": "new@x.example"}
    pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username="ada@x.example", UserAttributes=[entry])
    assert _shown(pool, "new@x.example")["sub"] == made["Username"]
    pool.add_user("ada@x.example")
    with refused("AliasExistsException", "An account with the given email already exists."):
        pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username="ada@x.example", UserAttributes=[entry])


def test_a_user_is_in_a_hundred_groups_at_most_and_roles_are_of_the_account(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    pool.add_user("joiner")
    key = {"UserPoolId": pool.pool_id}
    for number in range(101):
        pool.idp.create_group(**key, GroupName=f"g{number}")
    for number in range(100):
        pool.idp.admin_add_user_to_group(**key, GroupName=f"g{number}", Username="joiner")
    with refused("LimitExceededException"):
        pool.idp.admin_add_user_to_group(**key, GroupName="g100", Username="joiner")
    pool.idp.admin_add_user_to_group(**key, GroupName="g1", Username="joiner")
    with refused("InvalidParameterException", "Cross-account pass role is not allowed."):
        pool.idp.create_group(**key, GroupName="foreign", RoleArn="arn:aws:iam::000000000000:role/readers")
