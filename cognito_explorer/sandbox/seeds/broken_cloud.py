"""The broken world's identity pools and the roles they name."""

import json
from typing import Any

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.identity_pools.identity_pools import create_identity_pool
from cognito_explorer.sandbox.identity_pools.roles import save_roles
from cognito_explorer.sandbox.seeds.account import Account
from cognito_explorer.sandbox.seeds.cloud import role_arn, trust_policy
from cognito_explorer.sandbox.seeds.misconfigurations import (
    BARE_IDENTITY_POOL_ID,
    GONE_CLIENT_ID,
    GONE_POOL_ID,
    NEWS_IDENTITY_POOL_ID,
    NEWS_POOL_ID,
    RULES_IDENTITY_POOL_ID,
    WEB_CLIENT_ID,
)
from cognito_explorer.sandbox.world import World

_REGION = "us-east-1"
_GONE_IDENTITY_POOL_ID = "us-east-1:62726f6b-656e-4e65-8773-64656c657465"
_NEWS_PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{NEWS_POOL_ID}"
_GONE_PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{GONE_POOL_ID}"
_EVERYTHING_IN_S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
_SECRETS = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::newsroom/*"}


def make_identity_pools(world: World) -> None:
    """All three, with the roles they name; the roles themselves come after."""
    pools: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (NEWS_IDENTITY_POOL_ID, "broken_newsroom", {"CognitoIdentityProviders": [_accepted(GONE_CLIENT_ID)]}),
        (
            RULES_IDENTITY_POOL_ID,
            "broken_rules",
            {"CognitoIdentityProviders": [_accepted(WEB_CLIENT_ID)], "AllowClassicFlow": True},
        ),
        (
            BARE_IDENTITY_POOL_ID,
            "broken_bare",
            {"CognitoIdentityProviders": [{"ProviderName": _GONE_PROVIDER, "ClientId": GONE_CLIENT_ID}]},
        ),
    )
    for pool_id, name, settings in pools:
        allows_guests = pool_id != RULES_IDENTITY_POOL_ID
        params = {"IdentityPoolName": name, "AllowUnauthenticatedIdentities": allows_guests} | settings
        create_identity_pool(world, _REGION, params, pool_id=pool_id)
    _set_roles(world)


def _accepted(client_id: str) -> dict[str, Any]:
    return {"ProviderName": _NEWS_PROVIDER, "ClientId": client_id}


def _set_roles(world: World) -> None:
    by_token = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    news = {
        "authenticated": role_arn(world, "NewsroomReader"),
        "unauthenticated": role_arn(world, "NewsroomGuest"),
    }
    mappings = {f"{_NEWS_PROVIDER}:{client_id}": by_token for client_id in (WEB_CLIENT_ID, GONE_CLIENT_ID)}
    save_roles(world, NEWS_IDENTITY_POOL_ID, {"Roles": news, "RoleMappings": mappings})
    rule = {
        "Claim": "email",
        "MatchType": "Contains",
        "Value": "@newsroom.example",
        "RoleARN": role_arn(world, "NewsroomIntern"),
    }
    by_rules = {
        "Type": "Rules",
        "AmbiguousRoleResolution": "AuthenticatedRole",
        "RulesConfiguration": {"Rules": [rule]},
    }
    signed_in = {
        "authenticated": role_arn(world, "NewsroomFunction"),
        "unauthenticated": role_arn(world, "NewsroomGuest"),
    }
    gone = {f"{_NEWS_PROVIDER}:{GONE_CLIENT_ID}": by_rules}
    save_roles(world, RULES_IDENTITY_POOL_ID, {"Roles": signed_in, "RoleMappings": gone})


def make_roles(world: World, administrator: AccessKey) -> None:
    """Every role, each wrong in its own way."""
    account = Account(world.endpoint, administrator)
    for name, trust, statements in _roles():
        account.iam("CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        account.iam("PutRolePolicy", RoleName=name, PolicyName="Newsroom", PolicyDocument=document)


def _roles() -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Name, trust policy and statements."""
    without_audience = trust_policy(NEWS_IDENTITY_POOL_ID, "authenticated")
    del without_audience["Statement"][0]["Condition"]["StringEquals"]
    wrong_action = trust_policy(NEWS_IDENTITY_POOL_ID, "authenticated")
    wrong_action["Statement"][0]["Action"] = "sts:AssumeRole"
    text = json.dumps(trust_policy(RULES_IDENTITY_POOL_ID, "authenticated"))
    misspelt = json.loads(text.replace("cognito-identity.amazonaws.com", "cognito-identity.amazon.com"))
    service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return [
        ("NewsroomReader", without_audience, [_READ]),
        ("NewsroomEditor", trust_policy(_GONE_IDENTITY_POOL_ID, "authenticated"), [_READ]),
        ("NewsroomPhotographer", wrong_action, [_READ]),
        ("NewsroomIntern", misspelt, [_READ]),
        ("NewsroomFunction", {"Version": "2012-10-17", "Statement": [service]}, [_READ]),
        ("NewsroomGuest", trust_policy(NEWS_IDENTITY_POOL_ID, "unauthenticated"), [_EVERYTHING_IN_S3, _SECRETS]),
    ]
