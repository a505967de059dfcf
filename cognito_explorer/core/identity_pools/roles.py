"""Which role somebody gets from an identity pool, in words. Rule source: Cognito's "Role-based access control"."""

import json
from collections.abc import Mapping
from typing import Any

from cognito_explorer.core.identity_pools.identity_pools import (
    UNKNOWN_ROLES,
    IdentityPoolDetail,
    MappingRule,
    RoleMapping,
    UserPoolProvider,
)

_AMBIGUOUS = {
    "AuthenticatedRole": "otherwise the pool's authenticated role",
    "Deny": "otherwise nobody gets credentials",
}
_SO = {
    "AuthenticatedRole": "so the pool's authenticated role",
    "Deny": "so no credentials: the pool denies what is ambiguous",
}
_UNDECIDED = "so it is undecided"
_NOT_KNOWN = "Why is not known: this pool's roles could not be read."
_MATCHES = {"Equals": "is", "NotEqual": "is not", "StartsWith": "starts with", "Contains": "contains"}


def role_name(arn: str) -> str:
    """The name at the end of a role's ARN."""
    return arn.rpartition("/")[2]


def mapping_of(detail: IdentityPoolDetail, provider: UserPoolProvider) -> RoleMapping | None:
    """The role mapping of a user pool and client, if there is one."""
    key = f"{provider.provider_name}:{provider.client_id}"
    return next((mapping for mapping in detail.roles.mappings if mapping.provider == key), None)


def rule_in_words(rule: MappingRule) -> str:
    """What a rule asks of a claim."""
    return f"{rule.claim} {_MATCHES.get(rule.match_type, rule.match_type)} “{rule.value}”"


def mapping_in_words(mapping: RoleMapping | None) -> str:
    """How a provider's users get their role."""
    if mapping is None:
        return "Everyone gets the pool's authenticated role."
    rest = _AMBIGUOUS.get(mapping.ambiguous, "otherwise it is undecided")
    if mapping.kind == "Token":
        return f"The role of the user's best group; {rest}."
    rules = "; ".join(f"if {rule_in_words(rule)}, {role_name(rule.role_arn)}" for rule in mapping.rules)
    return f"The first rule that fits: {rules or 'there is none'}; {rest}."


def why_guest(detail: IdentityPoolDetail) -> str:
    """Why a guest gets the role they get, or none."""
    if not detail.allows_guests:
        return "This pool lets no guests in."
    if not detail.roles.is_known:
        return _NOT_KNOWN
    if not detail.roles.unauthenticated:
        return "This pool has no role for guests."
    return "No sign-in, so the pool's guest role. A session policy of Cognito's own limits guests further."


def why_authenticated(detail: IdentityPoolDetail, provider: UserPoolProvider, claims: Mapping[str, Any]) -> str:
    """Why the holder of this ID token gets the role they get."""
    if not detail.roles.is_known:
        return _NOT_KNOWN
    mapping = mapping_of(detail, provider)
    if mapping is None:
        return "There is no role mapping for this app client, so the pool's authenticated role."
    return _why_by_rules(mapping, claims) if mapping.kind == "Rules" else _why_by_token(mapping, claims)


def matching_rule(mapping: RoleMapping, claims: Mapping[str, Any]) -> MappingRule | None:
    """The first rule that fits the claims. An absent claim fits no rule, not even NotEqual."""
    return next((rule for rule in mapping.rules if rule.claim in claims and _fits(rule, claims[rule.claim])), None)


def unknown_pool(identity_pool_id: str, name: str) -> IdentityPoolDetail:
    """What can be said of a pool whose settings may not be read: guests are tried all the same."""
    return IdentityPoolDetail(
        identity_pool_id,
        name,
        allows_guests=True,
        allows_classic_flow=False,
        user_pool_providers=(),
        other_providers=(),
        roles=UNKNOWN_ROLES,
        is_known=False,
    )


def _why_by_rules(mapping: RoleMapping, claims: Mapping[str, Any]) -> str:
    rule = matching_rule(mapping, claims)
    if rule is None:
        return f"No rule fits this token, {_SO.get(mapping.ambiguous, _UNDECIDED)}."
    number = mapping.rules.index(rule) + 1
    return f"Rule {number} is the first that fits: {rule_in_words(rule)}."


def _why_by_token(mapping: RoleMapping, claims: Mapping[str, Any]) -> str:
    preferred = claims.get("cognito:preferred_role")
    if isinstance(preferred, str) and preferred:
        groups = claims.get("cognito:groups")
        names = [str(each) for each in groups] if isinstance(groups, list) else []
        from_groups = f", from the group{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""
        return f"The token's preferred role{from_groups}."
    roles = claims.get("cognito:roles")
    several = isinstance(roles, list) and len(roles) > 1
    said = "The token names several roles and prefers none" if several else "The token prefers no role"
    return f"{said}, {_SO.get(mapping.ambiguous, _UNDECIDED)}."


def _fits(rule: MappingRule, claim: Any) -> bool:
    text = claim if isinstance(claim, str) else json.dumps(claim, separators=(",", ":"))
    match rule.match_type:
        case "Equals":
            return text == rule.value
        case "NotEqual":
            return text != rule.value
        case "StartsWith":
            return text.startswith(rule.value)
        case _:
            return rule.value in text
