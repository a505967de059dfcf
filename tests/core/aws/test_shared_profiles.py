"""The AWS CLI's files as botocore reads them: listed, told what is wrong with them, and never written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.session import Session

from cognito_explorer.core.aws.credentials import sso_session_of
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.shared_profiles import (
    SharedProfile,
    as_profile,
    is_shared,
    list_shared_profiles,
    own_copy,
    shared_files,
)
from cognito_explorer.core.errors import InvalidInput, NotFound
from cognito_explorer.core.profiles import Profile

Write = Callable[..., tuple[Path, Path]]

CONFIG = """
[default]
region = us-east-1
[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Support
region = eu-west-1
[profile admin]
role_arn = arn:aws:iam::1:role/a
source_profile = static
mfa_serial = arn:aws:iam::1:mfa/ada
external_id = 42
[profile tool]
credential_process = /bin/false --secret hush
[profile pod]
role_arn = arn:aws-cn:iam::1:role/pod
web_identity_token_file = /token
[profile here]
role_arn = arn:aws:iam::1:role/here
credential_source = Ec2InstanceMetadata
[profile console]
login_session = arn:aws:iam::1:user/ada
[sso-session corp]
sso_start_url = https://x.awsapps.com/start
sso_region = eu-central-1
"""
CREDENTIALS = "[static]\naws_access_key_id = AKIA\naws_secret_access_key = hush\n[default]\naws_access_key_id = AKIB\n"


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """Writes the two files; the environment names them."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))

    def put(first: str = CONFIG, second: str = CREDENTIALS) -> tuple[Path, Path]:
        config.write_text(first)
        credentials.write_text(second)
        return config, credentials

    return put


def named(name: str) -> SharedProfile:
    return next(shared for shared in list_shared_profiles() if shared.name == name)


def test_each_is_listed_with_region_kind_and_where_it_leads_and_stands(write: Write) -> None:
    config, credentials = write()
    assert list_shared_profiles() == (
        SharedProfile("admin", "", "assume role", True, "arn:aws:iam::1:role/a by static", (config,)),
        SharedProfile("console", "", "login", False, "", (config,)),
        SharedProfile("default", "us-east-1", "keys", False, "", (config, credentials)),
        SharedProfile("dev", "eu-west-1", "single sign-on", False, "123456789012 Support", (config,)),
        SharedProfile("here", "", "assume role", False, "arn:aws:iam::1:role/here by Ec2InstanceMetadata", (config,)),
        SharedProfile("pod", "", "web identity", False, "arn:aws-cn:iam::1:role/pod", (config,)),
        SharedProfile("static", "", "keys", False, "", (credentials,)),
        SharedProfile("tool", "", "process", False, "", (config,)),
    )
    assert shared_files() == (config, credentials)


@pytest.mark.parametrize(
    ("settings", "endpoint", "is_foreign"),
    [
        ("region = us-east-1", "", False),
        ("endpoint_url = http://localhost:4566", "http://localhost:4566", False),
        ("endpoint_url = https://collector.evil.example", "https://collector.evil.example", True),
        ("endpoint_url = https://amazonaws.com.evil.example", "https://amazonaws.com.evil.example", True),
        ("endpoint_url = https://x.vpce.amazonaws.com", "https://x.vpce.amazonaws.com", False),
        ("endpoint_url = https://[", "https://[", True),
        ("endpoint_url = http://localhost:1\nservices = own", "https://idp.evil.example", True),
    ],
)
def test_an_endpoint_set_by_hand_is_told_and_whether_it_is_anybody_elses(
    write: Write, settings: str, endpoint: str, is_foreign: bool
) -> None:
    services = "[services own]\ncognito_identity_provider =\n  endpoint_url = https://idp.evil.example\n"
    write(f"[profile a]\n{settings}\n{services}", "")
    assert (named("a").endpoint_url, named("a").is_endpoint_foreign) == (endpoint, is_foreign)


def test_a_block_in_the_place_of_a_line_is_no_name(write: Write) -> None:
    write("[profile a]\nsso_session =\n  b = c\n[profile d]\nrole_arn = r\nsource_profile =\n  e = f\n", "")
    assert [(each.name, each.kind) for each in list_shared_profiles()] == [
        ("a", "single sign-on"),
        ("d", "assume role"),
    ]
    for name in ("a", "d"):
        assert sso_session_of(Session(profile=name)) is None


def test_without_the_files_there_is_none(write: Write) -> None:
    for file in write():
        file.unlink()
    assert list_shared_profiles() == ()


@pytest.mark.parametrize(
    ("config", "credentials", "told"),
    [
        ("[profile a\nregion", "", "config cannot be read: line 1 is not understood"),
        ("[profile a]\nregion = x\nhush hush", "", "config cannot be read: line 3 is not understood"),
        ("", "aws_secret_access_key = hush\n", "credentials cannot be read: line 1 is not understood"),
        ("", "[a]\nregion = x\n[a]\naws_secret_access_key = hush", "credentials cannot be read: line 3"),
    ],
)
def test_a_damaged_file_is_named_with_its_line_and_without_what_stands_in_it(
    write: Write, config: str, credentials: str, told: str
) -> None:
    write(config, credentials)
    with pytest.raises(InvalidInput, match=told) as caught:
        list_shared_profiles()
    error = caught.value
    assert "hush" not in f"{error.title} {error.hint} {error.code} {error} {error.__cause__}"


def test_a_file_that_is_no_text_is_named(write: Write) -> None:
    config, _ = write()
    config.write_bytes(b"[profile a]\nregion = \xff\xfe\n")
    with pytest.raises(InvalidInput, match="config cannot be read: it is not UTF-8 text"):
        list_shared_profiles()


def test_a_profile_of_the_files_reads_only_and_is_never_taken_for_an_own_one(write: Write) -> None:
    write("[profile 'a b/c']\nregion = eu-west-1\n", "")
    profile = as_profile(named("a b/c"))
    assert (profile.id, profile.name, profile.aws_profile) == ("aws:a%20b%2Fc", "a b/c", "a b/c")
    assert (profile.kind, profile.mode, profile.region) == ("aws_profile", "read-only", "eu-west-1")
    assert is_shared(profile.id)
    assert not is_shared("0123456789ab")


def test_its_region_may_come_from_the_environment(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    assert as_profile(named("static")).region == ""
    monkeypatch.setenv("AWS_REGION", "aws-iso-east-1")
    assert as_profile(named("static")).region == "aws-iso-east-1"
    assert as_profile(named("dev")).region == "eu-west-1"


@pytest.mark.parametrize(
    ("name", "kind", "fields"),
    [
        ("static", "keys", {"access_key_id": "AKIA", "secret_access_key": "hush"}),
        ("admin", "role", {"source_profile": "static", "external_id": "42", "mfa_serial": "arn:aws:iam::1:mfa/ada"}),
        ("dev", "sso", {"sso_start_url": "https://x.awsapps.com/start", "sso_region": "eu-central-1"}),
        ("tool", "process", {"credential_process": "/bin/false --secret hush"}),
        ("pod", "web_identity", {"role_arn": "arn:aws-cn:iam::1:role/pod", "web_identity_token_file": "/token"}),
        ("here", "aws_profile", {"aws_profile": "here"}),
        ("console", "aws_profile", {"aws_profile": "console"}),
    ],
)
def test_a_copy_of_ones_own_does_without_the_files_where_it_can(
    write: Write, name: str, kind: str, fields: dict[str, str]
) -> None:
    write()
    original = as_profile(named(name))
    copy = own_copy(original)
    assert (copy.kind, copy.name, copy.mode) == (kind, f"{name} (copy)", "read-only")
    assert not is_shared(copy.id)
    assert {field: getattr(copy, field) for field in fields} == fields
    assert "hush" not in repr(copy)


@pytest.mark.parametrize(
    ("settings", "kind", "endpoint"),
    [
        ("endpoint_url = http://127.0.0.1:9", "keys", "http://127.0.0.1:9"),
        ("endpoint_url = http://127.0.0.1:9\nignore_configured_endpoint_urls = true", "keys", ""),
        ("services = here\n[services here]\ncognito_idp =\n  endpoint_url = http://127.0.0.1:9", "aws_profile", ""),
    ],
)
def test_a_copy_leads_where_its_original_does(write: Write, settings: str, kind: str, endpoint: str) -> None:
    keys = "region = eu-west-1\naws_access_key_id = AKIA1\naws_secret_access_key = hush"
    write(f"[profile near]\n{keys}\n{settings}\n", "")
    copy = own_copy(as_profile(named("near")))
    assert (copy.kind, copy.endpoint_url) == (kind, endpoint)


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ("endpoint_url = http://evil.example.com", {}),
        ("services = s\n[services s]\ncognito_identity_provider =\n  endpoint_url = http://evil.example.com", {}),
        ("", {"AWS_ENDPOINT_URL": "http://evil.example.com"}),
    ],
)
async def test_plain_http_to_another_computer_is_not_connected_to(
    write: Write, monkeypatch: pytest.MonkeyPatch, settings: str, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    keys = "region = eu-west-1\naws_access_key_id = AKIA1\naws_secret_access_key = hush"
    write(f"[profile far]\n{keys}\n{settings}\n", "")
    with pytest.raises(InvalidInput, match="of “far” is plain http to another computer: evil"):
        await Aws.open(as_profile(named("far")))


async def test_no_role_is_assumed_over_plain_http_to_another_computer(write: Write) -> None:
    keys = "aws_access_key_id = AKIA1\naws_secret_access_key = hush\nregion = eu-west-1\n"
    role = "role_arn = arn:aws:iam::1:role/a\nsource_profile = keys\nregion = eu-west-1\nservices = s\n"
    write(
        f"[profile keys]\n{keys}[profile far]\n{role}[services s]\nsts =\n  endpoint_url = http://evil.example.com\n",
        "",
    )
    with pytest.raises(InvalidInput, match="endpoint for sts is plain http to another computer"):
        aws = await Aws.open(as_profile(named("far")))
        await aws.read(aws.idp.list_user_pools, MaxResults=1)


def test_a_profile_is_another_one_when_what_it_uses_changes(write: Write) -> None:
    write()
    before = {shared.name: shared.mark for shared in list_shared_profiles()}
    write(CONFIG.replace("eu-central-1", "eu-north-1"), CREDENTIALS.replace("hush", "new"))
    after = {shared.name: shared.mark for shared in list_shared_profiles()}
    assert {name for name in before if before[name] != after[name]} == {"static", "admin", "dev"}
    assert "new" not in "".join(after.values())


def test_hundreds_are_read(write: Write) -> None:
    write("".join(f"[profile p{number}]\nregion = eu-west-1\n" for number in range(800)), "")
    found = list_shared_profiles()
    assert len(found) == 800
    assert isinstance(as_profile(found[-1]), Profile)


async def test_opening_one_out_of_a_damaged_file_names_the_line_too(write: Write) -> None:
    write("[profile a]\nregion = eu-west-1\n", "")
    profile = as_profile(named("a"))
    write("[profile a]\nregion = eu-west-1\nhush hush\n", "")
    with pytest.raises(InvalidInput, match="line 3 is not understood"):
        await Aws.open(profile)
    write("", "")
    with pytest.raises(NotFound, match="no longer in your AWS configuration files"):
        await Aws.open(profile)
