"""Simulations of a principal, and their inputs and outputs: facts of iam-evaluation.md section 5."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox.test_iam_simulation import BUCKET, allow, custom, deny, policy
from tests.sandbox.test_sts import make_role, make_user, trust
from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
READ = "s3:GetObject"


@dataclass
class Reader:
    """A role with a managed and an inline policy, each allowing something, and a boundary that allows S3."""

    iam: Any
    name: str
    arn: str
    managed_arn: str
    boundary_arn: str

    def simulate(self, *actions: str, **params: Any) -> list[dict[str, Any]]:
        answer = self.iam.simulate_principal_policy(PolicySourceArn=self.arn, ActionNames=list(actions), **params)
        results: list[dict[str, Any]] = answer["EvaluationResults"]
        return results

    def may(self, action: str, **params: Any) -> bool:
        return bool(self.simulate(action, **params)[0]["EvalDecision"] == "allowed")


@pytest.fixture(scope="module")
def reader(sandbox: RunningSandbox) -> Reader:
    iam = sandbox.client("iam")
    name = f"Reader-{uuid.uuid4().hex[:8]}"
    arn = make_role(sandbox, name, trust(ROOT))
    managed, boundary = (
        iam.create_policy(PolicyName=f"{name}-{kind}", PolicyDocument=policy(allow(action)))["Policy"]["Arn"]
        for kind, action in (("managed", READ), ("boundary", ["s3:*", "sqs:*"]))
    )
    iam.attach_role_policy(RoleName=name, PolicyArn=managed)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(allow(["s3:PutObject", "sns:*"])))
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    return Reader(iam, name, arn, managed, boundary)


def inline(reader: Reader, **changed: str) -> dict[str, Any]:
    return {
        "InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "role", "AttachmentName": reader.name}
        | changed
    }


@pytest.mark.parametrize(
    ("excluded", "left"),
    [
        ([], {READ, "s3:PutObject"}),
        ([{"PolicyType": "user-managed"}], {"s3:PutObject"}),
        ([{"PolicyType": "inline"}], {READ}),
        ([{"PolicyType": "permission-boundary"}], {READ, "s3:PutObject", "sns:Publish"}),
        ([{"PolicyType": "aws-managed"}, {"PolicyType": "rcp"}, {"PolicyType": "scp"}], {READ, "s3:PutObject"}),
        (["its ARN"], {"s3:PutObject"}),
        (["an ARN with wildcards"], {"s3:PutObject"}),
        (["another ARN"], {READ, "s3:PutObject"}),
        (["its inline policy"], {READ}),
        (["another's inline policy"], {READ, "s3:PutObject"}),
        (["its ARN", "its inline policy"], set()),
    ],
)
def test_policies_are_left_out(reader: Reader, excluded: list[Any], left: set[str]) -> None:
    """iam-evaluation.md 5: PolicyExclusionList, by type, ARN or inline identifier."""
    known = {
        "its ARN": {"PolicyArn": reader.managed_arn},
        "an ARN with wildcards": {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Reader-*-manage?"},
        "another ARN": {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        "its inline policy": inline(reader),
        "another's inline policy": inline(reader, AttachmentName="Writer"),
    }
    given = [known[each] if isinstance(each, str) else each for each in excluded]
    actions = (READ, "s3:PutObject", "sns:Publish", "sqs:SendMessage")
    results = reader.simulate(*actions, **({"PolicyExclusionList": given} if given else {}))
    assert {result["EvalActionName"] for result in results if result["EvalDecision"] == "allowed"} == left


@pytest.mark.parametrize(
    ("count", "arn", "code"),
    [
        (256, f"arn:aws:iam::{ACCOUNT}:policy/other", ""),
        (257, f"arn:aws:iam::{ACCOUNT}:policy/other", "ValidationError"),
        (1, f"arn:aws:iam::{ACCOUNT}:policy/*other*", "InvalidInput"),
        (1, "arn:aws:iam::*:policy/other", "InvalidInput"),
        (1, f"arn:aws:iam::{ACCOUNT}:role/other", "InvalidInput"),
    ],
)
def test_a_list_of_exclusions_is_limited(reader: Reader, count: int, arn: str, code: str) -> None:
    """iam-evaluation.md 5: at most 256 exclusions; malformed ones are InvalidInput."""
    given = {"PolicyExclusionList": [{"PolicyArn": arn}] * count}
    if not code:
        assert reader.may(READ, **given)
        return
    with refused(code):
        reader.may(READ, **given)


def test_more_policies_are_added_to_the_principals(reader: Reader) -> None:
    """iam-evaluation.md 5: PolicyInputList holds extra identity policies; they do not scope the session down."""
    assert not reader.may("sqs:SendMessage")
    assert reader.may("sqs:SendMessage", PolicyInputList=[policy(allow("sqs:*"))])
    assert reader.may(READ, PolicyInputList=[policy(allow("sqs:*"))])


def test_a_given_boundary_overrides_the_attached_one(reader: Reader) -> None:
    """iam-evaluation.md 5: PermissionsBoundaryPolicyInputList overrides the attached one."""
    assert not reader.may("sns:Publish")
    assert reader.may("sns:Publish", PermissionsBoundaryPolicyInputList=[policy(allow("sns:*"))])
    (result,) = reader.simulate("sns:Publish")
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}


def test_organization_policies_are_for_custom_simulations(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: OrderedOrganizationPolicyInputList, root to account; OrganizationsDecisionDetail."""
    for levels, is_open in (
        ([[allow()], [allow()]], True),
        ([[allow()], [allow("sns:*")]], False),
        ([[allow()], [allow("sns:*"), allow()]], True),
    ):
        given = [{"ServiceControlPolicyInputList": [policy(scp) for scp in level]} for level in levels]
        (result,) = custom(sandbox, policy(allow()), OrderedOrganizationPolicyInputList=given)
        assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": is_open}
        assert (result["EvalDecision"] == "allowed") is is_open


def test_statements_of_organization_policies_are_not_listed(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 5: SCP statements are not among MatchedStatements."""
    (result,) = custom(
        sandbox,
        policy(allow()),
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [policy(allow(), deny())]}],
    )
    assert (result["EvalDecision"], result["MatchedStatements"]) == ("explicitDeny", [])


def test_pages_are_followed_by_their_marker(reader: Reader) -> None:
    """iam-evaluation.md 5: MaxItems (default 100) and Marker; IsTruncated says that there is more."""
    actions = [f"s3:Moon{number:03}" for number in range(150)]
    given = {"PolicySourceArn": reader.arn, "ActionNames": actions}
    first = reader.iam.simulate_principal_policy(**given)
    assert (len(first["EvaluationResults"]), first["IsTruncated"]) == (100, True)
    rest = reader.iam.simulate_principal_policy(**given, Marker=first["Marker"])
    assert (len(rest["EvaluationResults"]), rest["IsTruncated"]) == (50, False)
    named = [result["EvalActionName"] for page in (first, rest) for result in page["EvaluationResults"]]
    assert named == actions
    pages = reader.iam.get_paginator("simulate_principal_policy").paginate(**given, PaginationConfig={"PageSize": 60})
    assert [len(page["EvaluationResults"]) for page in pages] == [60, 60, 30]
    with refused("InvalidInput"):
        reader.iam.simulate_principal_policy(**given, Marker="moon")


@pytest.mark.parametrize(
    ("kind", "operator", "values", "wanted"),
    [
        ("string", "StringEquals", ["moon"], "moon"),
        ("stringList", "ForAllValues:StringEquals", ["moon", "sun"], ["moon", "sun", "star"]),
        ("numeric", "NumericLessThan", ["5"], "6"),
        ("numericList", "ForAnyValue:NumericEquals", ["5", "6"], "6"),
        ("boolean", "Bool", ["true"], "true"),
        ("booleanList", "ForAnyValue:Bool", ["true", "false"], "false"),
        ("ip", "IpAddress", ["192.0.2.7"], "192.0.2.0/24"),
        ("ipList", "ForAnyValue:IpAddress", ["192.0.2.7", "198.51.100.1"], "198.51.100.0/24"),
        ("binary", "BinaryEquals", ["bW9vbg=="], "bW9vbg=="),
        ("binaryList", "ForAnyValue:BinaryEquals", ["c3Vu", "bW9vbg=="], "bW9vbg=="),
        ("date", "DateLessThan", ["2026-11-30T00:00:00Z"], "2026-12-01T00:00:00Z"),
        ("dateList", "ForAnyValue:DateEquals", ["2026-11-30T00:00:00Z"], "2026-11-30T00:00:00Z"),
    ],
)
def test_context_entries_have_these_types(
    sandbox: RunningSandbox, kind: str, operator: str, values: list[str], wanted: Any
) -> None:
    """iam-evaluation.md 5: ContextKeyType is string, numeric, boolean, ip, binary or date, or a list of them."""
    text = policy(allow(Condition={operator: {"moon:key": wanted}}))
    entry = {"ContextKeyName": "moon:key", "ContextKeyType": kind, "ContextKeyValues": values}
    (result,) = custom(sandbox, text, ContextEntries=[entry])
    assert result["EvalDecision"] == "allowed"
    with refused("ValidationError"):
        custom(sandbox, text, ContextEntries=[entry | {"ContextKeyType": "moon"}])


def test_deciding_statements_name_their_source_and_place(reader: Reader) -> None:
    """iam-evaluation.md 5: SourcePolicyId, SourcePolicyType, StartPosition and EndPosition with Line and Column."""
    kinds = {}
    for action in (READ, "s3:PutObject"):
        (matched,) = reader.simulate(action)[0]["MatchedStatements"]
        assert matched["StartPosition"].keys() == matched["EndPosition"].keys() == {"Line", "Column"}
        kinds[action] = (matched["SourcePolicyType"], matched["SourcePolicyId"])
    assert kinds[READ] == ("user-managed", reader.managed_arn.rpartition("/")[2])
    assert kinds["s3:PutObject"] == ("role", f"role_{reader.name}_own")
    (matched,) = reader.simulate("sqs:Send", PolicyInputList=[policy(allow("sqs:*"))])[0]["MatchedStatements"]
    assert matched["SourcePolicyType"] == "none"


def test_the_strictest_decision_stands_for_all_resources(reader: Reader) -> None:
    """iam-evaluation.md 5: explicitDeny before implicitDeny before allowed, over all resources."""
    shut, closed = policy(deny(resource=f"{BUCKET}/shut")), [f"{BUCKET}/open", f"{BUCKET}/shut"]
    (result,) = reader.simulate(READ, ResourceArns=closed, PolicyInputList=[shut])
    assert result["EvalDecision"] == "explicitDeny"
    assert [one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]] == ["allowed", "explicitDeny"]


@pytest.mark.parametrize(
    "caller", [f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", f"arn:aws:sts::{ACCOUNT}:federated-user/f"]
)
def test_a_caller_is_a_user(sandbox: RunningSandbox, reader: Reader, caller: str) -> None:
    """iam-evaluation.md 5: CallerArn is no assumed-role session nor federated user; no resource policies for roles."""
    shared = {"ResourcePolicy": policy({**allow(), "Principal": "*"}), "ResourceArns": [f"{BUCKET}/x"]}
    with refused("InvalidInput"):
        custom(sandbox, policy(allow()), CallerArn=caller, **shared)
    with refused("InvalidInput"):
        reader.may(READ, CallerArn=f"arn:aws:iam::{ACCOUNT}:user/ada", **shared)


@pytest.mark.parametrize(
    ("own", "shared", "details"),
    [
        (allow(), allow(), ("allowed", "allowed")),
        (allow("sns:*"), allow(), ("implicitDeny", "allowed")),
        (allow(), allow("sns:*"), ("allowed", "implicitDeny")),
        (allow(), deny(), ("allowed", "explicitDeny")),
    ],
)
def test_across_accounts_each_side_is_told(
    sandbox: RunningSandbox, own: dict[str, Any], shared: dict[str, Any], details: tuple[str, str]
) -> None:
    """iam-evaluation.md 5: EvalDecisionDetails, cross-account only; ResourceOwner says whose the resource is."""
    caller = f"arn:aws:iam::{ACCOUNT}:user/ada"
    given = {"ResourcePolicy": policy({**shared, "Principal": {"AWS": caller}}), "ResourceArns": [f"{BUCKET}/x"]}
    (result,) = custom(sandbox, policy(own), CallerArn=caller, ResourceOwner="arn:aws:iam::111122223333:root", **given)
    assert tuple(result["EvalDecisionDetails"].values()) == details
    assert (result["EvalDecision"] == "allowed") is (set(details) == {"allowed"})
    (within,) = custom(sandbox, policy(own), CallerArn=caller, **given)
    assert "EvalDecisionDetails" not in within


def test_keys_to_supply_are_listed_for_a_principal(reader: Reader) -> None:
    """iam-evaluation.md 5: GetContextKeysForPrincipalPolicy, with those of further policies."""
    text = policy(allow(Condition={"StringEquals": {"cognito-identity.amazonaws.com:sub": "${aws:PrincipalTag/team}"}}))
    found = reader.iam.get_context_keys_for_principal_policy(PolicySourceArn=reader.arn, PolicyInputList=[text])
    assert found["ContextKeyNames"] == ["aws:PrincipalTag/team", "cognito-identity.amazonaws.com:sub"]


@pytest.mark.parametrize("kind", ["user", "group"])
def test_users_and_groups_are_simulated_too(sandbox: RunningSandbox, kind: str) -> None:
    """iam-evaluation.md 5: PolicySourceArn is a user's, group's or role's; a user's groups count."""
    iam, name = sandbox.client("iam"), f"moon-{uuid.uuid4().hex[:8]}"
    iam.create_group(GroupName=name)
    iam.put_group_policy(GroupName=name, PolicyName="own", PolicyDocument=policy(allow()))
    iam.create_user(UserName=name)
    iam.add_user_to_group(UserName=name, GroupName=name)
    source = f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"
    (result,) = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=[READ])["EvaluationResults"]
    assert result["EvalDecision"] == "allowed"
    assert [matched["SourcePolicyType"] for matched in result["MatchedStatements"]] == ["group"]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("simulate_principal_policy", "iam:SimulatePrincipalPolicy"),
        ("simulate_custom_policy", "iam:SimulateCustomPolicy"),
        ("get_context_keys_for_principal_policy", "iam:GetContextKeysForPrincipalPolicy"),
        ("get_context_keys_for_custom_policy", "iam:GetContextKeysForCustomPolicy"),
    ],
)
def test_simulating_is_a_permission(sandbox: RunningSandbox, reader: Reader, operation: str, action: str) -> None:
    """iam-evaluation.md 5: viewing needs iam:Simulate* and iam:GetContextKeysFor*."""
    given: dict[str, Any] = {"PolicyInputList": [policy(allow())]}
    given |= {"PolicySourceArn": reader.arn} if "principal" in operation else {}
    given |= {"ActionNames": [READ]} if "simulate" in operation else {}
    name = f"views-{uuid.uuid4().hex[:8]}"
    iam = sandbox.client("iam", keys=make_user(sandbox, name))
    with refused("AccessDenied"):
        getattr(iam, operation)(**given)
    reader.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(allow(action)))
    assert getattr(iam, operation)(**given)


def test_documents_are_encoded_on_the_wire_and_read_as_objects(reader: Reader) -> None:
    """iam-evaluation.md 5: policy documents are URL-encoded on the wire; boto3 decodes them to dicts."""
    own = reader.iam.get_role_policy(RoleName=reader.name, PolicyName="own")["PolicyDocument"]
    version = reader.iam.get_policy(PolicyArn=reader.managed_arn)["Policy"]["DefaultVersionId"]
    managed = reader.iam.get_policy_version(PolicyArn=reader.managed_arn, VersionId=version)["PolicyVersion"]
    trusted = reader.iam.get_role(RoleName=reader.name)["Role"]["AssumeRolePolicyDocument"]
    assert own == json.loads(policy(allow(["s3:PutObject", "sns:*"])))
    assert managed["Document"] == json.loads(policy(allow(READ)))
    assert trusted == json.loads(trust(ROOT))
    assert reader.iam.list_role_policies(RoleName=reader.name)["PolicyNames"] == ["own"]
    attached = reader.iam.list_attached_role_policies(RoleName=reader.name)["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [reader.managed_arn]
