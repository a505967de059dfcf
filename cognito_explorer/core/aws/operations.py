"""What each AWS operation does to the world: botocore has no such trait, and verbs mislead.

GetUserAttributeVerificationCode sends a message, GetId creates an identity, AdminGetUser is billed.
Read from the API reference of each service; what is not listed here counts as an administrator's write.
"""

from enum import StrEnum
from types import MappingProxyType


class Effect(StrEnum):
    """What an operation changes."""

    READ = "read"
    SIGN_IN = "sign-in"
    USER_WRITE = "user write"
    ADMIN_WRITE = "admin write"


_READS = {
    "cognito-idp": """
        AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser
        AdminListUserAuthEvents AdminListUserSessions DescribeIdentityProvider DescribeManagedLoginBranding
        DescribeManagedLoginBrandingByClient DescribeResourceServer DescribeRiskConfiguration DescribeTerms
        DescribeTermsByClient DescribeUserImportJob DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain
        GetCSVHeader GetDevice GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration
        GetProvisionedLimit GetSigningCertificate GetUICustomization GetUser GetUserAuthFactors
        GetUserPoolClientSessionConfiguration GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListDevices
        ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs
        ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas ListUserPools ListUserSessions ListUsers
        ListUsersInGroup ListWebAuthnCredentials
    """,
    "cognito-identity": """
        DescribeIdentity DescribeIdentityPool GetIdentityPoolRoles GetPrincipalTagAttributeMap ListIdentities
        ListIdentityPools ListTagsForResource LookupDeveloperIdentity
    """,
    "sts": "GetAccessKeyInfo GetCallerIdentity DecodeAuthorizationMessage",
    "iam": """
        GetPolicy GetPolicyVersion GetRole GetRolePolicy GetUser GetUserPolicy ListAttachedRolePolicies
        ListAttachedUserPolicies ListRolePolicies ListRoles ListUserPolicies SimulateCustomPolicy
        SimulatePrincipalPolicy
    """,
    "s3": "GetBucketLocation GetObject HeadBucket HeadObject ListBuckets ListObjectsV2",
    "cloudtrail": "LookupEvents",
    "lambda": "GetFunction GetFunctionConfiguration GetPolicy ListFunctions",
    "service-quotas": "GetServiceQuota ListServiceQuotas",
    "sso": "ListAccountRoles ListAccounts",
}
# They make a session, a token or temporary credentials, and may count the user as active, but change no record.
_SIGN_INS = {
    "cognito-idp": """
        AdminInitiateAuth AdminRespondToAuthChallenge AssociateSoftwareToken GetClientToken GetDerivedToken
        GetTokensFromRefreshToken InitiateAuth RespondToAuthChallenge StartWebAuthnRegistration VerifySoftwareToken
    """,
    "cognito-identity": "GetCredentialsForIdentity GetId GetOpenIdToken",
    "sso": "GetRoleCredentials Logout",
    "sso-oidc": "CreateToken RegisterClient StartDeviceAuthorization",
    "sts": "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity GetFederationToken GetSessionToken",
}
# One user's own record, sign-in or sessions, by an administrator or by themselves.
_USER_WRITES = {
    "cognito-idp": """
        AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteSoftwareToken AdminDeleteUser
        AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser AdminEnableUser AdminForgetDevice
        AdminLinkProviderForUser AdminRemoveUserFromGroup AdminResetUserPassword AdminRevokeUserSession
        AdminSetUserMFAPreference AdminSetUserPassword AdminSetUserSettings AdminUpdateAuthEventFeedback
        AdminUpdateDeviceStatus AdminUpdateUserAttributes AdminUserGlobalSignOut ChangePassword
        CompleteWebAuthnRegistration ConfirmDevice ConfirmForgotPassword ConfirmSignUp DeleteUser
        DeleteUserAttributes DeleteWebAuthnCredential ForgetDevice ForgotPassword GetUserAttributeVerificationCode
        GlobalSignOut ResendConfirmationCode RevokeToken RevokeUserSession SetUserMFAPreference SetUserSettings
        SignUp UpdateAuthEventFeedback UpdateDeviceStatus UpdateUserAttributes VerifyUserAttribute
    """,
    "cognito-identity": """
        DeleteIdentities GetOpenIdTokenForDeveloperIdentity MergeDeveloperIdentities UnlinkDeveloperIdentity
        UnlinkIdentity
    """,
}
_ADMIN_WRITES = {
    "cognito-idp": """
        AddCustomAttributes AddUserPoolClientSecret CreateGroup CreateIdentityProvider CreateManagedLoginBranding
        CreateResourceServer CreateTerms CreateUserImportJob CreateUserPool CreateUserPoolClient
        CreateUserPoolDomain CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding
        DeleteResourceServer DeleteTerms DeleteUserPool DeleteUserPoolClient DeleteUserPoolClientSecret
        DeleteUserPoolDomain DeleteUserPoolReplica SetLogDeliveryConfiguration SetRiskConfiguration
        SetUICustomization SetUserPoolClientSessionConfiguration SetUserPoolMfaConfig
        SetUserPoolSessionConfiguration StartUserImportJob StopUserImportJob TagResource UntagResource UpdateGroup
        UpdateIdentityProvider UpdateManagedLoginBranding UpdateProvisionedLimit UpdateResourceServer UpdateTerms
        UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain UpdateUserPoolReplica
    """,
    "cognito-identity": """
        CreateIdentityPool DeleteIdentityPool SetIdentityPoolRoles SetPrincipalTagAttributeMap TagResource
        UntagResource UpdateIdentityPool
    """,
    "s3": "DeleteObject PutObject",
    "lambda": "Invoke",
}
# Each makes its user count for the month (api-quotas.md, section 7); AdminGetUser does though it only reads.
_BILLED = """
    AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteUserAttributes AdminGetUser AdminInitiateAuth
    AdminRemoveUserFromGroup AdminRespondToAuthChallenge AdminSetUserPassword AdminUpdateUserAttributes
    AdminUserGlobalSignOut ChangePassword ConfirmForgotPassword ConfirmSignUp DeleteUserAttributes
    GetTokensFromRefreshToken GlobalSignOut InitiateAuth RespondToAuthChallenge RevokeToken SignUp
    UpdateUserAttributes VerifyUserAttribute
"""


def _table() -> dict[tuple[str, str], Effect]:
    groups = (
        (Effect.READ, _READS),
        (Effect.SIGN_IN, _SIGN_INS),
        (Effect.USER_WRITE, _USER_WRITES),
        (Effect.ADMIN_WRITE, _ADMIN_WRITES),
    )
    table: dict[tuple[str, str], Effect] = {}
    for effect, services in groups:
        for service, names in services.items():
            for name in names.split():
                if (service, name) in table:
                    raise ValueError(f"{service}:{name} is listed twice")
                table[service, name] = effect
    return table


LISTED = MappingProxyType(_table())
BILLED = frozenset(("cognito-idp", name) for name in _BILLED.split())


def effect_of(service: str, title: str) -> Effect:
    """What an operation does, by boto3's service name and AWS's name for it ("cognito-idp", "ListUsers")."""
    return LISTED.get((service, title), Effect.ADMIN_WRITE)


def is_billed(service: str, title: str) -> bool:
    """Whether a call makes its user count as active for the month (developer guide, quotas and cost)."""
    return (service, title) in BILLED


def title_of(name: str) -> str:
    """AWS's name for an operation by boto3's: list_users is ListUsers."""
    return _IRREGULAR.get(name) or "".join(part.capitalize() for part in name.split("_"))


# boto3 writes abbreviations in small letters; AWS is not of one mind about them (SetUserPoolMfaConfig).
_IRREGULAR = {
    "admin_set_user_mfa_preference": "AdminSetUserMFAPreference",
    "assume_role_with_saml": "AssumeRoleWithSAML",
    "get_csv_header": "GetCSVHeader",
    "get_ui_customization": "GetUICustomization",
    "set_ui_customization": "SetUICustomization",
    "set_user_mfa_preference": "SetUserMFAPreference",
}
