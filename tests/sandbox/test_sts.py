"""Security Token Service: who may become which role, for how long."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
COGNITO = "cognito-identity.amazonaws.com"


def trust(principal: Any, action: Any = "sts:AssumeRole", **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(sandbox: RunningSandbox, name: str, trust_policy: str, **more: Any) -> str:
    role = sandbox.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy, **more)["Role"]
    return str(role["Arn"])


def refused(callable_: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        callable_(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def make_user(sandbox: RunningSandbox, name: str, *statements: dict[str, Any]) -> tuple[str, str]:
    iam = sandbox.client("iam")
    iam.create_user(UserName=name)
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_the_administrator_is_named(sandbox: RunningSandbox) -> None:
    answer = sandbox.client("sts").get_caller_identity()
    assert answer["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/sandbox-administrator"
    assert answer["Account"] == ACCOUNT


def test_a_role_with_a_path_shows_its_name_alone_in_the_session(sandbox: RunningSandbox) -> None:
    arn = make_role(sandbox, "Deep", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), Path="/team/moon/")
    assumed = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Deep/visit"
    short = arn.replace("/team/moon", "")
    assert refused(sandbox.client("sts").assume_role, RoleArn=short, RoleSessionName="visit")[0] == "AccessDenied"


def test_trust_in_the_account_leaves_it_to_the_users_own_policies(sandbox: RunningSandbox) -> None:
    arn = make_role(sandbox, "Shared", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    stranger = sandbox.client("sts", keys=make_user(sandbox, "stranger"))
    assert refused(stranger.assume_role, RoleArn=arn, RoleSessionName="visit") == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:user/stranger is not authorized to perform: sts:AssumeRole on resource: {arn}",
    )
    grant = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
    member = sandbox.client("sts", keys=make_user(sandbox, "member", grant))
    assert member.assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]


def test_trust_in_a_user_is_enough(sandbox: RunningSandbox) -> None:
    keys = make_user(sandbox, "named")
    arn = make_role(sandbox, "OnlyNamed", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/named"}))
    assert sandbox.client("sts", keys=keys).assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]
    assert refused(sandbox.client("sts").assume_role, RoleArn=arn, RoleSessionName="visit")[0] == "AccessDenied"


def test_an_external_id_must_match(sandbox: RunningSandbox) -> None:
    policy = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, StringEquals={"sts:ExternalId": "moon"})
    arn = make_role(sandbox, "External", policy)
    assume = sandbox.client("sts").assume_role
    assert refused(assume, RoleArn=arn, RoleSessionName="visit", ExternalId="sun")[0] == "AccessDenied"
    assert assume(RoleArn=arn, RoleSessionName="visit", ExternalId="moon")["Credentials"]


def test_a_session_lasts_no_longer_than_its_role_allows(sandbox: RunningSandbox) -> None:
    arn = make_role(sandbox, "Hour", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    code, message = refused(
        sandbox.client("sts").assume_role, RoleArn=arn, RoleSessionName="visit", DurationSeconds=7200
    )
    assert code == "ValidationError"
    assert "MaxSessionDuration" in message


@pytest.mark.parametrize(
    "params",
    [
        {"RoleSessionName": "a b"},
        {"DurationSeconds": 10},
        {"RoleArn": "x" * 10},
        {"RoleSessionName": ""},
    ],
)
def test_bad_parameters_are_validation_errors(sandbox: RunningSandbox, params: dict[str, Any]) -> None:
    fine = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/Nobody", "RoleSessionName": "visit"}
    unchecked = sandbox.client("sts", parameter_validation=False)
    code, message = refused(unchecked.assume_role, **(fine | params))
    assert code == "ValidationError"
    assert "validation error detected" in message


def test_a_session_policy_must_be_a_policy(sandbox: RunningSandbox) -> None:
    arn = make_role(sandbox, "Limited", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    params = {"RoleArn": arn, "RoleSessionName": "visit", "Policy": "not json"}
    assert refused(sandbox.client("sts").assume_role, **params)[0] == "MalformedPolicyDocument"


def classic_token(sandbox: RunningSandbox) -> tuple[str, str, str]:
    """A new pool with the classic flow, a guest in it, and the guest's token."""
    admin, public = sandbox.client("cognito-identity"), sandbox.public_client("cognito-identity")
    pool_id = admin.create_identity_pool(
        IdentityPoolName="classic", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True
    )["IdentityPoolId"]
    identity_id = public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    return pool_id, identity_id, public.get_open_id_token(IdentityId=identity_id)["Token"]


def web_trust(pool_id: str, amr: str) -> str:
    return trust(
        {"Federated": COGNITO},
        "sts:AssumeRoleWithWebIdentity",
        StringEquals={f"{COGNITO}:aud": pool_id},
        **{"ForAnyValue:StringLike": {f"{COGNITO}:amr": amr}},
    )


def test_a_guests_token_becomes_a_session(sandbox: RunningSandbox) -> None:
    pool_id, identity_id, token = classic_token(sandbox)
    arn = make_role(sandbox, "Visitor", web_trust(pool_id, "unauthenticated"))
    own = {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::homes",
        "Condition": {"StringEquals": {"s3:prefix": f"${{{COGNITO}:sub}}/"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": own})
    sandbox.client("iam").put_role_policy(RoleName="Visitor", PolicyName="home", PolicyDocument=policy)
    sandbox.client("s3").create_bucket(Bucket="homes")
    answer = sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=arn, RoleSessionName="me", WebIdentityToken=token
    )
    assert answer["SubjectFromWebIdentityToken"] == identity_id
    got = answer["Credentials"]
    keys = (got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
    assert sandbox.client("s3", keys=keys).list_objects_v2(Bucket="homes", Prefix=f"{identity_id}/")["KeyCount"] == 0
    assert refused(sandbox.client("s3", keys=keys).list_objects_v2, Bucket="homes", Prefix="x/")[0] == "AccessDenied"


@pytest.mark.parametrize("fault", ["amr", "aud", "missing role", "garbled", "late"])
def test_a_token_that_does_not_fit_is_refused(sandbox: RunningSandbox, fault: str) -> None:
    pool_id, _, token = classic_token(sandbox)
    name = f"Fault-{fault.replace(' ', '-')}"
    wanted = "us-east-1:00000000-0000-0000-0000-000000000000" if fault == "aud" else pool_id
    arn = make_role(sandbox, name, web_trust(wanted, "authenticated" if fault == "amr" else "unauthenticated"))
    params = {"RoleArn": arn, "RoleSessionName": "me", "WebIdentityToken": token}
    if fault == "missing role":
        params["RoleArn"] = arn + "-gone"
    if fault == "garbled":
        params["WebIdentityToken"] = token[:-9] + "AAAAAAAAA"
    sandbox.advance(601 if fault == "late" else 0)
    try:
        code, message = refused(sandbox.public_client("sts").assume_role_with_web_identity, **params)
    finally:
        sandbox.advance(-601 if fault == "late" else 0)
    codes = {"garbled": "InvalidIdentityToken", "late": "ExpiredTokenException"}
    assert code == codes.get(fault, "AccessDenied")
    if code == "AccessDenied":
        assert message == "Not authorized to perform sts:AssumeRoleWithWebIdentity"


def test_what_sts_lacks_is_refused_by_name(sandbox: RunningSandbox) -> None:
    target = f"arn:aws:iam::{ACCOUNT}:root"
    params = {
        "TargetPrincipal": target,
        "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"},
    }
    code, message = refused(sandbox.client("sts").assume_root, **params)
    assert (code, message) == ("InvalidAction", "The sandbox lacks sts AssumeRoot.")
