"""The IAM policy a profile needs for a mode and no more, to hand to an administrator. Pure.

Which actions take which resource: Service Authorization Reference, Amazon Cognito user pools and identity pools.
"""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cognito_explorer.core.aws.modes import PoolFacts, may
from cognito_explorer.core.aws.operations import Effect, effect_of
from cognito_explorer.core.profiles import Mode

# These go by a token or a client's name and ask for no permission (authtype none in the service's model).
_WITHOUT_IAM = {
    "cognito-idp": """
        AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration ConfirmDevice ConfirmForgotPassword
        ConfirmSignUp DeleteUser DeleteUserAttributes DeleteWebAuthnCredential ForgetDevice ForgotPassword GetDevice
        GetTokensFromRefreshToken GetUser GetUserAttributeVerificationCode GetUserAuthFactors GlobalSignOut
        InitiateAuth ListDevices ListUserSessions ListWebAuthnCredentials ResendConfirmationCode
        RespondToAuthChallenge RevokeToken RevokeUserSession SetUserMFAPreference SetUserSettings SignUp
        StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus UpdateUserAttributes
        VerifySoftwareToken VerifyUserAttribute
    """,
    "cognito-identity": "GetCredentialsForIdentity GetId GetOpenIdToken UnlinkIdentity",
}
# These are about no one pool: their statement's resource is everything.
_WITHOUT_RESOURCE = {
    "cognito-idp": """
        CreateUserPool DescribeUserPoolDomain GetClientToken GetDerivedToken GetProvisionedLimit ListUserPools
        UpdateProvisionedLimit
    """,
    "cognito-identity": "CreateIdentityPool DeleteIdentities DescribeIdentity ListIdentityPools",
}
# What this app calls of what IAM guards, besides a token's own operations: a permission for more would serve nobody.
_CALLED = {
    "cognito-idp": """
        AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteSoftwareToken AdminDeleteUser AdminDisableUser
        AdminEnableUser AdminListGroupsForUser AdminRemoveUserFromGroup AdminResetUserPassword AdminSetUserMFAPreference
        AdminSetUserPassword AdminUpdateUserAttributes AdminUserGlobalSignOut CreateGroup DeleteGroup
        DescribeIdentityProvider DescribeManagedLoginBrandingByClient DescribeUserPool DescribeUserPoolClient
        DescribeUserPoolDomain GetGroup GetLogDeliveryConfiguration GetProvisionedLimit GetUserPoolMfaConfig ListGroups
        ListIdentityProviders ListResourceServers ListUserImportJobs ListUserPoolClients ListUserPools ListUsers
        ListUsersInGroup UpdateGroup UpdateUserPool UpdateUserPoolClient
    """,
    "cognito-identity": "DescribeIdentityPool GetIdentityPoolRoles GetPrincipalTagAttributeMap ListIdentityPools",
}
CALLED = frozenset((service, name) for service, names in _CALLED.items() for name in names.split())
NEEDS_NO_PERMISSION = frozenset((service, name) for service, names in _WITHOUT_IAM.items() for name in names.split())
POOLLESS = frozenset((service, name) for service, names in _WITHOUT_RESOURCE.items() for name in names.split())
_RESOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"cognito-idp": ("UserPools", "userpool"), "cognito-identity": ("IdentityPools", "identitypool")}
)
# What a mode may do with some parameters: IAM cannot look at them, so the action as a whole is needed.
_RESEND = {"MessageAction": "RESEND", "GroupName": "any"}
_ANY_GROUP = PoolFacts(aliases=frozenset(), groups_without_role=frozenset({"any"}))


def actions_for(mode: Mode, service: str) -> tuple[str, ...]:
    """The operations of a service that the app calls, a mode lets through and IAM guards, in order."""
    return tuple(sorted(title for called, title in CALLED if called == service and _is_used(mode, called, title)))


def least_privilege(
    mode: Mode, pool_arns: Sequence[str] = (), *, function_arns: Sequence[str] = (), explains_refusals: bool = True
) -> dict[str, Any]:
    """The policy document. `pool_arns` are user pools and identity pools; none of a kind means every one of it.

    `function_arns` are triggers that admin may invoke to predict tokens; none means none, for a function may do
    anything. `explains_refusals` adds what “What may I do?” asks IAM, and what “Explain an error” reads of roles.
    """
    statements: list[dict[str, Any]] = []
    for service, (name, kind) in _RESOURCES.items():
        titles = actions_for(mode, service)
        arns = sorted(arn for arn in pool_arns if f":{service}:" in arn)
        on_pools = [f"{service}:{title}" for title in titles if (service, title) not in POOLLESS]
        apart = [f"{service}:{title}" for title in titles if (service, title) in POOLLESS]
        statements.append(_statement(name, on_pools, arns or [f"arn:*:{service}:*:*:{kind}/*"]))
        statements.append(_statement(f"{name}InGeneral", apart, ["*"]))
    if mode == "admin" and function_arns:
        # IAM's name for what the operation Invoke does; GetPolicy shows beforehand whether Cognito may do the same.
        actions = ["lambda:GetPolicy", "lambda:InvokeFunction"]
        statements.append(_statement("PreTokenGeneration", actions, sorted(function_arns)))
    if explains_refusals:
        statements.append(_statement("WhatMayIDo", ["iam:SimulatePrincipalPolicy"], ["*"]))
        statements.append(_statement("ExplainErrors", ["iam:GetRole"], ["arn:*:iam::*:role/*"]))
    return {"Version": "2012-10-17", "Statement": [each for each in statements if each["Action"]]}


def as_json(policy: Mapping[str, Any]) -> str:
    """A policy document as IAM's console shows one."""
    return json.dumps(policy, indent=2)


def _is_used(mode: Mode, service: str, title: str) -> bool:
    if mode == "read-only":
        return effect_of(service, title) is Effect.READ
    return may(mode, service, title, _RESEND, _ANY_GROUP).is_allowed


def _statement(sid: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
