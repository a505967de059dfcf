"""Identities: guests become somebody, logins come and go, pools are configured."""

import uuid
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.identity_pools.visitors import PROVIDER, PoolKit, logins
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


@pytest.fixture
def pool_id(kit: PoolKit) -> str:
    """A pool with roles for guests and signed-in people."""
    pool_id = kit.pool(AllowClassicFlow=True)
    suffix = uuid.uuid4().hex[:8]
    roles = {amr: kit.role(f"{amr}-{suffix}", pool_id, amr) for amr in ("authenticated", "unauthenticated")}
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles)
    return pool_id


def refusal(call: Any, **params: Any) -> str:
    """Code and message of a refused call."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_what_breaks_a_constraint_of_the_model_has_its_own_name_here(kit: PoolKit) -> None:
    """Recorded answers of the service: user pools call the same thing InvalidParameterException."""
    refused = refusal(kit.public.get_id, IdentityPoolId="us-east-1_AbC")
    assert refused.startswith("ValidationException: 1 validation error detected: Value 'us-east-1_AbC' at")
    refused = refusal(kit.admin.create_identity_pool, IdentityPoolName="a#b", AllowUnauthenticatedIdentities=True)
    assert refused.startswith("ValidationException: 1 validation error detected: Value 'a#b' at 'identityPoolName'")


def test_a_guest_who_signs_in_keeps_the_identity(kit: PoolKit, pool_id: str) -> None:
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    assert kit.admin.describe_identity(IdentityId=guest).get("Logins", []) == []
    login = logins(kit.sandbox, "ada")
    assert kit.public.get_credentials_for_identity(IdentityId=guest, Logins=login)["IdentityId"] == guest
    assert kit.admin.describe_identity(IdentityId=guest)["Logins"] == [PROVIDER]
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] == guest


def test_a_guest_whose_login_has_an_identity_merges_into_it(kit: PoolKit, pool_id: str) -> None:
    login = logins(kit.sandbox, "ada")
    known = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    for _ in range(2):
        assert kit.public.get_credentials_for_identity(IdentityId=guest, Logins=login)["IdentityId"] == known
    listed = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=60)["Identities"]
    assert {each["IdentityId"] for each in listed} == {known, guest}
    enabled = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=60, HideDisabled=True)["Identities"]
    assert [each["IdentityId"] for each in enabled] == [known]
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=guest).startswith("NotAuthorizedException")


def test_identities_are_listed_in_pages_and_deleted(kit: PoolKit, pool_id: str) -> None:
    made = [kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"] for _ in range(3)]
    first = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=2)
    second = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
    assert [each["IdentityId"] for each in (*first["Identities"], *second["Identities"])] == made
    assert "NextToken" not in second
    unknown = f"us-east-1:{uuid.uuid4()}"
    answer = kit.admin.delete_identities(IdentityIdsToDelete=[made[0], unknown])
    assert answer["UnprocessedIdentityIds"] == [{"IdentityId": unknown, "ErrorCode": "AccessDenied"}]
    assert "ResourceNotFoundException" in refusal(kit.admin.describe_identity, IdentityId=made[0])


def test_an_identity_without_its_last_login_belongs_to_nobody(kit: PoolKit, pool_id: str) -> None:
    login = logins(kit.sandbox, "linus")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    kit.public.unlink_identity(IdentityId=identity_id, Logins=login, LoginsToRemove=[PROVIDER])
    forbidden = f"NotAuthorizedException: Access to Identity '{identity_id}' is forbidden."
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id) == forbidden
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] != identity_id


def test_the_classic_flow_leads_through_an_open_id_token_to_sts(kit: PoolKit, pool_id: str) -> None:
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    token = kit.public.get_open_id_token(IdentityId=identity_id, Logins=login)["Token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["aud"], claims["sub"]) == (
        "https://cognito-identity.amazonaws.com",
        pool_id,
        identity_id,
    )
    assert claims["amr"][:2] == ["authenticated", PROVIDER]
    assert claims["exp"] - claims["iat"] == 600
    role = kit.admin.get_identity_pool_roles(IdentityPoolId=pool_id)["Roles"]["authenticated"]
    issued = kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="classic", WebIdentityToken=token
    )
    assert issued["AssumedRoleUser"]["Arn"].endswith("/classic")
    assert issued["SubjectFromWebIdentityToken"] == identity_id


def test_the_classic_flow_has_to_be_allowed_and_knows_no_mappings(kit: PoolKit, pool_id: str) -> None:
    strict = kit.pool()
    guest = kit.public.get_id(IdentityPoolId=strict)["IdentityId"]
    assert refusal(kit.public.get_open_id_token, IdentityId=guest).endswith(
        "Basic (classic) flow is not enabled, please use enhanced flow."
    )
    roles = kit.admin.get_identity_pool_roles(IdentityPoolId=pool_id)["Roles"]
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles=roles, RoleMappings={f"{PROVIDER}:someclient": mapping}
    )
    guest = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    assert refusal(kit.public.get_open_id_token, IdentityId=guest).endswith(
        "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
    )


def test_an_update_replaces_everything(kit: PoolKit) -> None:
    pool_id = kit.pool(IdentityPoolTags={"team": "web"}, SupportedLoginProviders={"accounts.google.com": "app"})
    described = kit.admin.describe_identity_pool(IdentityPoolId=pool_id)
    assert described["CognitoIdentityProviders"][0]["ServerSideTokenCheck"] is False
    kit.admin.update_identity_pool(
        IdentityPoolId=pool_id, IdentityPoolName="renamed", AllowUnauthenticatedIdentities=False
    )
    described = kit.admin.describe_identity_pool(IdentityPoolId=pool_id)
    assert described["IdentityPoolName"] == "renamed"
    assert described["AllowUnauthenticatedIdentities"] is False
    assert not {"CognitoIdentityProviders", "SupportedLoginProviders"} & described.keys()
    kit.admin.delete_identity_pool(IdentityPoolId=pool_id)
    gone = refusal(kit.admin.describe_identity_pool, IdentityPoolId=pool_id)
    assert gone == f"ResourceNotFoundException: IdentityPool '{pool_id}' not found."


def test_pools_are_listed_by_region_in_pages(kit: PoolKit) -> None:
    made = {kit.pool() for _ in range(2)}
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        answer = kit.admin.list_identity_pools(MaxResults=1, **token)
        seen += [each["IdentityPoolId"] for each in answer["IdentityPools"]]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    europe = kit.sandbox.client("cognito-identity", region="eu-central-1")
    assert made.isdisjoint(
        each["IdentityPoolId"] for each in europe.list_identity_pools(MaxResults=60)["IdentityPools"]
    )
    assert "ResourceNotFoundException" in refusal(europe.describe_identity_pool, IdentityPoolId=made.pop())


@pytest.mark.parametrize(
    "params",
    [
        {"CognitoIdentityProviders": [{"ProviderName": "cognito-idp.us-east-1.amazonaws.com", "ClientId": "x"}]},
        {"CognitoIdentityProviders": [{"ProviderName": PROVIDER}]},
        {"CognitoIdentityProviders": [{"ProviderName": PROVIDER, "ClientId": "x"}] * 2},
    ],
)
def test_a_malformed_provider_is_refused(kit: PoolKit, params: dict[str, Any]) -> None:
    assert refusal(kit.pool, **params).startswith("InvalidParameterException")


@pytest.mark.parametrize(
    "mapping",
    [
        {"Type": "Token"},
        {"Type": "Rules", "AmbiguousRoleResolution": "Deny"},
        {
            "Type": "Rules",
            "AmbiguousRoleResolution": "Deny",
            "RulesConfiguration": {
                "Rules": [{"Claim": "a", "MatchType": "Equals", "Value": "b", "RoleARN": "arn:aws:iam::1:user/nobody"}]
            },
        },
    ],
)
def test_a_role_mapping_that_cannot_work_is_refused(kit: PoolKit, pool_id: str, mapping: dict[str, Any]) -> None:
    refused = refusal(
        kit.admin.set_identity_pool_roles, IdentityPoolId=pool_id, Roles={}, RoleMappings={f"{PROVIDER}:x": mapping}
    )
    assert refused.startswith("InvalidParameterException")
