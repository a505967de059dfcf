"""Container credentials: by file or by environment, and never without the token."""

import json
import sys

import boto3
import pytest

from tests.sandbox.profile_endpoints.kit import ACCOUNT, arn_of, call, make_role
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def role(sandbox: RunningSandbox) -> str:
    return make_role(sandbox, "TaskRole", {"Service": "ecs-tasks.amazonaws.com"})


def token(sandbox: RunningSandbox) -> str:
    return (sandbox.data / "container-token").read_text()


def test_boto3_finds_the_tasks_role_by_the_token_file(
    sandbox: RunningSandbox, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{sandbox.endpoint}/_container/credentials/{role}")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(sandbox.data / "container-token"))
    session = boto3.Session()
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.method == "container-role"
    assert arn_of(session, sandbox).startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/")


def test_boto3_finds_the_first_role_by_the_token_itself(
    sandbox: RunningSandbox, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{sandbox.endpoint}/_container/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", token(sandbox))
    session = boto3.Session()
    assert f"assumed-role/{role}/" in arn_of(session, sandbox)
    s3 = session.client("s3", region_name="us-east-1", endpoint_url=sandbox.endpoint)
    assert s3.list_buckets()["Buckets"] == []


def test_without_the_token_there_is_nothing(sandbox: RunningSandbox, role: str) -> None:
    url = f"{sandbox.endpoint}/_container/credentials/{role}"
    assert call(url).status == 401
    assert call(url, headers={"Authorization": "guess"}).status == 401
    answer = call(url, headers={"Authorization": token(sandbox)})
    assert answer.status == 200
    assert json.loads(answer.text)["RoleArn"] == f"arn:aws:iam::{ACCOUNT}:role/{role}"


def test_a_role_that_trusts_no_containers_is_not_handed_out(sandbox: RunningSandbox) -> None:
    name = make_role(sandbox, "NoTask", {"Service": "ec2.amazonaws.com"})
    url = f"{sandbox.endpoint}/_container/credentials/{name}"
    assert call(url, headers={"Authorization": token(sandbox)}).status == 404


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_the_token_is_for_its_owner_alone(sandbox: RunningSandbox) -> None:
    assert (sandbox.data / "container-token").stat().st_mode & 0o077 == 0
