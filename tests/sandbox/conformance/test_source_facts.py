"""Where a profile's credentials come from: facts of profiles.md sections 3 and 6."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import arn_of, call, make_permission_set, make_role
from tests.sandbox.profile_endpoints.test_single_sign_on import SCOPE, Kit
from tests.sandbox_fixture import RunningSandbox

TOKEN = "X-aws-ec2-metadata-token"
TTL = f"{TOKEN}-ttl-seconds"
CREDENTIALS = "latest/meta-data/iam/security-credentials/"


@pytest.fixture(scope="module")
def kit(sandbox: RunningSandbox) -> Iterator[Kit]:
    make_permission_set(sandbox, "Reader")
    made = Kit(sandbox)
    yield made
    made.http.close()


@pytest.fixture(scope="module")
def task_role(sandbox: RunningSandbox) -> str:
    return make_role(sandbox, "TaskRole", {"Service": "ecs-tasks.amazonaws.com"})


@pytest.fixture(scope="module")
def instance_role(sandbox: RunningSandbox) -> str:
    name = make_role(sandbox, "InstanceRole", {"Service": "ec2.amazonaws.com"})
    iam = sandbox.client("iam")
    iam.create_instance_profile(InstanceProfileName="Instance")
    iam.add_role_to_instance_profile(InstanceProfileName="Instance", RoleName=name)
    return name


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment in which nothing gives credentials yet."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


def at_container(bare: pytest.MonkeyPatch, sandbox: RunningSandbox) -> None:
    bare.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{sandbox.endpoint}/_container/credentials")
    bare.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(sandbox.data / "container-token"))


def at_instance(bare: pytest.MonkeyPatch, sandbox: RunningSandbox) -> None:
    bare.setenv("AWS_EC2_METADATA_DISABLED", "false")
    bare.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{sandbox.endpoint}/_imds/")


def method_of(session: boto3.Session) -> str:
    credentials = session.get_credentials()
    return str(credentials.method) if credentials else ""


def test_a_container_gives_a_role(sandbox: RunningSandbox, task_role: str, bare: pytest.MonkeyPatch) -> None:
    """profiles.md 3, 11: container-role by AWS_CONTAINER_CREDENTIALS_FULL_URI."""
    at_container(bare, sandbox)
    session = boto3.Session()
    assert method_of(session) == "container-role"
    assert f":assumed-role/{task_role}/" in arn_of(session, sandbox)


def test_an_instance_gives_a_role(sandbox: RunningSandbox, instance_role: str, bare: pytest.MonkeyPatch) -> None:
    """profiles.md 3, 12: iam-role of the EC2 metadata."""
    at_instance(bare, sandbox)
    session = boto3.Session()
    assert method_of(session) == "iam-role"
    assert f":assumed-role/{instance_role}/" in arn_of(session, sandbox)


@pytest.mark.parametrize(
    ("sources", "method"),
    [
        (("container", "instance"), "container-role"),
        (("keys", "container", "instance"), "env"),
        ((), ""),
    ],
)
def test_the_first_source_wins(
    sandbox: RunningSandbox,
    task_role: str,
    instance_role: str,
    bare: pytest.MonkeyPatch,
    sources: tuple[str, ...],
    method: str,
) -> None:
    """profiles.md 3: env before container-role before iam-role; nothing where metadata is disabled."""
    assert task_role != instance_role
    if "container" in sources:
        at_container(bare, sandbox)
    if "instance" in sources:
        at_instance(bare, sandbox)
    if "keys" in sources:
        bare.setenv("AWS_ACCESS_KEY_ID", "local")
        bare.setenv("AWS_SECRET_ACCESS_KEY", "local")
    assert method_of(boto3.Session()) == method


def test_a_container_answers_these_members(sandbox: RunningSandbox, task_role: str) -> None:
    """profiles.md 3, 11: RoleArn, AccessKeyId, SecretAccessKey, Token and Expiration, to who shows the token."""
    url = f"{sandbox.endpoint}/_container/credentials/{task_role}"
    assert call(url).status == 401
    shown = {"Authorization": (sandbox.data / "container-token").read_text()}
    document = json.loads(call(url, headers=shown).text)
    assert document.keys() == {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}


def test_metadata_wants_a_token_first(sandbox: RunningSandbox, instance_role: str) -> None:
    """profiles.md 3, 12: the metadata service of an instance, version 2, and its credentials."""
    base = f"{sandbox.endpoint}/_imds"
    assert call(f"{base}/{CREDENTIALS}").status == 401
    token = call(f"{base}/latest/api/token", "PUT", {TTL: "60"}).text
    document = json.loads(call(f"{base}/{CREDENTIALS}{instance_role}", headers={TOKEN: token}).text)
    assert document["Code"] == "Success"
    assert {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} <= document.keys()


def refresh(kit: Kit, client: dict[str, str], token: str) -> dict[str, Any]:
    answer: dict[str, Any] = kit.oidc.create_token(**client, grantType="refresh_token", refreshToken=token)
    return answer


def test_a_refresh_token_is_replaced_when_used(kit: Kit) -> None:
    """profiles.md 6: CreateToken(refresh_token) gives new tokens for the file, and the used one is void."""
    client, tokens = kit.sign_in(SCOPE)
    again = refresh(kit, client, tokens["refreshToken"])
    assert again["accessToken"] != tokens["accessToken"]
    assert again["refreshToken"] != tokens["refreshToken"]
    assert kit.portal.list_accounts(accessToken=again["accessToken"])["accountList"]
    with refused("InvalidGrantException"):
        refresh(kit, client, tokens["refreshToken"])
    assert refresh(kit, client, again["refreshToken"])["accessToken"]


def test_a_refresh_token_is_its_clients_alone(kit: Kit) -> None:
    """profiles.md 6: the file's clientId and clientSecret belong to its refreshToken."""
    _, tokens = kit.sign_in(SCOPE)
    with refused("InvalidGrantException"):
        refresh(kit, kit.register(scopes=[SCOPE]), tokens["refreshToken"])
