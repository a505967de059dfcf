"""Condition keys whose values nobody knows yet leave a verdict open, but only where they matter."""

import pytest

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.request import Request
from tests.iam.documents import ARTICLE, BY_SESSION, Raw, allow, deny, policy

TAGGED = {"StringEquals": {"aws:PrincipalTag/plan": "paid"}}
HOME = "arn:aws:s3:::moonletter-content/${aws:PrincipalTag/plan}/*"


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ((allow(Condition=TAGGED),), "undetermined"),
        ((allow(resource=HOME),), "undetermined"),
        ((allow(Condition={"StringLike": {"aws:userid": "${aws:PrincipalTag/plan}"}}),), "undetermined"),
        ((allow(), deny(Condition=TAGGED)), "undetermined"),
        ((allow(), {"Effect": "Deny", "Action": "*", "NotResource": HOME}), "undetermined"),
        ((allow(), allow(Condition=TAGGED)), "allowed"),
        ((allow(Condition=TAGGED), deny()), "explicit_deny"),
        ((allow("sns:*", Condition=TAGGED),), "implicit_deny"),
        ((allow(resource="arn:aws:s3:::other/*", Condition=TAGGED),), "implicit_deny"),
        ((allow(Condition={**TAGGED, "Bool": {"aws:SecureTransport": "true"}}),), "implicit_deny"),
        ((allow(), deny("sns:*", Condition=TAGGED)), "allowed"),
        ((deny(Condition=TAGGED),), "implicit_deny"),
    ],
)
def test_a_verdict_is_open_only_where_the_unknown_matters(statements: tuple[Raw, ...], decision: str) -> None:
    request = Request("s3:GetObject", ARTICLE, BY_SESSION, unknown_keys=frozenset({"aws:principaltag/Plan"}))
    verdict = evaluate(request, Layers((policy(*statements),)))
    assert verdict.decision == decision
    assert verdict.is_allowed is (decision == "allowed")


def test_the_open_statement_names_the_key() -> None:
    request = Request("s3:GetObject", ARTICLE, BY_SESSION, unknown_keys=frozenset({"aws:PrincipalTag/plan"}))
    verdict = evaluate(request, Layers((policy(allow(Condition=TAGGED)),)))
    assert verdict.reason == "because it depends on aws:PrincipalTag/plan"
    assert [each.why for each in verdict.considered] == ["aws:principaltag/plan is not known"]
