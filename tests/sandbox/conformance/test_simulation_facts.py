"""The policy simulator: facts of iam-evaluation.md section 5."""

from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox.test_iam_simulation import BUCKET, allow, custom, deny, policy
from tests.sandbox_fixture import RunningSandbox


@pytest.mark.parametrize(
    ("policies", "decision"),
    [
        ([policy(allow())], "allowed"),
        ([policy(allow(), deny())], "explicitDeny"),
        ([policy(allow("sns:*"))], "implicitDeny"),
        ([policy(allow("sns:*")), policy(allow())], "allowed"),
    ],
)
def test_a_decision_is_one_of_three(sandbox: RunningSandbox, policies: list[str], decision: str) -> None:
    """iam-evaluation.md 5: EvalDecision is allowed, explicitDeny or implicitDeny; the resource is * by default."""
    (result,) = custom(sandbox, *policies)
    assert (result["EvalDecision"], result["EvalResourceName"]) == (decision, "*")


def test_there_is_one_result_for_an_action_and_one_within_for_a_resource(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: one result per action, the most restrictive; ResourceSpecificResults for each resource."""
    names = ["s3:GetObject", "s3:PutObject"]
    resources = [f"{BUCKET}/open", f"{BUCKET}/shut"]
    results = custom(sandbox, policy(allow(resource=resources[0])), ActionNames=names, ResourceArns=resources)
    assert [result["EvalActionName"] for result in results] == names
    for result in results:
        assert result["EvalDecision"] == "implicitDeny"
        decisions = [
            (one["EvalResourceName"], one["EvalResourceDecision"]) for one in result["ResourceSpecificResults"]
        ]
        assert decisions == [(resources[0], "allowed"), (resources[1], "implicitDeny")]


def test_a_deny_is_listed_alone(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: MatchedStatements holds deciding statements only; a deny is listed alone."""
    (result,) = custom(sandbox, policy(allow()), policy(deny()))
    assert [matched["SourcePolicyId"] for matched in result["MatchedStatements"]] == ["PolicyInputList.2"]


def test_a_boundary_says_whether_it_allows(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: PermissionsBoundaryDecisionDetail; at most one boundary is given."""
    boundary = policy(allow("sns:*"))
    (result,) = custom(sandbox, policy(allow()), PermissionsBoundaryPolicyInputList=[boundary])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    with refused("InvalidInput"):
        custom(sandbox, policy(allow()), PermissionsBoundaryPolicyInputList=[boundary, boundary])


def test_keys_that_nobody_gave_are_named(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: MissingContextValues, and GetContextKeysForCustomPolicy lists the keys beforehand."""
    text = policy(allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "moon"}}))
    (result,) = custom(sandbox, text)
    assert result["MissingContextValues"] == ["aws:PrincipalTag/team"]
    keys = sandbox.client("iam").get_context_keys_for_custom_policy(PolicyInputList=[text])["ContextKeyNames"]
    assert keys == ["aws:PrincipalTag/team"]
    entry = {"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyType": "string", "ContextKeyValues": ["moon"]}
    (filled,) = custom(sandbox, text, ContextEntries=[entry])
    assert filled["EvalDecision"] == "allowed"


@pytest.mark.parametrize(
    "params",
    [
        {"ActionNames": ["s3:*"]},
        {"ActionNames": ["GetObject"]},
        {"ResourcePolicy": policy({**allow(), "Principal": "*"}), "ResourceArns": [BUCKET]},
    ],
)
def test_names_are_exact_and_a_resource_policy_needs_a_caller(sandbox: RunningSandbox, params: dict[str, Any]) -> None:
    """iam-evaluation.md 5: ActionNames are whole and prefixed; ResourcePolicy requires CallerArn."""
    with refused("InvalidInput"):
        custom(sandbox, policy(allow()), **params)


def test_who_is_not_there_is_not_simulated(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: NoSuchEntityException."""
    with refused("NoSuchEntity"):
        sandbox.client("iam").simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::210987654321:role/nobody", ActionNames=["s3:GetObject"]
        )
