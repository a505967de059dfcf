"""What is sent to become somebody stands in the call log, without a secret, and is signed by AWS's clock."""

import json
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core.aws import providers
from cognito_explorer.core.aws.call_log import CallLog, LoggedCall
from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.copy_as import Place, languages
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.sso_portal import list_account_roles, list_accounts, sign_out, sso_of
from cognito_explorer.core.errors import ExplorerError, SessionExpired
from cognito_explorer.core.profiles import Profile
from tests.core.aws.signing_in import Asked, hire
from tests.core.aws.test_credential_sources import in_browser, kit, of_identity_center, plain, printing
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set, make_role
from tests.sandbox.profile_endpoints.test_single_sign_on import Kit
from tests.sandbox_fixture import RunningSandbox

__all__ = ["kit", "plain"]

HOUR_S = 3_600


def told(aws: Aws) -> list[tuple[str, str, str]]:
    """The log, oldest first."""
    return [(call.service, call.operation, call.outcome) for call in reversed(aws.calls.recent())]


def everything(calls: CallLog) -> str:
    """All that can be seen of the calls, and all that can be copied."""
    copied = [write(call, Place("us-east-1")) for call in calls.recent() for write in languages(call).values()]
    return "\n".join((repr(calls.recent()), *copied))


def role_of(running: RunningSandbox, name: str) -> Profile:
    """A role that the sandbox's administrator assumes."""
    make_role(running, name, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    there = Profile("r", "Role", "role", "us-east-1", "#3A57D6", endpoint_url=running.endpoint)
    keys = {name: running.ready[name] for name in ("access_key_id", "secret_access_key")}
    return replace(there, role_arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", **keys)


async def test_assuming_a_role_is_logged_without_its_code(demo_sandbox: RunningSandbox) -> None:
    employee = hire(demo_sandbox, "overheard", external_id="ticket-4711")
    asked = Asked(lambda question: question.answer(employee.code()))
    aws = await Aws.open(employee.profile(demo_sandbox, external_id="ticket-4711"), person=asked.person)
    heard: list[tuple[LoggedCall, int]] = []
    aws.calls.subscribe(lambda call: heard.append((call, threading.get_ident())))
    await get_caller_identity(aws)
    assert ("sts", "AssumeRole", "ok") in told(aws)
    (call,) = [call for call in aws.calls.recent() if call.operation == "AssumeRole"]
    assert call.parameters["RoleArn"] == employee.role_arn
    assert (call.region, call.endpoint_url) == ("us-east-1", demo_sandbox.endpoint)
    assert (call.attempts, call.status, call.summary.split(", ")[0]) == (1, 200, "Credentials")
    assert call.is_signed
    assert call.request_id
    assert f"--endpoint-url '{demo_sandbox.endpoint}'" in languages(call)["AWS CLI"](call, Place("", call.endpoint_url))
    shown = everything(aws.calls)
    assert not [secret for secret in (employee.code(), employee.keys[1], "ticket-4711") if secret in shown]
    assert {thread for call, thread in heard if call.operation == "AssumeRole"} == {threading.get_ident()}
    assert [call.outcome for call, _ in heard if call.operation == "AssumeRole"] == ["running", "ok"]
    elsewhere = await Aws.open(aws.profile, region="eu-central-1", person=asked.person)
    assert ("sts", "AssumeRole", "ok") in told(elsewhere), "what several doors needed stands in each one's log"
    elsewhere.calls.clear()
    assert ("sts", "AssumeRole", "ok") not in told(aws)
    aws.close()
    elsewhere.close()


async def test_a_role_that_may_not_be_assumed_says_so_in_the_log(demo_sandbox: RunningSandbox) -> None:
    profile = replace(role_of(demo_sandbox, "OverheardOther"), role_arn=f"arn:aws:iam::{ACCOUNT}:role/Nowhere")
    aws = await Aws.open(profile)
    with pytest.raises(ExplorerError) as refused:
        await get_caller_identity(aws)
    assert ("sts", "AssumeRole", refused.value.code) in told(aws)
    aws.close()


@pytest.mark.parametrize("ahead_s", [HOUR_S, -2 * HOUR_S])
async def test_a_role_is_assumed_by_aws_s_clock(sandbox: RunningSandbox, ahead_s: int) -> None:
    profile = role_of(sandbox, f"Late{ahead_s}".replace("-", "m"))
    aws = await Aws.open(profile)
    sandbox.control("clock", {"advance_s": ahead_s, "checks_signatures": True})
    try:
        assert ":assumed-role/Late" in (await get_caller_identity(aws)).arn
        await get_caller_identity(aws)
    finally:
        sandbox.control("clock", {"advance_s": -ahead_s, "checks_signatures": False})
    asked, assumed, *others = reversed(aws.calls.recent())
    assert (assumed.operation, assumed.attempts, assumed.outcome) == ("AssumeRole", 2, "ok")
    assert "clock is" in assumed.again
    assert [(call.operation, call.attempts) for call in (asked, *others)] == [("GetCallerIdentity", 1)] * 2
    aws.close()


@pytest.mark.parametrize("ahead_s", [HOUR_S, -2 * HOUR_S])
async def test_a_permission_set_works_whatever_this_computer_s_clock_says(
    kit: Kit, plain: Profile, ahead_s: int
) -> None:
    make_permission_set(kit.sandbox, "Clock")
    asked = Asked(lambda question: in_browser(kit, question, asked.person))
    aws = await Aws.open(of_identity_center(plain, kit, "Clock"), person=asked.person)
    kit.sandbox.control("clock", {"advance_s": ahead_s, "checks_signatures": True})
    try:
        assert "AWSReservedSSO_Clock" in (await get_caller_identity(aws)).arn
    finally:
        kit.sandbox.control("clock", {"advance_s": -ahead_s, "checks_signatures": False})
    aws.close()


async def test_a_sign_in_is_logged_from_its_first_request_to_its_last(kit: Kit, plain: Profile) -> None:
    make_permission_set(kit.sandbox, "Heard")
    asked = Asked(lambda question: in_browser(kit, question, asked.person))
    profile = of_identity_center(plain, kit, "Heard")
    aws = await Aws.open(profile, person=asked.person)
    await get_caller_identity(aws)
    sso = sso_of(profile)
    assert sso is not None
    await list_accounts(profile, sso, asked.person)
    await list_account_roles(profile, sso, asked.person, ACCOUNT)
    token = asked.person.sso_tokens[sso.key]
    role = next(iter(asked.person.credentials_of(profile).values()))["Credentials"]
    await sign_out(profile, asked.person)
    names = [(service, operation) for service, operation, _ in told(aws)]
    assert names == [
        ("sts", "GetCallerIdentity"),
        ("sso-oidc", "RegisterClient"),
        ("sso-oidc", "StartDeviceAuthorization"),
        ("sso-oidc", "CreateToken"),
        ("sso", "GetRoleCredentials"),
        ("sso", "ListAccounts"),
        ("sso", "ListAccountRoles"),
        ("sso", "Logout"),
    ]
    assert {outcome for _, _, outcome in told(aws)} == {"ok"}
    assert not any(call.is_signed for call in aws.calls.recent() if call.service != "sts")
    secrets = [token["accessToken"], token["clientSecret"], token.get("refreshToken", token["accessToken"])]
    secrets += [role["SecretAccessKey"], role["SessionToken"]]
    shown = everything(aws.calls)
    assert all(secrets)
    assert not [secret for secret in secrets if secret in shown]
    assert asked.person.calls_of(profile).recent(1)[0].operation == "Logout", "and without any door, too"
    aws.close()


async def test_a_device_code_is_never_shown(kit: Kit, plain: Profile) -> None:
    asked = Asked(lambda question: in_browser(kit, question, asked.person, "deny"))
    profile = of_identity_center(plain, kit, "Nobody")
    aws = await Aws.open(profile, person=asked.person)
    with pytest.raises(SessionExpired):
        await get_caller_identity(aws)
    (call,) = [call for call in aws.calls.recent() if call.operation == "CreateToken"]
    assert call.outcome == "AccessDeniedException"
    assert (call.parameters["deviceCode"], call.parameters["clientSecret"]) == ("•••", "•••")
    aws.close()


async def test_a_program_is_named_and_its_words_are_not(demo_sandbox: RunningSandbox, plain: Profile) -> None:
    ready = demo_sandbox.ready
    keys = {"AccessKeyId": ready["access_key_id"], "SecretAccessKey": ready["secret_access_key"]}
    aws = await Aws.open(replace(plain, credential_process=printing(json.dumps({"Version": 1, **keys}))))
    await get_caller_identity(aws)
    assert told(aws) == [("program", f"run {Path(sys.executable).name}", "ok"), ("sts", "GetCallerIdentity", "ok")]
    assert ready["secret_access_key"] not in everything(aws.calls)
    aws.close()


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("/nowhere/at-all", "FileNotFoundError"),
        (shlex.join([sys.executable, "-c", "import sys; sys.exit('s3cret')"]), "exit 1"),
        (shlex.join([sys.executable, "-c", "import threading; threading.Event().wait()"]), "TimeoutExpired"),
    ],
)
async def test_a_program_that_fails_is_seen_in_the_log(
    plain: Profile, monkeypatch: pytest.MonkeyPatch, program: str, outcome: str
) -> None:
    monkeypatch.setattr(providers, "PROCESS_TIMEOUT_S", 2)
    asked = Asked(lambda question: question.refuse())
    profile = replace(plain, credential_process=program)
    with pytest.raises(SessionExpired):
        await Aws.open(profile, person=asked.person)
    (call,) = asked.person.calls_of(profile).recent()
    assert (call.service, call.operation) == ("program", f"run {Path(shlex.split(program)[0]).name}")
    assert call.outcome == outcome
    assert not languages(call)
    assert "s3cret" not in repr(call)


async def test_metadata_services_are_named_and_their_answers_are_not(
    demo_sandbox: RunningSandbox, plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{demo_sandbox.endpoint}/_imds/")
    aws = await Aws.open(replace(plain, kind="instance"))
    await get_caller_identity(aws)
    there = f"{demo_sandbox.endpoint}/_imds/latest"
    put, listed, got, _ = told(aws)
    assert put == ("metadata", f"PUT {there}/api/token", "ok")
    assert listed == ("metadata", f"GET {there}/meta-data/iam/security-credentials/", "ok")
    assert got[:2] > listed[:2]
    assert "token" not in repr([call.parameters for call in aws.calls.recent()]).lower()
    aws.close()


async def test_the_address_of_a_container_s_credentials_is_hidden(
    demo_sandbox: RunningSandbox, plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = make_role(demo_sandbox, "OverheardTask", {"Service": "ecs-tasks.amazonaws.com"})
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{demo_sandbox.endpoint}/_container/credentials/{role}")
    token = demo_sandbox.data / "container-token"
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(token))
    aws = await Aws.open(replace(plain, kind="container"))
    await get_caller_identity(aws)
    assert told(aws)[0] == ("metadata", f"GET {demo_sandbox.endpoint}/_container/credentials/•••", "ok")
    assert token.read_text() not in repr(aws.calls.recent())
    aws.close()


@pytest.fixture(autouse=True)
def _nothing_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "*")
    yield
