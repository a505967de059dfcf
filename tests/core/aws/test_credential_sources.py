"""Identity Center, programs, token files, containers and instances: resolved by botocore, and clear where they fail."""

import asyncio
import json
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.core.aws import credentials, providers
from cognito_explorer.core.aws.caller import get_caller_identity
from cognito_explorer.core.aws.credentials import make_session, sso_session_of
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.person import Person, Question
from cognito_explorer.core.aws.single_sign_on import begin_sign_in, finish_sign_in
from cognito_explorer.core.errors import ExplorerError, SessionExpired
from cognito_explorer.core.profiles import Profile
from tests.core.aws.signing_in import Asked
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set, make_role
from tests.sandbox.profile_endpoints.test_single_sign_on import Kit
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def plain(demo_sandbox: RunningSandbox) -> Profile:
    return Profile("p", "Source", "process", "us-east-1", "#3A57D6", endpoint_url=demo_sandbox.endpoint)


@pytest.fixture
def kit(demo_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Kit]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"{demo_sandbox.endpoint}/_sso/oidc")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"{demo_sandbox.endpoint}/_sso/portal")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    made = Kit(demo_sandbox)
    yield made
    made.http.close()


def of_identity_center(plain: Profile, kit: Kit, role_name: str) -> Profile:
    """An own profile that signs in at the sandbox's start URL."""
    there = replace(plain, kind="sso", sso_start_url=kit.start_url, sso_region="us-east-1")
    return replace(there, sso_account_id=ACCOUNT, sso_role_name=role_name)


async def arn_of(profile: Profile, asked: Asked | None = None) -> str:
    """Who a profile is. Raises ExplorerError."""
    aws = await Aws.open(profile, person=None if asked is None else asked.person)
    try:
        return (await get_caller_identity(aws)).arn
    finally:
        aws.close()


def in_browser(kit: Kit, question: Question, person: Person, answer: str = "allow") -> None:
    """Sign in as the app and its person do, and let the thread go on."""

    async def sign_in() -> None:
        assert question.sso is not None
        device = await begin_sign_in(question.profile, question.sso, person)
        await asyncio.to_thread(kit.answer, device.url, answer)
        await finish_sign_in(question.profile, question.sso, device, person)

    try:
        asyncio.run(sign_in())
        question.answer("")
    except ExplorerError:
        question.refuse()


async def test_identity_center_asks_once_and_is_remembered_in_the_vault_alone(
    kit: Kit, plain: Profile, tmp_path: Path
) -> None:
    make_permission_set(kit.sandbox, "Keeper")
    profile = of_identity_center(plain, kit, "Keeper")
    asked = Asked(lambda question: in_browser(kit, question, asked.person))
    assert "AWSReservedSSO_Keeper" in await arn_of(profile, asked)
    later = Asked(Question.refuse)
    later.person.sso_tokens._open_vault = lambda: asked.vault
    assert "AWSReservedSSO_Keeper" in await arn_of(profile, later)
    assert (len(asked.questions), len(later.questions)) == (1, 0), "the next start is signed in still"
    assert not await asyncio.to_thread(lambda: list(tmp_path.rglob("*.json"))), "nothing is written below ~/.aws"

    key = next(iter(asked.person.sso_tokens))
    kit.portal.logout(accessToken=asked.person.sso_tokens[key]["accessToken"])
    again = Asked(lambda question: in_browser(kit, question, again.person))
    again.person.sso_tokens._open_vault = lambda: asked.vault
    assert "AWSReservedSSO_Keeper" in await arn_of(profile, again)
    assert len(again.questions) == 1, "a session that was ended is asked about in place"
    again.person.sso_tokens.forget_all()
    assert not [name for name in asked.vault._values if name.startswith("sso/")]


async def test_whoever_denies_in_the_browser_is_not_signed_in(kit: Kit, plain: Profile) -> None:
    make_permission_set(kit.sandbox, "Denied")
    profile = of_identity_center(plain, kit, "Denied")
    asked = Asked(lambda question: in_browser(kit, question, asked.person, "deny"))
    with pytest.raises(SessionExpired, match="not signed in"):
        await arn_of(profile, asked)


async def test_the_cli_s_own_session_is_used_and_never_rewritten(
    kit: Kit, plain: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_permission_set(kit.sandbox, "Cli")
    _, tokens = kit.sign_in("sso:account:access")
    (tmp_path / "config").write_text(
        f"[sso-session corp]\nsso_start_url = {kit.start_url}\nsso_region = us-east-1\n"
        f"[profile dev]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Cli\nregion = us-east-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    profile = replace(plain, kind="aws_profile", aws_profile="dev")
    sso = sso_session_of(make_session(profile))
    assert sso is not None
    cached = tmp_path / ".aws" / "sso" / "cache" / f"{sso.key}.json"
    cached.parent.mkdir(parents=True)
    text = json.dumps({"accessToken": tokens["accessToken"], "expiresAt": "2126-11-30T00:00:00Z", "refreshToken": "r"})
    cached.write_text(text)
    asked = Asked(Question.refuse)
    assert "AWSReservedSSO_Cli" in await arn_of(profile, asked)
    assert (cached.read_text(), asked.questions) == (text, [])


def printing(text: str) -> str:
    """A credential_process that prints."""
    return shlex.join([sys.executable, "-c", f"print({text!r})"])


async def test_a_program_prints_the_credentials(demo_sandbox: RunningSandbox, plain: Profile) -> None:
    ready = demo_sandbox.ready
    keys = {"AccessKeyId": ready["access_key_id"], "SecretAccessKey": ready["secret_access_key"]}
    program = printing(json.dumps({"Version": 1, **keys}))
    assert ACCOUNT in await arn_of(replace(plain, credential_process=program))


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("/nowhere/at-all", "gave no credentials"),
        (printing("hello"), "gave no credentials"),
        (shlex.join([sys.executable, "-c", "import sys; sys.exit('not signed in')"]), "could not be fetched"),
        (printing('{"Version": 7}'), "could not be fetched"),
    ],
)
async def test_a_program_that_fails_says_so(plain: Profile, program: str, words: str) -> None:
    with pytest.raises(SessionExpired, match=words) as refused:
        await arn_of(replace(plain, credential_process=program))
    assert refused.value.hint


async def test_a_program_that_never_ends_is_ended(plain: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "PROCESS_TIMEOUT_S", 0.5)
    program = shlex.join([sys.executable, "-c", "import threading; threading.Event().wait()"])
    with pytest.raises(SessionExpired, match="printed no credentials"):
        await arn_of(replace(plain, credential_process=program))


async def test_a_door_that_nobody_waits_for_any_longer_keeps_no_thread(
    plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "PROCESS_TIMEOUT_S", 0.5)
    program = shlex.join([sys.executable, "-c", "import threading; threading.Event().wait()"])
    opening = asyncio.get_running_loop().create_task(
        Aws.open(replace(plain, id="left-alone", credential_process=program))
    )
    await asyncio.sleep(0)
    (worker,) = [each for each in threading.enumerate() if each.name.startswith("aws-left-alone")]
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await asyncio.to_thread(worker.join, 30)
    assert not worker.is_alive()


def hanging(started: Path, *, by_shell: bool) -> str:
    """A credential_process that says who it is, and then waits for ever."""
    body = f"import os, pathlib, threading; pathlib.Path({str(started)!r}).write_text(str(os.getpid()))"
    program = shlex.join([sys.executable, "-c", f"{body}; threading.Event().wait()"])
    return shlex.join(["sh", "-c", f"{program}; true"]) if by_shell else program


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who runs is read in /proc")
@pytest.mark.parametrize("by_shell", [False, True])
async def test_a_program_ends_with_the_door_that_nobody_waits_for(
    plain: Profile, tmp_path: Path, by_shell: bool
) -> None:
    started = tmp_path / "started"
    profile = replace(plain, id="called-off", credential_process=hanging(started, by_shell=by_shell))
    opening = asyncio.get_running_loop().create_task(Aws.open(profile))
    async with asyncio.timeout(30):
        while not (started.exists() and started.read_text()):  # noqa: ASYNC110  # another process writes it
            await asyncio.sleep(0.01)
    (worker,) = [each for each in threading.enumerate() if each.name.startswith("aws-called-off")]
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await asyncio.to_thread(worker.join, 30)
    assert not worker.is_alive(), "long before the time limit"
    async with asyncio.timeout(30):
        while runs(int(started.read_text())):  # noqa: ASYNC110  # its parent takes it away in a moment
            await asyncio.sleep(0.01)


def runs(process_id: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_token_file_that_is_not_there_says_so(plain: Profile, tmp_path: Path) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/web"
    profile = replace(plain, kind="web_identity", role_arn=role, web_identity_token_file=str(tmp_path / "none"))
    with pytest.raises(SessionExpired, match="token file"):
        await arn_of(profile)
    (tmp_path / "none").write_text("no-token")
    with pytest.raises(ExplorerError):
        await arn_of(profile)


async def test_a_token_in_a_file_becomes_a_session_of_its_role(
    demo_sandbox: RunningSandbox, plain: Profile, tmp_path: Path
) -> None:
    identities = demo_sandbox.client("cognito-identity")
    pool_id = identities.create_identity_pool(
        IdentityPoolName="files", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True
    )["IdentityPoolId"]
    public = demo_sandbox.public_client("cognito-identity")
    identity_id = public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    (tmp_path / "token").write_text(public.get_open_id_token(IdentityId=identity_id)["Token"])
    issuer = "cognito-identity.amazonaws.com"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": issuer},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{issuer}:aud": pool_id},
            "ForAnyValue:StringLike": {f"{issuer}:amr": "unauthenticated"},
        },
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = demo_sandbox.client("iam")
    role_arn = iam.create_role(RoleName="SourceWeb", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    profile = replace(plain, kind="web_identity", role_arn=role_arn, web_identity_token_file=str(tmp_path / "token"))
    try:
        assert "assumed-role/SourceWeb/" in await arn_of(profile)
    finally:
        iam.delete_role(RoleName="SourceWeb")
        identities.delete_identity_pool(IdentityPoolId=pool_id)


async def test_a_container_s_role_is_used(
    demo_sandbox: RunningSandbox, plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = replace(plain, kind="container")
    with pytest.raises(SessionExpired, match="no container"):
        await arn_of(profile)
    role = make_role(demo_sandbox, "SourceTask", {"Service": "ecs-tasks.amazonaws.com"})
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{demo_sandbox.endpoint}/_container/credentials/{role}")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(demo_sandbox.data / "container-token"))
    assert f"assumed-role/{role}/" in await arn_of(profile)
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(demo_sandbox.data / "none"))
    with pytest.raises(SessionExpired):
        await arn_of(profile)


async def test_an_instance_s_role_is_used(
    demo_sandbox: RunningSandbox, plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = replace(plain, kind="instance")
    with pytest.raises(SessionExpired, match="no instance"):
        await arn_of(profile)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{demo_sandbox.endpoint}/_imds/")
    assert "assumed-role/" in await arn_of(profile)


def test_tokens_of_an_own_profile_go_to_aws_whatever_the_environment_says(
    plain: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    session: Any = make_session(replace(plain, endpoint_url=""))
    keys = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "secret"}
    for service in ("sso-oidc", "sso", "sts"):
        client = session.create_client(service, region_name="eu-west-1", **keys)
        assert client.meta.endpoint_url.endswith("amazonaws.com")


def test_a_proxy_and_fips_reach_the_clients(plain: Profile) -> None:
    there = replace(plain, kind="keys", endpoint_url="", use_fips=True, proxy_url="http://proxy.example:3128")
    assert credentials.network_settings(there) == {
        "use_fips_endpoint": True,
        "proxies": {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"},
    }
