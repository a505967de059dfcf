"""Profiles in a file: no secret leaves, and no stranger's file is believed."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from cognito_explorer.core.aws.credentials import make_session
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profile_transfer import (
    MOST_PROFILES,
    export_profiles,
    fit_in,
    foreign_places,
    import_profiles,
    lacks_secrets,
)
from cognito_explorer.core.profiles import Profile, free_name

FULL = Profile(
    id="k1",
    name="Prödüction",
    kind="role",
    region="eu-central-1",
    color="#C0282D",
    access_key_id="AKIAEXAMPLE",
    secret_access_key="very secret",
    session_token="a token",
    role_arn="arn:aws:iam::123456789012:role/Support",
    external_id="ticket",
    mfa_serial="arn:aws:iam::123456789012:mfa/ada",
    credential_process="tool --password secret",
    proxy_url="http://ada:hidden@proxy.example:3128",
    use_fips=True,
    chosen_mode="admin",
    is_production=True,
)


def changed(**changes: Any) -> str:
    """A file whose one profile has these members, too."""
    whole = json.loads(export_profiles((replace(FULL, proxy_url=""),)))
    whole["profiles"][0] |= changes
    return json.dumps(whole)


def taken_from(text: str) -> tuple[Profile, ...]:
    """The profiles of a file."""
    return import_profiles(text).profiles


def test_one_bad_profile_is_named_and_the_others_are_taken() -> None:
    whole = json.loads(changed(name="Good\u202ename\nand more"))
    whole["profiles"] += [{"name": "Odd", "kind": "martian"}, 7, whole["profiles"][0] | {"name": "Open"}]
    whole["profiles"][-1]["endpoint_url"] = "http://evil.example"
    found = import_profiles(json.dumps(whole))
    assert [profile.name for profile in found.profiles] == ["Goodname and more"]
    assert [each.partition(".")[0] for each in found.left_out] == [
        "“Odd” is of no known kind",
        "Profile 3 of this file is of no known kind",
        "The endpoint of “Open” is plain http to another computer: evil",
    ]
    whole["profiles"] = whole["profiles"][1:]
    with pytest.raises(InvalidInput, match="Of this file's 3 profiles none can be used") as told:
        import_profiles(json.dumps(whole))
    assert "“Odd” is of no known kind." in told.value.hint


@pytest.mark.parametrize("kind", ["sandbox", 7])
def test_the_only_profile_is_named_where_its_kind_is_not_known(kind: Any) -> None:
    with pytest.raises(InvalidInput, match="“Prödüction” is of no known kind"):
        import_profiles(changed(kind=kind))


def test_a_name_is_free_whatever_its_letters_size() -> None:
    assert free_name("payments", ["Payments", "PAYMENTS (2)"]) == "payments (3)"
    assert free_name("other", ["Payments"]) == "other"


def test_no_secret_leaves_and_the_rest_comes_back() -> None:
    text = export_profiles((FULL,))
    for secret in ("AKIAEXAMPLE", "very secret", "a token", "ticket", "password", "hidden", "k1"):
        assert secret not in text
    (back,) = taken_from(text)
    same = ("name", "kind", "region", "color", "role_arn", "mfa_serial", "use_fips", "is_production")
    assert all(getattr(back, name) == getattr(FULL, name) for name in same)
    assert back.id != FULL.id
    assert (back.mode, back.credential_process) == ("read-only", "")


def test_what_a_stranger_wrote_runs_nothing_and_grants_nothing() -> None:
    (found,) = taken_from(changed(kind="process", credential_process="rm -rf /", chosen_mode="admin", id="sandbox"))
    assert (found.credential_process, found.mode) == ("", "read-only")
    assert found.id != "sandbox"


def test_a_host_hidden_behind_a_backslash_is_foreign_and_shown() -> None:
    (found,) = taken_from(changed(endpoint_url="https://elsewhere.example\\@localhost"))
    assert found.is_foreign
    assert "elsewhere.example" in foreign_places(found)[0]
    with pytest.raises(InvalidInput, match="in more than one way"):
        taken_from(changed(endpoint_url="http://elsewhere.example\\@localhost"))


def test_a_host_in_letters_that_look_like_awss_is_shown_as_what_it_is() -> None:
    (found,) = taken_from(changed(endpoint_url="https://cognito-idp.us-east-1.\u0430mazonaws.com"))
    (shown,) = foreign_places(found)
    assert "https://cognito-idp.us-east-1.xn--mazonaws-06g.com" in shown
    assert "letters of another alphabet" in shown
    assert shown.isascii()


@pytest.mark.parametrize(
    ("changes", "is_foreign"),
    [
        ({"endpoint_url": "https://cognito.example"}, True),
        ({"proxy_url": "http://proxy.example:1"}, True),
        ({"sso_start_url": "https://awsapps.com.example/start"}, True),
        ({"sso_start_url": "https://d-1.awsapps.com/start"}, False),
        ({"endpoint_url": "http://127.0.0.1:4566"}, False),
        ({"endpoint_url": "https://[broken"}, True),
        ({}, False),
    ],
)
def test_what_leads_elsewhere_is_not_used_before_it_is_confirmed(changes: dict[str, str], is_foreign: bool) -> None:
    (found,) = taken_from(changed(is_foreign=False, **changes))
    assert found.is_foreign is is_foreign
    assert bool(foreign_places(found)) is is_foreign
    if is_foreign:
        with pytest.raises(InvalidInput, match="not confirmed"):
            make_session(found)


@pytest.mark.parametrize("name", ["endpoint_url", "sso_start_url"])
def test_plain_http_to_another_computer_is_not_imported(name: str) -> None:
    with pytest.raises(InvalidInput, match="is plain http to another computer: evil"):
        taken_from(changed(**{name: "http://evil.example/x"}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "other", "profiles": []}',
        export_profiles(()),
        changed().replace('"version": 1', '"version": 0'),
        changed().replace('"version": 1', '"version": "1"'),
        changed().replace('"version": 1', '"version": true'),
    ],
)
def test_what_is_no_file_of_profiles_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no profiles"):
        taken_from(text)


def test_a_newer_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too new"):
        taken_from(changed().replace('"version": 1', '"version": 2'))


def test_members_of_a_wrong_type_are_left_out() -> None:
    (found,) = taken_from(changed(name=["x"], use_fips="yes", color="red", unknown=1))
    assert (found.name, found.use_fips, found.color) == ("Imported profile", False, "#57606A")


def test_every_secret_field_stays() -> None:
    text = export_profiles((replace(FULL, proxy_url=""),))
    hidden = [one.name for one in fields(Profile) if not one.repr and one.name != "proxy_url"]
    assert [name for name in hidden if name in text] == []


def test_a_mark_at_the_beginning_of_a_file_is_no_trouble() -> None:
    assert taken_from("\ufeff" + changed())


def test_what_is_here_already_stays_alone_and_a_taken_name_gets_a_number() -> None:
    own = replace(FULL, proxy_url="")
    same, other, third = taken_from(
        export_profiles((own, replace(own, region="eu-west-1"), replace(own, region="eu-west-2")))
    )
    assert [profile.name for profile in fit_in((same, other, third, other), (own,))] == [
        "Prödüction (2)",
        "Prödüction (3)",
    ]
    assert fit_in((same,), ()) == (same,)


@pytest.mark.parametrize(
    ("kind", "source", "lacks"),
    [("keys", "", True), ("role", "", True), ("role", "base", False), ("process", "", True), ("sso", "", False)],
)
def test_what_must_be_entered_before_a_profile_works(kind: Any, source: str, lacks: bool) -> None:
    assert lacks_secrets(replace(FULL, kind=kind, source_profile=source)) is lacks


def test_a_thousand_are_taken_and_more_are_refused_by_their_number() -> None:
    many = tuple(replace(FULL, proxy_url="", name=f"n{number}") for number in range(MOST_PROFILES))
    found = taken_from(export_profiles(many))
    assert len(fit_in(found, ())) == MOST_PROFILES
    assert fit_in(found, many) == ()
    with pytest.raises(InvalidInput, match="1,001 profiles"):
        taken_from(export_profiles((*many, FULL)))
