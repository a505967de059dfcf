"""Roles of the demo world that AWS itself hands out: by single sign-on, to an instance, to containers."""

import json
from typing import Any

from cognito_explorer.sandbox.callers import AccessKey
from cognito_explorer.sandbox.profile_endpoints.assigned_roles import SSO_PROVIDER
from cognito_explorer.sandbox.seeds.account import Account
from cognito_explorer.sandbox.seeds.cloud import BUCKET
from cognito_explorer.sandbox.seeds.directory import POOL_ID
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

_POOLS = f"arn:aws:cognito-idp:*:{ACCOUNT_ID}:userpool/*"
_OWN_POOL = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT_ID}:userpool/{POOL_ID}"
_OWN_OBJECTS = f"arn:aws:s3:::{BUCKET}/*"
_SSO_PATH = "/aws-reserved/sso.amazonaws.com/"
_INSTANCE_PROFILE = "MoonletterWebServer"


def _allow(sid: str, actions: list[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


_SUPPORT = [
    _allow("FindPools", ["cognito-idp:ListUserPools"], "*"),
    _allow(
        "LookUpPeople",
        [
            "cognito-idp:DescribeUserPool",
            "cognito-idp:GetUserPoolMfaConfig",
            "cognito-idp:ListUsers",
            "cognito-idp:ListGroups",
            "cognito-idp:ListUsersInGroup",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminListDevices",
            "cognito-idp:AdminListUserAuthEvents",
        ],
        _POOLS,
    ),
    _allow(
        "HelpPeopleIn",
        [
            "cognito-idp:AdminConfirmSignUp",
            "cognito-idp:AdminResetUserPassword",
            "cognito-idp:AdminEnableUser",
            "cognito-idp:AdminUserGlobalSignOut",
        ],
        _POOLS,
    ),
]
_DEVELOPER = [
    _allow("Cognito", ["cognito-idp:*", "cognito-identity:*"], "*"),
    _allow("ReadRoles", ["iam:Get*", "iam:List*", "iam:SimulatePrincipalPolicy", "iam:SimulateCustomPolicy"], "*"),
    _allow("ReadContent", ["s3:ListAllMyBuckets", "s3:ListBucket", "s3:GetObject"], "*"),
    {"Sid": "KeepPools", "Effect": "Deny", "Action": "cognito-idp:DeleteUserPool", "Resource": "*"},
]
_WEB_SERVER = [
    _allow(
        "SignPeopleIn",
        ["cognito-idp:AdminInitiateAuth", "cognito-idp:AdminRespondToAuthChallenge", "cognito-idp:AdminGetUser"],
        _OWN_POOL,
    ),
    _allow("ServeContent", ["s3:GetObject"], _OWN_OBJECTS),
]
_MAILER = [
    _allow("ReadAddresses", ["cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup"], _OWN_POOL),
    _allow("ReadIssues", ["s3:GetObject"], _OWN_OBJECTS),
]


def _sso_trust() -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": SSO_PROVIDER},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }


def _service_trust(service: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


# Name, path, description, trust, the inline policy's name and its statements.
_ROLES: tuple[tuple[str, str, str, dict[str, Any], str, list[dict[str, Any]]], ...] = (
    (
        "AWSReservedSSO_MoonletterSupport_6d6f6f6e73757070",
        _SSO_PATH,
        "Looks people up and helps them in",
        _sso_trust(),
        "AwsSSOInlinePolicy",
        _SUPPORT,
    ),
    (
        "AWSReservedSSO_MoonletterDeveloper_6d6f6f6e64657673",
        _SSO_PATH,
        "Changes everything in Cognito but deletes no pool",
        _sso_trust(),
        "AwsSSOInlinePolicy",
        _DEVELOPER,
    ),
    (
        "MoonletterWebServer",
        "/",
        "The web site's instance",
        _service_trust("ec2.amazonaws.com"),
        "SignInAndServe",
        _WEB_SERVER,
    ),
    (
        "MoonletterMailer",
        "/",
        "The container that writes to subscribers",
        _service_trust("ecs-tasks.amazonaws.com"),
        "ReadAddresses",
        _MAILER,
    ),
)


def make_assigned_roles(world: World, administrator: AccessKey) -> None:
    """Two permission sets, the role of the one instance and its profile, and the role of a container."""
    account = Account(world.endpoint, administrator)
    for name, path, description, trust, policy, statements in _ROLES:
        account.iam(
            "CreateRole",
            RoleName=name,
            Path=path,
            Description=description,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        account.iam("PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=document)
    account.iam("CreateInstanceProfile", InstanceProfileName=_INSTANCE_PROFILE)
    account.iam("AddRoleToInstanceProfile", InstanceProfileName=_INSTANCE_PROFILE, RoleName="MoonletterWebServer")
