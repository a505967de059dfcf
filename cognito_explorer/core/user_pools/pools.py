"""User pools: the list, and everything an overview in plain words needs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.errors import AccessDenied
from cognito_explorer.core.user_pools.attributes import AttributeSpec, parse_schema

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

# Cognito's default when the policy says 0 or nothing.
DEFAULT_TEMPORARY_PASSWORD_DAYS = 7


@dataclass(frozen=True, slots=True)
class PoolSummary:
    """A row of ListUserPools."""

    id: str
    name: str
    created_at: datetime | None
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must have."""

    minimum_length: int = 8
    needs_uppercase: bool = False
    needs_lowercase: bool = False
    needs_numbers: bool = False
    needs_symbols: bool = False
    history_size: int = 0
    temporary_validity_days: int = DEFAULT_TEMPORARY_PASSWORD_DAYS


@dataclass(frozen=True, slots=True)
class MfaSettings:
    """OFF, OPTIONAL or ON, and the factors that are allowed."""

    mode: str = "OFF"
    has_totp: bool = False
    has_sms: bool = False
    has_email: bool = False


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """What people type to sign in, and which first factors they may use."""

    username_attributes: tuple[str, ...] = ()
    alias_attributes: tuple[str, ...] = ()
    is_case_sensitive: bool = True
    first_factors: tuple[str, ...] = ("PASSWORD",)
    is_sign_up_open: bool = True


@dataclass(frozen=True, slots=True)
class PoolDetail:
    """DescribeUserPool and GetUserPoolMfaConfig in one record."""

    id: str
    name: str
    arn: str
    tier: str
    estimated_users: int
    created_at: datetime | None
    modified_at: datetime | None
    domain: str
    custom_domain: str
    is_deletion_protected: bool
    auto_verified: tuple[str, ...]
    recovery: tuple[str, ...]
    sign_in: SignInOptions
    password_policy: PasswordPolicy
    mfa: MfaSettings
    attributes: tuple[AttributeSpec, ...]
    triggers: tuple[str, ...] = ()
    is_mail_sent_by_cognito: bool = True
    device_tracking: str = "off"
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The Region is the first half of the id."""
        return self.id.partition("_")[0]


def list_pools(aws: "Aws", *, page_size: int = 60) -> Pages[PoolSummary]:
    """Pages of the Region's user pools (ListUserPools, at most 60 a page)."""
    return aws.pages(Paging("UserPools"), _parse_summary, aws.idp.list_user_pools, MaxResults=page_size)


async def describe_pool(aws: "Aws", pool_id: str) -> PoolDetail:
    """Everything about a pool. Raises NotFound for an unknown pool, AccessDenied, ExplorerError."""
    answer = await aws.read(aws.idp.describe_user_pool, UserPoolId=pool_id)
    pool = answer["UserPool"]
    try:
        mfa: Any = await aws.read(aws.idp.get_user_pool_mfa_config, UserPoolId=pool_id)
    except AccessDenied:
        # The pool itself tells whether MFA is on; only the factors stay unknown.
        mfa = {"MfaConfiguration": pool.get("MfaConfiguration", "OFF")}
    return parse_pool(pool, mfa)


def parse_pool(pool: Any, mfa: Any) -> PoolDetail:
    """The record for the two answers."""
    recovery = sorted(pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ()), key=_priority)
    mail = pool.get("EmailConfiguration", {}).get("EmailSendingAccount", "COGNITO_DEFAULT")
    return PoolDetail(
        id=pool["Id"],
        name=pool.get("Name", ""),
        arn=pool.get("Arn", ""),
        tier=pool.get("UserPoolTier", ""),
        estimated_users=pool.get("EstimatedNumberOfUsers", 0),
        created_at=pool.get("CreationDate"),
        modified_at=pool.get("LastModifiedDate"),
        domain=pool.get("Domain", ""),
        custom_domain=pool.get("CustomDomain", ""),
        is_deletion_protected=pool.get("DeletionProtection") == "ACTIVE",
        auto_verified=tuple(pool.get("AutoVerifiedAttributes", ())),
        recovery=tuple(each["Name"] for each in recovery),
        sign_in=_parse_sign_in(pool),
        password_policy=_parse_password_policy(pool.get("Policies", {}).get("PasswordPolicy", {})),
        mfa=_parse_mfa(mfa),
        attributes=parse_schema(pool.get("SchemaAttributes", ())),
        triggers=tuple(sorted(name for name, value in pool.get("LambdaConfig", {}).items() if value)),
        is_mail_sent_by_cognito=mail == "COGNITO_DEFAULT",
        device_tracking=_device_tracking(pool.get("DeviceConfiguration")),
        tags=dict(pool.get("UserPoolTags", {})),
    )


def _parse_summary(row: Any) -> PoolSummary:
    return PoolSummary(row["Id"], row.get("Name", ""), row.get("CreationDate"), row.get("LastModifiedDate"))


def _priority(mechanism: Any) -> int:
    return int(mechanism.get("Priority", 1))


def _parse_sign_in(pool: Any) -> SignInOptions:
    factors = pool.get("Policies", {}).get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ("PASSWORD",))
    return SignInOptions(
        username_attributes=tuple(pool.get("UsernameAttributes", ())),
        alias_attributes=tuple(pool.get("AliasAttributes", ())),
        is_case_sensitive=pool.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        first_factors=tuple(factors),
        is_sign_up_open=not pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly", False),
    )


def _parse_password_policy(policy: Any) -> PasswordPolicy:
    return PasswordPolicy(
        minimum_length=policy.get("MinimumLength", 8),
        needs_uppercase=policy.get("RequireUppercase", False),
        needs_lowercase=policy.get("RequireLowercase", False),
        needs_numbers=policy.get("RequireNumbers", False),
        needs_symbols=policy.get("RequireSymbols", False),
        history_size=policy.get("PasswordHistorySize", 0),
        temporary_validity_days=policy.get("TemporaryPasswordValidityDays") or DEFAULT_TEMPORARY_PASSWORD_DAYS,
    )


def _parse_mfa(mfa: Any) -> MfaSettings:
    return MfaSettings(
        mode=mfa.get("MfaConfiguration", "OFF"),
        has_totp=mfa.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False),
        has_sms=bool(mfa.get("SmsMfaConfiguration")),
        has_email=bool(mfa.get("EmailMfaConfiguration")),
    )


def _device_tracking(device: Any) -> str:
    if not device:
        return "off"
    return "when the user agrees" if device.get("DeviceOnlyRememberedOnUserPrompt") else "always"
