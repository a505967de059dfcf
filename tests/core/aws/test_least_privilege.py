"""The generated policies: what each mode needs, nothing public, narrowed to the chosen pools, and enough to work."""

import json
from typing import get_args

import pytest
from botocore.loaders import Loader

from cognito_explorer.core.aws.least_privilege import NEEDS_NO_PERMISSION, actions_for, as_json, least_privilege
from cognito_explorer.core.profiles import Mode

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"
SERVICES = ("cognito-idp", "cognito-identity")


@pytest.mark.parametrize("service", SERVICES)
def test_what_needs_no_permission_follows_the_model(service: str) -> None:
    operations = Loader().load_service_model(service, "service-2")["operations"]
    public = {name for name, one in operations.items() if one.get("authtype") == "none"}
    assert {name for listed, name in NEEDS_NO_PERMISSION if listed == service} == public


@pytest.mark.parametrize("service", SERVICES)
def test_each_mode_asks_for_more_than_the_one_below(service: str) -> None:
    read, support, admin = (set(actions_for(mode, service)) for mode in get_args(Mode))
    assert read <= support < admin
    assert not {(service, title) for title in admin} & NEEDS_NO_PERMISSION


def test_read_only_needs_reads_and_support_what_it_may_do() -> None:
    assert not [t for t in actions_for("read-only", "cognito-idp") if not t.startswith(("List", "Describe", "Get"))
                and not t.startswith(("AdminGet", "AdminList"))]  # fmt: skip
    support = set(actions_for("support", "cognito-idp")) - set(actions_for("read-only", "cognito-idp"))
    assert {"AdminResetUserPassword", "AdminAddUserToGroup", "AdminCreateUser", "AdminUpdateUserAttributes"} <= support
    assert not support & {"AdminDeleteUser", "AdminSetUserPassword", "UpdateUserPool"}


@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_policy_is_narrowed_to_the_chosen_pools_and_fits_into_iam(mode: Mode) -> None:
    policy = least_privilege(mode, [POOL])
    by_sid = {each["Sid"]: each for each in policy["Statement"]}
    assert by_sid["UserPools"]["Resource"] == [POOL]
    assert "cognito-idp:ListUserPools" in by_sid["UserPoolsInGeneral"]["Action"]
    assert "cognito-idp:ListUserPools" not in by_sid["UserPools"]["Action"]
    assert by_sid["IdentityPools"]["Resource"] == ["arn:*:cognito-identity:*:*:identitypool/*"]
    assert json.loads(as_json(policy)) == policy
    assert len(json.dumps(policy, separators=(",", ":"))) <= 6144, "the longest managed policy"


FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:decides"


def test_only_admin_may_invoke_a_trigger_and_only_that_one() -> None:
    by_sid = {each["Sid"]: each for each in least_privilege("admin", [POOL], function_arns=[FUNCTION])["Statement"]}
    invoking = by_sid["PreTokenGeneration"]
    assert (invoking["Action"], invoking["Resource"]) == (["lambda:InvokeFunction"], [FUNCTION])
    assert "lambda:" not in as_json(least_privilege("support", [POOL], function_arns=[FUNCTION]))
    assert "lambda:" not in as_json(least_privilege("admin", [POOL]))
