"""Calls of IAM that name no user are about the caller."""

from typing import Any

import pytest

from tests.sandbox.data_services.people import allow, user_with
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

OWN = "arn:aws:iam::*:user/${aws:username}"


@pytest.fixture(scope="module")
def ada(sandbox: RunningSandbox) -> Any:
    may = allow(["iam:GetUser", "iam:ListAccessKeys", "iam:CreateAccessKey", "iam:DeleteAccessKey"], OWN)
    return sandbox.client("iam", keys=user_with(sandbox, "ada", may))


def test_a_user_may_be_allowed_to_look_after_their_own_keys(ada: Any) -> None:
    assert ada.get_user()["User"]["UserName"] == "ada"
    second = ada.create_access_key()["AccessKey"]
    assert second["UserName"] == "ada"
    assert len(ada.list_access_keys()["AccessKeyMetadata"]) == 2
    ada.delete_access_key(AccessKeyId=second["AccessKeyId"])


def test_others_keys_stay_closed(sandbox: RunningSandbox, ada: Any) -> None:
    sandbox.client("iam").create_user(UserName="grace")
    with refused("AccessDenied"):
        ada.create_access_key(UserName="grace")


def test_a_role_has_no_user_to_speak_of(sandbox: RunningSandbox) -> None:
    iam = sandbox.client("iam")
    trust = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "210987654321"},'
        ' "Action": "sts:AssumeRole"}}'
    )
    arn = iam.create_role(RoleName="Faceless", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    got = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]
    theirs = sandbox.client("iam", keys=(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]))
    with refused("ValidationError", "Must specify userName when calling with non-User credentials"):
        theirs.get_user()


def test_what_is_no_operation_stays_out_of_the_log(sandbox: RunningSandbox) -> None:
    iam = sandbox.new_client("iam")
    iam.meta.events.register(
        "before-sign.iam.ListUsers",
        lambda request, **_: request.__setattr__("data", {"Action": "Moonletter-2026", "Version": "2010-05-08"}),
    )
    with refused("InvalidAction"):
        iam.list_users()
    assert "Moonletter-2026" not in str(sandbox.control("log"))
