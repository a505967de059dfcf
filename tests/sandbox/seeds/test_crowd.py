"""`big:N`: a pool of any size, quickly, with everything a pool of that size has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_explorer.sandbox.seeds.crowd import CLIENT_ID, POOL_ID
from tests.sandbox.auth.srp_client import sign_in_with_srp
from tests.sandbox_fixture import RunningSandbox, start_sandbox

HOW_MANY = 7_000
PASSWORD = "Moonletter-2026"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A small big world."""
    running = start_sandbox(tmp_path_factory.mktemp("crowd") / "world", "--seed", f"big:{HOW_MANY}")
    yield running
    running.stop()


def test_everybody_came_in(crowd: RunningSandbox) -> None:
    idp = crowd.client("cognito-idp")
    assert idp.describe_user_pool(UserPoolId=POOL_ID)["UserPool"]["EstimatedNumberOfUsers"] == HOW_MANY
    members = idp.list_users_in_group(UserPoolId=POOL_ID, GroupName="paid", Limit=60)
    assert len(members["Users"]) == 60
    assert crowd.control("status")["seed"] == f"big:{HOW_MANY}"


def test_everybody_is_found_by_an_index(crowd: RunningSandbox) -> None:
    idp = crowd.client("cognito-idp")
    user = idp.list_users(UserPoolId=POOL_ID, Limit=1)["Users"][0]
    attributes = {each["Name"]: each["Value"] for each in user["Attributes"]}
    for name in ("email", "sub"):
        found = idp.list_users(UserPoolId=POOL_ID, Filter=f'{name} = "{attributes[name]}"')["Users"]
        assert [each["Username"] for each in found] == [user["Username"]]
    assert idp.list_users(UserPoolId=POOL_ID, Filter='cognito:user_status = "UNCONFIRMED"', Limit=5)["Users"]


def test_everybody_signs_in_by_password_and_by_srp(crowd: RunningSandbox) -> None:
    public = crowd.public_client("cognito-idp")
    listed = crowd.client("cognito-idp").list_users(UserPoolId=POOL_ID, Limit=20)["Users"]
    user = next(each for each in listed if each["UserStatus"] == "CONFIRMED" and each["Enabled"])
    given = {"USERNAME": user["Username"], "PASSWORD": PASSWORD}
    answer = public.initiate_auth(ClientId=CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    token = answer["AuthenticationResult"]["AccessToken"]
    assert public.get_user(AccessToken=token)["Username"] == user["Username"]
    public.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="Another-2027")
    with pytest.raises(public.exceptions.NotAuthorizedException):
        public.initiate_auth(ClientId=CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    other = next(
        each
        for each in listed
        if each["UserStatus"] == "CONFIRMED" and each["Enabled"] and each["Username"] != user["Username"]
    )
    signed_in = sign_in_with_srp(public, POOL_ID, CLIENT_ID, other["Username"], PASSWORD)
    assert signed_in["AuthenticationResult"]["IdToken"]


@pytest.mark.full
def test_a_hundred_thousand_come_in_within_a_minute(tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "big:100000")
    try:
        assert running.control("status")["uptime_s"] < 60
    finally:
        running.stop()
