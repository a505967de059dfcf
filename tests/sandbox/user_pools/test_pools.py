"""Pools, their clients, domains, resource servers and groups."""

import re
from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])


def _describe(pool: PoolUnderTest) -> Any:
    return pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]


def test_a_new_pool_has_cognitos_id_arn_and_defaults(pool: PoolUnderTest) -> None:
    described = _describe(pool)
    assert re.fullmatch(r"us-east-1_[0-9a-zA-Z]{9}", described["Id"])
    assert described["Arn"] == f"arn:aws:cognito-idp:us-east-1:210987654321:userpool/{described['Id']}"
    assert described["UserPoolTier"] == "ESSENTIALS"
    assert described["MfaConfiguration"] == "OFF"
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert described["EstimatedNumberOfUsers"] == 0
    names = [entry["Name"] for entry in described["SchemaAttributes"]]
    assert len(names) == 22
    assert names[-1] == "custom:plan"


def test_pools_are_listed_page_by_page_in_their_own_region(sandbox: RunningSandbox) -> None:
    frankfurt = sandbox.client("cognito-idp", region="eu-central-1")
    made = [frankfurt.create_user_pool(PoolName=f"pool {number}")["UserPool"]["Id"] for number in range(3)]
    first = frankfurt.list_user_pools(MaxResults=2)
    second = frankfurt.list_user_pools(MaxResults=2, NextToken=first["NextToken"])
    assert [entry["Id"] for entry in first["UserPools"] + second["UserPools"]] == made
    assert "NextToken" not in second
    with refused("InvalidParameterException"):
        frankfurt.list_user_pools(MaxResults=2, NextToken="made-up")
    with refused("ResourceNotFoundException", f"User pool {made[0]} does not exist."):
        sandbox.client("cognito-idp").describe_user_pool(UserPoolId=made[0])


def test_updating_a_pool_resets_what_is_left_out(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 12}}, UserPoolTags={"team": "letters"})
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, PoolName="renamed", DeletionProtection="ACTIVE")
    described = _describe(pool)
    assert described["Name"] == "renamed"
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert "AutoVerifiedAttributes" not in described
    assert described["UserPoolTags"] == {}


def test_a_protected_pool_and_one_with_a_domain_cannot_be_deleted(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, DeletionProtection="ACTIVE")
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="to-be-deleted")
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="to-be-deleted")
    pool.add_user("ada")
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    with refused("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist."):
        _describe(pool)
    with refused("ResourceNotFoundException"):
        pool.sign_in("ada")


def test_aliases_and_attribute_usernames_exclude_each_other(pool: PoolUnderTest) -> None:
    with refused("InvalidParameterException"):
        pool.idp.create_user_pool(PoolName="both", AliasAttributes=["email"], UsernameAttributes=["email"])


def test_custom_attributes_are_added_for_good(pool: PoolUnderTest) -> None:
    pool.idp.add_custom_attributes(
        UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "ref", "AttributeDataType": "String"}]
    )
    assert _describe(pool)["SchemaAttributes"][-1]["Name"] == "custom:ref"
    with refused("InvalidParameterException"):
        pool.idp.add_custom_attributes(
            UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "ref", "AttributeDataType": "String"}]
        )
    with refused("InvalidParameterException", "Required custom attributes are not supported currently."):
        pool.idp.add_custom_attributes(UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "x", "Required": True}])


def test_second_factors_have_operations_of_their_own(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    with refused("InvalidParameterException"):
        pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, MfaConfiguration="ON")
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    config = pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)
    assert config["MfaConfiguration"] == "OPTIONAL"
    assert config["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    assert _describe(pool)["MfaConfiguration"] == "OPTIONAL"


def test_a_new_client_gets_an_id_defaults_and_a_secret_when_asked_for(pool: PoolUnderTest) -> None:
    client = pool.add_client(GenerateSecret=True)
    assert re.fullmatch(r"[0-9a-z]{26}", client["ClientId"])
    assert client["ClientSecret"]
    assert client["RefreshTokenValidity"] == 30
    assert client["EnableTokenRevocation"] is True
    assert client["PreventUserExistenceErrors"] == "LEGACY"
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
    }
    described = pool.idp.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=client["ClientId"])
    assert described["UserPoolClient"] == client


def test_updating_a_client_resets_what_is_left_out_but_keeps_the_secret(pool: PoolUnderTest) -> None:
    client = pool.add_client(GenerateSecret=True, AccessTokenValidity=5, CallbackURLs=["https://app.example/cb"])
    updated = pool.idp.update_user_pool_client(
        UserPoolId=pool.pool_id, ClientId=client["ClientId"], ClientName="renamed"
    )["UserPoolClient"]
    assert updated["ClientName"] == "renamed"
    assert updated["ClientSecret"] == client["ClientSecret"]
    assert "AccessTokenValidity" not in updated
    assert "CallbackURLs" not in updated


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"AllowedOAuthFlows": ["client_credentials", "code"]}, "InvalidOAuthFlowException"),
        ({"AllowedOAuthFlows": ["client_credentials"]}, "InvalidOAuthFlowException"),
        ({"AllowedOAuthScopes": ["nobody/knows"]}, "ScopeDoesNotExistException"),
        ({"AllowedOAuthFlowsUserPoolClient": True}, "InvalidParameterException"),
        ({"CallbackURLs": ["http://app.example/cb"]}, "InvalidParameterException"),
        ({"CallbackURLs": ["https://app.example/cb#part"]}, "InvalidParameterException"),
        ({"DefaultRedirectURI": "https://app.example/cb"}, "InvalidParameterException"),
        ({"SupportedIdentityProviders": ["Google"]}, "InvalidParameterException"),
        ({"AccessTokenValidity": 24, "TokenValidityUnits": {"AccessToken": "days"}}, "InvalidParameterException"),
        ({"WriteAttributes": ["email_verified"]}, "InvalidParameterException"),
        ({"ReadAttributes": ["custom:unknown"]}, "InvalidParameterException"),
        ({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]}, "InvalidParameterException"),
        (
            {
                "AllowedOAuthFlowsUserPoolClient": True,
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid"],
            },
            "InvalidParameterException",
        ),
        (
            {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}, "AccessTokenValidity": 2},
            "InvalidParameterException",
        ),
        (
            {
                "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
            },
            "InvalidParameterException",
        ),
        ({"AnalyticsConfiguration": {"ApplicationId": "ab"}}, "InvalidParameterException"),
    ],
)
def test_client_settings_that_contradict_each_other_are_refused(
    pool: PoolUnderTest, settings: dict[str, Any], code: str
) -> None:
    with refused(code):
        pool.add_client(**settings)


def test_a_loopback_callback_may_use_plain_http(pool: PoolUnderTest) -> None:
    urls = ["http://localhost:8400/callback", "myapp://signed-in"]
    assert pool.add_client(CallbackURLs=urls)["CallbackURLs"] == urls


def test_clients_are_told_apart_by_how_they_were_made(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    assert pool.add_client()["ClientType"] == "REGULAR"
    for kind, number in (("REGULAR", 2), ("DCR", 0)):
        listed = pool.idp.list_user_pool_clients(UserPoolId=pool.pool_id, ClientType=kind)
        assert len(listed["UserPoolClients"]) == number


def test_clients_are_listed_and_deleted(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    other = pool.add_client()
    pages = pool.idp.get_paginator("list_user_pool_clients").paginate(
        UserPoolId=pool.pool_id, PaginationConfig={"PageSize": 1}
    )
    listed = {entry["ClientId"] for page in pages for entry in page["UserPoolClients"]}
    assert listed == {pool.client_id, other["ClientId"]}
    pool.idp.delete_user_pool_client(UserPoolId=pool.pool_id, ClientId=other["ClientId"])
    with refused("ResourceNotFoundException", f"User pool client {other['ClientId']} does not exist."):
        pool.idp.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=other["ClientId"])


def test_a_domain_belongs_to_one_pool_and_an_unknown_one_is_described_by_nothing(sandbox: RunningSandbox) -> None:
    pool, other = make_pool(sandbox), make_pool(sandbox)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="newsletter")
    described = pool.idp.describe_user_pool_domain(Domain="newsletter")["DomainDescription"]
    assert described["UserPoolId"] == pool.pool_id
    assert described["Status"] == "ACTIVE"
    assert _describe(pool)["Domain"] == "newsletter"
    with refused("InvalidParameterException", "Domain already associated with another user pool."):
        other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="newsletter")
    with refused("InvalidParameterException"):
        other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="my-cognito")
    assert pool.idp.describe_user_pool_domain(Domain="nobodys")["DomainDescription"] == {}


def test_a_resource_server_makes_scopes_a_client_may_have(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    scope = {"ScopeName": "articles.read", "ScopeDescription": "Read articles"}
    api = "https://api.moonletter.example"
    pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier=api, Name="API", Scopes=[scope])
    described = pool.idp.describe_resource_server(UserPoolId=pool.pool_id, Identifier=api)
    assert described["ResourceServer"]["Scopes"] == [scope]
    listed = pool.idp.list_resource_servers(UserPoolId=pool.pool_id, MaxResults=50)["ResourceServers"]
    assert [entry["Identifier"] for entry in listed] == [api]
    client = pool.add_client(
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[f"{api}/articles.read"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    assert client["AllowedOAuthScopes"] == [f"{api}/articles.read"]


def test_an_updated_resource_server_loses_the_scopes_that_are_left_out(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id, "Identifier": "letters"}
    read = {"ScopeName": "read", "ScopeDescription": "Read"}
    pool.idp.create_resource_server(**key, Name="Letters", Scopes=[read])
    updated = pool.idp.update_resource_server(**key, Name="Renamed")["ResourceServer"]
    assert (updated["Name"], updated["Scopes"]) == ("Renamed", [])
    with refused("ScopeDoesNotExistException", "Invalid scope requested: letters/read"):
        pool.add_client(AllowedOAuthScopes=["letters/read"])
    with refused("InvalidParameterException"):
        pool.idp.update_resource_server(**key, Name="Twice", Scopes=[read, read])
    pool.idp.delete_resource_server(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.update_resource_server(**key, Name="Gone")


def test_a_pool_takes_twenty_five_resource_servers(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    for number in range(25):
        pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier=f"api-{number}", Name="API")
    with refused("LimitExceededException"):
        pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="api-26", Name="API")


def test_groups_are_made_changed_and_deleted(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id, "GroupName": "paid"}
    pool.idp.create_group(**key, Precedence=0, Description="Subscribers")
    with refused("GroupExistsException", "A group with the name already exists"):
        pool.idp.create_group(**key)
    pool.idp.update_group(**key, Description="Paying readers")
    group = pool.idp.get_group(**key)["Group"]
    assert (group["Precedence"], group["Description"]) == (0, "Paying readers")
    assert [entry["GroupName"] for entry in pool.idp.list_groups(UserPoolId=pool.pool_id)["Groups"]] == ["paid"]
    pool.idp.delete_group(**key)
    with refused("ResourceNotFoundException", "Group not found."):
        pool.idp.get_group(**key)


def test_members_join_leave_and_are_listed_page_by_page(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id, "GroupName": "paid"}
    pool.idp.create_group(**key)
    for username in ("ada", "grace", "linus"):
        pool.add_user(username)
        pool.idp.admin_add_user_to_group(**key, Username=username)
    pool.idp.admin_add_user_to_group(**key, Username="ada")
    first = pool.idp.list_users_in_group(**key, Limit=2)
    second = pool.idp.list_users_in_group(**key, Limit=2, NextToken=first["NextToken"])
    assert [user["Username"] for user in first["Users"] + second["Users"]] == ["ada", "grace", "linus"]
    pool.idp.admin_remove_user_from_group(**key, Username="ada")
    groups = pool.idp.admin_list_groups_for_user(UserPoolId=pool.pool_id, Username="ada")["Groups"]
    assert groups == []
    with refused("UserNotFoundException", "User does not exist."):
        pool.idp.admin_add_user_to_group(**key, Username="nobody")
