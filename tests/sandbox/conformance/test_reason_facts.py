"""Why the evaluator says no, and how it reads policies: facts of iam-evaluation.md sections 1, 2, 3 and 8."""

from typing import Any

import pytest

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.policy import Layer, PolicyError, parse_policy
from cognito_explorer.iam.request import Principal, Request
from tests.iam.documents import ACCOUNT, ARTICLE, BY_SESSION, Context, Raw, allow, decide, deny, policy

READ = policy(allow())
SQS = allow("sqs:*")
REQUEST = Request("s3:GetObject", ARTICLE, BY_SESSION, resource_account=ACCOUNT)
DENIALS: dict[Layer, str] = {
    "identity": "with an explicit deny in an identity-based policy",
    "boundary": "with an explicit deny in a permissions boundary",
    "session": "with an explicit deny in a session policy",
    "resource": "with an explicit deny in a resource-based policy",
    "scp": "with an explicit deny in a service control policy",
    "rcp": "with an explicit deny in a resource control policy",
}
SILENCES: dict[Layer, str] = {
    "identity": "because no identity-based policy allows the s3:GetObject action",
    "boundary": "because no permissions boundary allows the s3:GetObject action",
    "session": "because no session policy allows the s3:GetObject action",
    "scp": "because no service control policy allows the s3:GetObject action",
    "rcp": "because no resource control policy allows the s3:GetObject action",
}


def layered(layer: Layer, *statements: Raw) -> Layers:
    """A layer of its own beside an identity policy that allows."""
    with_principal = [{**each, "Principal": "*"} for each in statements] if layer in ("resource", "rcp") else statements
    made = policy(*with_principal, layer=layer)
    if layer == "identity":
        return Layers(identity=(made,))
    plain: dict[str, Any] = {layer: made if layer in ("boundary", "resource") else (made,)}
    return Layers(identity=(READ,), **plain)


@pytest.mark.parametrize("layer", DENIALS)
def test_an_explicit_deny_names_its_layer_and_statement(layer: Layer) -> None:
    """iam-evaluation.md 1: class explicitDeny, with Sid and policy; `with an explicit deny in a …`."""
    verdict = evaluate(REQUEST, layered(layer, allow(), deny(Sid="NotThis")))
    assert (verdict.decision, verdict.layer, verdict.reason) == ("explicit_deny", layer, DENIALS[layer])
    assert verdict.statement is not None
    assert (verdict.statement.label, verdict.policy) == ("NotThis", "Own")


@pytest.mark.parametrize("layer", SILENCES)
def test_an_implicit_deny_names_the_layer_that_is_silent(layer: Layer) -> None:
    """iam-evaluation.md 1: implicitDeny, boundary, session policy, SCP and RCP; `because no … allows the … action`."""
    verdict = evaluate(REQUEST, layered(layer, SQS))
    assert (verdict.decision, verdict.layer, verdict.reason) == ("implicit_deny", layer, SILENCES[layer])


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}])
def test_everybody_is_granted_to_directly(principal: Any) -> None:
    """iam-evaluation.md 1: the table lets `*` delegate like the account; a public bucket shows that it grants alone.

    A choice: key policies of AWS's own keys name `*`, and no identity policy is needed to use those.
    """
    shared = policy({**allow(), "Principal": principal}, layer="resource")
    assert evaluate(REQUEST, Layers(resource=shared)).is_allowed


@pytest.mark.parametrize(
    ("statement", "element", "expected", "actual"),
    [
        (SQS, "action", ("sqs:*",), ("s3:GetObject",)),
        (allow(resource="arn:aws:s3:::other/*"), "resource", ("arn:aws:s3:::other/*",), (ARTICLE,)),
        (allow(Condition={"StringEquals": {"aws:username": "ada"}}), "condition", ("ada",), ("grace",)),
        (allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "moon"}}), "missing_key", ("moon",), ()),
    ],
)
def test_what_was_ignored_says_why(
    statement: Raw, element: str, expected: tuple[str, ...], actual: tuple[str, ...]
) -> None:
    """iam-evaluation.md 8 and 1: ignored because of action, resource, condition or missing key; expected, actual."""
    (considered,) = decide(statement, context={"aws:username": "grace"}).considered
    found = considered.mismatch
    assert (found.element, found.expected, found.actual) == (element, expected, actual)
    assert considered.layer == "identity"


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([allow(Condition={"StringEquals": {"aws:username": "ada"}})], "undetermined"),
        ([allow(), deny(Condition={"StringEquals": {"aws:username": "ada"}})], "undetermined"),
        ([allow()], "allowed"),
        ([deny()], "explicit_deny"),
        ([SQS], "implicit_deny"),
    ],
)
def test_what_nobody_knows_is_undetermined(statements: list[Raw], decision: str) -> None:
    """iam-evaluation.md 8: unknown context is undetermined rather than false, where it makes the difference."""
    request = Request("s3:GetObject", ARTICLE, BY_SESSION, unknown_keys=frozenset({"aws:username"}))
    assert evaluate(request, Layers(identity=(policy(*statements),))).decision == decision


@pytest.mark.parametrize("statement", [allow(), [allow()], [SQS, allow()]])
def test_a_statement_is_an_object_or_a_list(statement: Any) -> None:
    """iam-evaluation.md 2: Statement may be an object or a list."""
    parsed = parse_policy({"Version": "2012-10-17", "Statement": statement}, name="Own", layer="identity")
    assert evaluate(REQUEST, Layers(identity=(parsed,))).is_allowed


@pytest.mark.parametrize(
    ("fact", "statements", "is_allowed"),
    [
        ("Deny with NotAction denies all else", [allow("*"), {**deny(), "Action": None, "NotAction": "sqs:*"}], False),
        ("Deny with NotAction spares the listed", [allow("*"), {**deny(), "Action": None, "NotAction": "s3:*"}], True),
        ("no wildcard in the service", [allow(resource="arn:aws:s*:::moonletter-content/*")], False),
        ("no wildcard for the service", [allow(resource="arn:aws:*:::moonletter-content/*")], False),
        ("? is one character of a segment", [allow(resource="arn:aw?:s3:::moonletter-content/*")], True),
        ("* does not cross segments before the last", [allow(resource="arn:*:moonletter-content/*")], False),
        ("NotResource leaves others", [{**allow(), "Resource": None, "NotResource": "arn:aws:s3:::x/*"}], True),
    ],
)
def test_elements_are_read_like_this(fact: str, statements: list[Raw], *, is_allowed: bool) -> None:
    """iam-evaluation.md 2: NotAction, NotResource, and wildcards in each segment but the service."""
    given = [{name: value for name, value in each.items() if value is not None} for each in statements]
    assert decide(*given).is_allowed is is_allowed, fact


def test_the_last_segment_is_crossed_whole() -> None:
    """iam-evaluation.md 2: in the final segment * also crosses / and :."""
    logs = "arn:aws:logs:us-east-1:210987654321:log-group:moon/letters:log-stream:a:b"
    statement = allow("logs:*", "arn:aws:logs:us-east-1:210987654321:log-group:*")
    assert decide(statement, action="logs:GetLogEvents", resource=logs).is_allowed


CONTEXT: Context = {
    "k": "moon",
    "date": "2026-11-30T00:00:00Z",
    "bytes": "bW9vbg==",
    "aws:SourceIp": "2001:db8::7",
    "arn": "arn:aws:s3:::moonletter",
    "many": ("a", "b"),
    "none": (),
}


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({"DateEquals": {"date": "2026-11-30T00:00:00Z"}}, True),
        ({"DateEquals": {"date": "2026-11-30T01:00:00+01:00"}}, True),
        ({"DateEquals": {"date": "1796083200"}}, False),
        ({"DateNotEquals": {"date": "2026-11-30T00:00:00Z"}}, False),
        ({"DateLessThanEquals": {"date": "2026-11-30T00:00:00Z"}}, True),
        ({"DateGreaterThanEquals": {"date": "2026-11-30T00:00:01Z"}}, False),
        ({"BinaryEquals": {"bytes": "c3Vu"}}, False),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, True),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::7"}}, True),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::8"}}, False),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"ArnEquals": {"arn": "arn:aws:s3:::moonletter"}}, True),
        ({"ArnNotEquals": {"arn": "arn:aws:s3:::moon*"}}, False),
        ({"ArnLike": {"arn": "arn:*:s3:*:*:moonletter"}}, True),
        ({"ArnLike": {"arn": "arn:aws:s3"}}, False),
        ({"StringNotEqualsIfExists": {"missing": "x"}}, True),
        ({"NumericEqualsIfExists": {"missing": "1"}}, True),
        ({"NumericEquals": {"missing": "1"}}, False),
        ({"NumericNotEquals": {"missing": "1"}}, True),
        ({"NotIpAddress": {"missing": "192.0.2.0/24"}}, True),
        ({"DateNotEquals": {"missing": "0"}}, True),
        ({"StringNotLike": {"missing": "*"}}, True),
        ({"Null": {"none": "true"}}, True),
        ({"Null": {"k": "${k}"}}, False),
        ({"ForAllValues:StringLike": {"none": "x"}}, True),
        ({"ForAnyValue:StringLike": {"none": "*"}}, False),
        ({"ForAnyValue:StringNotEquals": {"many": "a"}}, True),
        ({"ForAllValues:StringNotEquals": {"many": "a"}}, False),
        ({"StringNotEquals": {"many": "b"}}, False),
    ],
)
def test_more_conditions_are_met_like_this(condition: Raw, *, is_met: bool) -> None:
    """iam-evaluation.md 3: dates, addresses, ARNs, missing and empty keys, negated sets (none may match)."""
    assert decide(allow(Condition=condition), context=CONTEXT).is_allowed is is_met


@pytest.mark.parametrize("operator", ["StringMatches", "stringequals", "ForSomeValues:StringEquals", "NullIfExists"])
def test_no_other_operator_is_known(operator: str) -> None:
    """iam-evaluation.md 3: the operators of the table and no others."""
    with pytest.raises(PolicyError):
        policy(allow(Condition={operator: {"k": "moon"}}))


@pytest.mark.parametrize(
    ("text", "resource", "is_allowed"),
    [
        ("moon${*}", "moon*", True),
        ("moon${*}", "moonrise", False),
        ("moon${?}", "moon?", True),
        ("moon${?}", "moons", False),
        ("moon${$}", "moon$", True),
    ],
)
def test_literals_are_written_as_variables(text: str, resource: str, *, is_allowed: bool) -> None:
    """iam-evaluation.md 3: the literals ${*}, ${?} and ${$}."""
    verdict = decide(allow(resource=f"arn:aws:s3:::bucket/{text}"), resource=f"arn:aws:s3:::bucket/{resource}")
    assert verdict.is_allowed is is_allowed


@pytest.mark.parametrize(
    ("pattern", "is_allowed"),
    [
        (f"arn:aws:sqs:us-east-1:{ACCOUNT}:${{aws:username}}", True),
        (f"arn:aws:sqs:${{aws:RequestedRegion}}:{ACCOUNT}:ada", False),
        ("arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:ada", False),
    ],
)
def test_variables_stand_behind_the_fifth_colon(pattern: str, *, is_allowed: bool) -> None:
    """iam-evaluation.md 3: variables are allowed in Resource after the fifth colon."""
    context: Context = {
        "aws:username": "ada",
        "aws:RequestedRegion": "us-east-1",
        "aws:PrincipalAccount": ACCOUNT,
    }
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:ada"
    verdict = decide(allow("sqs:*", pattern), action="sqs:SendMessage", resource=queue, context=context)
    assert verdict.is_allowed is is_allowed


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "k", "${aws:username}"),
        ("StringLike", "k", "${aws:username}*"),
        ("ArnLike", "arn", "arn:aws:s3:::${aws:username}"),
    ],
)
def test_variables_stand_in_string_and_arn_conditions(operator: str, key: str, value: str) -> None:
    """iam-evaluation.md 3: variables are allowed in string and ARN condition values."""
    condition = {operator: {key: value}}
    for name, is_met in (("ada", True), ("grace", False)):
        context: Context = {"k": "ada", "arn": "arn:aws:s3:::ada", "aws:username": name}
        assert decide(allow(Condition=condition), context=context).is_allowed is is_met


def test_a_resource_policy_names_its_principal() -> None:
    """iam-evaluation.md 2: a statement of a resource policy matches its Principal as well."""
    trust = policy({**allow("sts:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"}}, layer="resource")
    for name, is_allowed in (("ada", True), ("grace", False)):
        caller = Principal(f"arn:aws:iam::{ACCOUNT}:user/{name}", ACCOUNT)
        request = Request("sts:GetServiceBearerToken", "*", caller, resource_account=ACCOUNT)
        assert evaluate(request, Layers(resource=trust)).is_allowed is is_allowed
