"""Where a profile's credentials come from and where it asks: facts of profiles.md sections 3, 4 and 6 to 8."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import ACCOUNT, arn_of, call, make_permission_set, make_role
from tests.sandbox.profile_endpoints.test_single_sign_on import SCOPE, Kit
from tests.sandbox.test_sts import classic_token, trust, web_trust
from tests.sandbox.test_sts import make_role as make_trusting
from tests.sandbox.test_sts_sessions import EVERYTHING, ROOT, Person
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


SERVICES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cognito-idp": ("cognito_identity_provider", lambda client: client.list_user_pools(MaxResults=1)),
    "cognito-identity": ("cognito_identity", lambda client: client.list_identity_pools(MaxResults=1)),
    "sts": ("sts", lambda client: client.get_caller_identity()),
    "iam": ("iam", lambda client: client.list_roles()),
}


def write_config(bare: pytest.MonkeyPatch, tmp_path: Path, sandbox: RunningSandbox, text: str) -> None:
    """A config file with these profiles, a profile `base` of the administrator, and the services of the sandbox."""
    services = "".join(f"{name} =\n  endpoint_url = {sandbox.endpoint}\n" for name, _ in SERVICES.values())
    keys = [f"aws_{name} = {sandbox.ready[name]}\n" for name in ("access_key_id", "secret_access_key")]
    path = tmp_path / "config"
    base = f"[profile base]\nregion = us-east-1\nservices = sandbox\n{''.join(keys)}"
    path.write_text(f"{base}{text}\n[services sandbox]\n{services}")
    bare.setenv("AWS_CONFIG_FILE", str(path))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("way", ["services", "profile", "service variable", "variable"])
def test_every_way_to_an_endpoint_reaches_the_service(
    sandbox: RunningSandbox, bare: pytest.MonkeyPatch, tmp_path: Path, way: str, service: str
) -> None:
    """profiles.md 7: `services` section, profile `endpoint_url`, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL."""
    own = "services = sandbox\n" if way == "services" else ""
    own += f"endpoint_url = {sandbox.endpoint}\n" if way == "profile" else ""
    write_config(bare, tmp_path, sandbox, f"[profile mine]\n{own}region = us-east-1\n")
    name, ask = SERVICES[service]
    if way.endswith("variable"):
        suffix = f"_{name.upper()}" if way.startswith("service") else ""
        bare.setenv(f"AWS_ENDPOINT_URL{suffix}", sandbox.endpoint)
    bare.setenv("AWS_ACCESS_KEY_ID", sandbox.ready["access_key_id"])
    bare.setenv("AWS_SECRET_ACCESS_KEY", sandbox.ready["secret_access_key"])
    bare.setenv("AWS_PROFILE", "mine")
    client = boto3.Session().client(service)  # type: ignore[call-overload]  # the service is a variable here
    assert client.meta.endpoint_url == sandbox.endpoint
    assert ask(client)


@pytest.mark.parametrize("is_chained", [False, True])
def test_a_profile_assumes_a_role(
    sandbox: RunningSandbox, bare: pytest.MonkeyPatch, tmp_path: Path, *, is_chained: bool
) -> None:
    """profiles.md 4: role_arn and source_profile, external_id, role_session_name, duration_seconds; role chains."""
    name = f"Assumed{is_chained}"
    arn = make_trusting(sandbox, name, trust(ROOT, StringEquals={"sts:ExternalId": "moon"}))
    may = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING]})
    sandbox.client("iam").put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=may)
    last = make_trusting(sandbox, f"{name}Last", trust({"AWS": arn}))
    keys = "external_id = moon\nrole_session_name = me\nduration_seconds = 900\n"
    text = f"[profile first]\nrole_arn = {arn}\nsource_profile = base\nregion = us-east-1\n{keys}services = sandbox\n"
    text += f"[profile last]\nrole_arn = {last}\nsource_profile = first\nregion = us-east-1\nservices = sandbox\n"
    write_config(bare, tmp_path, sandbox, text)
    session = boto3.Session(profile_name="last" if is_chained else "first")
    wanted = f":assumed-role/{name}Last/botocore-session-" if is_chained else f":assumed-role/{name}/me"
    assert method_of(session) == "assume-role"
    assert wanted in arn_of(session, sandbox)


@pytest.mark.parametrize("source", ["Environment", "EcsContainer"])
def test_a_profile_takes_its_source_from_elsewhere(
    sandbox: RunningSandbox, task_role: str, bare: pytest.MonkeyPatch, tmp_path: Path, source: str
) -> None:
    """profiles.md 4: credential_source Environment, EcsContainer (Ec2InstanceMetadata: test_instance_metadata)."""
    principal = ROOT if source == "Environment" else {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{task_role}"}
    arn = make_trusting(sandbox, f"Behind{source}", trust(principal))
    text = f"[profile behind]\nrole_arn = {arn}\ncredential_source = {source}\nregion = us-east-1\nservices = sandbox\n"
    write_config(bare, tmp_path, sandbox, text)
    at_container(bare, sandbox)
    bare.setenv("AWS_ACCESS_KEY_ID", sandbox.ready["access_key_id"])
    bare.setenv("AWS_SECRET_ACCESS_KEY", sandbox.ready["secret_access_key"])
    assert f":assumed-role/Behind{source}/" in arn_of(boto3.Session(profile_name="behind"), sandbox)


def test_a_profile_assumes_a_role_with_a_web_identity(
    sandbox: RunningSandbox, bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """profiles.md 3, 4: web_identity_token_file, role_arn and role_session_name."""
    pool_id, _, token = classic_token(sandbox)
    arn = make_trusting(sandbox, "WebVisitor", web_trust(pool_id, "unauthenticated"))
    (tmp_path / "token").write_text(token)
    text = f"[profile web]\nrole_arn = {arn}\nweb_identity_token_file = {tmp_path / 'token'}\nregion = us-east-1\n"
    write_config(bare, tmp_path, sandbox, f"{text}role_session_name = me\nservices = sandbox\n")
    session = boto3.Session(profile_name="web")
    assert method_of(session) == "assume-role-with-web-identity"
    assert arn_of(session, sandbox).endswith(":assumed-role/WebVisitor/me")


def test_a_code_is_asked_for_and_good_once(sandbox: RunningSandbox, bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """profiles.md 4, MFA: mfa_serial asks through the prompter; a TOTP code is single-use."""
    person = Person(sandbox, EVERYTHING)
    arn = make_trusting(sandbox, "Guarded", trust(ROOT, Bool={"aws:MultiFactorAuthPresent": "true"}))
    key_id, secret = person.keys
    text = f"[profile me]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\nregion = us-east-1\n"
    text += f"[profile guarded]\nrole_arn = {arn}\nsource_profile = me\nmfa_serial = {person.proof['SerialNumber']}\n"
    write_config(bare, tmp_path, sandbox, f"{text}region = us-east-1\nservices = sandbox\n")
    code, asked = person.code(), []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return code

    def session_of() -> boto3.Session:
        inner = botocore.session.Session(profile="guarded")
        provider: Any = inner.get_component("credential_provider").get_provider("assume-role")
        provider._prompter = answer
        return boto3.Session(botocore_session=inner)

    assert ":assumed-role/Guarded/" in arn_of(session_of(), sandbox)
    assert person.proof["SerialNumber"] in asked[0]
    with refused("AccessDenied"):
        arn_of(session_of(), sandbox)


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "AccessDenied"])
def test_a_caller_is_told_what_is_wrong_with_the_keys(sandbox: RunningSandbox, code: str) -> None:
    """profiles.md 8: get_caller_identity, ExpiredToken, InvalidClientTokenId, SignatureDoesNotMatch, AccessDenied."""
    arn = make_trusting(sandbox, f"Told{code}", trust(ROOT))
    issued = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=900)["Credentials"]
    keys = [issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]]
    if code == "InvalidClientTokenId":
        keys = ["AKIANOBODYATALL00000", keys[1]]
    elif code == "SignatureDoesNotMatch":
        keys = [sandbox.ready["access_key_id"], "not-the-secret"]
    sts = sandbox.client("sts", keys=keys)
    if code == "AccessDenied":
        with refused(code):
            sts.assume_role(RoleArn=arn, RoleSessionName="again")
        return
    if code == "ExpiredToken":
        sandbox.advance(901)
    try:
        with refused(code):
            sts.get_caller_identity()
    finally:
        sandbox.control("clock", {"now": time.time()})
