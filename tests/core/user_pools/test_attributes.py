"""What an attribute may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.user_pools.attributes import (
    AttributeSpec,
    changed_attributes,
    check_changes,
    check_new_user,
    check_value,
    parse_schema,
)

EMAIL = AttributeSpec("email", "String", is_required=True, is_mutable=True, minimum=0, maximum=2048)
PHONE = AttributeSpec("phone_number", "String", is_required=False, is_mutable=True)
AGE = AttributeSpec("custom:age", "Number", is_required=False, is_mutable=True, minimum=1, maximum=120)
REF = AttributeSpec("custom:ref", "String", is_required=False, is_mutable=False, minimum=3, maximum=5)
VERIFIED = AttributeSpec("email_verified", "Boolean", is_required=False, is_mutable=True)
SUB = AttributeSpec("sub", "String", is_required=True, is_mutable=False)
SCHEMA = (SUB, EMAIL, PHONE, VERIFIED, AGE, REF)


@pytest.mark.parametrize(
    ("spec", "value", "problem"),
    [
        (EMAIL, "ada@moonletter.example", ""),
        (EMAIL, "", "E-mail is required in this pool."),
        (EMAIL, "ada", "This does not look like an e-mail address."),
        (PHONE, "", ""),
        (PHONE, "+14325551212", ""),
        (PHONE, "0432 555", "A phone number starts with + and the country code, digits only: +14325551212."),
        (AGE, "41", ""),
        (AGE, "forty", "age must be a whole number."),
        (AGE, "0", "age must be at least 1."),
        (AGE, "121", "age must be at most 120."),
        (REF, "ab", "ref needs at least 3 characters; this has 2."),
        (REF, "abcdef", "ref may have at most 5 characters; this has 6."),
        (VERIFIED, "true", ""),
        (VERIFIED, "True", "E-mail verified must be true or false, in lower case."),
    ],
)
def test_a_value_is_judged_in_plain_words(spec: AttributeSpec, value: str, problem: str) -> None:
    assert check_value(spec, value) == problem


def test_a_new_user_lacks_what_is_required_and_has_nothing_unknown() -> None:
    problems = check_new_user(SCHEMA, {"custom:nope": "x", "sub": "y"})
    assert problems == {
        "email": "E-mail is required in this pool.",
        "custom:nope": "This pool has no such attribute.",
        "sub": "User id (sub) is set by Cognito.",
    }


def test_an_immutable_attribute_can_be_set_once_and_never_changed() -> None:
    assert check_new_user(SCHEMA, {"email": "a@b.example", "custom:ref": "abc"}) == {}
    problems = check_changes(SCHEMA, {"custom:ref": "abc"}, {"custom:ref": "abd"})
    assert problems == {"custom:ref": "ref can be set only when the user is created."}


def test_a_required_attribute_cannot_be_removed() -> None:
    assert check_changes(SCHEMA, {"email": "a@b.example"}, {}) == {"email": "E-mail is required in this pool."}


@given(
    before=st.dictionaries(st.sampled_from("abc"), st.text(max_size=2)),
    after=st.dictionaries(st.sampled_from("abc"), st.text(max_size=2)),
)
def test_applying_the_changes_leads_from_before_to_after(before: dict[str, str], after: dict[str, str]) -> None:
    result = {name: value for name, value in (before | changed_attributes(before, after)).items() if value}
    assert result == {name: value for name, value in after.items() if value}


def test_cognitos_schema_is_read_with_its_limits_as_numbers() -> None:
    rows = [
        {"Name": "custom:n", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1"}},
        {
            "Name": "email",
            "AttributeDataType": "String",
            "Required": True,
            "StringAttributeConstraints": {"MaxLength": "9"},
        },
    ]
    email, number = parse_schema(rows)
    assert (email.name, email.is_required, email.maximum) == ("email", True, 9)
    assert (number.minimum, number.maximum, number.is_custom) == (1, None, True)
