"""Cognito's published request rates, and buckets that hold callers to them.

Rates are per account and Region. User pool operations share their category's, identity pool operations have one each.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

_OPERATIONS: dict[str, tuple[float, str]] = {
    "UserAuthentication": (120, "InitiateAuth AdminInitiateAuth GetTokensFromRefreshToken"),
    "UserCreation": (50, "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
    "UserAccountRecovery": (
        30,
        "ForgotPassword ConfirmForgotPassword ChangePassword AdminResetUserPassword AdminSetUserPassword",
    ),
    "UserRead": (120, "AdminGetUser GetUser AdminGetUserAuthFactors"),
    "UserUpdate": (
        25,
        "AdminUpdateUserAttributes UpdateUserAttributes AdminDeleteUserAttributes DeleteUserAttributes AdminDeleteUser"
        " DeleteUser AdminEnableUser AdminDisableUser AdminAddUserToGroup AdminRemoveUserFromGroup"
        " AdminLinkProviderForUser AdminDisableProviderForUser VerifyUserAttribute AdminUserGlobalSignOut"
        " GlobalSignOut",
    ),
    "UserToken": (120, "RevokeToken"),
    "UserResourceRead": (
        50,
        "AdminListGroupsForUser AdminListDevices AdminGetDevice ListDevices GetDevice GetUserAttributeVerificationCode"
        " ResendConfirmationCode AdminListUserAuthEvents",
    ),
    "UserResourceUpdate": (
        25,
        "AdminForgetDevice ForgetDevice ConfirmDevice AdminUpdateDeviceStatus UpdateDeviceStatus"
        " AdminUpdateAuthEventFeedback UpdateAuthEventFeedback AdminSetUserMFAPreference SetUserMFAPreference"
        " AdminSetUserSettings SetUserSettings AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken",
    ),
    "UserList": (30, "ListUsers ListUsersInGroup"),
    "UserPoolRead": (15, "ListUserPools DescribeUserPool"),
    "UserPoolUpdate": (15, "CreateUserPool UpdateUserPool DeleteUserPool"),
    "UserPoolResourceRead": (
        20,
        "ListGroups GetGroup ListIdentityProviders DescribeIdentityProvider GetIdentityProviderByIdentifier"
        " ListResourceServers DescribeResourceServer DescribeUserPoolDomain DescribeRiskConfiguration"
        " GetUICustomization DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient GetUserPoolMfaConfig"
        " GetSigningCertificate GetCSVHeader ListUserImportJobs DescribeUserImportJob ListTagsForResource",
    ),
    "UserPoolResourceUpdate": (
        15,
        "AddCustomAttributes CreateGroup UpdateGroup DeleteGroup CreateIdentityProvider UpdateIdentityProvider"
        " DeleteIdentityProvider CreateResourceServer UpdateResourceServer DeleteResourceServer CreateUserPoolDomain"
        " UpdateUserPoolDomain DeleteUserPoolDomain CreateManagedLoginBranding UpdateManagedLoginBranding"
        " DeleteManagedLoginBranding CreateUserImportJob StartUserImportJob StopUserImportJob SetUserPoolMfaConfig"
        " SetRiskConfiguration SetUICustomization TagResource UntagResource",
    ),
    "UserPoolClientRead": (15, "ListUserPoolClients DescribeUserPoolClient"),
    "UserPoolClientUpdate": (15, "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient"),
    "ClientAuthentication": (150, "GetClientToken"),
    "LimitManagement": (1, "GetProvisionedLimit UpdateProvisionedLimit"),
}
# What Cognito's own mail sender delivers for an account, over all Regions.
DEFAULT_MAILS_A_DAY = 50
# In these, one operation is also limited to five requests a second for each user pool.
_POOL_LIMITED = ("UserPoolResourceRead", "UserPoolResourceUpdate", "UserPoolClientRead", "UserPoolClientUpdate")
_PER_POOL = 5.0
# Of the hosted UI: an operation is a domain here.
_PER_DOMAIN = 500.0
# Answers to challenges have three times the rate of signing in to themselves; what is more counts as signing in.
_ANSWERS = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_ANSWERS_TIMES = 3
_IDENTITY_RATES = {
    "GetId": 25,
    "GetOpenIdToken": 200,
    "GetCredentialsForIdentity": 200,
    "GetOpenIdTokenForDeveloperIdentity": 50,
    "ListIdentities": 5,
    "DeleteIdentities": 10,
    "TagResource": 5,
    "UntagResource": 5,
    "ListTagsForResource": 10,
}
RATES = {category: rate for category, (rate, _) in _OPERATIONS.items()}
CATEGORY_OF = {name: category for category, (_, names) in _OPERATIONS.items() for name in names.split()}


@dataclass(slots=True)
class _Bucket:
    """Holds a second's worth of requests and refills as time goes by."""

    filled: float
    at: float


@dataclass(slots=True)
class Buckets:
    """Every bucket of one sandbox. `now` is the world's own time, so a frozen clock refills nothing."""

    _buckets: dict[Hashable, _Bucket] = field(default_factory=dict)

    def admit(self, service: str, operation: str, *, region: str, pool_id: str, now: float) -> bool:
        """Take one request's worth where there is room; operations without a published rate always have room."""
        if service == "hosted-ui":
            return self._take((service, operation), _PER_DOMAIN, now)
        if service == "cognito-identity":
            rate = _IDENTITY_RATES.get(operation)
            return rate is None or self._take((region, service, operation), rate, now)
        if operation in _ANSWERS and self._take((region, "answers"), RATES["UserAuthentication"] * _ANSWERS_TIMES, now):
            return True
        category = "UserAuthentication" if operation in _ANSWERS else CATEGORY_OF.get(operation)
        if category is None or service != "cognito-idp":
            return True
        if category in _POOL_LIMITED and pool_id and not self._take((pool_id, operation), _PER_POOL, now):
            return False
        return self._take((region, category), RATES[category], now)

    def _take(self, key: Hashable, rate: float, now: float) -> bool:
        bucket = self._buckets.setdefault(key, _Bucket(rate, now))
        # A clock that was set back must not empty a bucket.
        bucket.filled = min(rate, bucket.filled + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.filled < 1:
            return False
        bucket.filled -= 1
        return True
