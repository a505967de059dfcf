"""Identity pools: the list, the settings, the roles and how one is chosen."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pages import Pages, Paging

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_SOCIAL = {
    "accounts.google.com": "Google",
    "graph.facebook.com": "Facebook",
    "www.amazon.com": "Login with Amazon",
    "appleid.apple.com": "Apple",
    "api.twitter.com": "Twitter",
    "www.digits.com": "Digits",
}


@dataclass(frozen=True, slots=True)
class IdentityPoolSummary:
    """A row of ListIdentityPools."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class UserPoolProvider:
    """A user pool and an app client whose ID tokens this identity pool accepts."""

    provider_name: str
    pool_id: str
    client_id: str
    is_checked_at_server: bool


@dataclass(frozen=True, slots=True)
class OtherProvider:
    """A provider that is no user pool. `kind` is for people; `detail` is an app id or an ARN."""

    kind: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class MappingRule:
    """If the claim matches, this role. `match_type` is Equals, NotEqual, StartsWith or Contains."""

    claim: str
    match_type: str
    value: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """How a provider's users get their role: "Token" (groups' roles in the ID token) or "Rules" (first match)."""

    provider: str
    kind: str
    ambiguous: str
    rules: tuple[MappingRule, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """GetIdentityPoolRoles; a role that is not set is "". Not known: nobody could read them yet."""

    authenticated: str
    unauthenticated: str
    mappings: tuple[RoleMapping, ...]
    is_known: bool = True


UNKNOWN_ROLES = Roles("", "", (), is_known=False)


@dataclass(frozen=True, slots=True)
class IdentityPoolDetail:
    """DescribeIdentityPool and GetIdentityPoolRoles in one record. Not known: only id and name are."""

    id: str
    name: str
    allows_guests: bool
    allows_classic_flow: bool
    user_pool_providers: tuple[UserPoolProvider, ...]
    other_providers: tuple[OtherProvider, ...]
    roles: Roles
    is_known: bool = True

    @property
    def region(self) -> str:
        """The Region is the first half of the id."""
        return self.id.partition(":")[0]


def list_identity_pools(aws: "Aws") -> Pages[IdentityPoolSummary]:
    """Pages of the Region's identity pools."""
    return aws.pages(Paging("IdentityPools"), _parse_summary, aws.identity.list_identity_pools, MaxResults=60)


async def describe_identity_pool(aws: "Aws", identity_pool_id: str) -> IdentityPoolDetail:
    """Settings and roles of an identity pool. Raises NotFound, AccessDenied, ExplorerError."""
    detail = await describe_settings(aws, identity_pool_id)
    return replace(detail, roles=await get_roles(aws, identity_pool_id))


async def describe_settings(aws: "Aws", identity_pool_id: str) -> IdentityPoolDetail:
    """The settings alone (DescribeIdentityPool), roles unknown. Raises NotFound, AccessDenied, ExplorerError."""
    return parse_settings(await aws.read(aws.identity.describe_identity_pool, IdentityPoolId=identity_pool_id))


async def get_roles(aws: "Aws", identity_pool_id: str) -> Roles:
    """The roles alone (GetIdentityPoolRoles), a permission of its own. Raises NotFound, AccessDenied, ExplorerError."""
    return parse_roles(await aws.read(aws.identity.get_identity_pool_roles, IdentityPoolId=identity_pool_id))


def parse_settings(pool: Any) -> IdentityPoolDetail:
    """The record for DescribeIdentityPool."""
    return IdentityPoolDetail(
        id=pool["IdentityPoolId"],
        name=pool.get("IdentityPoolName", ""),
        allows_guests=pool.get("AllowUnauthenticatedIdentities", False),
        allows_classic_flow=pool.get("AllowClassicFlow", False),
        user_pool_providers=tuple(_parse_provider(each) for each in pool.get("CognitoIdentityProviders", ())),
        other_providers=_parse_others(pool),
        roles=UNKNOWN_ROLES,
    )


def parse_roles(answer: Any) -> Roles:
    """The record for GetIdentityPoolRoles."""
    roles = answer.get("Roles", {})
    mappings = answer.get("RoleMappings", {})
    return Roles(
        authenticated=roles.get("authenticated", ""),
        unauthenticated=roles.get("unauthenticated", ""),
        mappings=tuple(_parse_mapping(provider, each) for provider, each in sorted(mappings.items())),
    )


def _parse_summary(row: Any) -> IdentityPoolSummary:
    return IdentityPoolSummary(row["IdentityPoolId"], row.get("IdentityPoolName", ""))


def _parse_provider(row: Any) -> UserPoolProvider:
    name = row.get("ProviderName", "")
    is_checked = row.get("ServerSideTokenCheck", False)
    return UserPoolProvider(name, name.rpartition("/")[2], row.get("ClientId", ""), is_checked)


def _parse_others(pool: Any) -> tuple[OtherProvider, ...]:
    social = pool.get("SupportedLoginProviders", {})
    found = [OtherProvider(_SOCIAL.get(name, "Social"), name, app) for name, app in sorted(social.items())]
    found += [OtherProvider("OpenID Connect", _tail(arn), arn) for arn in pool.get("OpenIdConnectProviderARNs", ())]
    found += [OtherProvider("SAML", _tail(arn), arn) for arn in pool.get("SamlProviderARNs", ())]
    if developer := pool.get("DeveloperProviderName"):
        found.append(OtherProvider("Developer", developer, ""))
    return tuple(found)


def _parse_mapping(provider: str, mapping: Any) -> RoleMapping:
    rules = mapping.get("RulesConfiguration", {}).get("Rules", ())
    return RoleMapping(
        provider=provider,
        kind=mapping.get("Type", ""),
        ambiguous=mapping.get("AmbiguousRoleResolution", ""),
        rules=tuple(MappingRule(rule["Claim"], rule["MatchType"], rule["Value"], rule["RoleARN"]) for rule in rules),
    )


def _tail(arn: str) -> str:
    return arn.partition("/")[2] or arn
