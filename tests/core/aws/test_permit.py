"""The door under a permit: what is refused, asked about, learnt from answers, and shared by doors."""

from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import HttpRequest
from cognito_explorer.core.errors import ExplorerError, NotFound, Unreachable, WriteRefused
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.core.user_pools.groups import add_to_group, list_groups, remove_from_group
from cognito_explorer.core.user_pools.pools import describe_pool
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox

PROFILE = Profile("p", "Shop", "keys", "us-east-1", "#000000", "http://127.0.0.1:9", "", "AKIATEST", "secret")
SIGN_IN: dict[str, Any] = {"AuthFlow": "USER_AUTH", "ClientId": "c", "AuthParameters": {}}


class Answers:
    """Somebody who is asked, and counts how often."""

    def __init__(self, *answers: bool) -> None:
        self.asked = 0
        self._answers = list(answers)

    async def __call__(self) -> bool:
        self.asked += 1
        return self._answers.pop(0)


async def door(mode: Mode) -> Aws:
    return await Aws.open(replace(PROFILE, chosen_mode=mode))


async def test_a_refusal_names_the_mode_that_is_needed() -> None:
    aws = await door("support")
    with pytest.raises(WriteRefused, match="support mode") as refused:
        await aws.write(Intent("user ada"), aws.idp.admin_delete_user, UserPoolId="us-east-1_abc", Username="ada")
    assert "Admin" in refused.value.hint
    assert (refused.value.code, refused.value.operation) == ("ModeRefused", "cognito-idp:AdminDeleteUser")
    assert aws.calls.recent() == ()
    aws.close()


async def test_a_sign_in_under_read_only_is_asked_about_until_agreed_to() -> None:
    aws = await door("read-only")
    with pytest.raises(WriteRefused, match="not agreed"):
        await aws.read(aws.public_idp.initiate_auth, **SIGN_IN)
    ask = aws.permit.ask_sign_in = Answers(False, True)
    with pytest.raises(WriteRefused, match="Nobody was signed in"):
        await aws.read(aws.public_idp.initiate_auth, **SIGN_IN)
    assert aws.calls.recent() == ()
    for _ in range(2):
        with pytest.raises(Unreachable):
            await aws.read(aws.public_idp.initiate_auth, **SIGN_IN)
    assert ask.asked == 2
    aws.close()


@pytest.mark.parametrize(("path", "code"), [("/oauth2/token", "SignInRefused"), ("/oauth2/revoke", "ModeRefused")])
async def test_forms_over_http_are_under_the_same_mode(path: str, code: str) -> None:
    aws = await door("read-only")
    with pytest.raises(WriteRefused) as refused:
        await aws.http.send(HttpRequest(f"http://127.0.0.1:9{path}", {"token": "t"}))
    assert refused.value.code == code
    with pytest.raises(Unreachable):
        await aws.http.send(HttpRequest("http://127.0.0.1:9/oauth2/userInfo"))
    aws.close()


async def test_a_door_with_other_credentials_is_under_the_same_permit() -> None:
    aws = await door("read-only")
    acting = aws.acting_as("ASIA", "secret", "token")
    aws.permit.switch("admin")
    assert acting.permit.why_not("AdminDeleteUser") == ""
    assert acting.http.permit is aws.permit
    acting.close()
    aws.close()


async def test_what_was_learnt_of_one_endpoint_is_not_held_against_another() -> None:
    aws = await door("admin")
    described = {"UserPool": {"AliasAttributes": ["email"]}}
    aws.permit.learn("DescribeUserPool", {"UserPoolId": "local_1"}, described)
    aws.permit.hear("cognito-idp", "ListTerms", ExplorerError("It has none.", code="NotImplemented"))
    aws.renew(replace(aws.profile, name="Store"))
    assert aws.permit.why_not("ListTerms") and aws.permit.facts_of("local_1").aliases
    aws.renew(replace(aws.profile, endpoint_url="http://127.0.0.1:8"))
    assert aws.permit.why_not("ListTerms") == ""
    assert aws.permit.facts_of("local_1").aliases is None
    aws.close()


@pytest.mark.parametrize(
    ("recovery", "kept"),
    [
        ({}, {"email", "phone_number"}),
        ({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}}, {"email"}),
        ({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}}, set()),
    ],
)
async def test_support_changes_no_address_that_codes_for_a_new_password_go_to(
    recovery: dict[str, Any], kept: set[str]
) -> None:
    aws = await door("support")
    aws.permit.learn("DescribeUserPool", {"UserPoolId": "local_1"}, {"UserPool": recovery})
    for name in ("email", "phone_number"):
        changed = [{"Name": name, "Value": "other"}]
        refusal = aws.permit.why_not("AdminUpdateUserAttributes", UserPoolId="local_1", UserAttributes=changed)
        assert (name in refusal) is (name in kept)
    aws.close()


async def test_switching_tells_who_listens() -> None:
    aws = await door("read-only")
    heard: list[Mode] = []
    stop = aws.permit.subscribe(lambda: heard.append(aws.permit.mode))
    aws.permit.switch("support")
    aws.permit.switch("support")
    stop()
    aws.permit.switch("admin")
    assert heard == ["support"]
    aws.close()


async def test_support_learns_aliases_and_roles_from_what_was_read(demo_sandbox: RunningSandbox, pool_id: str) -> None:
    aws = await Aws.open(replace(profile_of(demo_sandbox), chosen_mode="support"))
    assert "not known" in aws.permit.why_not("AdminAddUserToGroup", UserPoolId=pool_id, GroupName="paid")
    groups = await list_groups(aws, pool_id).collect(limit=100)
    with_role = next(group.name for group in groups if group.role_arn)
    with pytest.raises(WriteRefused, match="support mode") as refused:
        await add_to_group(aws, pool_id, "ada", with_role)
    assert "carries a role" in refused.value.hint
    detail = await describe_pool(aws, pool_id)
    aliases = aws.permit.facts_of(pool_id).aliases
    assert aliases == frozenset({*detail.sign_in.alias_attributes, *detail.sign_in.username_attributes})
    aws.close()


async def test_support_looks_at_a_group_again_before_it_changes_who_is_in_it(
    demo_sandbox: RunningSandbox, pool_id: str
) -> None:
    idp = demo_sandbox.client("cognito-idp")
    idp.create_group(UserPoolId=pool_id, GroupName="readers")
    aws = await Aws.open(replace(profile_of(demo_sandbox), chosen_mode="support"))
    try:
        # Never listed: looked at all the same.
        await add_to_group(aws, pool_id, "ada", "readers")
        assert aws.permit.why_not("AdminAddUserToGroup", UserPoolId=pool_id, GroupName="readers") == ""
        groups = idp.list_groups(UserPoolId=pool_id)["Groups"]
        role = next(each["RoleArn"] for each in groups if "RoleArn" in each)
        idp.update_group(UserPoolId=pool_id, GroupName="readers", RoleArn=role)
        for change in (add_to_group, remove_from_group):
            with pytest.raises(WriteRefused, match="support mode") as refused:
                await change(aws, pool_id, "ada", "readers")
            assert "carries a role" in refused.value.hint
        assert [each.operation for each in aws.journal.recent()] == ["admin_add_user_to_group"]
        with pytest.raises(NotFound):
            await add_to_group(aws, pool_id, "ada", "nobody's")
    finally:
        idp.delete_group(UserPoolId=pool_id, GroupName="readers")
        aws.close()


async def test_support_still_reaches_cognito(demo_sandbox: RunningSandbox, pool_id: str) -> None:
    aws = await Aws.open(replace(profile_of(demo_sandbox), chosen_mode="support"))
    with pytest.raises(NotFound):
        await aws.write(Intent("user no"), aws.idp.admin_enable_user, UserPoolId=pool_id, Username="nobody-at-all")
    aws.close()
