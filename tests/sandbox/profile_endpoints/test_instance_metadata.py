"""Instance metadata: what botocore does with it, and what it refuses."""

import json
from pathlib import Path

import boto3
import botocore.session
import pytest

from tests.sandbox.profile_endpoints.kit import ACCOUNT, Answer, arn_of, call, make_role
from tests.sandbox_fixture import RunningSandbox

TOKEN = "X-aws-ec2-metadata-token"
TTL = f"{TOKEN}-ttl-seconds"
CREDENTIALS = "latest/meta-data/iam/security-credentials/"


@pytest.fixture(scope="module")
def role(sandbox: RunningSandbox) -> str:
    """The role of the one instance."""
    name = make_role(sandbox, "InstanceRole", {"Service": "ec2.amazonaws.com"})
    iam = sandbox.client("iam")
    iam.create_instance_profile(InstanceProfileName="Instance")
    iam.add_role_to_instance_profile(InstanceProfileName="Instance", RoleName=name)
    return name


def token(sandbox: RunningSandbox, ttl_s: int = 60) -> str:
    answer = call(f"{sandbox.endpoint}/_imds/latest/api/token", "PUT", {TTL: str(ttl_s)})
    assert (answer.status, answer.headers[TTL.lower()]) == (200, str(ttl_s))
    return answer.text


def read(sandbox: RunningSandbox, path: str, shown: str) -> Answer:
    return call(f"{sandbox.endpoint}/_imds/{path}", headers={TOKEN: shown})


def test_boto3_finds_the_instances_role(sandbox: RunningSandbox, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{sandbox.endpoint}/_imds/")
    session = boto3.Session()
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.method == "iam-role"
    assert arn_of(session, sandbox).startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/i-")
    s3 = session.client("s3", region_name="us-east-1", endpoint_url=sandbox.endpoint)
    assert s3.list_buckets()["Buckets"] == []


def test_a_profile_takes_its_source_from_the_instance(
    sandbox: RunningSandbox, role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """profiles.md 4: credential_source Ec2InstanceMetadata."""
    target = make_role(sandbox, "BehindTheInstance", {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{role}"})
    config = tmp_path / "config"
    config.write_text(
        f"[profile behind]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/{target}\nregion = us-east-1\n"
        "credential_source = Ec2InstanceMetadata\nservices = sandbox\n"
        f"[services sandbox]\nsts =\n  endpoint_url = {sandbox.endpoint}\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{sandbox.endpoint}/_imds/")
    session = boto3.Session(profile_name="behind")
    assert f"assumed-role/{target}/" in arn_of(session, sandbox)


def test_version_1_is_refused(sandbox: RunningSandbox, role: str) -> None:
    assert call(f"{sandbox.endpoint}/_imds/{CREDENTIALS}").status == 401
    assert read(sandbox, CREDENTIALS, "made-up").status == 401


@pytest.mark.parametrize("headers", [{}, {TTL: "0"}, {TTL: "21601"}, {TTL: "soon"}])
def test_a_token_needs_a_lifetime_of_six_hours_at_most(sandbox: RunningSandbox, headers: dict[str, str]) -> None:
    assert call(f"{sandbox.endpoint}/_imds/latest/api/token", "PUT", headers).status == 400
    assert token(sandbox, 21_600)


def test_whoever_comes_through_a_proxy_gets_no_token(sandbox: RunningSandbox) -> None:
    headers = {TTL: "60", "X-Forwarded-For": "203.0.113.7"}
    assert call(f"{sandbox.endpoint}/_imds/latest/api/token", "PUT", headers).status == 403


def test_a_token_runs_out(sandbox: RunningSandbox) -> None:
    shown = token(sandbox, 60)
    assert read(sandbox, "latest/meta-data/instance-id", shown).status == 200
    sandbox.advance(61)
    try:
        assert read(sandbox, "latest/meta-data/instance-id", shown).status == 401
    finally:
        sandbox.advance(-61)


def test_the_entries_are_listed_and_read(sandbox: RunningSandbox, role: str) -> None:
    shown = token(sandbox)
    assert "iam/" in read(sandbox, "latest/meta-data/", shown).text.split()
    assert read(sandbox, "latest/meta-data/placement/region", shown).text == "us-east-1"
    assert read(sandbox, CREDENTIALS, shown).text == role
    document = json.loads(read(sandbox, f"{CREDENTIALS}{role}", shown).text)
    assert (document["Code"], document["Type"]) == ("Success", "AWS-HMAC")
    assert read(sandbox, "latest/meta-data/nothing", shown).status == 404
    assert read(sandbox, f"{CREDENTIALS}SomebodyElse", shown).status == 404
    identity = json.loads(read(sandbox, "latest/dynamic/instance-identity/document", shown).text)
    assert identity["accountId"] == ACCOUNT


def test_a_role_that_stops_trusting_ec2_is_handed_out_no_more(sandbox: RunningSandbox, role: str) -> None:
    iam = sandbox.client("iam")
    before = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=before.replace("ec2", "lambda"))
    try:
        assert read(sandbox, CREDENTIALS, token(sandbox)).status == 404
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=before)


def test_a_foreign_host_name_is_refused(sandbox: RunningSandbox) -> None:
    headers = {TTL: "60", "Host": "metadata.moonletter.example"}
    assert call(f"{sandbox.endpoint}/_imds/latest/api/token", "PUT", headers).status == 403


def test_botocores_region_provider_reads_the_region(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.utils import InstanceMetadataRegionFetcher

    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    fetcher = InstanceMetadataRegionFetcher(base_url=f"{sandbox.endpoint}/_imds/")
    assert botocore.session.get_session()
    assert fetcher.retrieve_region() == "us-east-1"
