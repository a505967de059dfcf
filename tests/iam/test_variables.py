"""Policy variables in resources and condition values."""

import pytest

from tests.iam.documents import Context, allow, decide

SUB = "us-east-1:7d0a3a2e-6f0d-4b0e-9a2f-1f6f0e6b0f11"
SUB_KEY = "cognito-identity.amazonaws.com:sub"
HOME = "arn:aws:s3:::homes/"


@pytest.mark.parametrize(
    ("pattern", "context", "resource", "is_match"),
    [
        (f"{HOME}${{{SUB_KEY}}}/*", {SUB_KEY: SUB}, f"{HOME}{SUB}/a.md", True),
        (f"{HOME}${{{SUB_KEY}}}/*", {SUB_KEY: SUB}, f"{HOME}us-east-1:other/a.md", False),
        (f"{HOME}${{{SUB_KEY}}}/*", {}, f"{HOME}{SUB}/a.md", False),
        (f"{HOME}${{AWS:UserName}}", {"aws:username": "ada"}, f"{HOME}ada", True),
        (f"{HOME}${{aws:username}}", {"aws:username": "*"}, f"{HOME}ada", False),
        (f"{HOME}${{aws:username}}", {"aws:username": "*"}, f"{HOME}*", True),
        (f"{HOME}${{aws:username}}", {"aws:username": "a?a"}, f"{HOME}ada", False),
        (f"{HOME}${{aws:username}}", {"aws:username": ("ada",)}, f"{HOME}ada", False),
        (f"{HOME}${{aws:PrincipalTag/team, 'none'}}", {}, f"{HOME}none", True),
        (f"{HOME}${{aws:PrincipalTag/team, 'none'}}", {"aws:PrincipalTag/team": "red"}, f"{HOME}red", True),
        (f"{HOME}${{aws:PrincipalTag/team, 'none'}}", {"aws:PrincipalTag/team": "red"}, f"{HOME}none", False),
        (f"{HOME}${{aws:PrincipalTag/team, ''}}", {}, HOME, True),
        (f"{HOME}${{aws:PrincipalTag/team, none}}", {}, f"{HOME}none", False),
        (f"{HOME}a${{*}}b", {}, f"{HOME}a*b", True),
        (f"{HOME}a${{*}}b", {}, f"{HOME}axb", False),
        (f"{HOME}a${{?}}b", {}, f"{HOME}a?b", True),
        (f"{HOME}a${{?}}b", {}, f"{HOME}axb", False),
        (f"{HOME}${{$}}{{aws:username}}", {"aws:username": "ada"}, f"{HOME}${{aws:username}}", True),
        (f"{HOME}${{aws:username}}-${{aws:userid}}", {"aws:username": "a", "aws:userid": "b"}, f"{HOME}a-b", True),
        (f"{HOME}${{aws:username", {"aws:username": "ada"}, f"{HOME}${{aws:username", True),
        ("arn:aws:s3:::${aws:username}*", {"aws:username": "ada"}, "arn:aws:s3:::adas/x", True),
    ],
)
def test_a_variable_stands_for_its_value(pattern: str, context: Context, resource: str, is_match: bool) -> None:
    assert decide(allow(resource=pattern), resource=resource, context=context).is_allowed is is_match


@pytest.mark.parametrize("version", ["", "2008-10-17"])
def test_variables_are_literal_text_in_older_versions(version: str) -> None:
    pattern, context = f"{HOME}${{aws:username}}", {"aws:username": "ada"}
    literal = f"{HOME}${{aws:username}}"
    assert not decide(allow(resource=pattern), resource=f"{HOME}ada", context={**context}, version=version).is_allowed
    assert decide(allow(resource=pattern), resource=literal, context={**context}, version=version).is_allowed


@pytest.mark.parametrize(
    ("operator", "wanted", "context", "is_met"),
    [
        ("StringEquals", "${aws:username}", {"aws:k": "ada", "aws:username": "ada"}, True),
        ("StringEquals", "${aws:username}", {"aws:k": "ada"}, False),
        ("StringNotEquals", "${aws:username}", {"aws:k": "ada"}, True),
        ("StringEquals", "${aws:username, 'ada'}", {"aws:k": "ada"}, True),
        ("StringEquals", "${*}", {"aws:k": "*"}, True),
        ("StringLike", "${aws:username}/*", {"aws:k": "ada/x", "aws:username": "ada"}, True),
        ("StringLike", "${aws:username}/*", {"aws:k": "ada/x", "aws:username": "*"}, False),
        ("StringLike", "a${*}", {"aws:k": "ab"}, False),
        ("StringEqualsIgnoreCase", "${aws:username}", {"aws:k": "ADA", "aws:username": "ada"}, True),
        (
            "ArnLike",
            "arn:aws:iam::1:user/${aws:username}",
            {"aws:k": "arn:aws:iam::1:user/a", "aws:username": "a"},
            True,
        ),
        ("ArnLike", "arn:aws:iam::1:user/${aws:username}", {"aws:k": "arn:aws:iam::1:user/a"}, False),
        ("ArnNotLike", "arn:aws:iam::1:user/${aws:username}", {"aws:k": "arn:aws:iam::1:user/a"}, True),
        ("Null", "${aws:username}", {"aws:k": "a", "aws:username": "false"}, False),
        ("NumericEquals", "${aws:username}", {"aws:k": "1", "aws:username": "1"}, False),
    ],
)
def test_variables_stand_in_string_and_arn_conditions(
    operator: str, wanted: str, context: Context, is_met: bool
) -> None:
    assert decide(allow(Condition={operator: {"aws:k": wanted}}), context=context).is_allowed is is_met
