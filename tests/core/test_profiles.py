"""Profiles: whole in the vault, ids in a file, shared files listed without resolving anything."""

from pathlib import Path

import pytest

from cognito_explorer.core.errors import InvalidInput, NotFound
from cognito_explorer.core.profiles import (
    IdsFile,
    Profile,
    Profiles,
    SharedProfile,
    check_profile,
    list_shared_profiles,
)
from cognito_explorer.core.vault import MemoryVault

KEYS = Profile(
    id="k1",
    name="Production",
    kind="keys",
    region="eu-central-1",
    color="#C0282D",
    access_key_id="AKIAEXAMPLE",
    secret_access_key="very secret",
    session_token="a token",
)


@pytest.fixture
def ids(tmp_path: Path) -> IdsFile:
    return IdsFile(tmp_path / "config" / "profiles.json")


def test_a_saved_profile_is_loaded_whole_after_a_restart(ids: IdsFile) -> None:
    vault = MemoryVault()
    Profiles(vault, ids).save(KEYS)
    assert Profiles(vault, ids).load_all() == (KEYS,)
    assert Profiles(vault, ids).load("k1") == KEYS


def test_no_secret_stands_in_the_file_nor_in_the_repr(ids: IdsFile, tmp_path: Path) -> None:
    Profiles(MemoryVault(), ids).save(KEYS)
    written = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
    assert written == '["k1"]'
    assert "very secret" not in repr(KEYS)
    assert "a token" not in repr(KEYS)


def test_profiles_keep_their_order_and_can_be_deleted(ids: IdsFile) -> None:
    profiles = Profiles(MemoryVault(), ids)
    sandbox = Profile(id="s1", name="Sandbox", kind="sandbox", region="us-east-1", color="#2F9E6E")
    profiles.save(KEYS)
    profiles.save(sandbox)
    profiles.save(KEYS)
    assert [each.id for each in profiles.load_all()] == ["k1", "s1"]
    profiles.delete("k1")
    assert profiles.load_all() == (sandbox,)
    with pytest.raises(NotFound):
        profiles.load("k1")


def test_an_emptied_field_is_forgotten(ids: IdsFile) -> None:
    vault = MemoryVault()
    profiles = Profiles(vault, ids)
    profiles.save(KEYS)
    profiles.save(Profile(**{**_fields(KEYS), "session_token": ""}))
    assert vault.get("profile/k1/session_token") == ""


def test_a_damaged_list_of_ids_is_an_empty_one(ids: IdsFile, tmp_path: Path) -> None:
    ids.save(("a",))
    (tmp_path / "config" / "profiles.json").write_text("{damaged")
    assert ids.load() == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "no name"),
        ({"secret_access_key": ""}, "incomplete"),
        ({"access_key_id": "ASIAEXAMPLE", "session_token": ""}, "session token is missing"),
        ({"region": ""}, "No Region"),
        ({"endpoint_url": "localhost:9000"}, "not a web address"),
        ({"endpoint_url": "http://"}, "not a web address"),
        ({"endpoint_url": "http://[::1"}, "not a web address"),
        ({"endpoint_url": "http://localhost:nine"}, "not a web address"),
        ({"endpoint_url": "http://local host:9000"}, "not a web address"),
        ({"endpoint_url": "http://ada:secret@localhost:9000"}, "holds a name or a password"),
        ({"endpoint_url": "http://elsewhere.example\\@localhost"}, "not a web address"),
        ({"kind": "aws_profile"}, "No AWS profile"),
    ],
)
def test_a_profile_that_cannot_work_is_refused(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        check_profile(Profile(**{**_fields(KEYS), **changes}))


def test_shared_profiles_are_listed_with_region_and_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[default]\nregion = us-east-1\n"
        "[profile dev]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n"
        "[profile admin]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = static\nmfa_serial = arn:mfa\n"
        "[profile tool]\ncredential_process = /bin/false\n"
        "[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n"
    )
    (tmp_path / "credentials").write_text("[static]\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert list_shared_profiles() == (
        SharedProfile("admin", "", "assume role", True),
        SharedProfile("default", "us-east-1", "settings only", False),
        SharedProfile("dev", "eu-west-1", "single sign-on", False),
        SharedProfile("static", "", "keys", False),
        SharedProfile("tool", "", "process", False),
    )


def test_damaged_shared_files_are_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile a\nregion")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        list_shared_profiles()


def _fields(profile: Profile) -> dict:
    return {name: getattr(profile, name) for name in Profile.__dataclass_fields__}


def test_the_mode_is_kept_and_what_is_not_understood_only_reads(ids: IdsFile) -> None:
    vault = MemoryVault()
    profiles = Profiles(vault, ids)
    assert KEYS.mode == "read-only"
    profiles.save(Profile(**{**_fields(KEYS), "chosen_mode": "support", "is_production": True}))
    kept = profiles.load("k1")
    assert (kept.mode, kept.is_production) == ("support", True)
    vault.put("profile/k1/chosen_mode", "omnipotent")
    assert profiles.load("k1").mode == "read-only"
