"""Copied calls are run as they are pasted, by the programs they are for, and do what the call did."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from cognito_explorer.core.aws.call_log import LoggedCall, redact
from cognito_explorer.core.aws.copy_as import Place, as_boto3, as_cli, as_curl, as_javascript
from cognito_explorer.core.aws.least_privilege import CALLED
from tests.benchmarks.peer_programs import peer_program
from tests.sandbox.hosted_ui.browser import PASSWORD
from tests.sandbox_fixture import RunningSandbox

NASTY = 'it\'s "so" \\ $HOME $(id) `id` !! ü 你好 %s\ttab'
LINES = f"{NASTY}\nnext & line; #"
SECRET = "Pa\"ss\\wo$rd'1$(id)`"
ADDRESS = "ada+o'neil@copies.test"
ADA, GROUP, NICKNAME = "ada'$(id)", "it's-$(a)-group", 'Ada "Byron" \\ $HOME'
FLOWS = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
SHELLS = [name for name in ("sh", "bash", "zsh") if which(name)]
# Runs each program of a list with its environment, and prints the code that it was refused with, or "".
RUNNER = """
import json, os, sys
from botocore.exceptions import ClientError
ended = []
for text, environment in json.load(sys.stdin):
    os.environ.update(environment)
    try:
        exec(compile(text, "copied", "exec"), {})
        ended.append("")
    except ClientError as refused:
        ended.append(refused.response["Error"]["Code"])
print(json.dumps(ended))
"""


@cache
def model_of(service: str) -> ServiceModel:
    """What botocore knows of a service."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@dataclass(frozen=True)
class Copied:
    """A call to be copied, and what the environment holds for what was left out."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    refused_with: str = ""

    def logged(self) -> LoggedCall:
        """As the log keeps it."""
        shown = redact(dict(self.parameters), model_of(self.service).operation_model(self.operation).input_shape)
        return LoggedCall(1, datetime.now(UTC), self.service, self.operation, shown, "ok", 1)


@dataclass(frozen=True)
class Stage:
    """A pool of its own, in a sandbox."""

    running: RunningSandbox
    pool_id: str
    client_id: str
    identity_pool_id: str

    @property
    def place(self) -> Place:
        """Where the copies send to."""
        return Place("us-east-1", self.running.endpoint)

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What a shell has where a copy is pasted."""
        mine = {
            "AWS_ACCESS_KEY_ID": self.running.ready["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.running.ready["secret_access_key"],
            "AWS_PAGER": "",
            "PATH": os.environ.get("PATH", ""),
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
            "HOME": os.environ.get("HOME", ""),
            "USERNAME": "whoever is at the computer",
            "EMAIL": "whoever@is.at.the.computer.test",
            "NO_PROXY": "*",
        }
        return {**mine, **{f"COGNITO_{name}": value for name, value in more.items()}}


@pytest.fixture
def stage(sandbox: RunningSandbox) -> Iterator[Stage]:
    """A new pool with a client and an identity pool."""
    idp, identity = sandbox.client("cognito-idp"), sandbox.client("cognito-identity")
    pool_id = idp.create_user_pool(PoolName="copies", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web", **FLOWS)["UserPoolClient"]["ClientId"]
    idp.create_user_pool_domain(Domain="copies", UserPoolId=pool_id)
    made = identity.create_identity_pool(
        IdentityPoolName="copies",
        AllowUnauthenticatedIdentities=True,
        CognitoIdentityProviders=[
            {"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{pool_id}", "ClientId": client_id}
        ],
    )
    idp.create_managed_login_branding(UserPoolId=pool_id, ClientId=client_id, UseCognitoProvidedValues=True)
    own = [{"Name": "email", "Value": "nova@copies.test"}]
    idp.sign_up(ClientId=client_id, Username="nova", Password=PASSWORD, UserAttributes=own)
    provider = {"client_id": "a", "client_secret": "b", "authorize_scopes": "openid"}
    idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=provider
    )
    yield Stage(sandbox, pool_id, client_id, made["IdentityPoolId"])
    idp.delete_user_pool_domain(Domain="copies", UserPoolId=pool_id)
    idp.delete_user_pool(UserPoolId=pool_id)


def story(stage: Stage) -> list[Copied]:
    """Every call that IAM guards and the app makes, in an order in which each succeeds."""
    here = {"UserPoolId": stage.pool_id}
    ada, nova = {"USERNAME": ADA}, {"USERNAME": "nova"}
    of_ada, of_nova = here | {"Username": ADA}, here | {"Username": "nova"}
    secret = {"PASSWORD": SECRET, "TEMPORARY_PASSWORD": SECRET} | ada
    email = [{"Name": "email", "Value": ADDRESS}, {"Name": "email_verified", "Value": "true"}]
    named = {"EMAIL": ADDRESS, "EMAIL_VERIFIED": "true", "NICKNAME": NICKNAME}
    nick = [{"Name": "nickname", "Value": NICKNAME}]
    group, gone = here | {"GroupName": GROUP}, here | {"GroupName": "gone"}
    member = of_ada | {"GroupName": GROUP}
    app_client, client = here | {"ClientId": stage.client_id}, {"CLIENT_ID": stage.client_id}
    pool = {"IdentityPoolId": stage.identity_pool_id}
    provider = {"IdentityProviderName": f"cognito-idp.us-east-1.amazonaws.com/{stage.pool_id}"}
    limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}
    told = f'email = "{ADDRESS}"'
    refused = "InvalidParameterException"
    idp, identity = "cognito-idp", "cognito-identity"
    return [
        Copied(idp, "AdminCreateUser", of_ada | {"UserAttributes": email, "TemporaryPassword": SECRET}, secret | named),
        Copied(idp, "AdminSetUserPassword", of_ada | {"Password": SECRET, "Permanent": True}, secret),
        Copied(idp, "AdminUpdateUserAttributes", of_ada | {"UserAttributes": nick}, ada | named),
        Copied(idp, "AdminDisableUser", of_ada, ada),
        Copied(idp, "AdminEnableUser", of_ada, ada),
        Copied(idp, "AdminUserGlobalSignOut", of_ada, ada),
        Copied(idp, "AdminSetUserMFAPreference", of_ada | {"SMSMfaSettings": {"Enabled": False}}, ada),
        Copied(idp, "AdminDeleteSoftwareToken", of_ada, ada, refused),
        Copied(idp, "CreateGroup", gone | {"Precedence": 5}),
        Copied(idp, "DeleteGroup", gone),
        Copied(idp, "CreateGroup", group | {"Description": NASTY, "Precedence": 5}),
        Copied(idp, "UpdateGroup", group | {"Description": LINES}),
        Copied(idp, "GetGroup", group),
        Copied(idp, "AdminAddUserToGroup", member, ada),
        Copied(idp, "AdminListGroupsForUser", of_ada, ada),
        Copied(idp, "ListUsersInGroup", group),
        Copied(idp, "AdminRemoveUserFromGroup", member, ada),
        Copied(idp, "AdminConfirmSignUp", of_nova, nova),
        Copied(idp, "AdminUpdateUserAttributes", of_nova | {"UserAttributes": email[1:]}, nova | named),
        Copied(idp, "AdminResetUserPassword", of_nova, nova),
        Copied(idp, "ListUsers", here | {"Filter": told, "Limit": 5}, {"FILTER": told}),
        Copied(idp, "AdminDeleteUser", of_nova, nova),
        Copied(idp, "ListGroups", here),
        Copied(idp, "ListUserPools", {"MaxResults": 5}),
        Copied(idp, "ListUserPoolClients", here),
        Copied(idp, "ListIdentityProviders", here),
        Copied(idp, "ListResourceServers", here | {"MaxResults": 5}),
        Copied(idp, "ListUserImportJobs", here | {"MaxResults": 5}),
        Copied(idp, "DescribeUserPool", here),
        Copied(idp, "DescribeUserPoolClient", app_client, client),
        Copied(idp, "DescribeUserPoolDomain", {"Domain": "copies"}),
        Copied(idp, "DescribeIdentityProvider", here | {"ProviderName": "Google"}),
        Copied(idp, "DescribeManagedLoginBrandingByClient", app_client, client),
        Copied(idp, "GetLogDeliveryConfiguration", here),
        Copied(idp, "GetProvisionedLimit", {"LimitDefinition": limit}),
        Copied(idp, "GetUserPoolMfaConfig", here),
        Copied(idp, "UpdateUserPool", here | {"AutoVerifiedAttributes": ["email"]}),
        Copied(idp, "UpdateUserPoolClient", app_client | FLOWS | {"ClientName": "web 2"}, client),
        Copied(identity, "DescribeIdentityPool", pool),
        Copied(identity, "GetIdentityPoolRoles", pool),
        Copied(identity, "GetPrincipalTagAttributeMap", pool | provider),
        Copied(identity, "ListIdentityPools", {"MaxResults": 5}),
    ]


def pasted(stage: Stage, call: Copied, text: str, shell: str, *, path: str = "") -> "subprocess.CompletedProcess[str]":
    """A command as a shell runs it that it is pasted into."""
    environment = stage.environment(call.environment)
    environment["PATH"] = os.pathsep.join(filter(None, (path, environment["PATH"])))
    return subprocess.run([shell, "-c", text], env=environment, capture_output=True, encoding="utf-8", check=False)


def programs_end(stage: Stage, calls: list[Copied]) -> list[str]:
    """Run programs for boto3 one after another: what each was refused with, or ""."""
    work = [[as_boto3(call.logged(), stage.place), stage.environment(call.environment)] for call in calls]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(work), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def look_at_what_became(stage: Stage) -> None:
    """The nasty values arrived letter by letter, and nobody else was touched."""
    idp = stage.running.client("cognito-idp")
    user = idp.admin_get_user(UserPoolId=stage.pool_id, Username=ADA)
    attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    assert (attributes["email"], attributes["nickname"]) == (ADDRESS, NICKNAME)
    group = idp.get_group(UserPoolId=stage.pool_id, GroupName=GROUP)["Group"]
    assert (group["Description"], group["Precedence"]) == (LINES, 5)
    assert [each["GroupName"] for each in idp.list_groups(UserPoolId=stage.pool_id)["Groups"]] == [GROUP]
    assert [each["Username"] for each in idp.list_users(UserPoolId=stage.pool_id)["Users"]] == [ADA]
    signed_in = stage.running.public_client("cognito-idp").initiate_auth(
        ClientId=stage.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": SECRET},
    )
    assert "AuthenticationResult" in signed_in, "the password is the one that was meant"


def test_there_is_a_copy_of_everything_that_the_app_calls(stage: Stage) -> None:
    assert {(call.service, call.operation) for call in story(stage)} == CALLED


def test_programs_for_boto3_run_and_do_it(stage: Stage) -> None:
    calls = story(stage)
    assert programs_end(stage, calls) == [call.refused_with for call in calls]
    look_at_what_became(stage)


def test_commands_for_curl_run_in_a_shell_and_sign_by_themselves(stage: Stage) -> None:
    for call in story(stage):
        done = pasted(stage, call, as_curl(call.logged(), stage.place), SHELLS[0])
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout or "{}")
        assert answer.get("__type", "").rpartition("#")[2] == call.refused_with, (call.operation, answer)
    look_at_what_became(stage)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_hands_every_letter_to_the_cli(stage: Stage, shell: str, tmp_path: Path) -> None:
    recorder = tmp_path / "aws"
    recorder.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n", "utf-8")
    recorder.chmod(0o755)
    for call in story(stage):
        done = pasted(stage, call, as_cli(call.logged(), stage.place), shell, path=str(tmp_path))
        words = done.stdout.split("\0")
        assert words[0] == call.service
        assert json.loads(words[words.index("--cli-input-json") + 1]) == dict(call.parameters)


def beside(stage: Stage) -> list[Copied]:
    """What the app asks other services, and a file for it."""
    s3 = stage.running.client("s3")
    s3.create_bucket(Bucket="copies")
    s3.put_object(Bucket="copies", Key="it's $(a) file.txt", Body=b"hello")
    simulated = {"PolicySourceArn": "arn:aws:iam::210987654321:user/x", "ActionNames": ["cognito-idp:ListUsers"]}
    return [
        Copied("sts", "GetCallerIdentity", {}),
        Copied("iam", "GetRole", {"RoleName": "nobody"}, {}, "NoSuchEntity"),
        Copied("iam", "SimulatePrincipalPolicy", simulated, {}, "NoSuchEntity"),
        Copied("s3", "ListObjectsV2", {"Bucket": "copies", "Prefix": "it's $(a)", "MaxKeys": 20}),
        Copied("s3", "GetObject", {"Bucket": "copies", "Key": "it's $(a) file.txt"}),
    ]


def test_programs_for_other_services_run_too(stage: Stage) -> None:
    calls = beside(stage)
    assert programs_end(stage, calls) == [call.refused_with for call in calls]


@pytest.mark.full
def test_commands_for_other_services_run_too(stage: Stage) -> None:
    for call in beside(stage):
        text = as_cli(call.logged(), stage.place)
        done = pasted(stage, call, text, SHELLS[0], path=str(peer_program("aws").parent))
        assert (done.returncode == 0) is not bool(call.refused_with), (call.operation, done.stderr)
        assert call.refused_with in done.stderr
        assert ("hello" in done.stdout) is (call.operation == "GetObject")


@pytest.mark.full
def test_commands_of_the_aws_cli_run_and_do_it(stage: Stage) -> None:
    too_new = set()
    for call in story(stage):
        text = as_cli(call.logged(), stage.place)
        done = pasted(stage, call, text, SHELLS[0], path=str(peer_program("aws").parent))
        if done.stderr.lstrip().startswith("usage:"):
            too_new.add(call.operation)
            continue
        assert (done.returncode == 0) is not bool(call.refused_with), (call.operation, done.stderr)
        assert call.refused_with in done.stderr
    assert too_new <= {"AdminDeleteSoftwareToken"}, "the locked CLI knows an older model"
    look_at_what_became(stage)


@pytest.mark.full
def test_programs_for_the_javascript_sdk_run_and_send_what_was_sent(stage: Stage, tmp_path: Path) -> None:
    # The SDK is in no lock of ours: a package of its names takes the command and prints it.
    calls = story(stage)
    for package in ("client-cognito-identity-provider", "client-cognito-identity"):
        folder = tmp_path / "node_modules" / "@aws-sdk" / package
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"type": "module", "main": "index.js"}', "utf-8")
        commands = sorted({call.operation for call in calls})
        (folder / "index.js").write_text(
            "class Client { async send(command) { console.log(JSON.stringify(command.input)); return ''; } }\n"
            "class Command { constructor(input) { this.input = input; } }\n"
            "export const CognitoIdentityProviderClient = Client, CognitoIdentityClient = Client;\n"
            + "".join(f"export const {name}Command = Command;\n" for name in commands),
            "utf-8",
        )
    folder = tmp_path / "node_modules" / "@aws-sdk" / "credential-providers"
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "module", "main": "index.js"}', "utf-8")
    (folder / "index.js").write_text("export const fromIni = (settings) => settings.profile;\n", "utf-8")
    shared = replace(stage.place, aws_profile="it's one")
    for number, call in enumerate(calls):
        program = tmp_path / "copied.mjs"
        program.write_text(as_javascript(call.logged(), shared if number % 2 else stage.place), "utf-8")
        done = subprocess.run(
            [which("node") or "node", str(program)],
            env=stage.environment(call.environment),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.splitlines()[0]) == dict(call.parameters)
