"""What may I do: reads, IAM's simulation and refusals, on the sandbox with a person of few permissions."""

import json
from typing import get_args

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.aws.least_privilege import actions_for, least_privilege
from cognito_explorer.core.insight.permissions import (
    SERVICES,
    Permissions,
    find_permissions,
    foreseen,
    principal_of,
    standings,
)
from cognito_explorer.core.profiles import Mode, Profile
from tests.core.aws.stubbed import SANDBOX, Stubbed
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox


def person(running: RunningSandbox, name: str, document: object) -> Profile:
    iam = running.client("iam")
    iam.create_user(UserName=name)
    made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
    iam.attach_user_policy(UserName=name, PolicyArn=made["Policy"]["Arn"])
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    here = profile_of(running).endpoint_url
    return Profile(name, name, "keys", "us-east-1", "#000000", here, "", keys["AccessKeyId"], keys["SecretAccessKey"])


def standing(found: Permissions, title: str) -> str:
    return next(row.standing for row in found.rows if row.title == title)


def how(found: Permissions, title: str) -> str:
    return next(row.how for row in found.rows if row.title == title)


def test_what_was_tried_and_failed_otherwise_is_not_called_untried() -> None:
    aws = Stubbed(SANDBOX).aws
    key = ("cognito-idp", "GetProvisionedLimit")
    aws.permit.hear(*key, explain("InvalidParameterException", "x", ":".join(key)))
    found = Permissions(None, standings(aws, {}), "")
    assert (standing(found, key[1]), how(found, key[1])) == (
        "unknown",
        "Tried: The sandbox answered InvalidParameterException, which says nothing of the permission.",
    )
    aws.permit.hear(*key, None)
    assert how(Permissions(None, standings(aws, {}), ""), key[1]) == "The sandbox answered it."


async def test_the_policy_for_support_lets_support_work_and_no_more(demo_sandbox: RunningSandbox, pool_id: str) -> None:
    aws = await Aws.open(person(demo_sandbox, "support-by-policy", least_privilege("support")))
    found = await find_permissions(aws, pool_id)
    assert "simulated" in found.simulation
    assert standing(found, "ListUsers") == "allowed"
    assert standing(found, "AdminResetUserPassword") == "allowed"
    assert standing(found, "AdminDeleteUser") == "refused"
    deleting = next(row for row in found.rows if row.title == "AdminDeleteUser")
    assert deleting.how == "IAM's simulation: no policy allows it."
    place = aws.profile.endpoint_url.partition("//")[2].rstrip("/")
    assert how(found, "ListUsers") == f"{place} answered it.", "it is no answer of AWS"
    assert {row.standing for row in found.rows} <= {"allowed", "refused", "lacking"}
    reset = next(row for row in found.rows if row.title == "AdminResetUserPassword")
    assert "Support" in reset.mode_refusal, "the credentials may, the mode does not"
    aws.close()


@pytest.mark.parametrize("mode", get_args(Mode))
async def test_the_policy_of_a_mode_allows_what_the_app_calls_in_it_and_nothing_else(
    demo_sandbox: RunningSandbox, pool_id: str, mode: Mode
) -> None:
    aws = await Aws.open(person(demo_sandbox, f"only-{mode}", least_privilege(mode)))
    found = await find_permissions(aws, pool_id)
    assert "simulated" in found.simulation
    allowed = {row.action for row in found.rows if row.standing == "allowed"}
    assert allowed == {f"{service}:{title}" for service in SERVICES for title in actions_for(mode, service)}
    aws.close()


async def test_without_simulation_reads_still_tell(demo_sandbox: RunningSandbox, pool_id: str) -> None:
    statement = {"Effect": "Allow", "Action": ["cognito-idp:List*"], "Resource": "*"}
    aws = await Aws.open(person(demo_sandbox, "lists-only", {"Version": "2012-10-17", "Statement": [statement]}))
    found = await find_permissions(aws, pool_id)
    assert found.simulation.startswith("IAM did not simulate")
    assert "iam:SimulatePrincipalPolicy is missing" in found.simulation
    known = [row.standing != "unknown" for row in found.rows]
    assert known == sorted(known, reverse=True), "what is known comes first"
    assert standing(found, "ListUsers") == "allowed"
    assert standing(found, "DescribeUserPool") == "refused"
    assert standing(found, "AdminDeleteUser") == "unknown"
    assert "cognito-idp:DescribeUserPool is missing" in aws.permit.why_not("DescribeUserPool")
    aws.close()


async def test_what_hangs_on_a_condition_is_not_known_and_a_denial_says_which(
    demo_sandbox: RunningSandbox, pool_id: str
) -> None:
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statements = [
        {"Effect": "Allow", "Action": ["iam:SimulatePrincipalPolicy", "cognito-idp:List*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "cognito-idp:AdminDeleteUser", "Resource": "*", "Condition": with_mfa},
        {"Effect": "Deny", "Action": "cognito-idp:DeleteUserPool", "Resource": "*"},
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    aws = await Aws.open(person(demo_sandbox, "with-conditions", document))
    found = {row.title: row for row in (await find_permissions(aws, pool_id)).rows}
    aws.permit.switch("admin")
    for title in ("AdminDeleteUser", "DeleteUserPool"):
        assert aws.permit.why_not(title, UserPoolId=pool_id) == "", "it may hang on the condition"
    aws.close()
    assert (found["AdminDeleteUser"].standing, "aws:MultiFactorAuthPresent" in found["AdminDeleteUser"].how) == (
        "unknown",
        True,
    )
    assert found["DeleteUserPool"].how.startswith("IAM's simulation: a policy denies it explicitly, unless that hangs")


async def test_it_is_told_that_iam_does_not_know_the_caller_and_what_that_means(demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(profile_of(demo_sandbox))
    found = await find_permissions(aws)
    assert found.caller is not None
    assert f"IAM here has no {found.caller.arn}" in found.simulation
    assert found.simulation.endswith("So what was not tried stays “Not known”.")
    aws.close()


async def test_what_iam_denies_is_grey_in_the_pool_that_was_asked_about_until_it_is_answered(
    demo_sandbox: RunningSandbox, pool_id: str
) -> None:
    aws = await Aws.open(person(demo_sandbox, "reads-only", least_privilege("read-only")))
    permit = aws.permit
    permit.switch("admin")
    place = {"UserPoolId": pool_id}
    assert permit.why_not("AdminConfirmSignUp", **place) == "", "nobody has asked yet"
    told: list[str] = []
    permit.subscribe(lambda: told.append(permit.why_not("AdminConfirmSignUp", **place)))
    await find_permissions(aws, pool_id)
    words = "The permission cognito-idp:AdminConfirmSignUp is missing: IAM's simulation says so."
    assert told[-1].startswith(words)
    assert "CreateUserPool" in permit.why_not("CreateUserPool")
    assert permit.why_not("ListUsers", **place) == ""
    assert permit.why_not("AdminConfirmSignUp", UserPoolId="us-east-1_AnotherPool") == ""
    permit.hear("cognito-idp", "AdminConfirmSignUp", None)
    assert permit.why_not("AdminConfirmSignUp", **place) == "", "an answer of AWS counts for more"
    permit.try_again()
    assert permit.why_not("AdminDisableUser", **place) == ""
    aws.close()


async def test_of_pools_nobody_named_nothing_is_taken_for_denied(demo_sandbox: RunningSandbox, pool_id: str) -> None:
    aws = await Aws.open(person(demo_sandbox, "reads-all", least_privilege("read-only")))
    aws.permit.switch("admin")
    assert standing(await find_permissions(aws), "AdminDisableUser") == "refused"
    assert aws.permit.why_not("AdminDisableUser", UserPoolId=pool_id) == ""
    aws.close()


def test_a_denial_that_may_hang_on_a_condition_of_a_resource_is_not_known() -> None:
    """IAM API Reference, ResourceSpecificResult: there the missing keys stand once a resource was named."""
    beside = [{"EvalResourceName": "arn", "MissingContextValues": ["aws:MultiFactorAuthPresent"]}]
    for decision in ("explicitDeny", "implicitDeny"):
        found = foreseen({"EvalDecision": decision, "ResourceSpecificResults": beside})
        assert (found.is_certain, "aws:MultiFactorAuthPresent" in found.how) == (False, True)
        assert foreseen({"EvalDecision": decision}).is_certain


@pytest.mark.parametrize(
    ("caller", "principal"),
    [
        ("arn:aws:sts::1:assumed-role/Support/ada", "arn:aws:iam::1:role/Support"),
        ("arn:aws-cn:iam::1:user/ada", "arn:aws-cn:iam::1:user/ada"),
    ],
)
def test_a_session_stands_for_its_role(caller: str, principal: str) -> None:
    assert principal_of(caller) == principal
