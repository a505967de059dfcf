"""Policy documents: what is read, and what is refused in which words."""

import json
from typing import Any

import pytest

from cognito_explorer.iam.policy import Layer, PolicyError, parse_policy
from tests.iam.documents import allow

WHOLE = allow()


def document(statement: Any, **members: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statement, **members}


def test_a_string_and_a_list_and_an_object_are_the_same() -> None:
    as_object = parse_policy(document(allow("s3:Get*", "*")), name="P", layer="identity")
    as_list = parse_policy(json.dumps(document([allow(["s3:Get*"], ["*"])])), name="P", layer="identity")
    assert as_object == as_list


def test_a_whole_statement_is_read() -> None:
    raw = {
        "Sid": "One",
        "Effect": "Deny",
        "Principal": {"AWS": ["1", "2"], "Service": "s3.amazonaws.com", "CanonicalUser": "abc"},
        "NotAction": "s3:*",
        "NotResource": "*",
        "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:k": ["a", 1, True]}, "Null": {"aws:l": "false"}},
    }
    policy = parse_policy(document(raw, Id="x"), name="P", layer="resource")
    (statement,) = policy.statements
    assert (statement.sid, statement.label, statement.effect, statement.index) == ("One", "One", "Deny", 0)
    assert (statement.not_actions, statement.not_resources) == (("s3:*",), ("*",))
    assert statement.principals is not None
    assert statement.principals.all == ("1", "2", "s3.amazonaws.com")
    like, null = statement.conditions
    assert (like.operator, like.quantifier, like.is_if_exists) == ("StringLike", "ForAnyValue", True)
    assert like.full_operator == "ForAnyValue:StringLikeIfExists"
    assert like.values == ("a", "1", "true")
    assert null.full_operator == "Null"


@pytest.mark.parametrize(("version", "has_variables"), [("2012-10-17", True), ("2008-10-17", False), (None, False)])
def test_the_version_decides_about_variables(version: str | None, has_variables: bool) -> None:
    raw = {"Statement": [WHOLE]} if version is None else {"Version": version, "Statement": [WHOLE]}
    policy = parse_policy(raw, name="P", layer="identity")
    assert policy.version == (version or "")
    assert policy.has_variables is has_variables


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("{", "P: the document is not JSON."),
        ("[" * 100_000, "P: the document is not JSON."),
        ("[]", "P: the document is not an object."),
        ('{"Version": "2012-10-17", "Version": "2008-10-17"}', "P: 'Version' stands twice in one object."),
        ({}, "P: Statement is missing or is neither an object nor a list."),
        (document("x"), "P: Statement is missing or is neither an object nor a list."),
        (document([WHOLE], Version="2020-01-01"), "P: Version must be 2012-10-17 or 2008-10-17."),
        (document([WHOLE], Statements=[]), "P: 'Statements' is not an element of a policy."),
        (document([WHOLE, "x"]), "P, statement 2: it is not an object."),
        (document({**WHOLE, "Actions": "*"}), "P, statement 1: 'Actions' is not an element of a statement."),
        (document({**WHOLE, "Effect": "allow"}), "P, statement 1: Effect must be Allow or Deny."),
        (document({**WHOLE, "Effect": ["Allow"]}), "P, statement 1: Effect must be Allow or Deny."),
        (document({**WHOLE, "Sid": 1}), "P, statement 1: Sid must be a string."),
        (
            document({"Effect": "Allow", "Resource": "*"}),
            "P, statement 1: exactly one of Action and NotAction must be there.",
        ),
        (
            document({**WHOLE, "NotAction": "*"}),
            "P, statement 1: exactly one of Action and NotAction must be there.",
        ),
        (document({**WHOLE, "NotResource": "*"}), "P, statement 1: Resource and NotResource exclude each other."),
        (document({"Effect": "Allow", "Action": "*"}), "P, statement 1: Resource or NotResource must be there."),
        (
            document(allow([])),
            "P, statement 1: Action must be a string or a list of strings, and not empty.",
        ),
        (
            document(allow("*", 1)),
            "P, statement 1: Resource must be a string or a list of strings, and not empty.",
        ),
        (
            document(allow(["a", None])),
            "P, statement 1: Action must be a string or a list of strings, and not empty.",
        ),
        (document(allow(Principal="*")), "P, statement 1: Principal has no place in this kind of policy."),
        (document(allow(Condition=[])), "P, statement 1: Condition must be an object."),
        (document(allow(Condition={1: {}})), "P, statement 1: condition operators must be strings."),
        (
            document(allow(Condition={"StringEquals": "x"})),
            "P, statement 1: StringEquals must hold an object of keys and values.",
        ),
        *(
            (document(allow(Condition={name: {"k": "v"}})), f"P, statement 1: {name!r} is not a condition operator.")
            for name in ("StringIs", "NotStringEquals", "ForSome:StringEquals", "NullIfExists", "IfExists", "")
        ),
        (
            document(allow(Condition={"StringEquals": {"k": {}}})),
            "P, statement 1: 'k' must have strings, numbers or booleans as values, at least one.",
        ),
        (
            document(allow(Condition={"StringEquals": {"k": []}})),
            "P, statement 1: 'k' must have strings, numbers or booleans as values, at least one.",
        ),
    ],
)
def test_a_malformed_document_is_refused_with_a_sentence(raw: Any, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(raw, name="P", layer="identity")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "B, statement 1: Principal must be there."),
        ({"Principal": "me"}, 'B, statement 1: Principal must be "*" or an object that names somebody.'),
        ({"Principal": {}}, 'B, statement 1: Principal must be "*" or an object that names somebody.'),
        ({"NotPrincipal": ["*"]}, 'B, statement 1: NotPrincipal must be "*" or an object that names somebody.'),
        ({"Principal": {"Aws": "*"}}, "B, statement 1: 'Aws' is not a kind of Principal."),
        (
            {"Principal": {"AWS": []}},
            "B, statement 1: AWS must be a string or a list of strings, and not empty.",
        ),
        (
            {"Principal": "*", "NotPrincipal": {"AWS": "1"}},
            "B, statement 1: Principal and NotPrincipal exclude each other.",
        ),
    ],
)
@pytest.mark.parametrize("layer", ["resource", "trust", "rcp"])
def test_a_principal_is_checked_where_one_belongs(layer: Layer, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document({**WHOLE, **changes}), name="B", layer=layer)
    assert str(caught.value) == message


def test_a_trust_policy_needs_no_resource() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    assert parse_policy(document(statement), name="T", layer="trust").statements[0].resources == ()
    with pytest.raises(PolicyError):
        parse_policy(document(statement), name="T", layer="resource")
