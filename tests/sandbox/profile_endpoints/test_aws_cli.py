"""The AWS CLI, with its own botocore, finds credentials at the profile endpoints."""

import json
import os
import subprocess

import pytest

from tests.benchmarks.peer_programs import peer_program
from tests.sandbox.profile_endpoints.kit import make_role
from tests.sandbox_fixture import RunningSandbox

pytestmark = pytest.mark.full


def who_am_i(sandbox: RunningSandbox, environment: dict[str, str]) -> str:
    """The caller the CLI is in such an environment."""
    done = subprocess.run(
        [str(peer_program("aws")), "sts", "get-caller-identity", "--output", "json"],
        env={**os.environ, "AWS_ENDPOINT_URL": sandbox.endpoint, "AWS_DEFAULT_REGION": "us-east-1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["Arn"])


def test_it_finds_the_instances_role(sandbox: RunningSandbox) -> None:
    role = make_role(sandbox, "CliInstance", {"Service": "ec2.amazonaws.com"})
    iam = sandbox.client("iam")
    iam.create_instance_profile(InstanceProfileName="Instance")
    iam.add_role_to_instance_profile(InstanceProfileName="Instance", RoleName=role)
    environment = {
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{sandbox.endpoint}/_imds/",
    }
    assert f"assumed-role/{role}/" in who_am_i(sandbox, environment)


def test_it_finds_a_containers_role(sandbox: RunningSandbox) -> None:
    role = make_role(sandbox, "CliPod", {"Service": "pods.eks.amazonaws.com"})
    environment = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{sandbox.endpoint}/_container/credentials/{role}",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(sandbox.data / "container-token"),
    }
    assert f"assumed-role/{role}/" in who_am_i(sandbox, environment)
