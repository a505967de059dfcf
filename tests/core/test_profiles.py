"""Profiles: whole in the vault, ids in a file, shared files listed without resolving anything."""

from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core.errors import InvalidInput, NotFound
from cognito_explorer.core.profiles import (
    IdsFile,
    Profile,
    Profiles,
    check_profile,
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
        ({"endpoint_url": "http://evil.example.com"}, "plain http to another computer"),
        ({"endpoint_url": "http://127.0.0.1.evil.example"}, "plain http to another computer"),
        ({"sso_start_url": "http://evil.example.com/start"}, "plain http to another computer"),
        ({"kind": "aws_profile"}, "No AWS profile"),
    ],
)
def test_a_profile_that_cannot_work_is_refused(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        check_profile(Profile(**{**_fields(KEYS), **changes}))


def _fields(profile: Profile) -> dict:
    return {name: getattr(profile, name) for name in Profile.__dataclass_fields__}


def test_the_mode_is_kept_and_what_is_not_understood_only_reads(ids: IdsFile) -> None:
    vault = MemoryVault()
    profiles = Profiles(vault, ids)
    assert KEYS.mode == "read-only"
    profiles.save(Profile(**{**_fields(KEYS), "chosen_mode": "support", "is_production": True}))
    kept = profiles.load("k1")
    assert (kept.mode, kept.is_production) == ("support", True)
    vault.put("profile/k1/facts", vault.get("profile/k1/facts").replace('"support"', '"omnipotent"'))
    assert profiles.load("k1").mode == "read-only"


@pytest.mark.parametrize("facts", ["", "{", "[]", '{"kind": "keys"}', '{"kind": "king", "kept": []}'])
def test_a_damaged_entry_is_no_profile(ids: IdsFile, facts: str) -> None:
    vault = MemoryVault()
    profiles = Profiles(vault, ids)
    profiles.save(KEYS)
    vault.put("profile/k1/facts", facts)
    assert profiles.load_all() == ()


def test_members_of_a_wrong_type_count_as_none(ids: IdsFile) -> None:
    vault = MemoryVault()
    profiles = Profiles(vault, ids)
    profiles.save(KEYS)
    vault.put("profile/k1/facts", '{"kind": "keys", "name": 7, "use_fips": "yes", "kept": ["secret_access_key"]}')
    (found,) = profiles.load_all()
    assert (found.name, found.use_fips) == ("", False)
    assert found.secret_access_key == KEYS.secret_access_key


def test_a_secret_stands_in_an_entry_of_its_own_and_is_asked_for_where_there_is_one(ids: IdsFile) -> None:
    asked: list[str] = []

    class Listening(MemoryVault):
        def get(self, key: str) -> str:
            asked.append(key)
            return super().get(key)

    vault = Listening()
    profiles = Profiles(vault, ids)
    profiles.save(KEYS)
    (found,) = profiles.load_all()
    assert found == KEYS
    assert KEYS.secret_access_key not in vault.get("profile/k1/facts")
    assert len([key for key in asked if key != "profile/k1/facts"]) == 1 + bool(KEYS.session_token)
    asked.clear()
    assert profiles.lost((found,)) == ()
    assert asked == []


def test_a_profile_of_the_first_builds_is_put_together(ids: IdsFile) -> None:
    vault = MemoryVault()
    first = {
        "kind": "keys",
        "name": "Production",
        "region": "eu-central-1",
        "color": "#C0282D",
        "access_key_id": "AKIAEXAMPLE",
        "secret_access_key": "very secret",
        "chosen_mode": "support",
        "is_production": "yes",
    }
    for name, text in first.items():
        vault.put(f"profile/k1/{name}", text)
    ids.save(("k1",))
    wanted = replace(KEYS, session_token="", chosen_mode="support", is_production=True)
    assert Profiles(vault, ids).load_all() == (wanted,)
    assert Profiles(vault, ids).lost() == ()
    assert vault.get("profile/k1/access_key_id") == ""
    assert Profiles(vault, ids).load("k1") == wanted
