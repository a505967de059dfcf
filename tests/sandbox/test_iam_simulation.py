"""The policy simulator: the same evaluator as the gate's, asked beforehand."""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.test_sts import ACCOUNT, make_role, make_user, refused, trust
from tests.sandbox_fixture import RunningSandbox

BUCKET = "arn:aws:s3:::moonletter-content"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any = "s3:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "s3:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def custom(sandbox: RunningSandbox, *policies: str, **params: Any) -> list[dict[str, Any]]:
    given = {"ActionNames": ["s3:GetObject"]} | params
    answer = sandbox.client("iam").simulate_custom_policy(PolicyInputList=list(policies), **given)
    results: list[dict[str, Any]] = answer["EvaluationResults"]
    return results


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([allow()], "allowed"),
        ([allow("sns:*")], "implicitDeny"),
        ([allow(), deny("s3:Get*")], "explicitDeny"),
        ([allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "moon"}})], "implicitDeny"),
    ],
)
def test_a_decision_has_simulations_own_words(
    sandbox: RunningSandbox, statements: list[dict[str, Any]], decision: str
) -> None:
    (result,) = custom(sandbox, policy(*statements))
    assert (result["EvalActionName"], result["EvalDecision"]) == ("s3:GetObject", decision)


def test_the_deciding_statement_is_named_with_its_place(sandbox: RunningSandbox) -> None:
    text = (
        '{\n "Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}\n ]\n}'
    )
    (result,) = custom(sandbox, policy(allow("sns:*")), text)
    (matched,) = result["MatchedStatements"]
    assert matched["SourcePolicyId"] == "PolicyInputList.2"
    assert matched["StartPosition"] == {"Line": 4, "Column": 3}
    assert matched["EndPosition"] == {"Line": 4, "Column": 57}
    (denied,) = custom(sandbox, policy(allow("sns:*")))
    assert denied["MatchedStatements"] == []


def test_each_resource_has_its_own_result_and_the_strictest_stands_for_all(sandbox: RunningSandbox) -> None:
    resources = [f"{BUCKET}/teasers/a", f"{BUCKET}/articles/a"]
    (result,) = custom(sandbox, policy(allow("s3:GetObject", f"{BUCKET}/teasers/*")), ResourceArns=resources)
    assert result["EvalDecision"] == "implicitDeny"
    each = {found["EvalResourceName"]: found["EvalResourceDecision"] for found in result["ResourceSpecificResults"]}
    assert each == {resources[0]: "allowed", resources[1]: "implicitDeny"}


def test_context_entries_fill_conditions_and_missing_ones_are_listed(sandbox: RunningSandbox) -> None:
    text = policy(allow(Condition={"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}))
    (result,) = custom(sandbox, text)
    assert result["MissingContextValues"] == ["cognito-identity.amazonaws.com:amr"]
    entry = {
        "ContextKeyName": "cognito-identity.amazonaws.com:amr",
        "ContextKeyType": "stringList",
        "ContextKeyValues": ["authenticated", "provider"],
    }
    (result,) = custom(sandbox, text, ContextEntries=[entry])
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])


def test_a_boundary_limits_and_says_so(sandbox: RunningSandbox) -> None:
    (result,) = custom(sandbox, policy(allow()), PermissionsBoundaryPolicyInputList=[policy(allow("sns:*"))])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    two = [policy(allow()), policy(allow())]
    params = {"PolicyInputList": two, "ActionNames": ["s3:GetObject"], "PermissionsBoundaryPolicyInputList": two}
    assert refused(sandbox.client("iam").simulate_custom_policy, **params)[0] == "InvalidInput"


def test_a_resource_policy_needs_a_caller_and_is_not_for_roles(sandbox: RunningSandbox) -> None:
    named = policy({**allow("s3:GetObject"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"}})
    params = {"PolicyInputList": [policy(allow("sns:*"))], "ActionNames": ["s3:GetObject"], "ResourcePolicy": named}
    iam = sandbox.client("iam")
    assert refused(iam.simulate_custom_policy, **params)[0] == "InvalidInput"
    answer = iam.simulate_custom_policy(**params, CallerArn=f"arn:aws:iam::{ACCOUNT}:user/ada")
    (statement,) = answer["EvaluationResults"][0]["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("ResourcePolicy", "resource")
    arn = make_role(sandbox, f"Sim-{uuid.uuid4().hex[:8]}", trust({"AWS": ACCOUNT}))
    of_role = {"PolicySourceArn": arn, "ActionNames": ["s3:GetObject"], "ResourcePolicy": named}
    assert refused(iam.simulate_principal_policy, **of_role)[0] == "InvalidInput"


def test_a_principals_own_policies_are_simulated(sandbox: RunningSandbox) -> None:
    user = f"sim-{uuid.uuid4().hex[:8]}"
    home = f"{BUCKET}/homes/${{aws:username}}/*"
    make_user(sandbox, user, allow("s3:GetObject", home))
    iam = sandbox.client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:user/{user}"
    ask = {"PolicySourceArn": arn, "ActionNames": ["s3:GetObject", "s3:PutObject"]}
    results = iam.simulate_principal_policy(**ask, ResourceArns=[f"{BUCKET}/homes/{user}/a"])["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]
    (statement,) = results[0]["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == (f"user_{user}_own", "user")
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"]
    assert keys == ["aws:username"]
    gone = {**ask, "PolicySourceArn": f"{arn}-gone"}
    assert refused(iam.simulate_principal_policy, **gone)[0] == "NoSuchEntity"


def test_results_come_in_pages(sandbox: RunningSandbox) -> None:
    iam = sandbox.client("iam")
    actions = [f"s3:{name}" for name in ("GetObject", "PutObject", "DeleteObject")]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[policy(allow())], ActionNames=actions, PaginationConfig={"PageSize": 2}
    )
    seen = [[result["EvalActionName"] for result in page["EvaluationResults"]] for page in pages]
    assert seen == [actions[:2], actions[2:]]


@pytest.mark.parametrize(
    "params",
    [
        {"ActionNames": ["s3:*"]},
        {"ActionNames": ["GetObject"]},
        {"PolicyInputList": ["no policy"]},
        {"Marker": "made-up"},
    ],
)
def test_what_cannot_be_simulated_is_invalid_input(sandbox: RunningSandbox, params: dict[str, Any]) -> None:
    fine = {"PolicyInputList": [policy(allow())], "ActionNames": ["s3:GetObject"]}
    assert refused(sandbox.client("iam").simulate_custom_policy, **(fine | params))[0] == "InvalidInput"


def test_keys_of_conditions_and_variables_are_listed_once(sandbox: RunningSandbox) -> None:
    texts = [
        policy(allow("s3:*", f"{BUCKET}/${{aws:PrincipalTag/team, 'none'}}/*")),
        policy(allow(Condition={"StringEquals": {"s3:prefix": "${aws:UserName}", "aws:username": "ada"}})),
    ]
    answer = sandbox.client("iam").get_context_keys_for_custom_policy(PolicyInputList=texts)
    assert answer["ContextKeyNames"] == ["aws:PrincipalTag/team", "aws:username", "s3:prefix"]


def test_simulating_needs_permission(sandbox: RunningSandbox) -> None:
    signed = make_user(sandbox, f"sim-{uuid.uuid4().hex[:8]}")
    params = {"PolicyInputList": [policy(allow())], "ActionNames": ["s3:GetObject"]}
    assert refused(sandbox.client("iam", keys=signed).simulate_custom_policy, **params)[0] == "AccessDenied"
