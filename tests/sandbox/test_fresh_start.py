"""POST /_sandbox/reset: an empty account at the same address, while everything goes on running."""

import json
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.sandbox.functions.lambdas import make_function
from tests.sandbox.pools import make_pool, refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def _fill(sandbox: RunningSandbox) -> str:
    """Something of everything; returns a pool's id."""
    idp = sandbox.client("cognito-idp")
    pool: str = idp.create_user_pool(PoolName="full", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    idp.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=[{"Name": "email", "Value": "a@example.com"}])
    idp.create_group(UserPoolId=pool, GroupName="readers")
    idp.admin_add_user_to_group(UserPoolId=pool, GroupName="readers", Username="ada")
    sandbox.client("cognito-identity").create_identity_pool(
        IdentityPoolName="full", AllowUnauthenticatedIdentities=True
    )
    sandbox.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=_TRUST)
    sandbox.client("s3").create_bucket(Bucket="full")
    sandbox.client("s3").put_object(Bucket="full", Key="page", Body=b"words")
    sandbox.client("sqs").create_queue(QueueName="full")
    sandbox.control("faults", {"is_throttled": True})
    sandbox.control("clock", {"is_frozen": True})
    return pool


def _assert_empty(sandbox: RunningSandbox) -> None:
    idp = sandbox.client("cognito-idp")
    assert idp.list_user_pools(MaxResults=60)["UserPools"] == []
    assert sandbox.client("cognito-identity").list_identity_pools(MaxResults=60)["IdentityPools"] == []
    assert sandbox.client("iam").list_roles()["Roles"] == []
    assert sandbox.client("s3").list_buckets()["Buckets"] == []
    assert sandbox.client("sqs").list_queues().get("QueueUrls", []) == []
    assert sandbox.messages() == []


def test_a_world_is_emptied_while_it_runs_and_can_be_filled_again(sandbox: RunningSandbox) -> None:
    for _ in range(2):
        pool = _fill(sandbox)
        assert sandbox.messages()
        sandbox.reset()
        _assert_empty(sandbox)
        assert not sandbox.control("clock")["is_frozen"]
        assert sandbox.control("faults")["is_throttled"] is False
        with refused("ResourceNotFoundException"):
            sandbox.client("cognito-idp").describe_user_pool(UserPoolId=pool)


def test_the_log_begins_anew(sandbox: RunningSandbox) -> None:
    make_pool(sandbox)
    sandbox.reset()
    assert sandbox.control("log")["requests"] == []


def test_emptying_needs_the_control_token(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox).pool_id
    stranger = RunningSandbox(sandbox.data, sandbox.process, {**sandbox.ready, "control_token": "wrong"})
    with pytest.raises(HTTPError, match="403"):
        stranger.reset()
    assert sandbox.client("cognito-idp").describe_user_pool(UserPoolId=pool)


def test_an_emptied_demo_stays_empty_after_a_restart(tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "demo")
    running.reset()
    assert running.control("status")["seed"] == "empty"
    pool = make_pool(running).pool_id
    running.client("iam").create_role(RoleName="after", AssumeRolePolicyDocument=_TRUST)
    running.kill()
    again = start_sandbox(tmp_path / "world")
    try:
        found = again.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        assert [each["Id"] for each in found] == [pool]
        assert [each["RoleName"] for each in again.client("iam").list_roles()["Roles"]] == ["after"]
        assert again.ready["access_key_id"] == running.ready["access_key_id"]
    finally:
        again.stop()


def test_a_function_that_runs_meanwhile_leaves_nothing_behind(sandbox: RunningSandbox) -> None:
    """Its own call empties the world, and so ends it."""
    source = """
        import os, time, urllib.request

        def handler(event, context):
            url = os.environ["AWS_ENDPOINT_URL"] + "/_sandbox/reset"
            headers = {"X-Sandbox-Token": os.environ["TOKEN"]}
            urllib.request.urlopen(urllib.request.Request(url, data=b"", headers=headers), timeout=20)
            time.sleep(20)
    """
    settings = {"Environment": {"Variables": {"TOKEN": sandbox.ready["control_token"]}}, "Timeout": 30}
    make_function(sandbox, "last", source, **settings)
    with refused("ResourceNotFoundException"):
        sandbox.client("lambda").invoke(FunctionName="last")
    assert sandbox.control("functions")["invocations"] == []
