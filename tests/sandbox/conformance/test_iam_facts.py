"""Who calls and for how long: facts of iam-evaluation.md sections 4 and 6."""

import re
from typing import Any

import pytest

from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox

ROLE = "arn:aws:iam::210987654321:role/nobody"


@pytest.fixture(scope="module")
def sts(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("sts", parameter_validation=False)


def test_nobody_needs_permission_to_ask_who_they_are(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 4: GetCallerIdentity needs no permission and cannot be denied."""
    iam = sandbox.client("iam")
    iam.create_user(UserName="asks-who")
    deny = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
    iam.put_user_policy(UserName="asks-who", PolicyName="deny", PolicyDocument=deny)
    key = iam.create_access_key(UserName="asks-who")["AccessKey"]
    answer = sandbox.client("sts", keys=(key["AccessKeyId"], key["SecretAccessKey"])).get_caller_identity()
    assert answer["Arn"].endswith(":user/asks-who")
    iam.delete_access_key(UserName="asks-who", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="asks-who", PolicyName="deny")
    iam.delete_user(UserName="asks-who")


def test_ids_tell_what_they_are_ids_of(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 4: AROA role, AIDA user, ASIA temporary key, AKIA long-term key."""
    iam = sandbox.client("iam")
    user = iam.create_user(UserName="has-an-id")["User"]
    assert re.fullmatch(r"AIDA[A-Z2-7]{17}", user["UserId"])
    assert iam.get_user(UserName="has-an-id")["User"]["UserId"] == user["UserId"]
    assert iam.create_group(GroupName="has-an-id")["Group"]["GroupId"].startswith("AGPA")
    trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}'
    role = iam.create_role(RoleName="has-an-id", AssumeRolePolicyDocument=trust)["Role"]
    assert role["RoleId"].startswith("AROA")
    key = iam.create_access_key(UserName="has-an-id")["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA")
    client = sandbox.client("sts", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
    assert client.get_caller_identity()["UserId"] == user["UserId"]
    assert client.get_session_token()["Credentials"]["AccessKeyId"].startswith("ASIA")


@pytest.mark.parametrize("given", [{"RoleSessionName": "x"}, {"RoleSessionName": "x" * 65}, {"RoleSessionName": "a b"}])
def test_a_session_name_has_2_to_64_characters_of_a_set(sts: Any, given: dict[str, str]) -> None:
    """iam-evaluation.md 6: RoleSessionName is 2 to 64 characters of word characters and +=,.@-."""
    with refused("ValidationError"):
        sts.assume_role_with_web_identity(RoleArn=ROLE, WebIdentityToken="a.b.c", **given)


@pytest.mark.parametrize("seconds", [899, 43201])
def test_a_web_identitys_session_lasts_15_minutes_to_12_hours(sts: Any, seconds: int) -> None:
    """iam-evaluation.md 6: DurationSeconds is 900 to 43,200."""
    with refused("ValidationError"):
        sts.assume_role_with_web_identity(
            RoleArn=ROLE, RoleSessionName="facts", WebIdentityToken="a.b.c", DurationSeconds=seconds
        )


@pytest.mark.parametrize("seconds", [899, 129601])
def test_a_federated_users_session_lasts_15_minutes_to_36_hours(sts: Any, seconds: int) -> None:
    """iam-evaluation.md 6: GetFederationToken is 900 to 129,600 seconds."""
    with refused("ValidationError"):
        sts.get_federation_token(Name="facts", DurationSeconds=seconds)
