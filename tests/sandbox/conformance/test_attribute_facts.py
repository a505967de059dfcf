"""Attributes and sign-in identifiers: facts of user-pools-config.md sections 1 and 2."""

from typing import Any

import jwt
import pytest

from tests.sandbox.auth.second_factors import PHONE
from tests.sandbox.pools import PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

STRINGS = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "zoneinfo",
    "locale",
    "address",
    "preferred_username",
    "email",
    "phone_number",
]
SCHEMA: list[dict[str, Any]] = [
    {
        "Name": "words",
        "AttributeDataType": "String",
        "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "5"},
    },
    {"Name": "level", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}},
    {"Name": "paid", "AttributeDataType": "Boolean"},
    {"Name": "since", "AttributeDataType": "DateTime"},
    {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    {"Name": "notes", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox, Schema=SCHEMA)
    made.add_user("ada", custom__fixed="once")
    return made


def schema_of(pool: PoolUnderTest) -> dict[str, Any]:
    described = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    return {entry["Name"]: entry for entry in described["SchemaAttributes"]}


def update(pool: PoolUnderTest, username: str = "ada", **changes: str) -> None:
    entries = [{"Name": name.replace("__", ":"), "Value": value} for name, value in changes.items()]
    pool.idp.admin_update_user_attributes(UserPoolId=pool.pool_id, Username=username, UserAttributes=entries)


def shown(pool: PoolUnderTest, username: str = "ada") -> dict[str, str]:
    user = pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=username)
    return {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}


def sign_up(pool: PoolUnderTest, username: str, **attributes: str) -> Any:
    entries = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return pool.public.sign_up(ClientId=pool.client_id, Username=username, Password=PASSWORD, UserAttributes=entries)


@pytest.mark.parametrize("name", STRINGS)
def test_a_standard_text_has_up_to_2048_characters(pool: PoolUnderTest, name: str) -> None:
    """user-pools-config.md 1: standard strings are 0 to 2048 characters and mutable."""
    entry = schema_of(pool)[name]
    assert (entry["AttributeDataType"], entry["Mutable"], entry["Required"]) == ("String", True, False)
    assert entry["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "2048"}


def test_the_other_standard_attributes_have_their_types(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: sub 1 to 2048 and immutable, birthdate exactly 10, updated_at ≥0, two Booleans."""
    schema = schema_of(pool)
    assert (schema["sub"]["Mutable"], schema["sub"]["Required"]) == (False, True)
    assert schema["sub"]["StringAttributeConstraints"] == {"MinLength": "1", "MaxLength": "2048"}
    assert schema["birthdate"]["StringAttributeConstraints"] == {"MinLength": "10", "MaxLength": "10"}
    assert schema["updated_at"]["NumberAttributeConstraints"] == {"MinValue": "0"}
    for name in ("email_verified", "phone_number_verified"):
        assert schema[name]["AttributeDataType"] == "Boolean"
    assert schema["identities"]["AttributeDataType"] == "String"
    assert len([name for name in schema if ":" not in name]) == 21


def test_every_value_travels_as_a_text(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: every user value is transported as a string."""
    update(pool, custom__level="7", custom__paid="true", updated_at="1700000000")
    assert {name: shown(pool)[name] for name in ("custom:level", "custom:paid", "updated_at")} == {
        "custom:level": "7",
        "custom:paid": "true",
        "updated_at": "1700000000",
    }


@pytest.mark.parametrize("phone", ["441632960100", "+44 1632 960100", "+44-1632", "+", "0044163296010", "+44x"])
def test_a_phone_number_is_a_plus_and_digits(pool: PoolUnderTest, phone: str) -> None:
    """user-pools-config.md 1: phone_number is `+` then digits only, country code first."""
    with refused("InvalidParameterException", "Invalid phone number format."):
        update(pool, phone_number=phone)


@pytest.mark.parametrize("email", ["ada", "ada@", "@moonletter.example", "a da@moonletter.example", "a@b@c"])
def test_an_address_has_the_usual_form(pool: PoolUnderTest, email: str) -> None:
    """user-pools-config.md 1: email has normal e-mail syntax."""
    with refused("InvalidParameterException", "Invalid email address format."):
        update(pool, email=email)


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified"])
def test_only_administrators_and_codes_verify(pool: PoolUnderTest, name: str) -> None:
    """user-pools-config.md 1: only admins or the verification flow set *_verified; no client may have write access."""
    token = pool.tokens("ada")["AccessToken"]
    with refused("NotAuthorizedException"):
        pool.public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": name, "Value": "true"}])
    with refused("InvalidParameterException"):
        pool.add_client(WriteAttributes=[name])
    update(pool, **{name: "true"})
    assert shown(pool)[name] == "true"


@pytest.mark.parametrize("date", ["1815-12-1", "1815-12-100"])
def test_a_birthdate_has_ten_characters(pool: PoolUnderTest, date: str) -> None:
    """user-pools-config.md 1: birthdate is exactly 10 characters, `YYYY-MM-DD` in the API."""
    with refused("InvalidParameterException"):
        update(pool, birthdate=date)


def test_a_custom_attribute_is_sent_bare_and_kept_with_its_prefix(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 1: AddCustomAttributes sends the bare name; users carry `custom:` or `dev:custom:`."""
    pool = make_pool(sandbox)
    added = [
        {"Name": "plan", "AttributeDataType": "String"},
        {"Name": "secret", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
    pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=added)
    assert {"custom:plan", "dev:custom:secret"} <= schema_of(pool).keys()
    pool.add_user("ada", custom__plan="paid")
    assert shown(pool)["custom:plan"] == "paid"


def test_limits_of_custom_attributes_are_texts(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: constraints are strings in the API; types String, Number, Boolean, DateTime."""
    schema = schema_of(pool)
    assert schema["custom:words"]["StringAttributeConstraints"] == {"MinLength": "2", "MaxLength": "5"}
    assert schema["custom:level"]["NumberAttributeConstraints"] == {"MinValue": "1", "MaxValue": "9"}
    assert schema["custom:paid"]["AttributeDataType"] == "Boolean"
    assert schema["custom:since"]["AttributeDataType"] == "DateTime"


@pytest.mark.parametrize(("length", "is_taken"), [(20, True), (21, False)])
def test_the_name_of_a_custom_attribute_has_20_characters(pool: PoolUnderTest, length: int, *, is_taken: bool) -> None:
    """user-pools-config.md 1 and api-quotas.md 5: name ≤20 characters as supplied."""
    given = [{"Name": "n" * length, "AttributeDataType": "String"}]
    if is_taken:
        pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=given)
        assert f"custom:{'n' * length}" in schema_of(pool)
        return
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=given)


@pytest.mark.parametrize(
    "change", [{"custom__words": "x"}, {"custom__words": "sixsix"}, {"custom__level": "0"}, {"custom__level": "10"}]
)
def test_a_custom_value_keeps_its_limits(pool: PoolUnderTest, change: dict[str, str]) -> None:
    """user-pools-config.md 1: StringAttributeConstraints and NumberAttributeConstraints hold."""
    with refused("InvalidParameterException"):
        update(pool, **change)


def test_a_value_has_2048_bytes_at_most(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1 and api-quotas.md 5: any attribute value ≤2048 bytes."""
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    for value in ("x" * 2049, "ñ" * 1025):
        with refused("InvalidParameterException"):
            strict.admin_update_user_attributes(
                UserPoolId=pool.pool_id, Username="ada", UserAttributes=[{"Name": "profile", "Value": value}]
            )
    update(pool, profile="x" * 2048)


def test_an_immutable_attribute_is_written_at_creation_alone(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: Mutable=false is writable only at user creation."""
    assert shown(pool)["custom:fixed"] == "once"
    with refused("InvalidParameterException", "user.custom:fixed: Attribute cannot be updated."):
        update(pool, custom__fixed="twice")


def test_custom_claims_are_texts_whatever_their_type(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: in ID tokens custom values are always JSON strings."""
    update(pool, custom__level="7", custom__paid="true")
    claims = jwt.decode(pool.tokens("ada")["IdToken"], options={"verify_signature": False})
    assert (claims["custom:level"], claims["custom:paid"]) == ("7", "true")


def test_a_developers_attribute_is_beyond_an_access_token(pool: PoolUnderTest) -> None:
    """user-pools-config.md 1: `dev:` attributes change only with AWS credentials."""
    update(pool, dev__custom__notes="a regular")
    token = pool.tokens("ada")["AccessToken"]
    with refused("NotAuthorizedException"):
        pool.public.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "dev:custom:notes", "Value": "an admirer"}]
        )


def test_a_preferred_username_is_not_required_and_alias_at_once(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 1: preferred_username is required or alias, never both."""
    required = [{"Name": "preferred_username", "Required": True}]
    with refused("InvalidParameterException"):
        make_pool(sandbox, Schema=required, AliasAttributes=["preferred_username"])
    make_pool(sandbox, Schema=required)


def test_a_plain_username_stays_and_an_address_is_no_name(pool: PoolUnderTest) -> None:
    """user-pools-config.md 2: with neither list there is an immutable username alone."""
    update(pool, email="ada@moonletter.example", email_verified="true")
    with refused("UserNotFoundException"):
        pool.status("ada@moonletter.example")


def test_an_alias_counts_once_it_is_verified_and_is_unique_among_those(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 2: an alias is usable only once verified and unique among verified aliases."""
    pool = make_pool(sandbox, AliasAttributes=["email"])
    pool.add_user("ada", email="shared@moonletter.example")
    pool.add_user("grace", email="shared@moonletter.example")
    with refused("UserNotFoundException"):
        pool.status("shared@moonletter.example")
    update(pool, "ada", email_verified="true")
    assert pool.status("shared@moonletter.example") == "CONFIRMED"
    with refused("AliasExistsException"):
        update(pool, "grace", email_verified="true")


def test_an_alias_is_taken_over_by_force_alone(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 2: ForceAliasCreation=true steals a verified alias; otherwise AliasExistsException."""
    pool = make_pool(sandbox, AliasAttributes=["email"])
    pool.add_user("ada", email="shared@moonletter.example", email_verified="true")
    sign_up(pool, "grace", email="shared@moonletter.example")
    confirmation = {"ClientId": pool.client_id, "Username": "grace", "ConfirmationCode": pool.latest_code()}
    with refused("AliasExistsException"):
        pool.public.confirm_sign_up(**confirmation)
    pool.public.confirm_sign_up(**confirmation, ForceAliasCreation=True)
    assert shown(pool, "shared@moonletter.example")["sub"] == shown(pool, "grace")["sub"]


def test_an_address_as_name_is_a_uuid_inside_and_changes_to_its_like(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 2: username equals sub; unique even if unverified; e-mail may not become a phone number."""
    pool = make_pool(sandbox, UsernameAttributes=["email"], SmsConfiguration=SMS)
    answer = sign_up(pool, "ada@moonletter.example")
    assert (
        pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username="ada@moonletter.example")["Username"]
        == (answer["UserSub"])
    )
    with refused("UsernameExistsException"):
        sign_up(pool, "ada@moonletter.example")
    update(pool, "ada@moonletter.example", email="countess@moonletter.example")
    assert pool.status("countess@moonletter.example") == "UNCONFIRMED"
    with refused("InvalidParameterException"):
        update(pool, "countess@moonletter.example", email=PHONE)


def test_case_counts_unless_the_pool_folds_names_and_addresses(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 2: CaseSensitive default true; folding covers username, preferred_username and e-mail."""
    strict = make_pool(sandbox, AliasAttributes=["email", "preferred_username"])
    folding = make_pool(
        sandbox,
        AliasAttributes=["email", "preferred_username"],
        UsernameConfiguration={"CaseSensitive": False},
    )
    for pool in (strict, folding):
        pool.add_user("Ada", email="Ada@x.example", email_verified="true", preferred_username="Countess")
    for name in ("ADA", "ADA@x.example", "COUNTESS"):
        assert folding.status(name) == "CONFIRMED"
        with refused("UserNotFoundException"):
            strict.status(name)
