"""A copied call goes where the call went, and stops where the environment lacks whom it is about."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from cognito_explorer.core.aws.call_log import HIDDEN, LoggedCall
from cognito_explorer.core.aws.connection import Connection
from cognito_explorer.core.aws.copy_as import Place, as_boto3, as_cli, as_curl, as_javascript, languages
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.partitions import own_endpoint
from cognito_explorer.core.profiles import Profile
from tests.sandbox_fixture import RunningSandbox

SHARED = Profile("aws:local", "local", "aws_profile", "us-east-1", "#57606A", aws_profile="local one")
KEYS = Profile("k", "Keys", "keys", "us-east-1", "#57606A", access_key_id="AKIA1", secret_access_key="none")
HERE = "endpoint_url = {endpoint}\n"
SERVICES = "services = all\n[services all]\ncognito_identity_provider =\n  endpoint_url = {endpoint}\n"


@pytest.fixture(params=[HERE, SERVICES], ids=["whole", "of the service"])
def shared(
    request: pytest.FixtureRequest, demo_sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Profile:
    """A profile of ~/.aws that leads to the sandbox, and another way for another service."""
    keys = "\n".join(f"aws_{name} = {demo_sandbox.ready[name]}" for name in ("access_key_id", "secret_access_key"))
    config = tmp_path / "config"
    where = request.param.format(endpoint=demo_sandbox.endpoint)
    config.write_text(f"[profile 'local one']\nregion = us-east-1\n{keys}\n{where}", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return SHARED


def copies(call: LoggedCall) -> dict[str, str]:
    place = Place(call.region, call.endpoint_url, call.aws_profile, call.own_profile)
    return {name: write(call, place) for name, write in languages(call).items()}


async def test_the_endpoint_of_a_shared_profile_stands_in_every_copy(
    shared: Profile, demo_sandbox: RunningSandbox
) -> None:
    aws = await Aws.open(shared)
    await aws.read(aws.idp.list_user_pools, MaxResults=5)
    (call,) = (call for call in aws.calls.recent() if call.operation == "ListUserPools")
    aws.close()
    assert (call.region, call.endpoint_url, call.aws_profile) == ("us-east-1", demo_sandbox.endpoint, "local one")
    found = copies(call)
    assert f"--endpoint-url '{demo_sandbox.endpoint}'" in found["AWS CLI"]
    assert "--profile 'local one'" in found["AWS CLI"]
    assert 'profile_name="local one"' in found["Python (boto3)"]
    assert 'fromIni({ profile: "local one" })' in found["JavaScript (SDK v3)"]
    assert len(found) == 4
    assert all(demo_sandbox.endpoint in text and "us-east-1" in text for text in found.values())


@pytest.mark.parametrize("kind", ["sandbox", "keys"])
async def test_so_does_that_of_a_profile_of_ones_own(demo_sandbox: RunningSandbox, kind: str) -> None:
    keys = {name: demo_sandbox.ready[name] for name in ("access_key_id", "secret_access_key")}
    aws = await Aws.open(replace(KEYS, kind=kind, endpoint_url=demo_sandbox.endpoint, **keys))  # type: ignore[arg-type]
    for _ in range(2):  # the sandbox's first lists come without botocore
        await aws.read(aws.idp.list_user_pools, MaxResults=5)
    calls = aws.calls.recent()
    aws.close()
    assert len(calls) == 2
    for call in calls:
        assert all(demo_sandbox.endpoint in text for text in copies(call).values())
        assert "--profile" not in copies(call)["AWS CLI"]
        assert all('the profile "Keys" of Cognito Explorer' in text for text in copies(call).values())


async def test_what_somebody_who_was_signed_in_has_sent_is_not_said_to_be_signed_by_the_profile(
    demo_sandbox: RunningSandbox,
) -> None:
    key_id, secret = (demo_sandbox.ready[name] for name in ("access_key_id", "secret_access_key"))
    aws = await Aws.open(replace(KEYS, endpoint_url=demo_sandbox.endpoint))
    acting = aws.acting_as(key_id, secret, "")
    await acting.read(acting.idp.list_user_pools, MaxResults=5)
    (call,) = aws.calls.recent()
    acting.close()
    aws.close()
    assert all("Keys" not in text and "whoever sent it" in text for text in copies(call).values())


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, ""),
        ({"region": "cn-north-1"}, ""),
        ({"region": "us-gov-west-1"}, ""),
        ({"use_fips": True}, "https://cognito-idp-fips.us-east-1.amazonaws.com"),
    ],
)
def test_only_what_is_not_awss_usual_place_is_named(changes: dict[str, str], address: str) -> None:
    profile = replace(KEYS, **changes)  # type: ignore[arg-type]
    connection = Connection(profile, profile.region)
    connection.open()
    assert connection.endpoint_of("cognito-idp") == address
    for service in ("sts", "iam", "s3"):
        connection.client(service, "read")
    if not changes:
        assert not [
            connection.endpoint_of(service) for service in ("sts", "iam", "s3") if connection.endpoint_of(service)
        ]
    connection.close()


def test_an_endpoint_within_awss_domain_is_named_and_its_password_is_not() -> None:
    inside = "https://vpce-1.cognito-idp.us-east-1.vpce.amazonaws.com"
    assert own_endpoint("cognito-idp", "us-east-1", inside) == inside
    assert own_endpoint("cognito-idp", "us-east-1", "https://me:hush@lab.example/") == "https://lab.example/"


async def test_an_abandoned_call_is_copied_to_where_it_was_sent(shared: Profile, demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(shared)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await aws.read(aws.idp.list_user_pools, MaxResults=5)
    (call,) = aws.calls.recent()
    aws.close()
    assert call.outcome == "abandoned"
    assert all(demo_sandbox.endpoint in text for text in copies(call).values())


DELETE = LoggedCall(
    1,
    datetime(2026, 11, 23, tzinfo=UTC),
    "cognito-idp",
    "AdminDeleteUser",
    {"UserPoolId": "us-east-1_a", "Username": HIDDEN},
    "ok",
    1,
)


@pytest.mark.parametrize("shell", [shell for shell in ("sh", "bash", "zsh", "dash") if which(shell)])
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_sent_where_nobody_said_about_whom(tmp_path: Path, shell: str, value: str | None) -> None:
    sent = tmp_path / "sent"
    for name in ("aws", "curl"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {sent}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "USERNAME": "me", "USER": "me"}
    if value is not None:
        environment["COGNITO_USERNAME"] = value
    for text in (as_cli(DELETE, Place("us-east-1")), as_curl(DELETE, Place("us-east-1"))):
        done = subprocess.run(
            [which(shell) or shell, "-c", text], env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode != 0
        assert "COGNITO_USERNAME" in done.stderr
        assert not sent.exists()


def test_programs_stop_as_well() -> None:
    assert 'os.environ["COGNITO_USERNAME"]' in as_boto3(DELETE, Place("us-east-1"))
    script = as_javascript(DELETE, Place("us-east-1"))
    assert 'Username": set("COGNITO_USERNAME")' in script
    assert "throw new Error" in script


def test_no_credentials_but_those_that_are_asked_for_are_taken(tmp_path: Path) -> None:
    """A default profile in ~/.aws may be of another account."""
    (tmp_path / "aws").write_text(f"#!/bin/sh\ntouch {tmp_path / 'sent'}\n", encoding="utf-8")
    (tmp_path / "aws").chmod(0o755)
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = A\naws_secret_access_key = B\n", "utf-8")
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "COGNITO_USERNAME": "ada"}
    environment["AWS_SHARED_CREDENTIALS_FILE"] = str(tmp_path / "credentials")
    place = Place("us-east-1", "http://127.0.0.1:9", own_profile="prod")
    for command in (["sh", "-c", as_cli(DELETE, place)], [sys.executable, "-c", as_boto3(DELETE, place)]):
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode != 0
        assert "AWS_ACCESS_KEY_ID" in done.stderr
    assert not (tmp_path / "sent").exists()
