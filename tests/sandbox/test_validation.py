"""Parameters against the service model, in Cognito's words."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.protocol import service_model, shape_value
from cognito_explorer.sandbox.validation import compile_pattern, validate

IDP = service_model("cognito-idp")


def problem(operation: str, params: Any, service: str = "cognito-idp") -> tuple[str, str]:
    shape = service_model(service).operation_model(operation).input_shape
    assert shape is not None
    with pytest.raises(ServiceError) as caught:
        validate(params, shape)
    return caught.value.code, caught.value.message


POOL = "us-east-1_AbC"
DETECTED = "1 validation error detected: "


@pytest.mark.parametrize(
    ("operation", "params", "sentence"),
    [
        (
            "DescribeUserPool",
            {"UserPoolId": "a b"},
            "Value 'a b' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern:"
            " [\\w-]+_[0-9a-zA-Z]+",
        ),
        (
            "DescribeUserPool",
            {},
            "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
        ),
        (
            "DescribeUserPool",
            {"UserPoolId": None},
            "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
        ),
        (
            "ListUserPools",
            {"MaxResults": 61},
            "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
        ),
        (
            "CreateGroup",
            {"UserPoolId": POOL, "GroupName": "g" * 129},
            f"Value '{'g' * 129}' at 'groupName' failed to satisfy constraint: Member must have length less than or"
            " equal to 128",
        ),
        (
            "CreateUserPool",
            {"PoolName": "x", "MfaConfiguration": "MAYBE"},
            "Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set:"
            " [OFF, ON, OPTIONAL]",
        ),
        (
            "AdminSetUserPassword",
            {"UserPoolId": POOL, "Username": "ada", "Password": " "},
            "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern:",
        ),
    ],
)
def test_one_mistake_is_worded_as_cognito_words_it(operation: str, params: dict[str, Any], sentence: str) -> None:
    code, message = problem(operation, params)
    assert code == "InvalidParameterException"
    assert message.startswith(DETECTED + sentence)


def test_a_password_is_never_echoed() -> None:
    _, message = problem("AdminSetUserPassword", {"UserPoolId": POOL, "Username": "ada", "Password": "se cret" * 99})
    assert "se cret" not in message


def test_mistakes_are_counted() -> None:
    _, message = problem("CreateGroup", {"UserPoolId": "?", "GroupName": ""})
    assert re.match(r"\d validation errors detected: Value '\?' at 'userPoolId' .+; Value '' at 'groupName' ", message)


def test_a_member_of_a_list_is_named_by_its_place() -> None:
    params = {"UserPoolId": POOL, "Username": "ada", "UserAttributes": [{"Name": "email"}, {"Value": "x"}]}
    assert "at 'userAttributes.2.member.name'" in problem("AdminUpdateUserAttributes", params)[1]


def test_an_unknown_member_is_refused_by_name() -> None:
    assert problem("ListUserPools", {"MaxResults": 1, "Colour": "red"}) == (
        "InvalidParameterException",
        "Unknown parameter 'colour'.",
    )


@pytest.mark.parametrize("value", [7, 1.5, True, [], {}])
def test_another_type_is_a_serialization_mistake(value: Any) -> None:
    assert problem("DescribeUserPool", {"UserPoolId": value})[0] == "SerializationException"
    assert problem("GetId", {"IdentityPoolId": value}, "cognito-identity")[0] == "SerializationException"


def test_every_pattern_of_the_models_compiles() -> None:
    for service in ("cognito-idp", "cognito-identity"):
        model = service_model(service)
        for name in model.shape_names:
            pattern = model.shape_for(name).metadata.get("pattern")
            if pattern:
                compile_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "fits"), [("Zoë", True), ("李小龍", True), ("🌙", True), ("a b", False), ("\x07", False)]
)
def test_unicode_categories_mean_what_java_means(text: str, fits: bool) -> None:
    pattern = compile_pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")
    assert (pattern.fullmatch(text) is not None) is fits


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("a é🌙\x00\n{", max_size=5)
entries = st.dictionaries(st.sampled_from(["Name", "Value", "x"]), scalars, max_size=3)
json_values = scalars | entries | st.lists(scalars | entries, max_size=3)


@given(
    operation=st.sampled_from(["AdminCreateUser", "CreateUserPool", "InitiateAuth", "UpdateUserPoolClient"]),
    params=st.dictionaries(
        st.sampled_from(["UserPoolId", "Username", "UserAttributes", "PoolName", "Schema", "AuthParameters"]),
        json_values,
    ),
)
def test_whatever_arrives_is_accepted_or_refused_in_words(operation: str, params: dict[str, Any]) -> None:
    shape = IDP.operation_model(operation).input_shape
    assert shape is not None
    try:
        validate(params, shape)
    except ServiceError as refusal:
        assert refusal.code in ("InvalidParameterException", "SerializationException")


def test_an_answer_with_a_key_the_model_lacks_is_a_bug() -> None:
    shape = IDP.operation_model("DescribeUserPool").output_shape
    assert shape is not None
    with pytest.raises(ValueError, match=r"DescribeUserPool\.UserPool must not answer \['Colour'\]"):
        shape_value({"UserPool": {"Colour": "red"}}, shape, "DescribeUserPool")
