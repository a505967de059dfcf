"""Cognito's published request rates, and buckets that hold callers to them.

Rates are per account and Region. User pool operations share their category's, identity pool operations have one each.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

_OPERATIONS: dict[str, tuple[float, str]] = {
    "UserAuthentication": (120, "InitiateAuth AdminInitiateAuth GetTokensFromRefreshToken"),
    "UserCreation": (50, "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
    "UserFederation": (25, "ExternalProviderResponse"),
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
_PER_VISITOR = 300.0
# One user has ten reads and ten writes a second.
_PER_USER = 10.0
_USER_SIDES = {
    **dict.fromkeys(("GetUser", "GetDevice", "InitiateAuth", "RespondToAuthChallenge"), "reads"),
    **dict.fromkeys(("UpdateUserAttributes", "SetUserSettings"), "writes"),
}
# Answers to challenges have three times the rate of signing in to themselves; what is more counts as signing in.
_ANSWERS = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_ANSWERS_TIMES = 3
# A first password of one's own is an answer that counts as a recovery.
_RECOVERIES = ("NEW_PASSWORD_REQUIRED",)
# At the token endpoint: as many a second as sign-ins, but beside them.
CODE_REDEMPTION = "RedeemAuthorizationCode"
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


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the rates see it; what is not known of it is empty and has no rate of its own.

    For the services "hosted-ui" and "hosted-ui client" the operation is a domain; the latter is a visit that was
    counted before its client was known. `user` is whatever tells one user from another, `challenge` the one answered.
    """

    service: str
    operation: str
    region: str = ""
    pool_id: str = ""
    user: str = field(default="", repr=False)
    client_id: str = ""
    source_ip: str = ""
    challenge: str = ""


@dataclass(slots=True)
class _Bucket:
    """Holds a second's worth of requests and refills as time goes by."""

    filled: float
    at: float


@dataclass(slots=True)
class Buckets:
    """Every bucket of one sandbox. `now` is the world's own time, so a frozen clock refills nothing."""

    _buckets: dict[Hashable, _Bucket] = field(default_factory=dict)

    def admit(self, asked: Asked, *, now: float, bought: Mapping[str, float] | None = None) -> bool:
        """Take one request's worth where there is room; operations without a published rate always have room.

        `bought` holds the categories whose rate is not the free one.
        """
        if asked.service == "hosted-ui":
            return self._admit_visit(asked, now)
        if asked.service == "hosted-ui client":
            return self._admit_visitor(asked, "client", asked.client_id, now)
        if asked.service == "cognito-identity":
            rate = _IDENTITY_RATES.get(asked.operation)
            return rate is None or self._take((asked.region, asked.service, asked.operation), rate, now)
        return asked.service != "cognito-idp" or self._admit_call(asked, now, {**RATES, **(bought or {})})

    def _admit_visit(self, asked: Asked, now: float) -> bool:
        visitors = (("client", asked.client_id), ("address", asked.source_ip))
        return all(self._admit_visitor(asked, *visitor, now) for visitor in visitors if visitor[1]) and self._take(
            (asked.service, asked.operation), _PER_DOMAIN, now
        )

    def _admit_visitor(self, asked: Asked, kind: str, name: str, now: float) -> bool:
        return self._take((asked.operation, kind, name), _PER_VISITOR, now)

    def _admit_call(self, asked: Asked, now: float, rates: Mapping[str, float]) -> bool:
        operation, side = asked.operation, _USER_SIDES.get(asked.operation)
        if side and asked.user and not self._take((asked.region, "user", asked.user, side), _PER_USER, now):
            return False
        if operation == CODE_REDEMPTION:
            return self._take((asked.region, operation), rates["UserAuthentication"], now)
        category = CATEGORY_OF.get(operation)
        if operation in _ANSWERS:
            category = "UserAccountRecovery" if asked.challenge in _RECOVERIES else "UserAuthentication"
            answers = rates["UserAuthentication"] * _ANSWERS_TIMES
            if asked.challenge not in _RECOVERIES and self._take((asked.region, "answers"), answers, now):
                return True
        if category is None:
            return True
        is_pool_limited = category in _POOL_LIMITED and asked.pool_id
        if is_pool_limited and not self._take((asked.pool_id, operation), _PER_POOL, now):
            return False
        return self._take((asked.region, category), rates[category], now)

    def _take(self, key: Hashable, rate: float, now: float) -> bool:
        bucket = self._buckets.setdefault(key, _Bucket(rate, now))
        # A clock that was set back must not empty a bucket.
        bucket.filled = min(rate, bucket.filled + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.filled < 1:
            return False
        bucket.filled -= 1
        return True
