"""Which role somebody gets from an identity pool, in words. Rule source: Cognito's "Role-based access control"."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail, RoleMapping, UserPoolProvider

_AMBIGUOUS = {
    "AuthenticatedRole": "otherwise the pool's authenticated role",
    "Deny": "otherwise nobody gets credentials",
}
_MATCHES = {"Equals": "is", "NotEqual": "is not", "StartsWith": "starts with", "Contains": "contains"}


def role_name(arn: str) -> str:
    """The name at the end of a role's ARN."""
    return arn.rpartition("/")[2]


def mapping_of(detail: IdentityPoolDetail, provider: UserPoolProvider) -> RoleMapping | None:
    """The role mapping of a user pool and client, if there is one."""
    key = f"{provider.provider_name}:{provider.client_id}"
    return next((mapping for mapping in detail.roles.mappings if mapping.provider == key), None)


def mapping_in_words(mapping: RoleMapping | None) -> str:
    """How a provider's users get their role."""
    if mapping is None:
        return "Everyone gets the pool's authenticated role."
    rest = _AMBIGUOUS.get(mapping.ambiguous, "otherwise it is undecided")
    if mapping.kind == "Token":
        return f"The role of the user's best group, as the ID token says; {rest}."
    rules = "; ".join(
        f"if {rule.claim} {_MATCHES.get(rule.match_type, rule.match_type)} “{rule.value}”, {role_name(rule.role_arn)}"
        for rule in mapping.rules
    )
    return f"The first rule that fits: {rules or 'there is none'}; {rest}."


def why_guest(detail: IdentityPoolDetail) -> str:
    """Why a guest gets the role they get, or none."""
    if not detail.allows_guests:
        return "This pool lets no guests in."
    if not detail.roles.unauthenticated:
        return "This pool has no role for guests."
    return "No sign-in, so the pool's guest role. A session policy of Cognito's own limits guests further."


def why_authenticated(detail: IdentityPoolDetail, provider: UserPoolProvider, claims: Mapping[str, Any]) -> str:
    """Why the holder of this ID token gets the role they get."""
    mapping = mapping_of(detail, provider)
    if mapping is None:
        return "There is no role mapping for this app client, so the pool's authenticated role."
    if mapping.kind == "Rules":
        return mapping_in_words(mapping)
    preferred = claims.get("cognito:preferred_role")
    if isinstance(preferred, str) and preferred:
        groups = claims.get("cognito:groups")
        names = ", ".join(str(each) for each in groups) if isinstance(groups, list) else ""
        return f"The token's preferred role{f', from the groups {names}' if names else ''}."
    return f"The token names no preferred role; {_AMBIGUOUS.get(mapping.ambiguous, 'it is undecided')}."
