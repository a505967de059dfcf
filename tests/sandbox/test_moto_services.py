"""IAM and S3 outlive a killed process, generated ids and dates included."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_fixture import RunningSandbox, start_sandbox

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
})  # fmt: skip
OPEN = json.dumps({
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::kept/*"},
})  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "world"


@pytest.fixture
def born(data: Path) -> Iterator[RunningSandbox]:
    """A sandbox that the test is going to kill."""
    running = start_sandbox(data)
    yield running
    if running.process.poll() is None:
        running.kill()


def facts(sandbox: RunningSandbox) -> dict[str, Any]:
    """Everything that was made, as the services tell it."""
    iam, s3 = sandbox.client("iam"), sandbox.client("s3")
    got = s3.get_object(Bucket="kept", Key="letters/a b+ü.txt", VersionId=version_of(s3))
    return {
        "role": {key: value for key, value in iam.get_role(RoleName="Kept")["Role"].items() if key != "RoleLastUsed"},
        "inline": iam.get_role_policy(RoleName="Kept", PolicyName="p")["PolicyDocument"],
        "policy": iam.list_policies(Scope="Local")["Policies"],
        "user": iam.get_user(UserName="ada")["User"],
        "keys": iam.list_access_keys(UserName="ada")["AccessKeyMetadata"],
        "buckets": [{key: bucket[key] for key in ("Name", "CreationDate")} for bucket in s3.list_buckets()["Buckets"]],
        "body": got["Body"].read(),
        "head": {key: got[key] for key in ("ETag", "LastModified", "VersionId", "ContentType", "Metadata")},
        "bucket policy": s3.get_bucket_policy(Bucket="kept")["Policy"],
        "uploads": [upload["UploadId"] for upload in s3.list_multipart_uploads(Bucket="kept")["Uploads"]],
    }


def version_of(s3: Any) -> str:
    versions = s3.list_object_versions(Bucket="kept", Prefix="letters/")["Versions"]
    return str(versions[-1]["VersionId"])


def make_things(sandbox: RunningSandbox) -> tuple[str, str]:
    """One of each; returns the user's access key."""
    iam, s3 = sandbox.client("iam"), sandbox.client("s3")
    iam.create_role(RoleName="Kept", AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "team", "Value": "moon"}])
    iam.put_role_policy(RoleName="Kept", PolicyName="p", PolicyDocument=OPEN.replace('"Principal": "*", ', ""))
    iam.create_policy(PolicyName="managed", PolicyDocument=OPEN.replace('"Principal": "*", ', ""))
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="letters/a b+ü.txt", Body=b"first", ContentType="text/plain", Metadata={"by": "a"})
    s3.put_object(Bucket="kept", Key="letters/a b+ü.txt", Body=b"second")
    s3.put_bucket_policy(Bucket="kept", Policy=OPEN)
    s3.create_multipart_upload(Bucket="kept", Key="large")
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_everything_survives_a_killed_process(data: Path, born: RunningSandbox) -> None:
    keys = make_things(born)
    before = facts(born)
    assume = born.client("sts").assume_role
    assumed = assume(RoleArn=before["role"]["Arn"], RoleSessionName="visit")["Credentials"]
    session = (assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
    pool = born.client("cognito-idp").create_user_pool(PoolName="kept")["UserPool"]
    born.kill()

    again = start_sandbox(data)
    try:
        assert facts(again) == before
        assert again.client("sts", keys=keys).get_caller_identity()["UserId"] == before["user"]["UserId"]
        user_id = again.client("sts", keys=session).get_caller_identity()["UserId"]
        assert user_id == f"{before['role']['RoleId']}:visit"
        assert again.client("cognito-idp").describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["Name"] == "kept"
        for name in ("access_key_id", "secret_access_key", "control_token"):
            assert again.ready[name] == born.ready[name]
    finally:
        again.stop()


def test_what_was_deleted_stays_deleted(data: Path, born: RunningSandbox) -> None:
    s3 = born.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="a", Body=b"1")
    s3.put_object(Bucket="kept", Key="b", Body=b"2")
    s3.delete_object(Bucket="kept", Key="a")
    born.kill()
    again = start_sandbox(data)
    try:
        assert [entry["Key"] for entry in again.client("s3").list_objects_v2(Bucket="kept")["Contents"]] == ["b"]
    finally:
        again.stop()


def test_dates_follow_the_worlds_clock(sandbox: RunningSandbox) -> None:
    sandbox.advance(400 * 86400)
    try:
        now = sandbox.control("status")["now"]
        sandbox.client("s3").create_bucket(Bucket="tomorrow")
        bucket = next(b for b in sandbox.client("s3").list_buckets()["Buckets"] if b["Name"] == "tomorrow")
        role = sandbox.client("iam").create_role(RoleName="Tomorrow", AssumeRolePolicyDocument=TRUST)["Role"]
    finally:
        sandbox.advance(-400 * 86400)
    assert abs(bucket["CreationDate"].timestamp() - now) < 10
    assert abs(role["CreateDate"].timestamp() - now) < 10
