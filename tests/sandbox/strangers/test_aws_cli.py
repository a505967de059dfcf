"""The AWS CLI, with its own botocore, works with the sandbox as with AWS. `dev.py test --full` installs it."""

import json
import os
import subprocess
from typing import Any

import pytest

from tests.benchmarks.peer_programs import peer_program
from tests.sandbox.hosted_ui.browser import PASSWORD, POOL, WEB
from tests.sandbox_fixture import RunningSandbox

pytestmark = pytest.mark.full


class Cli:
    """`aws …` in a shell with the sandbox's export lines."""

    def __init__(self, running: RunningSandbox, *keys: str) -> None:
        key_id, secret, *token = keys or (running.ready["access_key_id"], running.ready["secret_access_key"])
        self._environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": running.endpoint,
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
            **({"AWS_SESSION_TOKEN": token[0]} if token else {}),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command and what came of it."""
        return subprocess.run(
            [str(peer_program("aws")), *words, "--output", "json"],
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def answer(self, *words: str) -> Any:
        """The answer of a command that succeeds."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.fixture
def cli(demo_sandbox: RunningSandbox) -> Cli:
    """The CLI as the administrator."""
    return Cli(demo_sandbox)


def test_it_lists_all_users_page_by_page(cli: Cli) -> None:
    """operations: ListUsers, paged by the CLI's own paginator."""
    users = cli.answer("cognito-idp", "list-users", "--user-pool-id", POOL)["Users"]
    assert len(users) == 500
    assert len({user["Username"] for user in users}) == 500


def test_it_finds_a_user_by_a_prefix(cli: Cli) -> None:
    """filters: the caret is an operator of its own."""
    found = cli.answer("cognito-idp", "list-users", "--user-pool-id", POOL, "--filter", 'email ^= "ada@"')["Users"]
    assert [user["Username"] for user in found] == ["ada"]


def test_it_creates_and_deletes_a_pool(cli: Cli) -> None:
    """operations: CreateUserPool, DescribeUserPool, DeleteUserPool."""
    pool = cli.answer("cognito-idp", "create-user-pool", "--pool-name", "by the CLI")["UserPool"]
    assert (
        cli.answer("cognito-idp", "describe-user-pool", "--user-pool-id", pool["Id"])["UserPool"]["Arn"] == pool["Arn"]
    )
    cli.answer("cognito-idp", "delete-user-pool", "--user-pool-id", pool["Id"])
    gone = cli.run("cognito-idp", "describe-user-pool", "--user-pool-id", pool["Id"])
    assert gone.returncode != 0
    assert "ResourceNotFoundException" in gone.stderr


def test_a_password_becomes_credentials_that_read_an_article(cli: Cli, demo_sandbox: RunningSandbox) -> None:
    """flows: InitiateAuth, GetId, GetCredentialsForIdentity, S3 with the role's policy."""
    result = cli.answer(
        *("cognito-idp", "initiate-auth", "--client-id", WEB, "--auth-flow", "USER_PASSWORD_AUTH", "--no-sign-request"),
        *("--auth-parameters", f"USERNAME=ada,PASSWORD={PASSWORD}"),
    )
    logins = f"cognito-idp.us-east-1.amazonaws.com/{POOL}={result['AuthenticationResult']['IdToken']}"
    listed = cli.answer("cognito-identity", "list-identity-pools", "--max-results", "10")["IdentityPools"]
    pool_id = next(pool["IdentityPoolId"] for pool in listed if pool["IdentityPoolName"] == "moonletter")
    signed_in = credentials(cli, demo_sandbox, pool_id, "--logins", logins)
    guest = credentials(cli, demo_sandbox, pool_id)
    article = ("s3api", "head-object", "--bucket", "moonletter-content", "--key", "articles/2026-11-halving.md")
    assert signed_in.answer(*article)["ContentLength"] > 0
    refused = guest.run(*article)
    assert "403" in refused.stderr, refused.stderr
    arn = guest.answer("sts", "get-caller-identity")["Arn"]
    assert "/MoonletterGuest/CognitoIdentityCredentials" in arn


def credentials(cli: Cli, running: RunningSandbox, pool_id: str, *logins: str) -> Cli:
    """The CLI with an identity's temporary credentials."""
    unsigned = ("--no-sign-request", *logins)
    identity = cli.answer("cognito-identity", "get-id", "--identity-pool-id", pool_id, *unsigned)["IdentityId"]
    got = cli.answer("cognito-identity", "get-credentials-for-identity", "--identity-id", identity, *unsigned)
    keys = got["Credentials"]
    return Cli(running, keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])
