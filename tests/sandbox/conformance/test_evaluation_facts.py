"""How policies are read: facts of iam-evaluation.md sections 1 to 3, by the evaluator behind the sandbox's gate."""

from typing import Any

import pytest

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.policy import PolicyError
from cognito_explorer.iam.request import Principal, Request
from tests.iam.documents import (
    ACCOUNT,
    ARTICLE,
    BY_SESSION,
    BY_USER,
    OTHER_ACCOUNT,
    ROLE,
    ROOT,
    SESSION,
    USER,
    Context,
    Raw,
    allow,
    decide,
    deny,
    policy,
)

READ = policy(allow())
NOTHING = policy(allow("sqs:*"))
BOUNDARY = policy(allow("sqs:*"), layer="boundary")
SCOPED = policy(allow("sqs:*"), layer="session")


def resource_policy(principal: str) -> Any:
    return policy({**allow(), "Principal": {"AWS": principal}}, layer="resource")


@pytest.mark.parametrize(
    ("fact", "layers", "is_allowed"),
    [
        ("default is implicit deny", Layers(), False),
        ("one allow of a union is enough", Layers(identity=(NOTHING, READ)), True),
        ("explicit deny ends it", Layers(identity=(READ, policy(deny()))), False),
        ("deny in a boundary", Layers(identity=(READ,), boundary=policy(allow(), deny(), layer="boundary")), False),
        ("boundary must allow", Layers(identity=(READ,), boundary=BOUNDARY), False),
        ("boundary grants nothing", Layers(boundary=policy(allow(), layer="boundary")), False),
        ("session policy must allow", Layers(identity=(READ,), session=(SCOPED,)), False),
        ("session policy grants nothing", Layers(session=(policy(allow(), layer="session"),)), False),
        ("SCP must allow", Layers(identity=(READ,), scp=(policy(allow("sqs:*"), layer="scp"),)), False),
        ("SCP grants nothing", Layers(scp=(policy(allow(), layer="scp"),)), False),
        ("RCP must allow", Layers(identity=(READ,), rcp=(policy(allow("sqs:*", Principal="*"), layer="rcp"),)), False),
        ("RCP grants nothing", Layers(rcp=(policy(allow(Principal="*"), layer="rcp"),)), False),
        ("a role's ARN suffices", Layers(resource=resource_policy(ROLE)), True),
        ("a role's ARN, limited by a boundary", Layers(resource=resource_policy(ROLE), boundary=BOUNDARY), False),
        ("a role's ARN, limited by a session", Layers(resource=resource_policy(ROLE), session=(SCOPED,)), False),
        ("a session's ARN, not by a boundary", Layers(resource=resource_policy(SESSION), boundary=BOUNDARY), True),
        ("a session's ARN, not by a session", Layers(resource=resource_policy(SESSION), session=(SCOPED,)), True),
        ("root delegates", Layers(resource=resource_policy(ROOT)), False),
        ("root delegates to identity policies", Layers(resource=resource_policy(ROOT), identity=(READ,)), True),
    ],
)
def test_the_layers_decide_in_order(fact: str, layers: Layers, *, is_allowed: bool) -> None:
    """iam-evaluation.md 1: the decision order for a role's session in its own account."""
    verdict = evaluate(Request("s3:GetObject", ARTICLE, BY_SESSION, resource_account=ACCOUNT), layers)
    assert verdict.is_allowed is is_allowed, (fact, verdict)


def test_a_users_arn_is_not_limited_by_a_boundarys_silence() -> None:
    """iam-evaluation.md 1: a boundary's implicit deny does not limit an IAM user whom a resource policy names."""
    request = Request("s3:GetObject", ARTICLE, BY_USER, resource_account=ACCOUNT)
    assert evaluate(request, Layers(resource=resource_policy(USER), boundary=BOUNDARY)).is_allowed


@pytest.mark.parametrize(
    ("layers", "is_allowed"),
    [
        (Layers(identity=(READ,)), False),
        (Layers(resource=resource_policy(ROLE)), False),
        (Layers(identity=(READ,), resource=resource_policy(ROLE)), True),
    ],
)
def test_across_accounts_both_sides_must_allow(layers: Layers, *, is_allowed: bool) -> None:
    """iam-evaluation.md 1: cross-account, the resource policy and the caller's identity policy must allow."""
    request = Request("s3:GetObject", ARTICLE, BY_SESSION, resource_account=OTHER_ACCOUNT)
    assert evaluate(request, layers).is_allowed is is_allowed


@pytest.mark.parametrize(
    ("action", "resource"),
    [("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/moon"), ("sts:AssumeRole", ROLE)],
)
def test_keys_and_roles_need_a_grant_of_their_own(action: str, resource: str) -> None:
    """iam-evaluation.md 1: KMS keys and role trust policies always need their own resource-policy grant."""
    request = Request(action, resource, Principal(USER, ACCOUNT))
    assert not evaluate(request, Layers(identity=(policy(allow("*")),))).is_allowed


@pytest.mark.parametrize(
    ("fact", "statement", "is_allowed"),
    [
        ("wildcards in the name", allow("s3:Get*"), True),
        ("? is one character", allow("s3:GetObjec?"), True),
        ("? is exactly one", allow("s3:GetObject?"), False),
        ("case-insensitive", allow("S3:getobject"), True),
        ("* is everything", allow("*"), True),
        ("NotAction is the rest", {"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}, True),
        ("NotAction leaves out", {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, False),
        ("a list is as good as a string", allow(["sqs:*", "s3:GetObject"], [ARTICLE]), True),
        ("* crosses / in the last segment", allow(resource="arn:aws:s3:::moonletter-content/*"), True),
        ("* within a segment", allow(resource="arn:*:s3:::moonletter-content/*"), True),
        ("names are case-sensitive", allow(resource=ARTICLE.upper().replace("ARN:AWS:S3", "arn:aws:s3")), False),
        ("NotResource is the complement", {"Effect": "Allow", "Action": "s3:*", "NotResource": ARTICLE}, False),
        ("all conditions must match", allow(Condition={"StringEquals": {"aws:username": "ada"}}), False),
    ],
)
def test_a_statement_matches_like_this(fact: str, statement: Raw, *, is_allowed: bool) -> None:
    """iam-evaluation.md 2: Action, Resource and all Conditions must match."""
    assert decide(statement).is_allowed is is_allowed, fact


@pytest.mark.parametrize("effect", ["allow", "ALLOW", "Permit"])
def test_effects_are_written_exactly(effect: str) -> None:
    """iam-evaluation.md 2: Effect is exactly Allow or Deny."""
    with pytest.raises(PolicyError):
        policy({**allow(), "Effect": effect})


def test_an_action_without_resources_needs_the_star() -> None:
    """iam-evaluation.md 2: an ARN makes the statement ineffective for actions without resource-level support."""
    for resource, is_allowed in (("*", True), (f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/x", False)):
        verdict = decide(allow("cognito-idp:*", resource), action="cognito-idp:ListUserPools", resource="*")
        assert verdict.is_allowed is is_allowed


CONTEXT: Context = {
    "k": "moon",
    "number": "5",
    "date": "2026-11-30T00:00:00Z",
    "yes": "true",
    "bytes": "bW9vbg==",
    "aws:SourceIp": "192.0.2.7",
    "arn": "arn:aws:s3:::moonletter",
    "many": ("a", "b"),
}


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({"StringEquals": {"k": "moon"}}, True),
        ({"StringEquals": {"k": "Moon"}}, False),
        ({"StringEquals": {"K": "moon"}}, True),
        ({"StringEquals": {"k": ["sun", "moon"]}}, True),
        ({"StringEquals": {"k": "moon", "yes": "false"}}, False),
        ({"StringEquals": {"k": "moon"}, "Bool": {"yes": "false"}}, False),
        ({"StringNotEquals": {"k": ["sun", "moon"]}}, False),
        ({"StringNotEquals": {"k": ["sun", "star"]}}, True),
        ({"StringEqualsIgnoreCase": {"k": "MOON"}}, True),
        ({"StringNotEqualsIgnoreCase": {"k": "MOON"}}, False),
        ({"StringLike": {"k": "m?o*"}}, True),
        ({"StringLike": {"k": "M*"}}, False),
        ({"StringNotLike": {"k": "m*"}}, False),
        ({"NumericEquals": {"number": "5.0"}}, True),
        ({"NumericNotEquals": {"number": "5"}}, False),
        ({"NumericLessThan": {"number": "5"}}, False),
        ({"NumericLessThanEquals": {"number": "5"}}, True),
        ({"NumericGreaterThan": {"number": "4"}}, True),
        ({"NumericGreaterThanEquals": {"number": "6"}}, False),
        ({"DateEquals": {"date": "1796169600"}}, False),
        ({"DateLessThan": {"date": "2026-12-01T00:00:00Z"}}, True),
        ({"DateGreaterThan": {"date": "2026-12-01T00:00:00Z"}}, False),
        ({"DateGreaterThan": {"date": "0"}}, True),
        ({"Bool": {"yes": "true"}}, True),
        ({"BinaryEquals": {"bytes": "bW9vbg=="}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.7"}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.8"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"ArnEquals": {"arn": "arn:aws:s3:::moon*"}}, True),
        ({"ArnLike": {"arn": "arn:aws:s3:::moon*"}}, True),
        ({"ArnNotLike": {"arn": "arn:aws:s3:::moon*"}}, False),
        ({"Null": {"k": "false"}}, True),
        ({"Null": {"k": "true"}}, False),
        ({"Null": {"missing": "true"}}, True),
        ({"StringEquals": {"missing": "x"}}, False),
        ({"StringNotEquals": {"missing": "x"}}, True),
        ({"ArnNotLike": {"missing": "arn:*"}}, True),
        ({"StringEqualsIfExists": {"missing": "x"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"ForAllValues:StringEquals": {"many": ["a", "b", "c"]}}, True),
        ({"ForAllValues:StringEquals": {"many": ["a"]}}, False),
        ({"ForAllValues:StringEquals": {"missing": ["a"]}}, True),
        ({"ForAnyValue:StringEquals": {"many": ["b"]}}, True),
        ({"ForAnyValue:StringEquals": {"missing": ["a"]}}, False),
    ],
)
def test_a_condition_is_met_like_this(condition: Raw, *, is_met: bool) -> None:
    """iam-evaluation.md 3: operators, several keys and values, missing keys, set operators."""
    assert decide(allow(Condition=condition), context=CONTEXT).is_allowed is is_met


@pytest.mark.parametrize(
    ("fact", "resource", "context", "is_allowed"),
    [
        ("filled in", "${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": "articles"}, True),
        ("missing: no match", "${aws:PrincipalTag/team}/*", {}, False),
        ("default", "${aws:PrincipalTag/team, 'articles'}/*", {}, True),
        ("single-valued only", "${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": ("articles", "x")}, False),
        ("a value's wildcard is none", "${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": "art*"}, False),
        ("a literal star", "${*}", {}, False),
    ],
)
def test_variables_are_filled_in_like_this(fact: str, resource: str, context: Context, *, is_allowed: bool) -> None:
    """iam-evaluation.md 3: policy variables in Resource."""
    statement = allow(resource=f"arn:aws:s3:::moonletter-content/{resource}")
    assert decide(statement, context=context).is_allowed is is_allowed, fact


@pytest.mark.parametrize(("operator", "is_met"), [("StringEquals", False), ("StringNotEquals", True)])
def test_a_missing_variable_in_a_condition(operator: str, *, is_met: bool) -> None:
    """iam-evaluation.md 3: a missing value makes StringEquals false and StringNotEquals true."""
    condition = {operator: {"k": "${aws:PrincipalTag/team}"}}
    assert decide(allow(Condition=condition), context={"k": "moon"}).is_allowed is is_met


@pytest.mark.parametrize(("version", "is_allowed"), [("2012-10-17", True), ("", False), ("2008-10-17", False)])
def test_variables_need_the_newer_version(version: str, *, is_allowed: bool) -> None:
    """iam-evaluation.md 2: without Version 2012-10-17, ${…} is literal text."""
    statement = allow(resource="arn:aws:s3:::moonletter-content/${aws:username}/*")
    assert decide(statement, context={"aws:username": "articles"}, version=version).is_allowed is is_allowed
