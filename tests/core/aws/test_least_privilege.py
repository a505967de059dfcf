"""The generated policies: what each mode needs, nothing public, narrowed to the chosen pools, and enough to work."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from botocore import xform_name
from botocore.loaders import Loader

import cognito_explorer
from cognito_explorer.core.aws.least_privilege import (
    CALLED,
    NEEDS_NO_PERMISSION,
    actions_for,
    as_json,
    least_privilege,
)
from cognito_explorer.core.profiles import Mode
from cognito_explorer.iam.policy import parse_policy

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
    assert read <= support <= admin
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
    assert (invoking["Action"], invoking["Resource"]) == (["lambda:GetPolicy", "lambda:InvokeFunction"], [FUNCTION])
    assert "lambda:" not in as_json(least_privilege("support", [POOL], function_arns=[FUNCTION]))
    assert "lambda:" not in as_json(least_privilege("admin", [POOL]))


def operations_of(service: str) -> dict[str, Any]:
    """A service's operations by name, as botocore has them."""
    found: dict[str, Any] = Loader().load_service_model(service, "service-2")["operations"]
    return found


@cache
def named_in_the_source() -> frozenset[str]:
    """Every attribute that is named anywhere in core, gui or app."""
    root = Path(cognito_explorer.__path__[0])
    files = [root / "app.py", *(root / "core").rglob("*.py"), *(root / "gui").rglob("*.py")]
    trees = (ast.parse(path.read_text("utf-8")) for path in files)
    return frozenset(node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def called_in_the_source(service: str) -> set[str]:
    """The operations whose bound method is named there."""
    named = named_in_the_source()
    return {name for name in operations_of(service) if xform_name(name) in named}


@pytest.mark.parametrize("service", SERVICES)
def test_the_policies_are_made_of_what_the_app_calls_and_nothing_else(service: str) -> None:
    guarded = {name for name in called_in_the_source(service) if (service, name) not in NEEDS_NO_PERMISSION}
    assert {name for called, name in CALLED if called == service} == guarded, "list in least_privilege what is called"
    assert set(actions_for("admin", service)) == guarded, "an administrator's profile may do whatever the app can"


@pytest.mark.parametrize("pools", [[], [POOL]], ids=["all pools", "one pool"])
@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_policy_is_one_by_the_grammar_of_iam(mode: Mode, pools: list[str]) -> None:
    # IAM user guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements: Sid".
    policy = least_privilege(mode, pools, function_arns=[FUNCTION])
    assert list(policy) == ["Version", "Statement"]
    assert policy["Version"] == "2012-10-17"
    sids = [each["Sid"] for each in policy["Statement"]]
    assert len(set(sids)) == len(sids)
    named = {"cognito-idp", "cognito-identity", "iam", "lambda"}
    known = {f"{service}:{name}" for service in named for name in operations_of(service)} | {"lambda:InvokeFunction"}
    for each in policy["Statement"]:
        assert set(each) == {"Sid", "Effect", "Action", "Resource"}
        assert re.fullmatch(r"[A-Za-z0-9]+", each["Sid"])
        assert each["Effect"] == "Allow"
        assert each["Action"]
        assert set(each["Action"]) <= known
        assert len(set(each["Action"])) == len(each["Action"])
        assert all(arn == "*" or re.fullmatch(r"arn:[^:]+(:[^:]*){3}:.+", arn) for arn in each["Resource"])
    assert len(parse_policy(as_json(policy), name="generated", layer="identity").statements) == len(sids)
