"""Every way GetId and GetCredentialsForIdentity say no, in Cognito's words."""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.hosted_ui.browser import POOL, SERVER
from tests.sandbox.identity_pools.test_identities import refusal
from tests.sandbox.identity_pools.visitors import (
    IDENTITY_POOL,
    PROVIDER,
    PoolKit,
    id_token,
    logins,
    trust_policy,
)
from tests.sandbox_fixture import RunningSandbox, start_sandbox

NOT_AUTHORIZED = "NotAuthorizedException: "
BAD_CONFIGURATION = (
    "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration."
    " Check assigned IAM roles for this pool."
)


@pytest.fixture
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


def name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def test_guests_are_refused_where_the_pool_takes_none(kit: PoolKit) -> None:
    pool_id = kit.pool(AllowUnauthenticatedIdentities=False)
    sentence = f"{NOT_AUTHORIZED}Unauthenticated access is not supported for this identity pool."
    assert refusal(kit.public.get_id, IdentityPoolId=pool_id) == sentence
    assert refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={}) == sentence


def test_an_identity_of_other_logins_is_refused(kit: PoolKit) -> None:
    identity_id = kit.public.get_id(IdentityPoolId=IDENTITY_POOL, Logins=logins(kit.sandbox, "ada"))["IdentityId"]
    refused = refusal(
        kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=logins(kit.sandbox, "linus")
    )
    assert refused == (
        f"{NOT_AUTHORIZED}Logins don't match."
        " Please include at least one valid login for this identity or identity pool."
    )


def test_an_identity_with_logins_is_forbidden_to_guests(kit: PoolKit) -> None:
    identity_id = kit.public.get_id(IdentityPoolId=IDENTITY_POOL, Logins=logins(kit.sandbox, "ada"))["IdentityId"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id)
    assert refused == f"{NOT_AUTHORIZED}Access to Identity '{identity_id}' is forbidden."


def test_an_unknown_pool_or_identity_is_not_found(kit: PoolKit) -> None:
    unknown = f"us-east-1:{uuid.uuid4()}"
    assert refusal(kit.public.get_id, IdentityPoolId=unknown) == (
        f"ResourceNotFoundException: IdentityPool '{unknown}' not found."
    )
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=unknown).startswith("ResourceNotFoundException")


@pytest.mark.parametrize("case", ["access token", "client not listed", "pool not listed", "google"])
def test_a_token_of_an_unsupported_provider_is_refused(kit: PoolKit, case: str) -> None:
    pool_id = kit.pool()
    if case == "access token":
        login = {PROVIDER: id_token(kit.sandbox, "ada", kind="AccessToken")}
    elif case == "client not listed":
        listed = [{"ProviderName": PROVIDER, "ClientId": SERVER}]
        pool_id = kit.pool(CognitoIdentityProviders=listed)
        login = logins(kit.sandbox, "ada")
    elif case == "pool not listed":
        login = {"cognito-idp.us-east-1.amazonaws.com/us-east-1_MoonStage": id_token(kit.sandbox, "ada")}
    else:
        login = {"accounts.google.com": id_token(kit.sandbox, "ada")}
    assert refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins=login) == (
        f"{NOT_AUTHORIZED}Token is not from a supported provider of this identity pool."
    )


def test_a_garbled_or_forged_token_is_refused(kit: PoolKit) -> None:
    token = id_token(kit.sandbox, "ada")
    head, body, signature = token.split(".")
    forged = ".".join((head, body, signature[:-8] + ("AAAAAAAA" if signature[-8:] != "AAAAAAAA" else "BBBBBBBB")))
    for bad in ("not-a-token", forged, f"{head}.{body}."):
        refused = refusal(kit.public.get_id, IdentityPoolId=IDENTITY_POOL, Logins={PROVIDER: bad})
        assert refused.startswith(f"{NOT_AUTHORIZED}Invalid login token.")


def test_a_token_of_another_pool_is_refused(kit: PoolKit) -> None:
    staging = "cognito-idp.us-east-1.amazonaws.com/us-east-1_MoonStage"
    token = id_token(kit.sandbox, "ada")
    pool_id = kit.pool(CognitoIdentityProviders=[{"ProviderName": staging, "ClientId": "anything"}])
    refused = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={staging: token})
    assert refused.startswith(f"{NOT_AUTHORIZED}Invalid login token.")


def test_a_token_of_a_revoked_sign_in_is_inactive_where_the_server_checks(kit: PoolKit) -> None:
    idp = kit.sandbox.client("cognito-idp")
    username = name("revoked")
    idp.admin_create_user(
        UserPoolId=POOL,
        Username=username,
        UserAttributes=[{"Name": "email", "Value": f"{username}@mail.example"}],
        MessageAction="SUPPRESS",
    )
    idp.admin_set_user_password(UserPoolId=POOL, Username=username, Password="Moonletter-2026", Permanent=True)
    login = logins(kit.sandbox, username)
    client_id = kit.admin.describe_identity_pool(IdentityPoolId=IDENTITY_POOL)["CognitoIdentityProviders"][0][
        "ClientId"
    ]
    checked = kit.pool(
        CognitoIdentityProviders=[{"ProviderName": PROVIDER, "ClientId": client_id, "ServerSideTokenCheck": True}]
    )
    assert kit.public.get_id(IdentityPoolId=checked, Logins=login)["IdentityId"]
    idp.admin_user_global_sign_out(UserPoolId=POOL, Username=username)
    assert refusal(kit.public.get_id, IdentityPoolId=checked, Logins=login) == f"{NOT_AUTHORIZED}Token is inactive"
    assert kit.public.get_id(IdentityPoolId=kit.pool(), Logins=login)["IdentityId"]
    idp.admin_delete_user(UserPoolId=POOL, Username=username)


@pytest.mark.parametrize("flaw", ["no role", "role gone", "other aud", "other amr", "other account", "other action"])
def test_a_role_that_cannot_be_assumed_is_blamed_on_the_configuration(kit: PoolKit, flaw: str) -> None:
    pool_id = kit.pool()
    arn = kit.role(name("flawed"), pool_id, "unauthenticated")
    role = arn.rpartition("/")[2]
    if flaw == "role gone":
        arn = f"{arn}-gone"
    elif flaw == "other account":
        arn = arn.replace("210987654321", "111122223333")
    elif flaw in ("other aud", "other amr", "other action"):
        trust = trust_policy(
            IDENTITY_POOL if flaw == "other aud" else pool_id,
            "authenticated" if flaw == "other amr" else "unauthenticated",
        )
        if flaw == "other action":
            trust["Statement"][0]["Action"] = "sts:AssumeRoleWithSAML"
        kit.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    if flaw != "no role":
        kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"unauthenticated": arn})
    identity_id = kit.public.get_id(IdentityPoolId=pool_id)["IdentityId"]
    assert refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id) == BAD_CONFIGURATION


def test_two_logins_of_two_identities_conflict(kit: PoolKit) -> None:
    idp = kit.sandbox.client("cognito-idp")
    staging = "us-east-1_MoonStage"
    (client,) = idp.list_user_pool_clients(UserPoolId=staging, MaxResults=1)["UserPoolClients"]
    username = name("twofold")
    idp.admin_create_user(
        UserPoolId=staging,
        Username=username,
        UserAttributes=[{"Name": "email", "Value": f"{username}@mail.example"}],
        MessageAction="SUPPRESS",
    )
    idp.admin_set_user_password(UserPoolId=staging, Username=username, Password="Moonletter-2026", Permanent=True)
    other = f"cognito-idp.us-east-1.amazonaws.com/{staging}"
    ours = kit.admin.describe_identity_pool(IdentityPoolId=IDENTITY_POOL)["CognitoIdentityProviders"][:1]
    both = [{"ProviderName": PROVIDER, "ClientId": ours[0]["ClientId"]}]
    both.append({"ProviderName": other, "ClientId": client["ClientId"]})
    pool_id = kit.pool(CognitoIdentityProviders=both)
    ada, linus = logins(kit.sandbox, "ada"), logins(kit.sandbox, "linus")
    second = {other: id_token(kit.sandbox, username, client_id=client["ClientId"])}
    linked = kit.public.get_id(IdentityPoolId=pool_id, Logins=ada | second)["IdentityId"]
    assert kit.public.get_id(IdentityPoolId=pool_id, Logins=second)["IdentityId"] == linked
    kit.public.get_id(IdentityPoolId=pool_id, Logins=linus)
    refused = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins=linus | second)
    assert refused.startswith("ResourceConflictException")
    idp.admin_delete_user(UserPoolId=staging, Username=username)


def test_a_provider_outside_this_machine_is_named_as_unreachable(kit: PoolKit) -> None:
    pool_id = kit.pool(SupportedLoginProviders={"api.twitter.com": "app"})
    refused = refusal(kit.public.get_id, IdentityPoolId=pool_id, Logins={"api.twitter.com": "token"})
    assert refused.startswith("ExternalServiceException")


def test_an_expired_token_is_refused_with_both_times(tmp_path: Any) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "demo")
    try:
        login = logins(running, "ada")
        running.advance(3601)
        refused = refusal(running.public_client("cognito-identity").get_id, IdentityPoolId=IDENTITY_POOL, Logins=login)
    finally:
        running.stop()
    assert refused.startswith(f"{NOT_AUTHORIZED}Invalid login token. Token expired: ")
    now, expires_at = refused.rpartition(": ")[2].split(" >= ")
    assert int(now) >= int(expires_at)
