"""In production the door itself has a name typed before it sends what takes something away."""

from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.aws.care import HARMLESS, takes_away
from cognito_explorer.core.aws.connection import Operation
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.operations import LISTED, Effect
from cognito_explorer.core.errors import Unreachable, WriteRefused
from cognito_explorer.core.journal import Intent, name_in
from cognito_explorer.core.profiles import Profile
from tests.core.sent_writes import sent_writes

PROFILE = Profile("p", "Shop", "keys", "us-east-1", "#C0282D", "http://127.0.0.1:9", "", "AKIATEST", "secret")
Facts = dict[str, str]
GONE: tuple[Facts, Facts] = {"name": '"Ada"'}, {"name": ""}
NEW: tuple[Facts, Facts] = {}, {"name": '"Ada"'}
OTHER: tuple[Facts, Facts] = {"name": '"Ada"'}, {"name": '"Eve"'}
# Whether each write that can be sent takes something away; None where that depends on what it changes.
SENT = {
    "AdminAddUserToGroup": False,
    "AdminConfirmSignUp": False,
    "AdminCreateUser": False,
    "AdminDeleteSoftwareToken": True,
    "AdminDeleteUser": True,
    "AdminDisableUser": True,
    "AdminEnableUser": False,
    "AdminRemoveUserFromGroup": True,
    "AdminResetUserPassword": True,
    "AdminSetUserMFAPreference": True,
    "AdminSetUserPassword": True,
    "AdminUpdateUserAttributes": None,
    "AdminUserGlobalSignOut": True,
    "CreateGroup": False,
    "DeleteGroup": True,
    "GlobalSignOut": True,
    "Invoke": True,
    "PostToApi": True,
    "PutObject": True,
    "RevokeToken": True,
    "UpdateGroup": False,
    "UpdateUserPool": None,
    "UpdateUserPoolClient": None,
}
WRITES = sent_writes()


def test_of_every_write_that_can_be_sent_it_was_decided_whether_it_takes_something_away() -> None:
    assert {each.title for each in WRITES} == set(SENT)
    for each in WRITES:
        found = {takes_away(each.service, each.title, *change) for change in (GONE, NEW)}
        assert found == ({True, False} if SENT[each.title] is None else {SENT[each.title]}), each


def test_what_is_listed_as_harmless_is_a_write_there_is_and_the_rest_takes_away() -> None:
    writes = {name for (_, name), effect in LISTED.items() if effect in (Effect.USER_WRITE, Effect.ADMIN_WRITE)}
    assert writes >= HARMLESS
    assert takes_away("cognito-idp", "DeleteEverythingAtOnce", {}, {})
    assert not takes_away("cognito-idp", "ListUsers", {}, {})


@pytest.mark.parametrize(
    ("title", "before", "after", "is_so"),
    [
        ("AdminUpdateUserAttributes", *GONE, True),
        ("AdminUpdateUserAttributes", *OTHER, False),
        ("UpdateUserPool", {"DeletionProtection": '"ACTIVE"'}, {"DeletionProtection": '"INACTIVE"'}, True),
        ("UpdateUserPool", {"DeletionProtection": '"INACTIVE"'}, {"DeletionProtection": '"ACTIVE"'}, False),
        ("UpdateUserPool", {}, {"AdminCreateUserConfig": '{"AllowAdminCreateUserOnly": true}'}, True),
        ("UpdateUserPool", {}, {"AdminCreateUserConfig": '{"AllowAdminCreateUserOnly": false}'}, False),
        ("UpdateUserPoolClient", {"CallbackURLs": '["a", "b"]'}, {"CallbackURLs": '["a"]'}, True),
        ("UpdateUserPoolClient", {"CallbackURLs": '["a"]'}, {"CallbackURLs": '["b", "a"]'}, False),
        ("UpdateUserPool", {"Policies": '{"a": {"b": 1}}'}, {"Policies": '{"a": {}}'}, True),
    ],
)
def test_settings_and_attributes_are_looked_at(title: str, before: Facts, after: Facts, is_so: bool) -> None:
    assert takes_away("cognito-idp", title, before, after) is is_so


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.title)
async def test_in_production_nothing_goes_out_before_the_name_was_typed(operation: Operation) -> None:
    aws = await Aws.open(replace(PROFILE, is_production=True, chosen_mode="admin"))
    intent = Intent("user ada", *GONE, "us-east-1_abc")
    if takes_away(operation.service, operation.title, *GONE):
        with pytest.raises(WriteRefused, match="is production") as refused:
            await aws.write(intent, operation)  # type: ignore[arg-type]  # as the typed clients' methods are
        assert refused.value.code == "NameNotTyped"
        assert (aws.calls.recent(), aws.journal.recent()) == ((), ())
    else:
        await sent(aws, intent, operation)
    aws.close()


async def sent(aws: Aws, intent: Intent, operation: Any) -> None:
    """It went out: nobody listens there, and its parameters are missing."""
    with pytest.raises(Exception):  # noqa: B017  # whatever botocore says of it
        await aws.write(intent, operation)
    assert len(aws.journal.recent()) == 1


async def test_who_is_asked_decides_and_is_told_what_it_is_about() -> None:
    aws = await Aws.open(replace(PROFILE, is_production=True, chosen_mode="admin"))
    asked: list[tuple[str, str]] = []

    async def ask(title: str, intent: Intent) -> bool:
        asked.append((title, intent.target))
        return len(asked) > 1

    aws.permit.ask_name = ask
    place = {"UserPoolId": "us-east-1_abc", "Username": "ada"}
    with pytest.raises(WriteRefused):
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, **place)
    with pytest.raises(Unreachable):
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, **place)
    assert asked == [("AdminDeleteUser", "user ada")] * 2
    aws.close()


async def test_a_mode_that_was_switched_while_a_name_was_typed_holds() -> None:
    aws = await Aws.open(replace(PROFILE, is_production=True, chosen_mode="admin"))

    async def ask(_title: str, _intent: Intent) -> bool:
        aws.permit.switch("read-only")
        return True

    async def send() -> None:
        raise AssertionError("it was sent")

    aws.permit.ask_name = ask
    with pytest.raises(WriteRefused, match="read-only"):
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, UserPoolId="us-east-1_abc", Username="ada")
    aws.permit.switch("admin")
    with pytest.raises(WriteRefused, match="read-only"):
        await aws.write_over_http(Intent("tokens of ada"), "post_to_api", send)
    assert aws.journal.recent() == ()
    aws.close()


async def test_who_has_asked_already_is_believed_for_this_target_and_no_longer_than_that() -> None:
    aws = await Aws.open(replace(PROFILE, is_production=True, chosen_mode="admin"))
    place = {"UserPoolId": "us-east-1_abc", "Username": "ada"}
    with aws.permit.assured("user ada"):
        with pytest.raises(Unreachable):
            await aws.write(Intent("user ada"), aws.idp.admin_delete_user, **place)
        with pytest.raises(WriteRefused):
            await aws.write(Intent("user eve"), aws.idp.admin_delete_user, **place)
    with pytest.raises(WriteRefused):
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, **place)
    aws.close()


async def test_a_profile_that_becomes_production_is_treated_as_such_at_once() -> None:
    aws = await Aws.open(replace(PROFILE, chosen_mode="admin"))
    aws.renew(replace(aws.profile, is_production=True))
    with pytest.raises(WriteRefused, match="is production"):
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, UserPoolId="us-east-1_abc", Username="ada")
    aws.close()


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("user ada lovelace", "ada lovelace"),
        ("user pool us-east-1_abc", "us-east-1_abc"),
        ("user pool boy", "pool boy"),
        ("group paid", "paid"),
        ("app client 3abc", "3abc"),
        ("object bucket/a key, b", "bucket/a key, b"),
        ("function notify, tokens of user ada predicted", "notify"),
        ("tokens", "tokens"),
        ("API at api.example.com", "api.example.com"),
    ],
)
def test_the_name_to_be_typed_is_the_things_own(target: str, name: str) -> None:
    assert name_in(target, "us-east-1_abc") == name
